/** A log that cannot be written, or that nobody reads, costs lines and nothing else. */
import { spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { endWithUs, freePorts } from '../directories/child-servers.ts';
import { PEOPLE_LDIF } from '../directories/slapd.ts';
import { until } from '../until.ts';
import { folderWith, OWN_NAMES_MAPPING, PROGRAM, send } from './running-service.ts';

describe('the log', () => {
  const serve = async (stderr: number | 'pipe') => {
    const [port = 0] = await freePorts(1);
    const cwd = folderWith({
      'mapping.yaml': OWN_NAMES_MAPPING,
      'people.ldif': readFileSync(PEOPLE_LDIF, 'utf8'),
      'config.yaml': `listen: { host: 127.0.0.1, port: ${port} }
admin: { host: 127.0.0.1, port: 0 }
callers: { immuta: { password: secret } }
directories:
  corp:
    ldif: people.ldif
    users: { base: 'ou=people,dc=example,dc=test' }
    memberships: { from: attribute }
endpoints: { /user-info: { directories: [corp], mapping: mapping.yaml, callers: [immuta] } }
`,
    });
    const args = [...PROGRAM, 'serve'];
    const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'ignore', stderr] });
    endWithUs(child);
    const base = `http://127.0.0.1:${port}`;
    const ask = () => send(base, '/user-info?userid=loner', {});
    await until(async () => (await ask().catch(() => undefined)) !== undefined);
    return { child, ask };
  };

  for (const [what, stderr] of [
    ['that cannot be written', () => openSync('/dev/full', 'w')],
    ['that nobody reads', () => 'pipe' as const],
  ] as const) {
    it(`${what} loses no request`, async () => {
      const { child, ask } = await serve(stderr());
      for (let i = 0; i < 600; i++) expect((await ask()).status).to.equal(200);
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      if (what === 'that nobody reads') child.stderr?.resume();
      expect(await ended).to.equal(0);
    });
  }
});
