/** `doctor` as a person at a terminal sees it, on a directory that needs no server. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { runKept } from '../acceptance/kept-program.ts';
import { folderWith } from '../acceptance/running-service.ts';
import { PEOPLE_LDIF } from '../directories/slapd.ts';

const CONFIG = `callers:
  immuta: { password: "\${env:CALLER}" }
directories:
  corp:
    ldif: people.ldif
    users: { base: 'ou=people,dc=example,dc=test' }
    memberships: { from: search }
    sentinel: { userid: svc-probe, group: 'cn=probe,ou=groups,dc=example,dc=test' }
  branch:
    ldif: people.ldif
    users: { base: 'ou=peple,dc=example,dc=test' }
    sentinel: { userid: svc-probe, group: 'cn=probe,ou=groups,dc=example,dc=test' }
endpoints:
  /corp: { directories: [corp], mapping: not-written-yet.yaml, callers: [immuta] }
  /all: { directories: [corp, branch], mapping: not-written-yet.yaml, callers: [immuta] }
`;

describe('the command doctor', () => {
  const run = (args: readonly string[], config = CONFIG) =>
    runKept(['doctor', ...args], {
      cwd: folderWith({ 'config.yaml': config, 'people.ldif': readFileSync(PEOPLE_LDIF, 'utf8') }),
      env: { ...process.env, CALLER: 'a caller' },
    });

  it('prints a line for each step and the config that works, for one endpoint, without its mapping', async () => {
    const { status, stdout, stderr } = await run(['--endpoint', '/corp']);
    expect(stderr).to.equal('');
    expect(stdout.split('\n').slice(0, 3)).to.deep.equal([
      'directory corp',
      '  skipped  dns          the directory is the file people.ldif',
      '  ok       bases        users.base ou=people,dc=example,dc=test: exists',
    ]);
    expect(stdout).to.include('\n  ok       sentinel     svc-probe: found with its group\n');
    expect(stdout).to.match(
      /\nThe config works as it is:\n\ndirectories:\n {2}corp:\n {4}ldif: people.ldif\n/,
    );
    expect(status).to.equal(0);
  });

  it('goes through all directories, and exits with 1 where one is not well', async () => {
    const { status, stdout } = await run([]);
    expect(stdout.match(/^directory \w+$/gm)).to.deep.equal(['directory corp', 'directory branch']);
    expect(stdout).to.match(/^ {2}failed {3}bases {8}users\.base ou=peple,.*\n +→ users\.base: /m);
    expect(stdout).to.include('\nNo config is proposed before the failed steps are mended.\n');
    expect(status).to.equal(1);
  });

  it('knows the endpoints that there are', async () => {
    const { status, stdout, stderr } = await run(['--endpoint', '/none']);
    expect([status, stdout]).to.deep.equal([1, '']);
    expect(stderr).to.equal('the config has no endpoint /none; it has: /corp, /all\n');
  });

  it('begins with the mistakes of the config file', async () => {
    const { status, stdout, stderr } = await run([], CONFIG.replace('users: {', 'usrs: {'));
    expect([status, stdout]).to.deep.equal([1, '']);
    expect(stderr).to.match(/^config\.yaml:6:5: error: unknown key "usrs"$/m);
  });
});
