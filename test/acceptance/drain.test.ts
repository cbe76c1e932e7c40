/** SIGTERM: every request that came in is answered whole, and the process ends with 0. */
import { readFileSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { requireSlapd } from '../directories/installed.ts';
import { type Slapd, startSlapd } from '../directories/slapd.ts';
import { until } from '../until.ts';
import {
  folderWith,
  groupsOf,
  OWN_NAMES_MAPPING,
  type RunningService,
  send,
  slapdConfig,
  startProgram,
  startService,
} from './running-service.ts';
import { serveHere } from './service-here.ts';

describe('the drain', () => {
  let slapd: Slapd;

  before(async function () {
    requireSlapd(this);
    slapd = await startSlapd();
  });

  after(() => slapd?.remove());

  const files = () => ({ 'config.yaml': slapdConfig(slapd), 'mapping.yaml': OWN_NAMES_MAPPING });
  const serve = () => startService(files());

  it('answers the requests that wait for the directory', async () => {
    const service = await serve();
    await service.ask('svc-probe');
    slapd.hang();
    const kept = { headers: { connection: 'keep-alive' } };
    const waiting = ['ann', 'gina', 'smith', 'hash', 'kenji'].map((userid) => service.ask(userid, kept));
    await sleep(200);
    const ended = service.end('SIGTERM');
    await sleep(1500);
    slapd.wake();
    const answers = await Promise.all(waiting);
    expect(answers.map(({ status }) => status)).to.deep.equal([200, 200, 200, 200, 200]);
    expect(answers.map(({ headers }) => headers['connection'])).to.deep.equal(Array(5).fill('close'));
    expect(answers.map(groupsOf)[4]).to.deep.equal(['日本']);
    expect(await ended).to.equal(0);
    expect(service.log().map(({ msg }) => msg)).to.include.members(['draining', 'drained']);
  });

  it('loses no request of callers that keep asking, over kept connections and new ones, and ends each', async () => {
    const service = await serve();
    const kept = new Agent({ keepAlive: true, maxSockets: 20 });
    const fresh = new Agent({ keepAlive: false, maxSockets: 20 });
    /** Those to requests that were sent once the drain had begun, and before. */
    const [outcomes, before]: [string[], string[]] = [[], []];
    let isDraining = false;
    const caller = async (agent: Agent) => {
      for (;;) {
        const noted = isDraining ? outcomes : before;
        const outcome = await askOver(agent, service.url);
        noted.push(outcome);
        if (outcome === 'not taken') return;
      }
    };
    const callers = Array.from({ length: 20 }, (_, i) => caller(i % 2 === 0 ? kept : fresh));
    await until(() => before.length > 100);
    const ended = service.end('SIGTERM');
    await until(async () => (await statusOf(service)) === 'draining');
    isDraining = true;
    await Promise.all(callers);
    for (const agent of [kept, fresh]) agent.destroy();
    expect(await ended).to.equal(0);
    expect(new Set(before)).to.deep.equal(new Set(['200 keep-alive', '200 close']));
    expect(new Set(outcomes)).to.deep.equal(new Set(['200 close', 'not taken']));
    expect(outcomes.length).to.be.greaterThan(20);
  });

  it('lasts no longer than the requests, though a directory hangs that is still asked for something else', async () => {
    const hours = { limits: 'connect: 4h, search: 4h', deadline: '3s', cache: 'fresh: 5m' };
    const service = await startService({ ...files(), 'config.yaml': slapdConfig(slapd, hours) });
    await service.ask('svc-probe');
    slapd.hang();
    try {
      // After a reload it looks in the directory for what the mapping names.
      service.process.kill('SIGHUP');
      await until(() => service.log().some(({ msg }) => msg === 'reloaded'));
      const waiting = [service.ask('ann'), service.ask('gina')];
      await sleep(200);
      expect(await service.end('SIGTERM')).to.equal(0);
      for (const { status, headers } of await Promise.all(waiting))
        expect([status, headers['connection']]).to.deep.equal([504, 'close']);
    } finally {
      slapd.wake();
    }
  });

  it('is ended at once by a second signal', async () => {
    const hours = { limits: 'connect: 4h, search: 4h', deadline: '4h' };
    const service = await startService({ ...files(), 'config.yaml': slapdConfig(slapd, hours) });
    await service.ask('svc-probe');
    slapd.hang();
    try {
      const waiting = service.ask('ann').then(
        () => 'answered',
        ({ code }: NodeJS.ErrnoException) => code,
      );
      await sleep(200);
      service.process.kill('SIGTERM');
      await until(async () => (await statusOf(service)) === 'draining');
      expect(await service.end('SIGTERM')).to.equal(1);
      expect(await waiting).to.equal('ECONNRESET');
    } finally {
      slapd.wake();
    }
  });

  it('lingers for as long as the config said last', async () => {
    const lingering = (time: string) => `${slapdConfig(slapd)}drain: { linger: ${time} }\n`;
    const service = await startService({ ...files(), 'config.yaml': lingering('0s') });
    writeFileSync(join(service.folder, 'config.yaml'), lingering('10m'));
    service.process.kill('SIGHUP');
    await until(() => service.log().some(({ msg }) => msg === 'reloaded'));
    service.process.kill('SIGTERM');
    await until(async () => (await statusOf(service)) === 'draining');
    for (const end = performance.now() + 2000; performance.now() < end; ) {
      const { status, headers } = await service.ask('ann', { headers: { connection: 'keep-alive' } });
      expect([status, headers['connection']]).to.deep.equal([200, 'close']);
    }
    expect(await service.end('SIGTERM')).to.equal(1);
    expect(service.log().some(({ level }) => level === 40)).to.equal(false);
  });

  it('is what a signal begins as soon as the program reads its files', async () => {
    const people = Array.from(
      { length: 50_000 },
      (_, i) => `dn: uid=p${i},dc=x\nobjectClass: inetOrgPerson\nuid: p${i}\ncn: p${i}\nsn: p${i}\n`,
    );
    const folder = folderWith({
      'people.ldif': `dn: dc=x\nobjectClass: domain\ndc: x\n\n${people.join('\n')}`,
      'mapping.yaml': OWN_NAMES_MAPPING,
      'config.yaml': `listen: { host: 127.0.0.1, port: 0 }
admin: { host: 127.0.0.1, port: 0 }
callers: { immuta: { password: secret } }
directories: { corp: { ldif: people.ldif, users: { base: "dc=x", attribute: uid }, memberships: { from: attribute } } }
endpoints: { /user-info: { directories: [corp], mapping: mapping.yaml, callers: [immuta] } }
`,
    });
    const child = startProgram(['serve', '--config', 'config.yaml'], folder);
    let stderr = '';
    child.stderr?.on('data', (chunk) => (stderr += String(chunk)));
    const ended = new Promise((resolve) =>
      child.once('close', (status, signal) => resolve(status ?? signal)),
    );
    // The kernel tells which signals have a handler; Node itself has one for SIGTERM, and none for SIGHUP.
    await until(() => {
      const [, caught = '0'] = /^SigCgt:\s*([0-9a-f]+)/m.exec(statusFileOf(child.pid)) ?? [];
      return (BigInt(`0x${caught}`) & 1n) === 1n;
    });
    await sleep(50);
    child.kill('SIGTERM');
    expect(await ended).to.equal(0);
    expect(stderr).to.include('"msg":"drained"').and.not.include('"msg":"listening"');
  });

  it('is not ready any more meanwhile, and says so', async () => {
    const { service, adminUrl, ask } = await serveHere(files());
    await ask('ann');
    // Longer than what is asked meanwhile takes.
    const ended = service.stop(5000);
    const answer = await fetch(`${adminUrl}/readyz`);
    expect([answer.status, ((await answer.json()) as { status: string }).status]).to.deep.equal([
      503,
      'draining',
    ]);
    const kept = { headers: { connection: 'keep-alive' } };
    const answered = await ask('ann', kept);
    expect([answered.status, answered.headers['connection']]).to.deep.equal([200, 'close']);
    const refused = await ask('', kept);
    expect([refused.status, refused.headers['connection']]).to.deep.equal([400, 'close']);
    const health = await send(adminUrl, '/healthz', kept);
    expect([health.status, health.headers['connection']]).to.deep.equal([200, 'close']);
    await ended;
  });
});

/** What `/readyz` says of the service as a whole. */
async function statusOf({ adminUrl }: RunningService): Promise<string> {
  return ((await (await fetch(`${adminUrl}/readyz`)).json()) as { status: string }).status;
}

function statusFileOf(pid: number | undefined): string {
  return readFileSync(`/proc/${pid}/status`, 'utf8');
}

/**
 * The status and what becomes of the connection, or the code of the network's error; a new connection that is refused, or reset before the service was
 * handed it, is `not taken`.
 */
function askOver(agent: Agent, base: string): Promise<string> {
  const { hostname, port } = new URL(base);
  const authorization = `Basic ${Buffer.from('immuta:secret').toString('base64')}`;
  return new Promise((resolve) => {
    const sent = request(
      { agent, hostname, port, path: '/user-info?userid=ann', headers: { authorization } },
      (response) => {
        response.resume();
        response.on('end', () => resolve(`${response.statusCode} ${response.headers.connection}`));
        response.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
      },
    );
    sent.on('error', (error: NodeJS.ErrnoException) => {
      const isRefused = error.code === 'ECONNREFUSED' || (error.code === 'ECONNRESET' && !sent.reusedSocket);
      resolve(isRefused ? 'not taken' : (error.code ?? 'error'));
    });
    sent.end();
  });
}
