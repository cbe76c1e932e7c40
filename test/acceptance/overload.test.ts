/** More requests than the directory may be asked for: who is turned away, and who is no longer searched for. */
import { type ClientRequest, request } from 'node:http';
import { expect } from 'chai';
import { requireSlapd } from '../directories/installed.ts';
import { type RecordingProxy, startRecordingProxy } from '../directories/recording-proxy.ts';
import { type Slapd, startSlapd } from '../directories/slapd.ts';
import { until } from '../until.ts';
import {
  codeOf,
  OWN_NAMES_MAPPING,
  type RunningService,
  slapdConfig,
  startService,
} from './running-service.ts';

describe('more requests than the directory may be asked for', () => {
  let slapd: Slapd;
  let proxy: RecordingProxy;
  let service: RunningService;
  let loggedBefore: number;

  before(async function () {
    requireSlapd(this);
    slapd = await startSlapd();
    proxy = await startRecordingProxy(slapd.port);
    service = await startService({
      'config.yaml': slapdConfig(proxy, {
        sentinel: false,
        memberships: 'from: attribute, nested: no',
        limits: 'connections: 1, concurrent: 1, queue: 2, search: 5m',
        deadline: '4m',
      }),
      'mapping.yaml': OWN_NAMES_MAPPING,
    });
    await quiet();
  });

  after(async () => {
    slapd?.wake();
    await service?.end();
    await proxy?.stop();
    await slapd?.remove();
  });

  beforeEach(async () => {
    expect((await service.ask('ann')).status).to.equal(200);
    loggedBefore = (await slapd.settledLog()).length;
    slapd.hang();
  });

  afterEach(() => slapd.wake());

  /** Once the service has looked at what there is, which takes a turn at the directory too: for two seconds it asked nothing. */
  const quiet = async () => {
    let before = -1;
    for (let still = 0; still < 8; still++) {
      const { length } = (await slapd.settledLog()).match(/ SRCH base=/g) ?? [];
      if (length !== before) still = 0;
      before = length;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  };
  const searchesFor = async (userid: string) =>
    (await slapd.settledLog())
      .slice(loggedBefore)
      .split(`SRCH `)
      .filter((line) => line.includes(`(uid=${userid})`)).length;
  /** Asks, and hangs up; again where that was before the service had read the request, which it then never knew of. */
  const hangUp = async (userid: string): Promise<void> => {
    while (!isOver(userid)) {
      const sent = impatient(userid);
      await new Promise((resolve) => sent.once('finish', resolve));
      await new Promise((resolve) => setTimeout(resolve, 200));
      sent.destroy();
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  };
  const impatient = (userid: string): ClientRequest => {
    const { hostname, port } = new URL(service.url);
    const sent = request({
      hostname,
      port,
      path: `/user-info?userid=${userid}`,
      auth: 'immuta:secret',
      agent: false,
    });
    sent.on('error', () => {}).end();
    return sent;
  };
  const isOver = (userid: string) => service.log().some((line) => line['userid'] === userid);

  it('beyond the queue: 503 with Retry-After, without a word from the directory', async () => {
    const people = Array.from({ length: 10 }, (_, i) => `person${i}`);
    const refused: string[] = [];
    const outcomes = people.map(async (userid) => {
      const answered = await service.ask(userid);
      if (answered.status !== 503) return answered.status;
      expect([codeOf(answered), answered.headers['retry-after']]).to.deep.equal(['overloaded', '1']);
      refused.push(userid);
      return 503;
    });
    // One is searched for, and two wait.
    await until(() => refused.length === 7);
    slapd.wake();
    expect((await Promise.all(outcomes)).filter((status) => status === 404)).to.have.length(3);
    for (const userid of refused) expect(await searchesFor(userid)).to.equal(0);
  });

  it('nobody is searched for whose client has hung up, unless another waits for the same person', async () => {
    const first = service.ask('held');
    await until(() => proxy.connections.some(({ sent }) => Buffer.concat([...sent]).includes('held')));
    const other = service.ask('shared');
    await Promise.all([hangUp('gone'), hangUp('shared')]);
    slapd.wake();
    expect([(await first).status, (await other).status]).to.deep.equal([404, 404]);
    expect(await searchesFor('shared')).to.equal(1);
    expect(await searchesFor('gone')).to.equal(0);
  });
});
