/** The commands on a config with a resource forest: what they tell of its groups, live and from a snapshot. */
import { expect } from 'chai';
import { runKept } from '../acceptance/kept-program.ts';
import { folderWith } from '../acceptance/running-service.ts';
import { FOREST_PASSWORD, FORESTS, groupIn, lookupAccount } from '../directories/forests-people.ts';
import { requireForests } from '../directories/installed.ts';
import { type Forest, type Forests, sharedForests } from '../directories/samba-forests.ts';

const MAPPING = `version: 1
groups: { under: everywhere }
rules:
  - id: top
    when: { group: res-top }
    give: { groups: [Top] }
  - id: through
    when: { group: "${groupIn('res', 'res-via-univ-outer')}" }
    give: { groups: [Through] }
never:
  - id: not-through
    when: { group: res-via-primary }
    unless: { group: res-local }
    take: { groups: [Through] }
`;

describe('commands on two forests', () => {
  let folder: string;

  const section = ({ name, port, baseDn }: Forest, more: string) => `  ${name}:
    vendor: active-directory
    urls: [ldaps://127.0.0.1:${port}]
    tls: { ca: ${name}.pem }
    bind: { dn: "${lookupAccount(name)}", password: "\${env:PASSWORD}" }
    users: { base: "${baseDn}" }
    referrals: ignore
${more}`;
  const run = (...args: readonly string[]) =>
    runKept(args, { cwd: folder, env: { ...process.env, PASSWORD: FOREST_PASSWORD, CALLER: 'a caller' } });

  before(async function () {
    requireForests(this);
    const { corp, res }: Forests = await sharedForests();
    const sentinel = `    sentinel: { userid: probe, group: "${groupIn('res', 'res-probe')}" }\n`;
    const config = `callers:
  immuta: { password: "\${env:CALLER}" }
directories:
${section(corp, `    memberships: { foreign: [res] }\n${sentinel}`)}${section(res, '')}endpoints:
  /user-info: { directories: [corp], mapping: mapping.yaml, callers: [immuta] }
`;
    const files = { 'corp.pem': corp.certificates.ca, 'res.pem': res.certificates.ca };
    folder = folderWith({ ...files, 'config.yaml': config, 'mapping.yaml': MAPPING });
  });

  it('explain tells the way from one forest into the other', async () => {
    const { stdout, status, stderr } = await run('explain', 'ann');
    expect(status, stderr).to.equal(0);
    expect(stdout).to.match(/^ *Top +rule top .* group .*res-top.*, via res-local > res-outer$/m);
    expect(stdout).to.match(
      /^ *Through .* group .*res-via-univ-outer.*, via corp-global > corp-univ-outer$/m,
    );
    expect((await run('explain', 'cara')).stdout).to.not.include('Top');
  });

  it('who finds everybody', async () => {
    const { stdout, stderr, status } = await run('who', '--group', 'Top');
    expect(status, stderr).to.equal(0);
    expect(stdout)
      .to.match(/\bann\b/)
      .and.match(/\bben\b/)
      .and.not.match(/\bcara\b/);
  });

  it('plan of a snapshot is the plan of the forests', async () => {
    expect((await run('snapshot', 'people.ldif')).status).to.equal(0);
    const file = (name: string) => ['--mapping', name];
    const without = MAPPING.replace(/ {2}- id: top\n.*\n.*\n/, '');
    const other = folderWith({ 'new.yaml': without });
    const live = await run('plan', ...file(`${other}/new.yaml`), '--json');
    const saved = await run('plan', ...file(`${other}/new.yaml`), '--snapshot', 'people.ldif', '--json');
    expect(live.status, live.stderr).to.equal(2);
    expect(JSON.parse(saved.stdout)).to.deep.equal(JSON.parse(live.stdout));
    const explained = await run('explain', 'ann', '--ldif', 'people.ldif');
    expect(explained.stdout).to.equal((await run('explain', 'ann')).stdout);
  });

  it('another file cannot stand for them', async () => {
    const ldif = folderWith({ 'other.ldif': `dn: ${FORESTS.corp.baseDn}\nobjectClass: top\n` });
    const { status, stderr } = await run('explain', 'ann', '--ldif', `${ldif}/other.ldif`);
    expect(status).to.equal(1);
    expect(stderr).to.include('no snapshot').and.include('res');
  });

  it('check --live and doctor look at both', async () => {
    const check = await run('check', '--live');
    expect(check.status, check.stderr).to.equal(0);
    expect(check.stdout).to.include('directory res: bound').and.include('directory corp: bound');
    const doctor = await run('doctor');
    expect(doctor.stdout).to.match(
      /ok +foreign +res: lists \d+ people and groups of this domain, which it trusts/,
    );
  });
});
