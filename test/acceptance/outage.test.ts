/** The promise "never an empty 200", against a real slapd that goes away, hangs, comes back and loses its read rights. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'chai';
import { requireSlapd } from '../directories/installed.ts';
import { type Slapd, startSlapd } from '../directories/slapd.ts';
import { sooner, until } from '../until.ts';
import {
  type Answered,
  codeOf,
  groupsOf,
  OWN_NAMES_MAPPING,
  type RunningService,
  slapdConfig,
  startService,
} from './running-service.ts';
import { serveHere } from './service-here.ts';

const ANN = ['accountants', 'finance', 'makers', 'staff', 'web'];

describe('an outage of the directory', () => {
  let slapd: Slapd;
  let service: RunningService;

  before(async function () {
    requireSlapd(this);
    slapd = await startSlapd();
  });

  after(() => slapd?.remove());

  afterEach(() => service?.end());

  const serve = async (changes: Parameters<typeof slapdConfig>[1]) => {
    service = await startService({
      'config.yaml': slapdConfig(slapd, changes),
      'mapping.yaml': OWN_NAMES_MAPPING,
    });
  };

  const askUntil = async (userid: string, status: number): Promise<Answered> => {
    for (;;) {
      const answer = await service.ask(userid);
      if (answer.status === status) return answer;
      await sleep(50);
    }
  };

  it('serves fresh answers, then old ones and says so, then 503, and new ones without a restart once it is back', async () => {
    const cache = 'fresh: 1500s, stale: 4000s, unknown: 100s';
    const {
      service: here,
      ask,
      turn,
    } = await serveHere({
      'config.yaml': slapdConfig(slapd, { cache }),
      'mapping.yaml': OWN_NAMES_MAPPING,
    });
    try {
      expect(groupsOf(await ask('ann'))).to.deep.equal(ANN);
      expect(codeOf(await ask('nobody'))).to.equal('unknown_user');
      await slapd.stop();

      const fresh = await ask('ann');
      expect(fresh.headers['cache-status']).to.match(/^ldap-user-info; hit; ttl=\d+$/);
      expect(groupsOf(fresh)).to.deep.equal(ANN);

      const other = await ask('gina');
      expect([other.status, codeOf(other)]).to.deep.equal([503, 'directory_unavailable']);
      expect(other.headers['retry-after']).to.match(/^\d+$/);

      turn(1_600_000);
      const old = await ask('ann');
      expect(groupsOf(old)).to.deep.equal(ANN);
      expect(old.headers['cache-status']).to.match(
        /^ldap-user-info; hit; ttl=-\d+; detail=directory_unavailable$/,
      );
      expect(codeOf(await ask('nobody')), 'an unknown person is no old answer').to.equal(
        'directory_unavailable',
      );

      turn(2_500_000);
      const late = await ask('ann');
      expect([late.status, codeOf(late)]).to.deep.equal([503, 'directory_unavailable']);
      expect(late.headers['cache-status']).to.equal('ldap-user-info; fwd=miss');

      await slapd.start();
      await until(async () => (await ask('ann')).status === 200);
      expect(groupsOf(await ask('ann'))).to.deep.equal(ANN);
      expect(codeOf(await ask('nobody'))).to.equal('unknown_user');
    } finally {
      await here.stop(0);
    }
  });

  it('answers 504 within the deadline while the directory hangs, and recovers', async () => {
    await serve({ deadline: '3s', limits: 'search: 60s, connect: 60s' });
    expect((await service.ask('ann')).status).to.equal(200);
    slapd.hang();
    try {
      const hung = await sooner(50_000, service.ask('gina'));
      expect([hung.status, codeOf(hung)]).to.deep.equal([504, 'directory_timeout']);
      expect((await service.ask('ann')).headers['cache-status']).to.match(/hit/);
    } finally {
      slapd.wake();
    }
    expect(groupsOf(await askUntil('gina', 200))).to.deep.equal(['unix-dev', 'unix-ops']);
  });

  it('is told in the log as it begins and as it is over, with the server and the reason, once each', async () => {
    await serve({});
    expect((await service.ask('ann')).status).to.equal(200);
    await slapd.stop();
    for (let i = 0; i < 3; i++) expect((await service.ask('gina')).status).to.equal(503);
    const warnings = async () =>
      ((await (await fetch(`${service.adminUrl}/readyz`)).json()) as { warnings: string[] }).warnings.join();
    const FAILED = `directory corp: ldap://127.0.0.1:${slapd.port} failed, and is asked after the others: `;
    expect(await warnings()).to.include(FAILED);
    await slapd.start();
    await askUntil('gina', 200);
    expect(await warnings()).not.to.include(FAILED);
    const told = service.log().filter(({ directory }) => directory === 'corp');
    const lines = (level: number) => told.filter((line) => line['level'] === level).map(({ msg }) => msg);
    expect(lines(40)).to.deep.equal([
      'a server failed, and is asked after the others until it answers',
      'no server of the directory answers: old answers and 503 come at once',
    ]);
    expect(lines(30)).to.deep.equal([
      'a server that had failed answers again',
      'the directory answers again',
    ]);
    expect(told[0]).to.include({ server: `ldap://127.0.0.1:${slapd.port}` });
    expect(String(told[0]?.['reason'])).to.match(/ECONNREFUSED|closed/);
  });

  it('becomes ready only once the directory was bound, and stays so through an outage', async () => {
    await slapd.stop();
    await serve({ limits: 'connect: 5s' });
    const readyz = async () => {
      const answer = await fetch(`${service.adminUrl}/readyz`);
      const { directories } = (await answer.json()) as { directories: unknown };
      return { status: answer.status, directories };
    };
    expect((await fetch(`${service.adminUrl}/healthz`)).status).to.equal(200);
    expect((await readyz()).status).to.equal(503);
    expect(codeOf(await service.ask('ann'))).to.equal('directory_unavailable');
    await slapd.start();
    await until(async () => (await readyz()).status === 200);
    // A probe may have bound before those who wait for readiness.
    await until(async () =>
      isDeepStrictEqual((await readyz()).directories, { corp: { bound: true, degraded: null } }),
    );
    await slapd.stop();
    await service.ask('gina');
    const report = await readyz();
    expect(report.status).to.equal(200);
    expect(report.directories).to.deep.equal({ corp: { bound: true, degraded: 'directory_unavailable' } });
    await slapd.start();
  });

  it('says 502 with a sentinel, never an empty 200, when the right to read memberOf is taken away', async () => {
    await serve({
      memberships: 'from: attribute, nested: no',
      cache: 'fresh: 100ms, stale: 100ms, unknown: 100ms',
    });
    expect(groupsOf(await service.ask('ann'))).to.deep.equal(['accountants', 'web']);
    expect(await service.ask('loner')).to.include({ status: 200, body: '{"groups":[],"authorizations":{}}' });
    slapd.allow(
      'to attrs=userPassword by anonymous auth by * none',
      'to attrs=memberOf by * none',
      'to * by * read',
    );
    try {
      await sleep(150);
      for (const userid of ['ann', 'loner', 'gina', 'nobody']) {
        const answer = await service.ask(userid);
        expect([answer.status, codeOf(answer)], userid).to.deep.equal([502, 'directory_incomplete']);
      }
      const told = service.log().filter(({ msg }) => String(msg).startsWith('a lookup failed: '));
      expect(told).to.have.lengthOf(1);
      expect(told[0]).to.include({ level: 40, directory: 'corp', code: 'directory_incomplete' });
      expect(told[0]?.['reason']).to.include('sentinel');
    } finally {
      slapd.allow();
    }
    expect(groupsOf(await askUntil('ann', 200))).to.deep.equal(['accountants', 'web']);
  });

  it('says 502 when the right to read people at all is taken away', async () => {
    await serve({ cache: 'fresh: 100ms, stale: 100ms, unknown: 100ms' });
    expect((await service.ask('ann')).status).to.equal(200);
    slapd.allow(
      'to attrs=userPassword by anonymous auth by * none',
      'to dn.subtree="ou=people,dc=example,dc=test" by * none',
      'to * by * read',
    );
    try {
      await sleep(150);
      expect([502]).to.include((await service.ask('ann')).status);
      expect([502]).to.include((await service.ask('nobody')).status);
    } finally {
      slapd.allow();
    }
    expect(groupsOf(await askUntil('ann', 200))).to.deep.equal(ANN);
  });

  it('binds once with a refused password that several directories share', async () => {
    const before = (await slapd.settledLog()).length;
    const config = slapdConfig(slapd, { bindPassword: 'wrong' });
    const [section = ''] = /^ {2}corp:\n(?: {4}.*\n)+/m.exec(config) ?? [];
    const others = ['two', 'three'].map((name) => section.replace('corp', name)).join('');
    service = await startService({
      'config.yaml': config.replace(section, section + others).replace('[corp]', '[corp, two, three]'),
      'mapping.yaml': OWN_NAMES_MAPPING,
    });
    expect(codeOf(await service.ask('ann'))).to.equal('directory_refused');
    expect(
      slapd
        .log()
        .slice(before)
        .match(/BIND dn="cn=lookup/g),
    ).to.have.length(1);
  });

  it('binds once and not again with a password that was refused', async () => {
    const before = (await slapd.settledLog()).length;
    await serve({ bindPassword: 'wrong' });
    for (let i = 0; i < 5; i++) {
      const answer = await service.ask(`ann${i}`);
      expect([answer.status, codeOf(answer)]).to.deep.equal([502, 'directory_refused']);
    }
    const binds =
      slapd
        .log()
        .slice(before)
        .match(/BIND dn="cn=lookup/g) ?? [];
    expect(binds).to.have.length(1);
    expect(JSON.stringify(service.log())).to.not.include('wrong');
  });
});
