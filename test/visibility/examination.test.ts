/** What a mapping names and its directories do not show, on real servers and on a file. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';
import type { DirectorySettings } from '../../src/directory/settings/settings.ts';
import { compileMapping } from '../../src/mapping/compile.ts';
import { examineDirectory, examineMapping } from '../../src/visibility/examination.ts';
import { problemOf, type Remark } from '../../src/visibility/remark.ts';
import { renderProblem } from '../../src/yaml/problem.ts';
import { type Ds389, startDs389 } from '../directories/389ds.ts';
import { requireDs389, requireSlapd } from '../directories/installed.ts';
import { LOOKUP_DN, LOOKUP_PASSWORD, type Slapd, startSlapd } from '../directories/slapd.ts';
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

/** Groups of the kinds that memberOf may not show, each with a member who has none of it. */
const UNSEEN = `
dn: cn=unsure,${GROUPS}
objectClass: groupOfNames
cn: unsure
description: First
description: Second
member: uid=loner,${PEOPLE}

dn: cn=older,${GROUPS}
objectClass: groupOfNames
cn: older
member: uid=loner,${PEOPLE}

dn: cn=by-url,${GROUPS}
objectClass: groupOfURLs
cn: by-url
memberURL: ldap:///${PEOPLE}??sub?(uid=loner)
`;

function mappingOf(
  rules: string,
  { under = GROUPS, never = '' }: { under?: string | readonly string[]; never?: string } = {},
) {
  const own = '  - { id: own, when: { group: <g> }, where: { g: any }, give: { groups: [<g>] } }\n';
  const text = `version: 1\ngroups: { under: ${JSON.stringify(under)} }\nrules:\n${own}${rules}${never === '' ? '' : `never:\n${never}`}`;
  const { mapping, problems } = compileMapping('acme.yaml', text);
  if (mapping === undefined) throw new Error(problems.map(renderProblem).join('\n'));
  return mapping;
}

const neverBy = (group: string) =>
  mappingOf('', { never: `  - { id: gone, when: { group: ${group} }, take: { groups: [web] } }\n` });
const ruleBy = (when: string) => mappingOf(`  - { id: one, when: ${when}, give: { groups: [One] } }\n`);
const unlessBy = (group: string) =>
  mappingOf(`  - { id: one, when: { group: web }, unless: { group: ${group} }, give: { groups: [One] } }\n`);

const texts = (remarks: readonly Remark[]) => remarks.map((remark) => renderProblem(problemOf(remark)));

async function looking<T>(
  settings: DirectorySettings,
  look: (directory: ReturnType<typeof openDirectory>) => Promise<T>,
  identities = false,
): Promise<T> {
  const directory = openDirectory(settings, { identities });
  try {
    return await look(directory);
  } finally {
    await directory.close();
  }
}

describe('what a mapping names and the directory does not show', () => {
  let slapd: Slapd;
  let ds: Ds389;
  before(async function () {
    requireSlapd(this);
    requireDs389(this);
    const dyngroup = UNSEEN.slice(0, UNSEEN.indexOf('\ndn: cn=by-url'));
    [slapd, ds] = await Promise.all([
      startSlapd({ more: dyngroup }),
      startDs389({ more: UNSEEN, memberOf: {} }),
    ]);
  });
  after(() => Promise.all([slapd?.remove(), ds?.remove()]));

  const sources = {
    'an LDIF file': () => ldifSource(UNSEEN),
    OpenLDAP: () => slapdSource(slapd),
    '389 Directory Server': () => ds389Source(ds),
  };

  for (const [title, source] of Object.entries(sources)) {
    describe(title, () => {
      const said = (mapping: ReturnType<typeof mappingOf>, overrides: Overrides = {}, identities = false) =>
        looking(
          exampleSettings(source(), overrides),
          async (one) => texts(await examineMapping({ mapping, directories: [one] })),
          identities,
        );
      const kinds = (overrides: Overrides) =>
        looking(exampleSettings(source(), overrides), async (one) => texts(await examineDirectory(one)));

      it('nothing, where all is there', async () => {
        expect(await said(neverBy('web'))).to.deep.equal([]);
        expect(await said(neverBy(`'CN=Web, ${GROUPS}'`))).to.deep.equal([]);
        expect(
          await said(ruleBy('{ group: [accountants, unix-ops], attribute: { uid: x } }'), {
            memberships: { from: ['search'] },
          }),
        ).to.deep.equal([]);
      });

      it('a warning, where the name of the group is not certain', async () => {
        const memberships = { name: 'description' };
        const told = [
          await said(neverBy('first'), { memberships }),
          await said(ruleBy('{ group: second }'), { memberships }),
        ];
        for (const remarks of told)
          expect(remarks.join()).to.match(
            /warning: .*which of its names is that of cn=unsure,.* is not certain/,
          );
      });

      for (const group of [
        'webb',
        `'cn=webb,${GROUPS}'`,
        'webb-<x>',
        `{ name: web, under: 'ou=x,${GROUPS}' }`,
      ]) {
        it(`an error of never and unless by ${group}, a warning of a rule`, async () => {
          const pattern = /acme\.yaml:\d+:1: error: .*names the group (?:cn=)?web/;
          const [never, ...more] = await said(neverBy(group));
          expect(never)
            .to.match(pattern)
            .and.match(/never gone/);
          expect(more).to.deep.equal([]);
          if (!group.includes('<'))
            expect((await said(unlessBy(group))).join())
              .to.match(pattern)
              .and.match(/"unless" of one/);
          expect((await said(ruleBy(`{ group: ${group} }`))).join()).to.match(
            /acme\.yaml:\d+:1: warning: rule one/,
          );
        });
      }

      it('with the nearest spelling', async () => {
        expect((await said(neverBy('acountants'))).join()).to.include(
          `did you mean "accountants" (cn=accountants,${GROUPS})?`,
        );
        expect((await said(neverBy(`'cn=webb,${GROUPS}'`))).join()).to.include(
          `did you mean "cn=web,${GROUPS}"?`,
        );
      });

      it('by a GUID that no group has', async () => {
        const mapping = neverBy('guid:6f9619ff-8b86-d011-b42d-00cf4fc964ff');
        expect((await said(mapping, {}, true)).join()).to.match(
          /error: never gone names the group guid:6f9619ff/,
        );
      });

      it('groups.under that is not there, one of several too', async () => {
        const nowhere = `ou=nowhere,${GROUPS}`;
        expect((await said(mappingOf('', { under: nowhere }))).join()).to.match(
          /error: groups\.under: there is no entry ou=nowhere/,
        );
        const mapping = mappingOf('', { under: [GROUPS, nowhere] });
        expect(mapping.scope.written).to.have.length(2);
        expect((await said(mapping)).join()).to.match(/error: groups\.under: there is no entry ou=nowhere/);
      });

      it('a base that is not there, of people and of groups that are searched for', async () => {
        const absent = `ou=absent,${GROUPS}`;
        const [people, ...others] = await kinds({ users: { bases: [PEOPLE, absent] } });
        expect(people).to.match(/: error: users\.base: there is no entry ou=absent,/);
        expect(others.join()).to.not.include('users.base');
        const errors = async (from: 'search' | 'attribute') =>
          (await kinds({ memberships: { from: [from], base: absent } })).filter((one) =>
            one.includes('error'),
          );
        expect((await errors('search')).join()).to.match(
          /: error: memberships\.base: there is no entry ou=absent,/,
        );
        expect(await errors('attribute')).to.deep.equal([]);
      });

      it('an attribute that nothing there knows', async () => {
        const never = `  - { id: gone, when: { attribute: { departmentNumbre: '7' } }, take: { groups: [web] } }\n`;
        expect((await said(mappingOf('', { never }))).join()).to.match(
          /error: never gone reads the attribute departmentNumbre/,
        );
        expect((await said(ruleBy(`{ attribute: { departmentNumbre: '7' } }`))).join()).to.match(
          /warning: rule one reads/,
        );
        expect(await said(ruleBy(`{ attribute: { departmentNumber: '7' } }`))).to.deep.equal([]);
      });

      it('kinds of groups that memberOf does not show, and the union does', async () => {
        const by = (await kinds({ memberships: { from: ['attribute'] } })).join('\n');
        expect(by).to.match(/memberOf does not show some groups by member \(groupOfNames\).*first: cn=older/);
        expect(by).to.match(
          /memberOf does not show groups by memberUid \(posixGroup\): 2 groups \(first: cn=unix-/,
        );
        expect(by).to.include('write memberships.from: [attribute, search]');
        expect(by).not.to.include('uniqueMember (');
        const united = (await kinds({ memberships: { from: ['attribute', 'search'] } })).join('\n');
        expect(united).not.to.match(/member \(|memberUid/);
      });

      it('an error of never by a group that memberOf does not show', async () => {
        for (const group of ['older', 'unix-ops'])
          expect((await said(neverBy(group))).join()).to.match(
            new RegExp(
              `error: never gone names the group ${group}, and cn=${group},.* is missing from memberships`,
            ),
          );
        expect(await said(neverBy('older'), { memberships: { from: ['search'] } })).to.deep.equal([]);
      });

      it('a group outside of memberships.base, where groups are searched', async () => {
        const memberships = { from: ['search'], base: `ou=people,dc=example,dc=test` } as const;
        expect((await said(neverBy('web'), { memberships })).join()).to.match(
          /lies outside of memberships\.base/,
        );
      });
    });
  }

  for (const title of ['an LDIF file', '389 Directory Server'] as const) {
    it(`${title}: dynamic groups, under each strategy`, async () => {
      for (const from of [['attribute'], ['search'], ['attribute', 'search']] as const) {
        const settings = exampleSettings(sources[title](), { memberships: { from } });
        const by = await looking(settings, async (one) => texts(await examineDirectory(one)));
        expect(by.join('\n')).to.match(
          /dynamic groups by memberURL \(groupOfURLs\): 1 group \(first: cn=by-url/,
        );
        const named = await looking(settings, async (one) =>
          texts(await examineMapping({ mapping: neverBy('by-url'), directories: [one] })),
        );
        expect(named.join()).to.match(/error: never gone names the group by-url.*missing from memberships/);
      }
    });
  }

  it('is there, where one of several directories has it', async () => {
    const [one, other] = [
      openDirectory(exampleSettings(ldifSource())),
      openDirectory(exampleSettings(slapdSource(slapd))),
    ];
    const mapping = neverBy('older');
    const said = await examineMapping({ mapping, directories: [one, other] });
    expect(said.filter(({ message }) => message.includes('none of'))).to.deep.equal([]);
    expect(
      texts(await examineMapping({ mapping: neverBy('olderr'), directories: [one, other] })).join(),
    ).to.match(/error/);
    await Promise.all([one.close(), other.close()]);
  });

  it('calls nothing absent where groups cannot be read', async () => {
    const sentinel = { userid: 'svc-probe', group: `cn=probe,${GROUPS}` };
    slapd.allow(`to dn.subtree="${GROUPS}" by * none`, 'to * by * read');
    try {
      for (const overrides of [{}, { sentinel }]) {
        const settings = exampleSettings(slapdSource(slapd), overrides);
        const said = await looking(settings, (one) =>
          examineMapping({
            mapping: mappingOf('', {
              never: `  - { id: gone, when: { group: web }, take: { groups: [web] } }\n`,
              under: 'dc=example,dc=test',
            }),
            directories: [one],
          }),
        );
        expect(said.map(({ severity, isUntold }) => [severity, isUntold])).to.deep.equal([['warning', true]]);
      }
    } finally {
      slapd.allow();
    }
  });
});

describe('what a mapping names where groups cannot be listed as a whole', () => {
  let slapd: Slapd;
  before(async function () {
    requireSlapd(this);
    const names = Array.from({ length: 20 }, (_, i) => `more-${i}`);
    slapd = await startSlapd({
      limits: [`limits dn.exact="${LOOKUP_DN}" size=3 size.prtotal=3`],
      more: names
        .map(
          (cn) =>
            `dn: cn=${cn},${GROUPS}\nobjectClass: groupOfNames\ncn: ${cn}\nmember: uid=loner,${PEOPLE}\n`,
        )
        .join('\n'),
    });
  });
  after(() => slapd?.remove());

  for (const from of ['attribute', 'search'] as const) {
    it(`is looked for by itself (${from})`, async () => {
      const settings = exampleSettings(slapdSource(slapd), { memberships: { from: [from] } });
      const said = async (groups: string) =>
        (
          await looking(
            settings,
            async (one) => texts(await examineMapping({ mapping: neverBy(groups), directories: [one] })),
            true,
          )
        ).join('\n');
      const told = await said("[web, 'cn=finance,ou=groups,dc=example,dc=test', accountantz]");
      expect(told).to.match(
        /error: never gone names the group accountantz, and no group that counts in example/,
      );
      expect(told).not.to.match(/group web|group cn=finance/);
      expect(await said('[web, guid:6f9619ff-8b86-d011-b42d-00cf4fc964ff]')).to.match(
        /error: never gone names the group guid:6f9619ff/,
      );
      const entryUuid = /entryUUID: (\S+)/.exec(await uuidOfWeb())?.[1];
      expect(await said(`[web, 'guid:${entryUuid}']`)).not.to.include('guid:');
    });
  }

  async function uuidOfWeb(): Promise<string> {
    const args = [
      '-x',
      '-LLL',
      '-H',
      `ldap://127.0.0.1:${slapd.port}`,
      '-D',
      LOOKUP_DN,
      '-w',
      LOOKUP_PASSWORD,
    ];
    const { stdout } = await promisify(execFile)('ldapsearch', [
      ...args,
      '-b',
      GROUPS,
      '(cn=web)',
      'entryUUID',
    ]);
    return stdout;
  }
});

describe('what a mapping names in a file without classes', () => {
  const bare = `
dn: cn=bare,${GROUPS}
cn: bare
displayName: Bare
member: uid=loner,${PEOPLE}

dn: cn=by-oid,${GROUPS}
objectClass: 2.5.6.9
cn: by-oid
displayName: By OID
member: uid=loner,${PEOPLE}
`;
  const said = async (group: string, memberships: Overrides['memberships']) => {
    const settings = exampleSettings(ldifSource(bare), { memberships: memberships ?? {} });
    return looking(settings, async (one) => [
      ...texts(await examineMapping({ mapping: neverBy(group), directories: [one] })),
      ...texts(await examineDirectory(one)).filter((text) => text.includes('does not know')),
    ]);
  };

  it('is there all the same', async () => {
    for (const group of ['bare', 'by-oid']) {
      expect(await said(group, { from: ['search'] }), group).to.deep.equal([]);
      expect((await said(group, { from: ['attribute'] })).join(), group).to.match(/error: .*missing from/);
    }
    expect(await said("'By OID'", { from: ['search'], name: 'displayName' })).to.deep.equal([]);
  });

  it('is not, where no group has the attribute that names them', async () => {
    expect((await said('bare', { from: ['search'], name: 'nickname' })).join()).to.match(
      /memberships\.name: this directory does not know the attribute nickname/,
    );
  });
});
