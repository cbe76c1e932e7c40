/** `plan` and `snapshot` of a real Active Directory domain: by each strategy, live and saved, the same. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { runKept } from '../acceptance/kept-program.ts';
import { folderWith } from '../acceptance/running-service.ts';
import { requireSamba } from '../directories/installed.ts';
import { type Samba, sharedSamba } from '../directories/samba.ts';
import {
  ACCOUNT_PASSWORD,
  BRANCH_DN,
  DOMAIN_SID,
  GROUPS_DN,
  LOOKUP_ACCOUNT,
  PEOPLE_DN,
  PROBE,
} from '../directories/samba-people.ts';

const OWN_NAMES = `version: 1
groups: { under: everywhere }
rules:
  - id: own-names
    when: { group: <name> }
    where: { name: any }
    give: { groups: [<name>] }
`;
/** Nothing to anybody but by the SID of Domain Users, which is the primary group of most. */
const BY_SID = `version: 1
groups: { under: everywhere }
rules:
  - id: everybody
    when: { group: 'sid:${DOMAIN_SID}-513' }
    give: { groups: [Everybody] }
`;

describe('plan, of Active Directory', () => {
  let samba: Samba;
  before(async function () {
    requireSamba(this);
    samba = await sharedSamba();
  });

  const inFolder = (memberships: string) => {
    const folder = folderWith({
      'in-use.yaml': OWN_NAMES,
      'planned.yaml': BY_SID,
      'ca.pem': samba.certificates.ca,
      'config.yaml': `listen: { host: 127.0.0.1, port: 0 }
callers: { immuta: { password: "\${env:IMMUTA}" } }
directories:
  corp:
    vendor: active-directory
    urls: ["ldaps://${samba.host}"]
    tls: { ca: ca.pem }
    bind: { dn: "${LOOKUP_ACCOUNT}", password: "\${env:BIND}" }
    users: { base: ["${PEOPLE_DN}", "${BRANCH_DN}"] }
    memberships: { ${memberships}, base: "${GROUPS_DN}", limits: { groups: 5000, depth: 32 } }
    sentinel: { userid: ${PROBE.name}, group: "${PROBE.group}" }
    limits: { search: 200s }
endpoints: { /user-info: { directories: [corp], mapping: in-use.yaml, callers: [immuta] } }
`,
    });
    const env = { ...process.env, IMMUTA: 'immuta-secret', BIND: ACCOUNT_PASSWORD };
    return { folder, run: (...args: string[]) => runKept(args, { cwd: folder, env }) };
  };

  for (const from of ['token-groups', 'attribute']) {
    it(`is the same live and from a snapshot, with memberships from ${from}`, async () => {
      const { folder, run } = inFolder(`from: ${from}`);
      const live = await run('plan', '--mapping', 'planned.yaml', '--json');
      expect(live.stderr).to.equal('');
      expect(live.status).to.equal(2);
      const plan = JSON.parse(live.stdout) as {
        entitlements: { name: string; after: number }[];
        people: number;
      };
      expect(plan.entitlements.find(({ name }) => name === 'Everybody')?.after).to.be.greaterThan(10);
      const taken = await run('snapshot', 's.ldif', '--mapping', 'planned.yaml');
      expect([taken.status, taken.stderr]).to.deep.equal([0, `s.ldif: ${plan.people} people\n`]);
      expect(readFileSync(join(folder, 's.ldif'), 'utf8')).to.not.match(
        /^(?:unicodepwd|mail|displayname):/im,
      );
      expect(await run('plan', '--mapping', 'planned.yaml', '--json', '--snapshot', 's.ldif')).to.deep.equal(
        live,
      );
    });
  }
});
