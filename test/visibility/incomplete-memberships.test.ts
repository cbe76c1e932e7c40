/**
 * Groups that memberships show for some of their members and not for all: a `never` by such a group is an error before
 * anybody is answered, and the kind is told, on real servers and on a file.
 */
import { expect } from 'chai';
import type { DirectorySettings } from '../../src/directory/settings/settings.ts';
import { VENDORS } from '../../src/directory/settings/vendors.ts';
import { compileMapping } from '../../src/mapping/compile.ts';
import { examineDirectory, examineMapping } from '../../src/visibility/examination.ts';
import { problemOf } from '../../src/visibility/remark.ts';
import { renderProblem } from '../../src/yaml/problem.ts';
import { type Ds389, startDs389 } from '../directories/389ds.ts';
import { requireDs389, requireSlapd } from '../directories/installed.ts';
import { LOOKUP_DN, type Slapd, startSlapd } from '../directories/slapd.ts';
import {
  ds389Source,
  exampleSettings,
  GROUPS,
  ldifSource,
  type Overrides,
  openDirectory,
  PEOPLE,
  slapdSource,
} from '../directory/example-settings.ts';

const personDn = (uid: string) => `uid=${uid},${PEOPLE}`;
const groupDn = (cn: string, below = GROUPS) => `cn=${cn},${below}`;
const entry = (dn: string, ...lines: readonly string[]) => [`dn: ${dn}`, ...lines, ''].join('\n');
const person = (uid: string, ...more: readonly string[]) =>
  entry(personDn(uid), 'objectClass: inetOrgPerson', `uid: ${uid}`, `cn: ${uid}`, `sn: ${uid}`, ...more);
const group = (cn: string, classes: string, ...lines: readonly string[]) =>
  entry(groupDn(cn), ...classes.split(' ').map((each) => `objectClass: ${each}`), `cn: ${cn}`, ...lines);
/** As change records. */
const added = (...entries: readonly string[]) =>
  entries.map((text) => text.replace('\n', '\nchangetype: add\n')).join('\n');
const member = (...dns: readonly string[]) => dns.map((dn) => `member: ${dn}`);

function neverBy(...groups: readonly string[]) {
  const { mapping, problems } = compileMapping(
    'acme.yaml',
    `version: 1
groups: { under: everywhere }
rules:
  - { id: all, everyone: yes, give: { groups: [Given] } }
never:
  - { id: gone, when: { group: ${JSON.stringify(groups)} }, take: { groups: all } }
`,
  );
  if (mapping === undefined) throw new Error(problems.map(renderProblem).join('\n'));
  return mapping;
}

async function said(settings: DirectorySettings, ...groups: readonly string[]): Promise<string> {
  const directory = openDirectory(settings);
  try {
    const remarks = await examineMapping({ mapping: neverBy(...groups), directories: [directory] });
    return remarks.map((remark) => renderProblem(problemOf(remark))).join('\n');
  } finally {
    await directory.close();
  }
}

async function kinds(settings: DirectorySettings): Promise<string> {
  const directory = openDirectory(settings);
  try {
    return (await examineDirectory(directory)).map((remark) => renderProblem(problemOf(remark))).join('\n');
  } finally {
    await directory.close();
  }
}

const missing = (cn: string) =>
  new RegExp(`error: never gone names the group ${cn}, and cn=${cn},.* is missing from memberships`, 'i');

const stale = (count: number) => Array.from({ length: count }, (_, i) => `gone${i}`);
const attribute: Overrides = { memberships: { from: ['attribute'] } };
const search: Overrides = { memberships: { from: ['search'] } };

describe('groups that memberships show for some of their members only', () => {
  describe('OpenLDAP with the memberof overlay', () => {
    let slapd: Slapd;
    before(async function () {
      requireSlapd(this);
      slapd = await startSlapd({ refint: false });
      slapd.change(
        added(
          ...['j', 'k', 'rehired', 'renamed'].map((uid) => person(uid)),
          group('Contractors', 'groupOfNames', ...member(personDn('k'), groupDn('U'))),
          group('Rehired', 'groupOfNames', ...member(personDn('rehired'), personDn('k'))),
          group('Renamed', 'groupOfNames', ...member(personDn('renamed'), personDn('k'))),
          group('Mostly', 'groupOfNames', ...member(...stale(30).map(personDn), personDn('k'))),
          group(
            'Bits',
            'groupOfUniqueNames',
            `uniqueMember: ${personDn('k')}#'0101'B`,
            `uniqueMember: ${personDn('j')}`,
          ),
          group(
            'Left',
            'posixGroup',
            'gidNumber: 77',
            ...[...stale(30), 'j'].map((uid) => `memberUid: ${uid}`),
          ),
          group(
            'Gone',
            'groupOfUniqueNames',
            ...[...stale(30), 'j'].map((uid) => `uniqueMember: ${personDn(uid)}`),
          ),
        ),
      );
      // Added again after the group, so that its memberOf names the group above.
      slapd.change(added(group('U', 'groupOfUniqueNames', `uniqueMember: ${personDn('j')}`)));
      slapd.change(
        `dn: ${groupDn('Contractors')}\nchangetype: modify\ndelete: member\nmember: ${groupDn('U')}\n-\nadd: member\nmember: ${groupDn('U')}\n`,
      );
      slapd.change(`dn: ${personDn('rehired')}\nchangetype: delete\n\n${added(person('rehired'))}`);
      slapd.change(`dn: ${personDn('renamed')}\nchangetype: modrdn\nnewrdn: uid=renamed2\ndeleteoldrdn: 1\n`);
    });
    after(() => slapd?.remove());

    it('one who was deleted and added again', async () => {
      expect(await said(exampleSettings(slapdSource(slapd), attribute), 'Rehired')).to.match(
        missing('Rehired'),
      );
      expect(await said(exampleSettings(slapdSource(slapd), search), 'Rehired')).to.equal('');
    });

    it('those of a group of another kind below', async () => {
      const told = await said(exampleSettings(slapdSource(slapd), attribute), 'Contractors');
      expect(told)
        .to.match(missing('Contractors'))
        .and.match(/not for all of its members \(first: .*cn=U,/i);
      expect(await said(exampleSettings(slapdSource(slapd), search), 'Contractors')).to.equal('');
    });

    it('one who was renamed, whom memberOf alone still shows', async () => {
      const bySearch = exampleSettings(slapdSource(slapd), search);
      expect(await said(bySearch, 'Renamed')).to.match(missing('Renamed'));
      expect(await kinds(bySearch)).to.match(
        /memberOf of some people names groups that .*first: cn=Renamed/i,
      );
      expect(await said(exampleSettings(slapdSource(slapd), attribute), 'Renamed')).to.equal('');
    });

    it('one whom the group lists with a bit string', async () => {
      for (const overrides of [
        search,
        attribute,
        { memberships: { from: ['attribute', 'search'] } } as const,
      ]) {
        const settings = exampleSettings(slapdSource(slapd), overrides);
        expect(await said(settings, 'Bits')).to.match(missing('Bits'));
        expect(await kinds(settings)).to.match(/uniqueMember/);
      }
      expect(await kinds(exampleSettings(slapdSource(slapd), search))).to.match(/bit string.*first: cn=Bits/);
    });

    it('one behind many who are no more', async () => {
      const settings = exampleSettings(slapdSource(slapd), attribute);
      expect(await said(settings, 'Gone')).to.match(missing('Gone'));
      expect(await said(settings, 'Left')).to.match(missing('Left'));
      expect(await said(settings, 'Mostly')).to.equal('');
    });

    it('it is not told where the only member cannot be answered', async () => {
      slapd.change(
        added(
          person('only'),
          group('Only', 'groupOfUniqueNames', `uniqueMember: ${personDn('only')}`),
          group('Secret', 'groupOfNames', ...member(personDn('only'))),
        ),
      );
      slapd.allow(`to dn.exact="${groupDn('Secret')}" by * none`, 'to * by * read');
      try {
        expect(await said(exampleSettings(slapdSource(slapd), attribute), 'Only')).to.match(
          /warning: it could not be told whether memberships show cn=Only,/,
        );
      } finally {
        slapd.allow();
      }
    });
  });

  describe('OpenLDAP with the dynlist overlay', () => {
    let slapd: Slapd;
    before(async function () {
      requireSlapd(this);
      slapd = await startSlapd({
        memberOf: 'dynlist',
        more: [
          ...['j', 'k'].map((uid) => person(uid)),
          group('Contractors', 'groupOfNames', ...member(personDn('k'), groupDn('Sub'))),
          group('Sub', 'groupOfNames', ...member(personDn('j'))),
          group('Flat', 'groupOfNames', ...member(personDn('k'), personDn('j'))),
        ].join('\n'),
      });
    });
    after(() => slapd?.remove());

    it('those of a group below', async () => {
      const settings = exampleSettings(slapdSource(slapd), attribute);
      expect(await said(settings, 'Contractors')).to.match(missing('Contractors'));
      expect(await kinds(settings)).to.match(/memberOf does not show some groups by member .*for all/);
      expect(await said(settings, 'Flat')).to.equal('');
      expect(await said(exampleSettings(slapdSource(slapd), search), 'Contractors')).to.equal('');
    });
  });

  describe('389 Directory Server with the MemberOf plug-in', () => {
    let ds: Ds389;
    before(async function () {
      requireDs389(this);
      ds = await startDs389({ memberOf: {} });
      ds.change(
        added(
          ...['j', 'k'].map((uid) => person(uid)),
          group('Hyb', 'groupOfNames posixGroup', 'gidNumber: 88', ...member(personDn('k')), 'memberUid: J'),
          group('Below', 'groupOfNames', ...member(personDn('j'))),
          group('Above', 'groupOfNames', ...member(personDn('k'), groupDn('Below'))),
        ),
      );
    });
    after(() => ds?.remove());

    it('those who are listed in another way', async () => {
      const settings = (from: DirectorySettings['memberships']['from']) =>
        exampleSettings(ds389Source(ds), {
          vendor: '389ds',
          memberships: {
            from,
            nested: from.includes('search'),
            filter: VENDORS['389ds'].groupFilter,
            posixGroup: VENDORS['389ds'].posixGroup,
          },
        });
      expect(await said(settings(['attribute']), 'Hyb')).to.match(missing('Hyb'));
      expect(await said(settings(['attribute']), 'Above')).to.equal('');
      expect(await said(settings(['search']), 'Hyb', 'Above')).to.equal('');
    });
  });

  describe('an LDIF file', () => {
    const file = (...entries: readonly string[]) => ldifSource(entries.join('\n'));

    it('one who has no memberOf', async () => {
      const source = file(
        person('j'),
        person('k', `memberOf: ${groupDn('H')}`),
        group('H', 'groupOfNames', ...member(personDn('j'), personDn('k'))),
      );
      expect(await said(exampleSettings(source, attribute), 'H')).to.match(missing('H'));
      expect(await kinds(exampleSettings(source, attribute))).to.match(/first: cn=H,/);
    });

    it('one whom the group meets by a URL', async () => {
      const source = file(
        person('j'),
        person('k'),
        group(
          'H',
          'groupOfNames groupOfURLs',
          ...member(personDn('k')),
          `memberURL: ldap:///${PEOPLE}??sub?(uid=j)`,
        ),
      );
      expect(await said(exampleSettings(source, search), 'H')).to.match(missing('H'));
    });

    it('those of a group outside of memberships.base', async () => {
      const hidden = 'ou=hidden,dc=example,dc=test';
      const source = file(
        person('zed'),
        entry(hidden, 'objectClass: organizationalUnit', 'ou: hidden'),
        entry(groupDn('Hid1', hidden), 'objectClass: groupOfNames', 'cn: Hid1', ...member(personDn('zed'))),
        group('AboveHid', 'groupOfNames', ...member(groupDn('Hid1', hidden), personDn('ann'))),
      );
      const settings = exampleSettings(source, search);
      expect(await said(settings, 'AboveHid')).to.match(missing('AboveHid'));
      expect(await kinds(settings)).to.match(
        /warning: groups below memberships\.base list groups outside of it.*first: cn=AboveHid/,
      );
    });
  });

  it('takes few searches where a group has many members', async function () {
    requireSlapd(this);
    const crowd = Array.from({ length: 450 }, (_, i) => `c${i}`);
    const slapd = await startSlapd({
      limits: [`limits dn.exact="${LOOKUP_DN}" size=unlimited size.prtotal=unlimited`],
      more: [
        ...crowd.map((uid) => person(uid, `memberOf: ${groupDn('Crowd')}`)),
        person('late'),
        group('Crowd', 'groupOfNames', ...member(...crowd.map(personDn))),
        group('Late', 'groupOfNames', ...member(...crowd.map(personDn), personDn('late'))),
      ].join('\n'),
    });
    try {
      const settings = exampleSettings(slapdSource(slapd), attribute);
      expect(await said(settings, 'Crowd')).to.equal('');
      const searches = (await slapd.settledLog()).split('\n').filter((line) => / SRCH base=/.test(line));
      expect(searches.length).to.be.lessThan(25);
    } finally {
      await slapd.remove();
    }
  });
});
