/** Ten thousand mixed requests, fifty at a time, against a real slapd: every answer right, in a small heap, one bind a connection. */
import { Agent, request } from 'node:http';
import { expect } from 'chai';
import { requireSlapd } from '../directories/installed.ts';
import { type Slapd, startSlapd } from '../directories/slapd.ts';
import { OWN_NAMES_MAPPING, type RunningService, slapdConfig, startService } from './running-service.ts';

const PEOPLE = 2000;
const TEAMS = 40;
const REQUESTS = 10_000;
const AT_ONCE = 50;
// Megabytes, of which 40 are enough: with more it dies, and every request under way with it. How much memory is resident
// would be the collector's choice.
const HEAP = 64;

function crowd(): string {
  const people = Array.from({ length: PEOPLE }, (_, i) =>
    [
      `dn: uid=u${i},ou=people,dc=example,dc=test`,
      'objectClass: inetOrgPerson',
      `uid: u${i}`,
      `cn: User ${i}`,
      'sn: User',
      `memberOf: cn=team-${i % TEAMS},ou=groups,dc=example,dc=test`,
      `memberOf: cn=shift-${i % 3},ou=groups,dc=example,dc=test`,
      '',
    ].join('\n'),
  );
  return people.join('\n');
}

interface Asked {
  readonly target: string;
  readonly credentials: string;
  readonly status: number;
  readonly body?: string;
}

/** What the i-th request asks and must get; the mix is the same in every run. */
function askedAt(i: number): Asked {
  const credentials = 'immuta:secret';
  const user = (i * 7919) % PEOPLE;
  const target = (userid: string) => `/user-info?userid=${encodeURIComponent(userid)}`;
  switch (i % 20) {
    case 0:
      return { target: target(`nobody${i % 500}`), credentials, status: 404 };
    case 1:
      return { target: target('*)(uid=*'), credentials, status: 404 };
    case 2:
      return { target: target(''), credentials, status: 400 };
    case 3:
      return { target: '/elsewhere', credentials, status: 404 };
    case 4:
      return { target: target('ann'), credentials: 'stranger:secret2', status: 403 };
    case 5:
      return { target: target('loner'), credentials, status: 200, body: '{"groups":[],"authorizations":{}}' };
    default: {
      const groups = [`shift-${user % 3}`, `team-${user % TEAMS}`].map((name) => ({ name }));
      const userid = i % 3 === 0 ? `U${user}` : `u${user}`;
      return {
        target: target(userid),
        credentials,
        status: 200,
        body: JSON.stringify({ groups, authorizations: {} }),
      };
    }
  }
}

describe('load', () => {
  let slapd: Slapd;
  let service: RunningService;

  before(async function () {
    requireSlapd(this);
    slapd = await startSlapd({ more: crowd() });
    // So few are remembered, and for so short a time, that most requests go to the directory.
    service = await startService(
      {
        'config.yaml': slapdConfig(slapd, {
          memberships: 'from: attribute, nested: no',
          cache: 'people: 300, fresh: 2s, unknown: 1s',
          limits: 'connections: 2, concurrent: 64, queue: 1000',
        }),
        'mapping.yaml': OWN_NAMES_MAPPING,
      },
      [],
      HEAP,
    );
  });

  after(async () => {
    await service?.end();
    await slapd?.remove();
  });

  it('gives every request its own right answer, within its heap', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
    const wrong: string[] = [];
    let next = 0;
    const worker = async (): Promise<void> => {
      for (let i = next++; i < REQUESTS; i = next++) {
        const asked = askedAt(i);
        const { status, body } = await fetchWith(agent, service.url, asked);
        if (status !== asked.status || (asked.body !== undefined && asked.body !== body)) {
          wrong.push(`${asked.target}: ${status} ${body}`);
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    agent.destroy();

    expect(wrong).to.deep.equal([]);
    const log = await slapd.settledLog();
    const binds = log.match(/BIND dn="cn=lookup,ou=services,dc=example,dc=test" method=128/g) ?? [];
    const searches = log.match(/SRCH base="ou=people/g) ?? [];
    const connections = new Set(
      [...log.matchAll(/conn=(\d+) op=\d+ SRCH base="ou=people/g)].map(([, id]) => id),
    );
    expect(binds.length, 'one bind a connection').to.equal(connections.size);
    expect(connections.size).to.be.within(1, 2);
    expect(searches.length).to.be.greaterThan(2000);
  });
});

function fetchWith(
  agent: Agent,
  base: string,
  { target, credentials }: Asked,
): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(base);
  const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
  return new Promise((resolve, reject) => {
    const sent = request({ agent, hostname, port, path: target, headers: { authorization } }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end();
  });
}
