/** The commands as a person runs them: what they print, where, and with which exit status. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { parsePasswordHash, verifyPassword } from '../../src/password-hash.ts';
import { runKept } from '../acceptance/kept-program.ts';
import { codeOf, folderWith, runProgram, send, startProgram } from '../acceptance/running-service.ts';
import { PEOPLE_LDIF } from '../directories/slapd.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DEMO = ['--config', 'deploy/demo/config.yaml'];

const CONFIG = `listen: { host: 127.0.0.1, port: 0 }
admin: { host: 127.0.0.1, port: 0 }
callers:
  immuta: { password: "\${env:IMMUTA_PASSWORD}" }
directories:
  corp:
    ldif: people.ldif
    users: { base: 'ou=people,dc=example,dc=test', attribute: uid }
    memberships: { from: search, base: 'ou=groups,dc=example,dc=test' }
    sentinel: { userid: svc-probe, group: 'cn=probe,ou=groups,dc=example,dc=test' }
endpoints:
  /user-info: { directories: [corp], mapping: mapping.yaml, callers: [immuta] }
`;

const MAPPING = `version: 1
groups: { under: 'ou=groups,dc=example,dc=test' }
rules:
  - id: accountants
    when: { group: accountants }
    give: { groups: [Accountants] }
`;

const whole = {
  'config.yaml': CONFIG,
  'mapping.yaml': MAPPING,
  'mapping.test.yaml': `mapping: mapping.yaml
tests:
  - name: accountants
    user: { memberOf: [accountants] }
    expect: { groups: [Accountants] }
`,
  'people.ldif': readFileSync(PEOPLE_LDIF, 'utf8'),
};
const env = { ...process.env, IMMUTA_PASSWORD: 'hunter2' };

describe('the commands', () => {
  describe('check', () => {
    it('says that all is well, and exits with 0', async () => {
      const { status, stdout, stderr } = await runProgram(['check'], { cwd: folderWith(whole), env });
      expect(stderr).to.equal('');
      expect(stdout).to.equal('config.yaml: ok (1 endpoint, 1 directory, 1 mapping; 0 errors, 0 warnings)\n');
      expect(status).to.equal(0);
    });

    it('warns of a mapping without tests', async () => {
      const { 'mapping.test.yaml': _, ...untested } = whole;
      const { status, stdout, stderr } = await runKept(['check'], { cwd: folderWith(untested), env });
      expect(stderr).to.equal(
        'mapping.yaml: warning: this mapping has no tests: there is no mapping.test.yaml beside it\n',
      );
      expect(stdout).to.include('0 errors, 1 warning)');
      expect(status).to.equal(0);
    });

    it('--live also asks the directory', async () => {
      const { status, stdout } = await runKept(['check', '--live'], { cwd: folderWith(whole), env });
      expect(stdout).to.include('directory corp: bound, sentinel svc-probe found\n');
      expect(status).to.equal(0);
    });

    for (const [what, from, to] of [
      ['is not there', 'svc-probe', 'nobody'],
      ['has lost its group', 'cn=probe', 'cn=web'],
    ] as const) {
      it(`--live exits with 1 where the sentinel ${what}`, async () => {
        const files = { ...whole, 'config.yaml': CONFIG.replace(from, to) };
        const { status, stderr } = await runKept(['check', '--live'], { cwd: folderWith(files), env });
        expect(stderr).to.match(/^directory corp: directory_incomplete \(sentinel\): the sentinel /);
        expect(status).to.equal(1);
      });
    }

    const broken = {
      ...whole,
      'config.yaml': CONFIG.replace('vendor', 'vendr')
        .replace('listen: {', 'lissten: {')
        .replace('password:', 'pasword: hunter3, password:')
        .replace('callers: [immuta]', 'callers: [imuta]'),
      'mapping.yaml': `${MAPPING.replace('give:', 'gives:')}  - id: accountants\n    wehn: { group: b }\n    give: { groups: [B] }\n`,
    };

    it('prints every problem of config and mapping in one run, with positions, and exits with 1', async () => {
      const { status, stdout, stderr } = await runKept(['check'], { cwd: folderWith(broken), env });
      expect(status).to.equal(1);
      expect(stdout).to.equal('');
      for (const place of [
        /^config\.yaml:1:1: error: unknown key "lissten"\n {4}1 \| lissten: .*\n {6}\| \^{7} did you mean "listen"\?$/m,
        /^config\.yaml:4:\d+: error: unknown key "pasword"/m,
        /^config\.yaml:12:\d+: error: .*imuta/m,
        /^mapping\.yaml:6:5: error: unknown key "gives"/m,
        /^mapping\.yaml:8:5: error: unknown key "wehn"/m,
      ]) {
        expect(stderr).to.match(place);
      }
      expect(stderr).to.not.include('hunter');
    });

    it('keeps serve from starting', async () => {
      const { status, stdout, stderr } = await runProgram(['serve'], { cwd: folderWith(broken), env });
      expect([status, stdout]).to.deep.equal([1, '']);
      expect(stderr).to.include('unknown key "lissten"').and.not.include('listening');
    });

    it('tells lines of a broken LDIF file', async () => {
      const files = { ...whole, 'people.ldif': 'dn: uid=a,dc=x\nuid a\n' };
      const { status, stderr } = await runKept(['check'], { cwd: folderWith(files), env });
      expect(stderr).to.match(/people\.ldif:2:1: error: /);
      expect(status).to.equal(1);
    });

    it('refuses a mapping that is not UTF-8, in which a literal would silently never match', async () => {
      const folder = folderWith(whole);
      writeFileSync(
        join(folder, 'mapping.yaml'),
        Buffer.from(MAPPING.replace('[Accountants]', '[Büro]'), 'latin1'),
      );
      const { status, stderr } = await runKept(['check'], { cwd: folder, env });
      expect(stderr).to.match(
        /^config\.yaml:\d+:\d+: error: the mapping file mapping\.yaml: it is not UTF-8 text$/m,
      );
      expect(status).to.equal(1);
    });

    it('refuses a mapping that is a pipe, and does not wait for it', async () => {
      const folder = folderWith({ 'config.yaml': CONFIG, 'people.ldif': whole['people.ldif'] });
      execFileSync('mkfifo', [join(folder, 'mapping.yaml')]);
      const { status, stderr } = await runProgram(['check'], { cwd: folder, env });
      expect(stderr).to.include('the mapping file mapping.yaml: it is not a file');
      expect(status).to.equal(1);
    });

    it('says what to do where there is no config', async () => {
      const { status, stderr } = await runKept(['check'], { cwd: folderWith({}), env });
      expect(stderr).to.include('config.yaml').and.to.include('--config');
      expect(status).to.equal(1);
    });

    it('takes the config from the environment', async () => {
      const folder = folderWith(whole);
      const { status, stdout } = await runKept(['check'], {
        cwd: ROOT,
        env: { ...env, LDAP_USER_INFO_CONFIG: join(folder, 'config.yaml') },
      });
      expect(stdout).to.include(': ok');
      expect(status).to.equal(0);
    });
  });

  describe('explain', () => {
    it('prints what a person gets and why', async () => {
      const { status, stdout, stderr } = await runKept(['explain', 'bvega', ...DEMO], { cwd: ROOT });
      expect(stderr).to.not.include('error');
      for (const line of [
        /^authorizations\n {2}EMEA: Sales +rule regions \(mappings\/demo\.yaml:\d+\) +group IMM_EMEA_Sales, via IMM-EMEA-All$/m,
        /^withheld\n/m,
        /departmentNumber=9999 +rule department: not in table departments$/m,
        /LATAM: Sales +rule regions: region "LATAM" is not in table regions$/m,
        /^removed\n {2}EMEA: Expenses +never no-expenses-for-contractors \(mappings\/demo\.yaml:\d+\) +employeeType=Contractor$/m,
      ]) {
        expect(stdout).to.match(line);
      }
      expect(status).to.equal(0);
    });

    it('--json gives the same for programs', async () => {
      const { status, stdout } = await runKept(['explain', 'jdoe', '--json', ...DEMO], { cwd: ROOT });
      const explained = JSON.parse(stdout) as { userid: string; answer: unknown };
      expect(explained).to.include({ userid: 'jdoe', endpoint: '/user-info', directory: 'demo' });
      expect(explained.answer).to.deep.equal({
        groups: [{ name: 'Accountants' }, { name: 'Controllers' }],
        authorizations: { APAC: ['Sales'], EMEA: ['Expenses', 'Sales'] },
      });
      expect(status).to.equal(0);
    });

    it('exits with 1 for someone who is not there, and says so', async () => {
      const { status, stdout, stderr } = await runKept(['explain', 'nobody', ...DEMO], { cwd: ROOT });
      expect([status, stdout]).to.deep.equal([1, '']);
      expect(stderr).to.match(/^nobody: unknown_user: /m);
    });

    it('asks for --endpoint where there are several, and knows which there are', async () => {
      const two = CONFIG.replace(
        'endpoints:',
        'endpoints:\n  /other: { directories: [corp], mapping: mapping.yaml, callers: [immuta] }',
      );
      const cwd = folderWith({ ...whole, 'config.yaml': two });
      const { status, stderr } = await runKept(['explain', 'ann'], { cwd, env });
      expect([status, stderr.includes('--endpoint: /other, /user-info')]).to.deep.equal([1, true]);
      expect((await runKept(['explain', 'ann', '--endpoint', '/other'], { cwd, env })).status).to.equal(0);
      expect((await runKept(['explain', 'ann', '--endpoint', '/x'], { cwd, env })).stderr).to.include(
        'no endpoint /x',
      );
    });
  });

  describe('hash-password', () => {
    it('prints a hash of what came on standard input, without its newline', async () => {
      const { status, stdout } = await runProgram(['hash-password'], { input: 'pä:ss wörd\n' });
      expect(status).to.equal(0);
      expect(await verifyPassword('pä:ss wörd', parsePasswordHash(stdout.trimEnd()))).to.equal(true);
    });

    for (const [what, input] of [
      ['nothing', ''],
      ['several lines', 'a\nb\n'],
    ] as const) {
      it(`refuses ${what}`, async () => {
        const { status, stdout, stderr } = await runKept(['hash-password'], { input });
        expect([status, stdout]).to.deep.equal([1, '']);
        expect(stderr).to.match(/password/);
      });
    }
  });

  describe('demo', () => {
    it('prints curl lines that do what they say', async () => {
      const child = startProgram(['demo'], ROOT);
      const stdout = await new Promise<string>((resolve) => {
        let text = '';
        child.stdout?.on('data', (chunk) => {
          text += String(chunk);
          if (text.includes('Ctrl-C')) resolve(text);
        });
      });
      const [[, credentials = '', url = ''] = [], [, wrong = ''] = [], [, , nobody = ''] = []] = [
        ...stdout.matchAll(/curl -\w -u (\S+) '([^']+)'/g),
      ];
      const base = new URL(url).origin;
      const answer = await send(base, url.slice(base.length), { credentials });
      expect(answer.body).to.equal(
        '{"groups":[{"name":"Accountants"},{"name":"Controllers"}],"authorizations":{"APAC":["Sales"],"EMEA":["Expenses","Sales"]}}',
      );
      expect((await send(base, url.slice(base.length), { credentials: wrong })).status).to.equal(401);
      expect(codeOf(await send(base, nobody.slice(base.length), { credentials }))).to.equal('unknown_user');
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGINT');
      expect(await ended).to.equal(0);
    });
  });

  it('list themselves', async () => {
    const { status, stdout } = await runProgram(['--help']);
    for (const command of ['serve', 'check', 'explain', 'hash-password', 'demo'])
      expect(stdout).to.include(command);
    expect(status).to.equal(0);
  });

  it('suggest the command that was meant', async () => {
    const { status, stderr } = await runProgram(['chekc']);
    expect(stderr).to.match(/Did you mean check/);
    expect(status).to.equal(1);
  });
});
