/** Dead accounts as directories show them: on a file, and on a server with its password policy at work. */
import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import type { EntryDirectory } from '../../../src/directory/entry-directory.ts';
import { deadAccount } from '../../../src/person.ts';
import { requireSlapd, SERVER_ENVIRONMENT } from '../../directories/installed.ts';
import { type Slapd, startSlapd } from '../../directories/slapd.ts';
import {
  exampleSettings,
  findPerson,
  ldifSource,
  type Overrides,
  openDirectory,
  slapdSource,
  within,
} from '../example-settings.ts';
import { expectFailure } from '../rejection.ts';
import { collected } from '../walking-contract.ts';

const PEOPLE = 'ou=people,dc=example,dc=test';
const POLICY = 'cn=policy,ou=services,dc=example,dc=test';
const DAY = 86_400_000;

const person = (uid: string, ...lines: string[]) =>
  [
    `dn: uid=${uid},${PEOPLE}`,
    'objectClass: inetOrgPerson',
    // slapadd wants all values of it together.
    ...lines.filter((line) => line.startsWith('objectClass:')),
    `uid: ${uid}`,
    `cn: ${uid}`,
    `sn: ${uid}`,
    'memberOf: cn=web,ou=groups,dc=example,dc=test',
    ...lines.filter((line) => !line.startsWith('objectClass:')),
    '',
  ].join('\n');
const shadow = (uid: string, days: number) =>
  person(uid, 'objectClass: shadowAccount', `shadowExpire: ${days}`);

const COMMON = [
  person('disabled', 'pwdAccountLockedTime: 000001010000Z'),
  person('locked', 'pwdAccountLockedTime: 20240101000000Z'),
  shadow('expired', 1),
  shadow('expiring', 40_000),
  shadow('unexpiring', -1),
  shadow('zero', 0),
  person('gone', 'employeeType: terminated'),
  person('on-leave', 'employeeType: On  Leave'),
].join('\n');

const LOCKABLE = [
  `dn: ${POLICY}`,
  'objectClass: applicationProcess',
  'objectClass: pwdPolicy',
  'cn: policy',
  'pwdAttribute: userPassword',
  'pwdLockout: TRUE',
  'pwdMaxFailure: 2',
  '',
  person('lockable', 'userPassword: right', `pwdPolicySubentry: ${POLICY}`),
].join('\n');

const ON_FILE = [
  person('ds-disabled', 'nsAccountLock: true'),
  person('ds-enabled', 'nsAccountLock: FALSE'),
  person('ds-broken', 'nsAccountLock: perhaps'),
  person('ping-disabled', 'ds-pwp-account-disabled: true'),
  person('ad-disabled', 'userAccountControl: 514'),
  person('ad-locked', 'userAccountControl: 512', 'lockoutTime: 133500000000000000'),
  person('ad-alive', 'userAccountControl: 512', 'accountExpires: 0'),
].join('\n');

describe('accounts', () => {
  const opened: EntryDirectory[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()));
  });
  type Source = Parameters<typeof exampleSettings>[0];
  const read = async (source: Source, uid: string, overrides: Overrides = {}) => {
    const one = openDirectory(exampleSettings(source, { memberships: { nested: false }, ...overrides }));
    opened.push(one);
    const found = await findPerson(one, uid, within());
    if (found === undefined) throw new Error(`${uid} was not found`);
    expect(found.memberships.map(({ name }) => name)).to.deep.equal(['web']);
    return found;
  };
  const status = async (source: Source, uid: string, overrides?: Overrides, now = Date.now()) => {
    const dead = deadAccount(await read(source, uid, overrides), now);
    return dead && `${dead.status}: ${dead.due}`;
  };
  const accounts = (
    disabled: 'empty' | 'ignore',
    expired: 'not_found' | 'ignore',
    locked: 'empty' | 'ignore',
  ) => ({
    accounts: { disabled, expired, locked },
  });

  const alike = (sourceOf: () => Source) => {
    it('are disabled by an administrator', async () => {
      expect(await status(sourceOf(), 'disabled')).to.equal('disabled: empty');
      expect(await status(sourceOf(), 'disabled', accounts('ignore', 'ignore', 'empty'))).to.equal(undefined);
    });

    it('are locked after bad passwords, which counts where it is asked for', async () => {
      expect(await status(sourceOf(), 'locked')).to.equal(undefined);
      expect(await status(sourceOf(), 'locked', accounts('ignore', 'ignore', 'empty'))).to.equal(
        'locked: empty',
      );
    });

    it('expire at a moment that is kept', async () => {
      expect(await status(sourceOf(), 'expired')).to.equal('expired: empty');
      expect(await status(sourceOf(), 'expired', accounts('empty', 'not_found', 'empty'))).to.equal(
        'expired: not_found',
      );
      expect(await status(sourceOf(), 'expired', accounts('empty', 'ignore', 'empty'))).to.equal(undefined);
      expect(await status(sourceOf(), 'expiring')).to.equal(undefined);
      expect(await status(sourceOf(), 'expiring', {}, 40_000 * DAY - 1)).to.equal(undefined);
      expect(await status(sourceOf(), 'expiring', {}, 40_000 * DAY)).to.equal('expired: empty');
      expect(await status(sourceOf(), 'unexpiring', {}, 50_000 * DAY)).to.equal(undefined);
    });

    it('of which tools say two things fail, with the key that decides it, and nobody else does', async () => {
      const words = /uid=zero,.*shadowExpire "0" .*accounts: \{ expired: ignore \}/;
      await expectFailure(read(sourceOf(), 'zero'), 'directory_incomplete', words);
      expect(await status(sourceOf(), 'zero', accounts('empty', 'ignore', 'ignore'))).to.equal(undefined);
      expect(await status(sourceOf(), 'unexpiring')).to.equal(undefined);
      const one = openDirectory(exampleSettings(sourceOf(), { memberships: { nested: false } }));
      opened.push(one);
      await expectFailure(collected(one.people()), 'directory_incomplete', words);
    });

    it("have signs beside the vendor's own", async () => {
      const signs = [
        { attribute: 'employeeType', is: ['Terminated', 'on leave'], means: 'disabled' },
      ] as const;
      const overrides = { accounts: { ...accounts('empty', 'not_found', 'ignore').accounts, signs } };
      expect(await status(sourceOf(), 'gone', overrides)).to.equal('disabled: empty');
      expect(await status(sourceOf(), 'on-leave', overrides)).to.equal('disabled: empty');
      expect(await status(sourceOf(), 'disabled', overrides)).to.equal('disabled: empty');
      expect(await status(sourceOf(), 'unexpiring', overrides)).to.equal(undefined);
      expect(await status(sourceOf(), 'gone')).to.equal(undefined);
      expect([...(await read(sourceOf(), 'gone', overrides)).attributes.keys()]).to.deep.equal(['uid']);
    });

    it('show nothing of it among the attributes for the mapping', async () => {
      expect([...(await read(sourceOf(), 'disabled')).attributes.keys()]).to.deep.equal(['uid']);
    });
  };

  describe('in an LDIF file', () => {
    const source = ldifSource(`${COMMON}\n${ON_FILE}`);
    alike(() => source);

    for (const [vendor, uid, expected] of [
      ['389ds', 'ds-disabled', 'disabled: empty'],
      ['freeipa', 'ds-disabled', 'disabled: empty'],
      ['389ds', 'ds-enabled', undefined],
      ['openldap', 'ds-disabled', undefined],
      ['pingdirectory', 'ping-disabled', 'disabled: empty'],
      ['active-directory', 'ad-disabled', 'disabled: empty'],
      ['active-directory', 'ad-locked', 'locked: empty'],
      ['active-directory', 'ad-alive', undefined],
    ] as const) {
      it(`of ${vendor}: ${uid} is ${expected ?? 'alive'}`, async () => {
        const all = accounts('empty', 'not_found', 'empty');
        expect(await status(source, uid, { vendor, ...all })).to.equal(expected);
      });
    }

    it('with values that cannot be understood fail: directory_incomplete', async () => {
      await expectFailure(read(source, 'ds-broken', { vendor: '389ds' }), 'directory_incomplete', /perhaps/);
      expect(
        await status(source, 'ds-broken', { vendor: '389ds', ...accounts('ignore', 'not_found', 'empty') }),
      ).to.equal(undefined);
    });

    it('without the right to read what all of them have fail: directory_incomplete', async () => {
      await expectFailure(
        read(source, 'disabled', { vendor: 'active-directory' }),
        'directory_incomplete',
        /no readable userAccountControl/,
      );
    });
  });

  describe('in OpenLDAP', () => {
    let slapd: Slapd;
    before(async function () {
      requireSlapd(this);
      slapd = await startSlapd({ more: `${COMMON}\n${LOCKABLE}` });
    });
    after(() => slapd?.remove());
    alike(() => slapdSource(slapd));

    it('are locked by the server itself, and disabled and enabled by an administrator', async () => {
      const source = slapdSource(slapd);
      const all = accounts('empty', 'not_found', 'empty');
      const dn = `uid=lockable,${PEOPLE}`;
      expect(await status(source, 'lockable', all)).to.equal(undefined);
      for (let attempt = 0; attempt < 2; attempt++) {
        const args = ['-x', '-D', dn, '-w', 'wrong', '-H', `ldap://127.0.0.1:${slapd.port}`];
        expect(() => execFileSync('ldapwhoami', args, { env: SERVER_ENVIRONMENT, stdio: 'pipe' })).to.throw();
      }
      expect(await status(source, 'lockable', all)).to.equal('locked: empty');
      expect(await status(source, 'lockable')).to.equal(undefined);
      const change = (...lines: string[]) =>
        slapd.change([`dn: ${dn}`, 'changetype: modify', ...lines, ''].join('\n'));
      change('replace: pwdAccountLockedTime', 'pwdAccountLockedTime: 000001010000Z');
      expect(await status(source, 'lockable')).to.equal('disabled: empty');
      change('delete: pwdAccountLockedTime');
      expect(await status(source, 'lockable', all)).to.equal(undefined);
    });
  });
});
