/**
 * Groups of Active Directory by the commands: those that do not count are told, live and saved; a `never` by a group of
 * BUILTIN or the primary one takes, under each strategy.
 */
import { expect } from 'chai';
import { sidToOctets } from '../../src/names/sid.ts';
import { runKept } from '../acceptance/kept-program.ts';
import { folderWith, startService } from '../acceptance/running-service.ts';

const DOMAIN = 'S-1-5-21-1111111111-2222222222-3333333333';
const GROUPS = 'OU=Groups,DC=acme,DC=example';
const JANE = 'CN=Jane Roe,OU=People,DC=acme,DC=example';
const sid = (rid: number) => Buffer.from(sidToOctets(`${DOMAIN}-${rid}`)).toString('base64');
const guid = (n: number) => Buffer.alloc(16, n).toString('base64');
const group = (cn: string, rid: number, groupType: number) => `dn: CN=${cn},${GROUPS}
objectClass: group
distinguishedName: CN=${cn},${GROUPS}
objectSid:: ${sid(rid)}
objectGUID:: ${guid(rid % 256)}
groupType: ${groupType}
member: ${JANE}
`;
const PEOPLE = `dn: DC=acme,DC=example
objectClass: domainDNS
objectSid:: ${Buffer.from(sidToOctets(DOMAIN)).toString('base64')}

dn: OU=People,DC=acme,DC=example
objectClass: organizationalUnit

dn: ${GROUPS}
objectClass: organizationalUnit

${[group('Domain Users', 513, -2147483646), group('Sales', 1200, -2147483646), group('Żółw', 1201, 8)].join('\n')}
dn: ${JANE}
objectClass: user
sAMAccountName: jane
objectSid:: ${sid(1105)}
primaryGroupID: 513
userAccountControl: 512
memberOf: CN=Sales,${GROUPS}
memberOf: CN=Żółw,${GROUPS}
tokenGroups:: ${sid(513)}
tokenGroups:: ${sid(1200)}
`;
const FILES = {
  'people.ldif': PEOPLE,
  'mapping.yaml': `version: 1
groups: { under: everywhere }
rules:
  - { id: list, when: { group: Żółw }, give: { groups: [List] } }
  - { id: sales, when: { group: Sales }, give: { groups: [Sales] } }
`,
  'config.yaml': `listen: { host: 127.0.0.1, port: 0 }
admin: { host: 127.0.0.1, port: 0 }
callers: { immuta: { password: secret } }
directories:
  corp: { vendor: active-directory, ldif: people.ldif, users: { base: 'OU=People,DC=acme,DC=example' } }
endpoints: { /user-info: { directories: [corp], mapping: mapping.yaml, callers: [immuta] } }
`,
};
const REASON = 'distribution group; memberships.distribution: no';
const TOLD = { dn: `CN=Żółw,${GROUPS}`, name: 'Żółw', cause: 'uncounted', reason: REASON };

/** Guests of BUILTIN, and Domain Users in it. */
const GUESTS = `
dn: CN=Builtin,DC=acme,DC=example
objectClass: builtinDomain

dn: CN=Guests,CN=Builtin,DC=acme,DC=example
objectClass: group
distinguishedName: CN=Guests,CN=Builtin,DC=acme,DC=example
objectSid:: ${Buffer.from(sidToOctets('S-1-5-32-546')).toString('base64')}
objectGUID:: ${guid(77)}
groupType: -2147483643
member: CN=Domain Users,${GROUPS}
`;
const WITH_GUESTS = `${PEOPLE.replace(/(dn: CN=Domain Users,.*\n)/, `$1memberOf: CN=Guests,CN=Builtin,DC=acme,DC=example\n`)}\
tokenGroups:: ${Buffer.from(sidToOctets('S-1-5-32-546')).toString('base64')}
${GUESTS}`;

describe('a never entry by a group of every Windows domain', () => {
  for (const from of ['token-groups', 'attribute', 'search']) {
    for (const group of ['CN=Guests,CN=Builtin,DC=acme,DC=example', 'sid:S-1-5-32-546', 'Domain Users']) {
      it(`takes from who is in it by nesting or as the primary group alone (${from}, ${group})`, async () => {
        const never = `never:\n  - { id: no, when: { group: '${group}' }, take: { groups: [Sales] } }\n`;
        const memberships = `users: { base: 'OU=People,DC=acme,DC=example' }, memberships: { from: ${from} }`;
        const cwd = folderWith({
          'people.ldif': WITH_GUESTS,
          'mapping.yaml': `${FILES['mapping.yaml']}${never}`,
          'config.yaml': FILES['config.yaml'].replace(/users: \{[^}]*\}/, memberships),
        });
        const { stdout } = await runKept(['explain', 'jane', '--json'], { cwd });
        expect((JSON.parse(stdout) as { answer: unknown }).answer).to.deep.equal({
          groups: [],
          authorizations: {},
        });
      });
    }
  }
});

describe('groups that do not count', () => {
  it('are told by explain, with the reason, also by --why-not and from a snapshot', async () => {
    const cwd = folderWith(FILES);
    const run = (...args: string[]) => runKept(args, { cwd });
    const { status, stdout } = await run('explain', 'jane');
    expect(status).to.equal(0);
    expect(stdout)
      .to.match(/^ {2}Sales +rule sales /m)
      .and.to.not.include('List');
    expect(stdout).to.match(
      /^not counted\n(?: .*\n)* {2}CN=Żółw,OU=Groups,DC=acme,DC=example +distribution group; /m,
    );
    const why = await run('explain', 'jane', '--why-not', 'List');
    expect(why.stdout).to.include(`CN=Żółw,${GROUPS} does not count: ${REASON}`);
    const live = await run('explain', 'jane', '--json');
    expect((JSON.parse(live.stdout) as { not_counted: unknown[] }).not_counted).to.deep.include(TOLD);
    expect((await run('snapshot', 's.ldif')).status).to.equal(0);
    expect(await run('explain', 'jane', '--json', '--ldif', 's.ldif')).to.deep.equal(live);
  });

  it('are told by GET /explain', async () => {
    const service = await startService(FILES);
    try {
      const answer = await fetch(`${service.adminUrl}/explain?userid=jane`);
      const { not_counted: notCounted } = (await answer.json()) as { not_counted: unknown[] };
      expect(notCounted).to.deep.include(TOLD);
    } finally {
      await service.end();
    }
  });
});
