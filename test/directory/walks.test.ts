/** Walks over many people in a real server, and over a server that does not give all: whole and level, or a failure. */
import { expect } from 'chai';
import type { EntryDirectory } from '../../src/directory/entry-directory.ts';
import {
  type FakeLdapServer,
  searchDone,
  searchEntry,
  startFakeLdapServer,
} from '../directories/fake-ldap-server.ts';
import { requireSlapd } from '../directories/installed.ts';
import { LIMITED_DN, LIMITED_PASSWORD, type Slapd, startSlapd } from '../directories/slapd.ts';
import { until } from '../until.ts';
import {
  exampleSettings,
  findPerson,
  ldapUrl,
  type Overrides,
  openDirectory,
  PEOPLE,
  slapdSource,
  within,
} from './example-settings.ts';
import { expectFailure } from './rejection.ts';
import { collected } from './walking-contract.ts';

const CROWD = 1200;
const TEAMS = 30;

// u0 … in two teams each, all teams of one remainder by three in one of three divisions.
function crowd(): string {
  const team = (i: number) => `cn=team-${i},ou=groups,dc=example,dc=test`;
  const division = (i: number) => `cn=division-${i},ou=groups,dc=example,dc=test`;
  const person = (i: number) => `uid=u${i},ou=people,dc=example,dc=test`;
  const teamsOf = (i: number) =>
    [i % TEAMS, (i * 7 + 1) % TEAMS].filter((each, at, all) => all.indexOf(each) === at);
  const members = new Map<number, string[]>();
  const records: string[] = [];
  for (let i = 0; i < CROWD; i++) {
    for (const each of teamsOf(i)) members.set(each, [...(members.get(each) ?? []), person(i)]);
    records.push(
      [
        `dn: ${person(i)}`,
        'objectClass: inetOrgPerson',
        `uid: u${i}`,
        `cn: User ${i}`,
        'sn: User',
        ...teamsOf(i).map((each) => `memberOf: ${team(each)}`),
      ].join('\n'),
    );
  }
  for (const [i, dns] of members) {
    records.push(
      [
        `dn: ${team(i)}`,
        'objectClass: groupOfNames',
        `cn: team-${i}`,
        ...dns.map((dn) => `member: ${dn}`),
        `memberOf: ${division(i % 3)}`,
      ].join('\n'),
    );
  }
  for (let i = 0; i < 3; i++) {
    const teams = [...members.keys()].filter((each) => each % 3 === i).map((each) => `member: ${team(each)}`);
    records.push(
      [`dn: ${division(i)}`, 'objectClass: groupOfNames', `cn: division-${i}`, ...teams].join('\n'),
    );
  }
  return records.join('\n\n');
}

function expectedNames(i: number): string[] {
  const teams = [i % TEAMS, (i * 7 + 1) % TEAMS];
  const divisions = teams.map((each) => each % 3);
  return [...new Set([...teams.map((n) => `team-${n}`), ...divisions.map((n) => `division-${n}`)])].sort();
}

describe('a walk over a crowd', () => {
  let slapd: Slapd;
  const opened: EntryDirectory[] = [];
  const open = (overrides: Overrides = {}, source = {}) => {
    const directory = openDirectory(
      exampleSettings(slapdSource(slapd, 'ldap', source), {
        ...overrides,
        users: { userids: ['<name>'], ...overrides.users },
      }),
    );
    opened.push(directory);
    return directory;
  };
  /** What the server's log, which comes a moment late, holds of this. */
  const searchesDuring = async (work: () => Promise<unknown>) => {
    const before = (await slapd.settledLog()).length;
    await work();
    return [...(await slapd.settledLog()).slice(before).matchAll(/ SRCH base=/g)].length;
  };

  before(async function () {
    requireSlapd(this);
    slapd = await startSlapd({ more: crowd(), sizeLimit: 200 });
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((directory) => directory.close()));
  });
  after(() => slapd?.remove());

  for (const [from, atMost] of [
    ['attribute', 30],
    ['search', 30],
  ] as const) {
    it(`gives everybody's groups in few searches, in pages that the server bears (${from})`, async () => {
      const directory = open({ memberships: { from: [from] } });
      let people: Awaited<ReturnType<typeof collected<{ userid: string }>>> = [];
      const searches = await searchesDuring(async () => {
        const walked = await collected(directory.people());
        people = walked;
        const wrong = walked.filter(({ userid, person }) => {
          if (!/^u\d+$/.test(userid)) return false;
          const names = person.memberships.map(({ name }) => name).sort();
          return names.join() !== expectedNames(Number(userid.slice(1))).join();
        });
        expect(wrong).to.deep.equal([]);
      });
      expect(people.filter(({ userid }) => /^u\d+$/.test(userid))).to.have.length(CROWD);
      expect(searches).to.be.below(atMost);
    });
  }

  it('goes on beside lookups, on a connection of its own', async () => {
    const directory = open({ limits: { connections: 1 } });
    const walk = directory.people()[Symbol.asyncIterator]();
    await walk.next();
    const found = await findPerson(directory, 'u7', within());
    expect(found?.memberships.map(({ name }) => name).sort()).to.deep.equal(expectedNames(7));
    let more = 0;
    while (!(await walk.next()).done) more++;
    expect(more).to.be.greaterThan(CROWD);
  });

  it('ends its connection where nobody reads on', async () => {
    const directory = open();
    const before = (await slapd.settledLog()).length;
    for await (const _ of directory.people()) break;
    const since = (await slapd.settledLog()).slice(before);
    const [, connection] = / (conn=\d+) fd=\d+ ACCEPT/.exec(since) ?? [];
    // An unbind has no answer: it may be logged a moment later.
    const unbound = new RegExp(` ${connection} op=\\d+ UNBIND`);
    await until(() => unbound.test(slapd.log()));
  });

  it('fails where the server gives only so many', async () => {
    const bind = { kind: 'simple', dn: LIMITED_DN, password: LIMITED_PASSWORD } as const;
    await expectFailure(collected(open({}, { bind }).people()), 'directory_incomplete', /result (4|11)/);
  });

  it('fails where the server goes away in the middle', async () => {
    const directory = open();
    const walk = directory.people()[Symbol.asyncIterator]();
    await walk.next();
    await slapd.kill();
    try {
      const rest = async () => {
        while (!(await walk.next()).done);
      };
      await expectFailure(rest(), 'directory_incomplete', /broke off in the middle/);
    } finally {
      await slapd.start();
    }
  });
});

describe('a walk over a server that misbehaves', () => {
  let server: FakeLdapServer;
  let directory: EntryDirectory;
  const person = (id: number, name: string) => searchEntry(id, `uid=${name},${PEOPLE}`, { uid: [name] });

  beforeEach(async () => {
    server = await startFakeLdapServer(() => {});
    const source = {
      kind: 'ldap',
      urls: [ldapUrl('ldap', server.port)],
      tls: {},
      bind: { kind: 'anonymous' },
    } as const;
    directory = openDirectory(
      exampleSettings(source, {
        memberships: { nested: false },
        limits: { search: 300 },
        users: { userids: ['<name>'] },
      }),
    );
  });
  afterEach(async () => {
    await directory.close();
    await server.stop();
  });

  it('goes on after an empty page with a cookie', async () => {
    server.answer = ({ id, cookie }, socket) => {
      if (cookie === '') socket.write(Buffer.concat([person(id, 'a'), searchDone(id, 0, 'one')]));
      else if (cookie === 'one') socket.write(searchDone(id, 0, 'two'));
      else socket.write(Buffer.concat([person(id, 'b'), searchDone(id, 0, '')]));
    };
    expect((await collected(directory.people())).map(({ userid }) => userid)).to.deep.equal(['a', 'b']);
  });

  for (const [what, answer, message] of [
    ['hangs up', (_: number, end: () => void) => end(), /broke off/],
    ['falls silent', () => {}, /broke off/],
  ] as const) {
    it(`fails where it ${what} at a later page`, async () => {
      server.answer = ({ id, cookie }, socket) => {
        if (cookie === '') socket.write(Buffer.concat([person(id, 'a'), searchDone(id, 0, 'one')]));
        else answer(id, () => socket.destroy());
      };
      await expectFailure(collected(directory.people()), 'directory_incomplete', message);
    });
  }

  it('fails where a later page ends with another code', async () => {
    for (const code of [4, 10, 11, 53]) {
      server.answer = ({ id, cookie }, socket) =>
        socket.write(
          cookie === ''
            ? Buffer.concat([person(id, 'a'), searchDone(id, 0, 'one')])
            : Buffer.concat([person(id, 'b'), searchDone(id, code, '')]),
        );
      await expectFailure(collected(directory.people()), 'directory_incomplete');
    }
  });
});
