/** What a mapping names and a real Active Directory does not show, or shows and does not count. */
import { expect } from 'chai';
import { compileMapping } from '../../src/mapping/compile.ts';
import { examineAll } from '../../src/visibility/examination.ts';
import { problemOf } from '../../src/visibility/remark.ts';
import { renderProblem } from '../../src/yaml/problem.ts';
import { requireSamba } from '../directories/installed.ts';
import { type Samba, sharedSamba } from '../directories/samba.ts';
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

describe('what a mapping names in Active Directory', function () {
  // Some are in 1,600 groups.
  this.timeout(60_000);
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
