/** What a mapping names and a real Active Directory does not show, or shows and does not count. */
import { expect } from 'chai';
import type { DirectorySettings } from '../../src/directory/settings/settings.ts';
import { compileMapping } from '../../src/mapping/compile.ts';
import { examineAll } from '../../src/visibility/examination.ts';
import { problemOf } from '../../src/visibility/remark.ts';
import { renderProblem } from '../../src/yaml/problem.ts';
import { requireSamba } from '../directories/installed.ts';
import { type Samba, sharedSamba, startSamba } from '../directories/samba.ts';
import {
  BUILTIN_DN,
  dnOf,
  GROUP_KINDS,
  KINDS_DN,
  kindsChangesLdif,
  kindsLdif,
} from '../directories/samba-people.ts';
import { withoutRightTo } from '../directories/samba-rights.ts';
import { domainSettings, sambaSource } from '../directory/domain-settings.ts';
import { openDirectory } from '../directory/example-settings.ts';

function neverBy(when: string) {
  const { mapping, problems } = compileMapping(
    'acme.yaml',
    `version: 1
groups: { under: everywhere }
rules:
  - { id: one, when: { group: crowd }, give: { groups: [One] } }
never:
  - { id: gone, when: ${when}, take: { groups: [One] } }
`,
  );
  if (mapping === undefined) throw new Error(problems.map(renderProblem).join('\n'));
  return mapping;
}

describe('what a mapping names in Active Directory', () => {
  // Some are in 1,600 groups.
  let samba: Samba;
  before(async function () {
    requireSamba(this);
    samba = await sharedSamba();
  });

  for (const from of ['token-groups', 'attribute', 'search'] as const) {
    const said = async (when: string, distribution = false) => {
      const settings = domainSettings(sambaSource(samba), { memberships: { from: [from], distribution } });
      const directory = openDirectory(settings, { identities: true });
      try {
        const remarks = await examineAll([{ mapping: neverBy(when), directories: [directory] }]);
        return remarks.map((remark) => renderProblem(problemOf(remark)));
      } finally {
        await directory.close();
      }
    };

    it(`is there, by name, BUILTIN and SID, and attributes of the schema (${from})`, async () => {
      for (const when of [
        '{ group: crowd }',
        '{ group: Administrators }',
        "{ group: 'sid:S-1-5-32-544' }",
        "{ attribute: { extensionName: 'x' } }",
      ])
        expect(await said(when), when).to.deep.equal([]);
    });

    it(`is not there, by SID and name, nor in the schema (${from})`, async () => {
      expect((await said("{ group: 'sid:S-1-5-21-1-2-3-4' }")).join()).to.match(
        /error: never gone names the group sid:S-1-5-21-1-2-3-4/,
      );
      expect((await said('{ group: crowed }')).join()).to.match(/error: .*did you mean "crowd"/);
      expect((await said("{ attribute: { departmnt: 'x' } }")).join()).to.match(
        /error: never gone reads the attribute departmnt.*did you mean "department"/,
      );
    });

    it(`counts for nobody: a distribution group, unless they count (${from})`, async () => {
      expect((await said('{ group: mailing-list }')).join()).to.match(
        /error: never gone names the group mailing-list, and .* counts for nobody: distribution group/,
      );
      const counted = (await said('{ group: mailing-list }', true)).join();
      if (from === 'token-groups') expect(counted).not.to.match(/counts for nobody/);
      else expect(counted).to.equal('');
    });
  }
});

describe('groups that memberships do not show in Active Directory', () => {
  let samba: Samba;
  before(async function () {
    requireSamba(this);
    samba = await startSamba({ more: kindsLdif() });
    samba.change(kindsChangesLdif());
  });
  after(() => samba?.remove());

  const said = async (group: string, memberships: Partial<DirectorySettings['memberships']>) => {
    const settings = domainSettings(sambaSource(samba), { users: { bases: [KINDS_DN] }, memberships });
    const directory = openDirectory(settings);
    try {
      const mapping = neverBy(`{ group: ${group} }`);
      const remarks = await examineAll([{ mapping, directories: [directory] }]);
      return remarks
        .map((remark) => renderProblem(problemOf(remark)))
        .filter((text) => !text.includes('rule one'))
        .join('\n');
    } finally {
      await directory.close();
    }
  };

  it('are told where a group of the base lists one outside of it', async () => {
    const within = { from: ['search'], base: BUILTIN_DN } as const;
    const told = await said('Guests', within);
    expect(told).to.match(
      /warning: groups below memberships\.base list groups outside of it.*at least 2 groups \(first: CN=(?:Guests|Users),/,
    );
    expect(told).to.match(/error: never gone names the group Guests.*first: those of CN=guest-group/);
    expect(await said('Remote Desktop Users', within)).not.to.include('error');
    for (const from of ['attribute', 'token-groups'] as const)
      expect(await said('Guests', { from: [from] }), from).to.equal('');
    expect(await said('Guests', { from: ['search'] })).to.equal('');
  });

  it('are told where nobody shows memberOf and there is no sentinel', async () => {
    const people = Object.keys(GROUP_KINDS).map((name) => dnOf(name, KINDS_DN));
    await withoutRightTo(samba, 'memberOf', people, async () => {
      const told = await said('below', { from: ['attribute'] });
      expect(told).to.match(
        new RegExp(`warning: nobody of ${people.length} people shows memberOf, but groups list them`),
      );
      expect(told).to.match(/error: never gone names the group below, and CN=below,.* is missing/);
      for (const from of ['search', 'token-groups'] as const)
        expect(await said('below', { from: [from] }), from).to.equal('');
    });
    expect(await said('below', { from: ['attribute'] })).to.equal('');
  });
});
