/** What `explain` says of people to whom nothing is due, whatever the mapping says. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { runKept } from '../acceptance/kept-program.ts';
import { folderWith, OWN_NAMES_MAPPING } from '../acceptance/running-service.ts';
import { PEOPLE_LDIF } from '../directories/slapd.ts';

const CONFIG = `listen: { host: 127.0.0.1, port: 0 }
callers: { immuta: { password: secret } }
directories:
  corp:
    ldif: people.ldif
    users: { base: 'ou=people,dc=example,dc=test', unknown: empty }
    memberships: { from: attribute }
    sentinel: { userid: svc-probe, group: 'cn=probe,ou=groups,dc=example,dc=test' }
endpoints: { /user-info: { directories: [corp], mapping: mapping.yaml, callers: [immuta] } }
`;
const LOCKED = `
dn: uid=leaver,ou=people,dc=example,dc=test
objectClass: inetOrgPerson
uid: leaver
cn: Leaver
sn: Leaver
memberOf: cn=web,ou=groups,dc=example,dc=test
pwdAccountLockedTime: 000001010000Z
`;
const EMPTY = { groups: [], authorizations: {} };

describe('explain, where nothing is due', () => {
  const explain = (config: string, ...args: string[]) =>
    runKept(['explain', ...args], {
      cwd: folderWith({
        'config.yaml': config.replace('ldif: people.ldif', 'ldif: people.ldif\n    vendor: openldap'),
        'mapping.yaml': OWN_NAMES_MAPPING,
        'people.ldif': `${readFileSync(PEOPLE_LDIF, 'utf8')}\n${LOCKED}`,
      }),
    });

  it('tells that the account is dead, and exits with 0', async () => {
    const { status, stdout } = await explain(CONFIG, 'leaver');
    expect(stdout).to.match(
      /^uid=leaver,.*\naccount disabled: an empty answer is due, .*\n\nnothing is given\n$/,
    );
    expect(status).to.equal(0);
    const json = JSON.parse((await explain(CONFIG, 'leaver', '--json')).stdout) as object;
    expect(json).to.deep.include({ answer: EMPTY, account: { status: 'disabled', due: 'empty' }, given: [] });
  });

  it('exits with 1 where such an account is to be unknown', async () => {
    const config = CONFIG.replace('    sentinel', '    accounts: { disabled: not_found }\n    sentinel');
    const { status, stdout, stderr } = await explain(config, 'leaver');
    expect([status, stdout]).to.deep.equal([1, '']);
    expect(stderr).to.match(/^leaver: unknown_user: .*disabled/m);
  });

  it('says so of unknown people where they get an empty answer', async () => {
    const { status, stdout } = await explain(CONFIG, 'nobody');
    expect(stdout).to.match(/^no directory has such a person: an empty answer is due/);
    expect(status).to.equal(0);
    const json = JSON.parse((await explain(CONFIG, 'nobody', '--json')).stdout) as object;
    expect(json).to.deep.include({ directory: null, dn: null, account: null, answer: EMPTY });
  });

  it('has no account line for people whose account is alive', async () => {
    expect((await explain(CONFIG, 'svc-probe')).stdout).to.not.include('account');
    const json = JSON.parse((await explain(CONFIG, 'svc-probe', '--json')).stdout) as object;
    expect(json).to.deep.include({ account: null });
  });
});
