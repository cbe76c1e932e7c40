/** SIGTERM: every request that came in is answered whole, and the process ends with 0. */
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { requireSlapd } from '../directories/installed.ts';
import { type Slapd, startSlapd } from '../directories/slapd.ts';
import { until } from '../until.ts';
import { groupsOf, OWN_NAMES_MAPPING, send, slapdConfig, startService } from './running-service.ts';
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

  it('loses no request of callers that keep asking, over kept connections as long as it keeps them', async () => {
    const service = await serve();
    const agent = new Agent({ keepAlive: true, maxSockets: 20 });
    const outcomes: string[] = [];
    let asking = true;
    const caller = async () => {
      while (asking) {
        const outcome = await askOver(agent, service.url);
        outcomes.push(outcome);
        if (outcome === 'not taken') return;
      }
    };
    const callers = Array.from({ length: 20 }, caller);
    await until(() => outcomes.length > 100);
    const ended = service.end('SIGTERM');
    const status = await ended;
    asking = false;
    await Promise.all(callers);
    agent.destroy();
    expect(status).to.equal(0);
    const kinds = new Set(outcomes);
    kinds.delete('not taken');
    kinds.delete('503');
    expect([...kinds]).to.deep.equal(['200']);
    expect(outcomes.filter((outcome) => outcome === '200').length).to.be.greaterThan(100);
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

/**
 * The status, or the code of the network's error; a new connection that is refused, or reset before the service was
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
        response.on('end', () => resolve(String(response.statusCode)));
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
