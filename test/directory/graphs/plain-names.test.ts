/** Groups by plain names in an attribute: taken as they are, found by name alone; what needs a DN is refused. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseDn } from '../../../src/names/dn.ts';
import { loadSetup } from '../../../src/setup/setup.ts';
import { exampleSettings, findPerson, openDirectory, within } from '../example-settings.ts';
import { expectFailure } from '../rejection.ts';
import { collected } from '../walking-contract.ts';

const TEXT = `dn: dc=x
objectClass: domain
dc: x

dn: uid=jane,dc=x
objectClass: inetOrgPerson
uid: jane
cn: J
sn: J
isMemberOf: app:immuta:Data Gold
isMemberOf: APP:immuta:data  gold
isMemberOf: cn=quoted, "and" more+x
isMemberOf: ref:staff

dn: uid=odd,dc=x
objectClass: inetOrgPerson
uid: odd
isMemberOf:: /w==
`;
const MEMBERSHIPS = { attribute: 'isMemberOf', hasPlainNames: true, nested: false, base: undefined } as const;

describe('groups by plain names', () => {
  const directory = openDirectory(
    exampleSettings(
      { kind: 'ldif', file: 'test', text: TEXT },
      { users: { bases: ['dc=x'], userids: ['<name>'] }, memberships: MEMBERSHIPS },
    ),
  );

  it('are taken as they are, each once, with a DN that parses', async () => {
    const person = await findPerson(directory, 'jane', within());
    const names = person?.memberships.map(({ name }) => name).sort();
    expect(names).to.have.length(3);
    expect(names).to.include('cn=quoted, "and" more+x').and.to.include('ref:staff');
    for (const { dn, name } of person?.memberships ?? [])
      expect(parseDn(dn).rdns).to.deep.equal([[{ type: 'cn', value: name }]]);
  });

  it('are spelled alike in whatever order the directory has them', async () => {
    const jane = 'objectClass: person\nuid: jane\ncn: J\nsn: J';
    const spellings = ['app:H', 'app:h', 'APP:h', 'App:H', 'b'];
    const answers = await Promise.all(
      [spellings, [...spellings].reverse(), [...spellings.slice(2), ...spellings.slice(0, 2)]].map(
        async (values) => {
          const text = `dn: uid=jane,dc=x\n${jane}\n${values.map((value) => `isMemberOf: ${value}\n`).join('')}`;
          const source = { kind: 'ldif', file: 'test', text } as const;
          const users = { bases: ['uid=jane,dc=x'], userids: ['<name>'] };
          const ordered = openDirectory(exampleSettings(source, { users, memberships: MEMBERSHIPS }));
          const person = await findPerson(ordered, 'jane', within());
          return person?.memberships.map(({ name }) => name).sort();
        },
      ),
    );
    expect(answers).to.deep.equal([1, 2, 3].map(() => ['APP:h', 'b']));
  });

  it('must be text, and are the same in a walk', async () => {
    await expectFailure(findPerson(directory, 'odd', within()), 'directory_incomplete');
    await expectFailure(collected(directory.people()), 'directory_incomplete', /isMemberOf/);
  });

  describe('in a setup', () => {
    const folder = mkdtempSync(join(tmpdir(), 'plain-names-'));
    after(() => rmSync(folder, { recursive: true }));
    const load = async (under: string, group: string) => {
      writeFileSync(join(folder, 'people.ldif'), TEXT);
      writeFileSync(
        join(folder, 'mapping.yaml'),
        `version: 1\ngroups: { under: ${under} }\nrules:\n  - id: a\n    when: { group: ${group} }\n    give: { groups: [A] }\n`,
      );
      const config = join(folder, 'config.yaml');
      writeFileSync(
        config,
        `listen: { host: 127.0.0.1, port: 0 }
callers: { immuta: { password: pw } }
directories:
  grouper: { ldif: people.ldif, users: { base: dc=x }, memberships: { attribute: isMemberOf, values: names } }
endpoints:
  /user-info: { directories: [grouper], mapping: mapping.yaml, callers: [immuta] }
`,
      );
      try {
        await loadSetup(config, {});
        return [];
      } catch (error) {
        const { problems } = error as { problems: readonly { message: string; severity: string }[] };
        return problems.filter(({ severity }) => severity === 'error').map(({ message }) => message);
      }
    };

    it('serve a mapping that names groups by their names, everywhere', async () => {
      expect(await load('everywhere', '"app:immuta:data gold"')).to.deep.equal([]);
    });

    it('refuse one that needs DNs, SIDs or GUIDs: it could never be true', async () => {
      for (const [under, group] of [
        ['"dc=x"', 'a'],
        ['everywhere', '"cn=a,dc=x"'],
        ['everywhere', '"sid:S-1-5-21-1-2-3-1001"'],
        ['everywhere', '{ name: a, under: "dc=x" }'],
      ] as const) {
        expect((await load(under, group)).join(), group).to.match(/plain names .*(everywhere|never be true)/);
      }
    });
  });
});
