/** Groups by plain names, for the commands that look at groups as such: there are no entries of them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { runKept } from '../acceptance/kept-program.ts';
import { folderWith } from '../acceptance/running-service.ts';

const mapping = (given: string) => `version: 1
groups: { under: everywhere }
rules:
  - { id: gold, when: { group: "app:gold" }, give: { groups: [${given}] } }
never:
  - { id: left, when: { group: "ref:left" }, take: { groups: all } }
`;

describe('commands, where groups are plain names', () => {
  const folder = folderWith({
    'people.ldif': `dn: dc=x
objectClass: domain

dn: uid=jane,dc=x
objectClass: inetOrgPerson
uid: jane
isMemberOf: app:gold

dn: uid=kim,dc=x
objectClass: inetOrgPerson
uid: kim
isMemberOf: app:gold
isMemberOf: ref:left
`,
    'config.yaml': `listen: { host: 127.0.0.1, port: 0 }
callers: { immuta: { password: pw } }
directories:
  grouper: { ldif: people.ldif, users: { base: dc=x }, memberships: { attribute: isMemberOf, values: names } }
endpoints:
  /user-info: { directories: [grouper], mapping: mapping.yaml, callers: [immuta] }
`,
    'mapping.yaml': mapping('Gold'),
    'planned.yaml': mapping('Golden'),
  });
  const run = (...args: string[]) => runKept(args, { cwd: folder });

  it('plan, who and explain know them by name', async () => {
    const plan = await run('plan', '--mapping', 'planned.yaml');
    expect([plan.status, plan.stdout]).to.deep.include(2);
    expect(plan.stdout).to.match(/Golden +1 person .*jane/);
    expect((await run('who', '--group', 'Gold')).stdout).to.match(/^jane\b/m);
    expect((await run('explain', 'kim')).stdout).to.match(/removed\n +Gold/);
  });

  it('snapshot saves them as names, and plan reads them so', async () => {
    expect((await run('snapshot', 's.ldif')).status).to.equal(0);
    const saved = readFileSync(join(folder, 's.ldif'), 'utf8');
    expect(saved)
      .to.match(/^memberOf: ref:left$/m)
      .and.not.match(/^dn: cn=/m);
    const plan = await run('plan', '--mapping', 'planned.yaml', '--snapshot', 's.ldif');
    expect(plan.status, plan.stderr).to.equal(2);
    expect(plan.stdout).to.match(/Golden +1 person .*jane/);
  });

  it('check --live and doctor look for no entries of them', async () => {
    const check = await run('check', '--live');
    expect([check.status, check.stderr].join()).to.match(/^0,[\s\S]*groups are plain names here/);
    const doctor = await run('doctor');
    expect([doctor.status, doctor.stdout].join()).to.match(/^0,[\s\S]*skipped +groups +they are plain names/);
  });
});
