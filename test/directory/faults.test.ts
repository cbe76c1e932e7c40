/** What becomes of lookups while a real server is down, hangs, refuses or hides: never a wrong answer. */
import { expect } from 'chai';
import type { EntryDirectory } from '../../src/directory/entry-directory.ts';
import type { LdapSettings } from '../../src/directory/settings/settings.ts';
import { freePorts } from '../directories/child-servers.ts';
import { requireSlapd } from '../directories/installed.ts';
import { LIMITED_DN, LIMITED_PASSWORD, LOOKUP_DN, type Slapd, startSlapd } from '../directories/slapd.ts';
import { TurnedClock } from '../turned-clock.ts';
import { sooner, until } from '../until.ts';
import {
  exampleSettings,
  findPerson,
  GROUPS,
  ldapUrl,
  type Overrides,
  openDirectory,
  slapdSource,
  within,
} from './example-settings.ts';
import { onceWell } from './recovery.ts';
import { expectFailure, failureOf } from './rejection.ts';

const REFERRAL = `
dn: ou=elsewhere,dc=example,dc=test
objectClass: referral
objectClass: extensibleObject
ou: elsewhere
ref: ldap://elsewhere.example.test/ou=elsewhere,dc=example,dc=test
`;

describe('an LDAP directory', () => {
  let slapd: Slapd;
  const opened: EntryDirectory[] = [];
  const open = (
    overrides: Overrides = {},
    source: Partial<LdapSettings> = {},
    { scheme = 'ldap', clock }: { scheme?: 'ldap' | 'ldaps'; clock?: TurnedClock } = {},
  ) => {
    const settings = exampleSettings(slapdSource(slapd, scheme, source), overrides);
    const one = openDirectory(settings, clock ? { clock } : {});
    opened.push(one);
    return one;
  };
  const find = (directory: EntryDirectory, name = 'ann', milliseconds?: number) =>
    findPerson(directory, name, within(milliseconds));
  /** How often the server's log, which comes a moment late, says so since the start of the test. */
  let logged = 0;
  const count = async (what: RegExp) => {
    const log = await slapd.settledLog();
    return [...log.slice(logged).matchAll(new RegExp(what, 'g'))].length;
  };

  before(async function () {
    requireSlapd(this);
    slapd = await startSlapd({ more: REFERRAL, sizeLimit: 3 });
  });
  beforeEach(async () => {
    logged = (await slapd.settledLog()).length;
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((directory) => directory.close()));
  });
  after(() => slapd?.remove());

  describe('whose server', () => {
    for (const scheme of ['ldap', 'ldaps'] as const) {
      it(`is down (${scheme}): directory_unavailable, and well again when the server is`, async () => {
        const directory = open({}, {}, { scheme });
        await find(directory);
        await slapd.stop();
        await expectFailure(find(directory), 'directory_unavailable', /ECONNREFUSED/);
        await expectFailure(directory.connect(within()), 'directory_unavailable');
        expect(directory.state).to.deep.equal({ bound: true, lastFailure: 'directory_unavailable' });
        await slapd.start();
        expect((await onceWell(() => find(directory)))?.memberships).to.have.length(5);
        expect(directory.state.lastFailure).to.equal(undefined);
      });

      it(`was restarted between two lookups (${scheme}): nobody notices`, async () => {
        const directory = open({ limits: { connections: 1 } }, {}, { scheme });
        await find(directory);
        await slapd.kill();
        await slapd.start();
        logged = slapd.log().length;
        const people = await Promise.all(Array.from({ length: 20 }, () => find(directory)));
        expect(people.every((person) => person?.memberships.length === 5)).to.equal(true);
        expect(await count(/BIND dn="cn=lookup[^\n]*mech=SIMPLE/)).to.equal(1);
      });
    }

    it('hangs in the TLS handshake: directory_unavailable once the time to connect has passed', async () => {
      slapd.hang();
      try {
        const directory = open({ limits: { connect: 200 } }, {}, { scheme: 'ldaps' });
        await expectFailure(find(directory), 'directory_unavailable', /no answer in time/);
      } finally {
        slapd.wake();
      }
    });

    it('hangs: directory_timeout within the deadline, and well again afterwards', async () => {
      const directory = open();
      await find(directory);
      slapd.hang();
      try {
        const lookups = Array.from({ length: 5 }, () => failureOf(find(directory, 'ann', 400)));
        const failures = await sooner(10_000, Promise.all(lookups));
        expect(failures.map(({ code }) => code)).to.deep.equal(Array(5).fill('directory_timeout'));
      } finally {
        slapd.wake();
      }
      expect((await find(directory))?.memberships).to.have.length(5);
    });

    it('hangs before it was ever reached: directory_timeout too', async () => {
      slapd.hang();
      try {
        await expectFailure(find(open(), 'ann', 300), 'directory_timeout');
      } finally {
        slapd.wake();
      }
    });

    it('hangs at the bind: the next server is asked', async () => {
      const other = await startSlapd();
      slapd.hang();
      try {
        const urls = [ldapUrl('ldap', slapd.port), ldapUrl('ldap', other.port)];
        const directory = open({ limits: { connect: 1500 } }, { urls });
        expect(await find(directory)).not.to.equal(undefined);
      } finally {
        slapd.wake();
        await other.remove();
      }
    });

    it('dies in the middle of searches: each ends, none with a wrong answer', async () => {
      const directory = open({ memberships: { from: ['search'] } });
      await find(directory);
      slapd.hang();
      const lookups = Array.from({ length: 20 }, () => failureOf(find(directory)));
      await new Promise((resolve) => setTimeout(resolve, 50));
      await slapd.kill();
      const failures = await Promise.all(lookups);
      expect(new Set(failures.map(({ code }) => code))).to.deep.equal(new Set(['directory_unavailable']));
      await slapd.start();
      expect((await onceWell(() => find(directory)))?.memberships).to.have.length(5);
    });

    it('cannot be reached: the next one is asked', async () => {
      const [closed = 0] = await freePorts(1);
      const directory = open({}, { urls: [ldapUrl('ldap', closed), ldapUrl('ldap', slapd.port)] });
      expect(await find(directory)).not.to.equal(undefined);
    });
  });

  describe('opens', () => {
    it('one connection with one bind for lookups that come at once', async () => {
      const directory = open({ limits: { connections: 1 } });
      await Promise.all(Array.from({ length: 30 }, () => find(directory)));
      expect(await count(/ACCEPT from/)).to.equal(1);
      expect(await count(/BIND dn="cn=lookup[^\n]*mech=SIMPLE/)).to.equal(1);
    });

    it('further ones under load, up to the limit', async () => {
      const directory = open({ limits: { connections: 2, concurrent: 200 } });
      for (let round = 0; round < 3; round++) {
        await Promise.all(Array.from({ length: 100 }, () => find(directory, 'loner')));
        expect(await count(/ACCEPT from/)).to.equal(round === 0 ? 1 : 2);
      }
    });

    it('a new one when the old one is too old, or was not used', async () => {
      const clock = new TurnedClock();
      const aged = open({ limits: { age: 1000 } }, {}, { clock });
      await find(aged);
      clock.turn(1001);
      await find(aged);
      expect(await count(/ACCEPT from/)).to.equal(2);
      const idle = open({ limits: { idle: 1000 } });
      await find(idle);
      await until(async () => (await count(/UNBIND/)) === 2);
      await find(idle);
      expect(await count(/ACCEPT from/)).to.equal(4);
    });

    it('none after it was closed', async () => {
      const directory = open();
      await find(directory);
      await directory.close();
      await expectFailure(find(directory), 'directory_unavailable', /closed/);
      expect(await count(/ACCEPT from/)).to.equal(1);
    });

    it('an anonymous one with a bind that is really sent', async () => {
      await find(open({}, { bind: { kind: 'anonymous' } }));
      expect(await count(/BIND dn="" method=128/)).to.equal(1);
    });
  });

  describe('whose bind is refused', () => {
    const bind = { kind: 'simple', dn: LOOKUP_DN, password: 'no-such-secret' } as const;

    it('does not try the password again, at any server, until a backoff has passed', async () => {
      const clock = new TurnedClock();
      const urls = [ldapUrl('ldap', slapd.port), ldapUrl('ldap', slapd.port)];
      const directory = open({}, { bind, urls }, { clock });
      const failures = await Promise.all(Array.from({ length: 10 }, () => failureOf(find(directory))));
      failures.push(await failureOf(find(directory)), await failureOf(directory.connect(within())));
      expect(new Set(failures.map(({ code }) => code))).to.deep.equal(new Set(['directory_refused']));
      expect(failures.map(({ message }) => message).join()).not.to.contain('no-such-secret');
      expect(failures[0]?.message).to.match(/cn=lookup.*invalidCredentials/);
      expect(await count(/BIND dn=/)).to.equal(1);
      clock.turn(29_999);
      await expectFailure(find(directory), 'directory_refused', /no further bind for 30 s/);
      expect(await count(/BIND dn=/)).to.equal(1);
      clock.turn(1);
      await expectFailure(find(directory), 'directory_refused');
      expect(await count(/BIND dn=/)).to.equal(2);
      expect(directory.state).to.deep.equal({ bound: false, lastFailure: 'directory_refused' });
    });

    it('says so where there is one server only', async () => {
      await expectFailure(find(open({}, { bind })), 'directory_refused', /invalidCredentials/);
    });

    it('is not sent at all without a password, which the server would take for anonymous', async () => {
      const empty = { ...bind, password: '' };
      await expectFailure(find(open({}, { bind: empty })), 'directory_refused', /is empty/);
      expect(await count(/BIND/)).to.equal(0);
    });
  });

  describe('by ldaps', () => {
    const scheme = 'ldaps';

    it('refuses a certificate of a stranger', async () => {
      const tls = { ca: slapd.certificates.otherCa };
      await expectFailure(find(open({}, { tls }, { scheme })), 'directory_unavailable', /certificate/);
      await expectFailure(find(open({}, { tls: {} }, { scheme })), 'directory_unavailable', /certificate/);
      expect(await count(/BIND/)).to.equal(0);
    });

    it('refuses a certificate of another name', async () => {
      const tls = { ca: slapd.certificates.ca, serverName: 'other.example.test' };
      await expectFailure(
        find(open({}, { tls }, { scheme })),
        'directory_unavailable',
        /other\.example\.test/,
      );
      expect(await count(/BIND/)).to.equal(0);
    });

    it('takes one that has the server name of the config', async () => {
      const tls = { ca: slapd.certificates.ca, serverName: 'ldap.example.test' };
      expect(await find(open({}, { tls }, { scheme }))).not.to.equal(undefined);
    });

    it('takes one that has the name, or address, by which the server is reached, unless the config says another', async () => {
      const { port, host: address, ...url } = ldapUrl('ldaps', slapd.securePort);
      const urls = [{ ...url, port, host: 'localhost' }];
      const { ca } = slapd.certificates;
      expect(await find(open({}, {}, { scheme }))).not.to.equal(undefined);
      expect(await find(open({}, { urls }, { scheme }))).not.to.equal(undefined);
      expect(await find(open({}, { urls, tls: { ca, serverName: address } }, { scheme }))).not.to.equal(
        undefined,
      );
      const wrong = open({}, { urls, tls: { ca, serverName: '127.0.0.2' } }, { scheme });
      await expectFailure(find(wrong), 'directory_unavailable', /127\.0\.0\.2/);
    });

    it('does not speak LDAP to a server without TLS', async () => {
      const urls = [ldapUrl('ldaps', slapd.port)];
      await expectFailure(find(open({}, { urls }, { scheme })), 'directory_unavailable');
    });
  });

  describe('is never read in part', () => {
    const many = {
      users: { filter: '(|(uid=<name>)(&(uid=*)(cn=<name>)(sn=*)))' },
      memberships: { from: ['search'] },
    } as const;
    const everyGroup = {
      memberships: { from: ['search'], nested: false, filter: '(|(member=<dn>)(cn=*))' },
    } as const;

    it('above the server’s size limit: in pages', async () => {
      const person = await find(open(everyGroup), 'loner');
      expect(person?.memberships).to.have.length(10);
      expect(await count(/SEARCH RESULT tag=101 err=4/)).to.equal(1);
    });

    it('without the right to pages: directory_incomplete', async () => {
      const bind = { kind: 'simple', dn: LIMITED_DN, password: LIMITED_PASSWORD } as const;
      await expectFailure(find(open(everyGroup, { bind }), 'loner'), 'directory_incomplete', /result (4|11)/);
      expect(await find(open(many, { bind }), 'loner')).not.to.equal(undefined);
    });

    it('where the server refers to another', async () => {
      const users = { bases: ['dc=example,dc=test'] };
      await expectFailure(find(open({ users })), 'directory_incomplete', /refers/);
      await expectFailure(find(open({ users }), 'nobody'), 'directory_incomplete', /refers/);
      expect((await find(open({ users, referrals: 'ignore' })))?.memberships).to.have.length(5);
      expect(await find(open({ users, referrals: 'ignore' }), 'nobody')).to.equal(undefined);
      for (const referrals of ['error', 'ignore'] as const) {
        const below = { bases: ['ou=people,ou=elsewhere,dc=example,dc=test'] };
        await expectFailure(find(open({ users: below, referrals })), 'directory_incomplete', /referral/);
      }
    });

    it('where groups may be where the server refers to, though another directory finds people there', async () => {
      const beside = [
        { name: 'elsewhere', bases: ['ou=elsewhere,dc=example,dc=test', 'dc=example,dc=test'] },
      ];
      const memberships = { from: ['search'], base: 'dc=example,dc=test' } as const;
      await expectFailure(find(open({ memberships, beside })), 'directory_incomplete', /refers/);
    });

    describe('without the right', () => {
      afterEach(() => slapd.allow());
      const sentinel = { userid: 'svc-probe', group: `cn=probe,${GROUPS}` };
      const others = ['to attrs=userPassword by anonymous auth by * none', 'to * by * read'];

      it('to memberOf: the sentinel tells', async () => {
        const directory = open({ sentinel });
        expect((await find(directory, 'loner'))?.memberships).to.deep.equal([]);
        slapd.allow('to attrs=memberOf by * none', ...others);
        await expectFailure(find(directory), 'directory_incomplete', /right to read/);
        await expectFailure(find(directory, 'loner'), 'directory_incomplete', /right to read/);
        slapd.allow();
        expect((await find(directory))?.memberships).to.have.length(5);
      });

      it('to the people: the sentinel tells', async () => {
        const directory = open({ sentinel });
        slapd.allow('to dn.children="ou=people,dc=example,dc=test" by anonymous auth by * none', ...others);
        await expectFailure(find(directory), 'directory_incomplete', /right to read/);
      });

      it('to the login attribute of a person who matches', async () => {
        slapd.allow('to attrs=uid by * search', ...others);
        await expectFailure(find(open()), 'directory_incomplete', /no readable uid/);
      });

      it('to a group of the person', async () => {
        slapd.allow('to dn.exact="cn=web,ou=groups,dc=example,dc=test" by * none', ...others);
        await expectFailure(find(open()), 'directory_incomplete', /cn=web/);
        expect((await find(open({ memberships: { nested: false } })))?.memberships).to.have.length(2);
      });
    });
  });

  describe('is spared', () => {
    it('more searches than it may wait for: overloaded', async () => {
      const directory = open({ limits: { concurrent: 1, queue: 2 } });
      await find(directory);
      slapd.hang();
      const lookups = Array.from({ length: 5 }, () => find(directory, 'loner').catch((error) => error.code));
      try {
        await new Promise((resolve) => setTimeout(resolve, 100));
      } finally {
        slapd.wake();
      }
      const results = await Promise.all(lookups);
      expect(results.filter((result) => result === 'overloaded')).to.have.length(2);
      expect(
        results.filter((result) => result?.dn === 'uid=loner,ou=people,dc=example,dc=test'),
      ).to.have.length(3);
    });

    it('and who waits obeys the deadline', async () => {
      const directory = open({ limits: { concurrent: 1 } });
      await find(directory);
      slapd.hang();
      try {
        const ends: string[] = [];
        const end = async (name: string, milliseconds: number) => {
          const { code } = await failureOf(find(directory, 'loner', milliseconds));
          ends.push(`${name}: ${code}`);
        };
        await Promise.all([end('first', 1000), end('second', 200)]);
        expect(ends).to.deep.equal(['second: directory_timeout', 'first: directory_timeout']);
      } finally {
        slapd.wake();
      }
    });
  });
});
