import { expect } from 'chai';
import { entryOf } from '../../../src/directory/entries/entry.ts';
import { accountSignsOf, readAccount, signsThatMatter } from '../../../src/directory/people/accounts.ts';
import {
  AccountValueError,
  daysSince1970,
  disabledWord,
  fileTime,
  flag,
  generalizedTime,
  kerberosTime,
  lockedByAdministrator,
  lockedByServer,
  notZero,
  oneOf,
  type SignJudgement,
  trueValue,
} from '../../../src/directory/settings/account-signs.ts';
import type { AccountSettings } from '../../../src/directory/settings/settings.ts';
import type { VendorName } from '../../../src/directory/settings/vendors.ts';
import { Failure } from '../../../src/failure.ts';
import { deadAccount } from '../../../src/person.ts';

const ALREADY = Number.NEGATIVE_INFINITY;
const AT = Date.UTC(2024, 1, 29, 12, 30, 15);

describe('a sign that an account is dead', () => {
  const judgements: Readonly<Record<string, SignJudgement>> = {
    trueValue,
    disabledBit: flag(0x2),
    lockoutBit: flag(0x10),
    notZero,
    fileTime,
    daysSince1970,
    disabledWord,
    kerberosTime,
    oneOf: oneOf(['true', 'long gone']),
    generalizedTime,
    lockedByAdministrator,
    lockedByServer,
  };
  for (const [judgement, value, since] of [
    ['trueValue', 'TRUE', ALREADY],
    ['trueValue', 'true', ALREADY],
    ['trueValue', 'FALSE', undefined],
    ['trueValue', 'yes', 'no'],
    ['trueValue', '', 'no'],
    ['trueValue', ' TRUE', 'no'],
    ['disabledBit', '512', undefined],
    ['disabledBit', '514', ALREADY],
    ['disabledBit', '66050', ALREADY],
    ['disabledBit', '66048', undefined],
    ['disabledBit', '-2147483646', ALREADY],
    ['disabledBit', '0x2', 'no'],
    ['disabledBit', '4294967298', 'no'],
    ['disabledBit', '', 'no'],
    ['lockoutBit', '16', ALREADY],
    ['lockoutBit', '8388608', undefined],
    ['notZero', '0', undefined],
    ['notZero', '133500000000000000', ALREADY],
    ['notZero', 'soon', 'no'],
    ['fileTime', '0', undefined],
    ['fileTime', '9223372036854775807', undefined],
    ['fileTime', '116444736000000000', 0],
    ['fileTime', '133536834150000000', AT],
    ['fileTime', '133536834159999999', AT + 999],
    ['fileTime', '9223372036854775806', 910692730085477],
    ['fileTime', '-1', 'no'],
    ['fileTime', '9223372036854775808', 'no'],
    ['fileTime', '1.5', 'no'],
    ['daysSince1970', '-1', undefined],
    ['daysSince1970', '0', 'no'],
    ['daysSince1970', '19782', Date.UTC(2024, 1, 29)],
    ['daysSince1970', '-2', 'no'],
    ['daysSince1970', '2024-02-29', 'no'],
    ['daysSince1970', '99999999999', 'no'],
    ['kerberosTime', '20240229123015Z', AT],
    ['kerberosTime', '19700101000001Z', 1000],
    ['kerberosTime', '19700101000000Z', 'no'],
    ['kerberosTime', '19691231235959Z', 'no'],
    ['disabledWord', 'DISABLED', ALREADY],
    ['disabledWord', 'Enabled', undefined],
    ['disabledWord', 'FALSE', 'no'],
    ['oneOf', 'TRUE', ALREADY],
    ['oneOf', ' true ', ALREADY],
    ['oneOf', 'Long  Gone', ALREADY],
    ['oneOf', 'FALSE', undefined],
    ['oneOf', '', undefined],
    ['fileTime', '-9223372036854775808', 'no'],
    ['fileTime', '', 'no'],
    ['generalizedTime', '20240229123015Z', AT],
    ['generalizedTime', '20240229123015.25Z', AT + 250],
    ['generalizedTime', '20240229123015,5Z', AT + 500],
    ['generalizedTime', '202402291230Z', AT - 15_000],
    ['generalizedTime', '202402291230.25Z', AT],
    ['generalizedTime', '2024022912Z', AT - 30 * 60_000 - 15_000],
    ['generalizedTime', '20240229143015+0200', AT],
    ['generalizedTime', '20240229090015-0330', AT],
    ['generalizedTime', '20240229143015+02', AT],
    ['generalizedTime', '20230229123015Z', 'no'],
    ['generalizedTime', '20241301000000Z', 'no'],
    ['generalizedTime', '20240101240000Z', 'no'],
    ['generalizedTime', '20240229123015', 'no'],
    ['generalizedTime', '2024-02-29T12:30:15Z', 'no'],
    ['lockedByAdministrator', '000001010000Z', ALREADY],
    ['lockedByAdministrator', '00000101000000Z', ALREADY],
    ['lockedByAdministrator', '20240229123015Z', undefined],
    ['lockedByAdministrator', '0', 'no'],
    ['lockedByServer', '000001010000Z', undefined],
    ['lockedByServer', '20240229123015Z', ALREADY],
    ['lockedByServer', 'yesterday', 'no'],
  ] as const) {
    it(`${judgement} of ${JSON.stringify(value)} is ${since ?? 'never'}`, () => {
      const judge = judgements[judgement] ?? trueValue;
      if (since === 'no') expect(() => judge(value)).to.throw(AccountValueError);
      else expect(judge(value)).to.equal(since);
    });
  }
});

describe('an account', () => {
  const ALL: AccountSettings = { disabled: 'empty', expired: 'empty', locked: 'not_found' };
  const read = (
    vendor: VendorName,
    attributes: Readonly<Record<string, string | readonly string[]>>,
    settings = ALL,
    kind: 'ldap' | 'ldif' = 'ldif',
  ) => {
    const entry = entryOf(
      'uid=x',
      Object.entries(attributes).map(([name, values]) => [name, [values].flat()] as const),
    );
    return readAccount(entry, signsThatMatter({ vendor, accounts: settings, source: { kind } }), settings);
  };
  const dead = (vendor: VendorName, attributes: Readonly<Record<string, string>>, now = AT) =>
    deadAccount({ account: read(vendor, attributes) }, now)?.status;
  const AD = { userAccountControl: '512', accountExpires: '9223372036854775807' };

  for (const [vendor, attributes, status] of [
    ['openldap', {}, undefined],
    ['openldap', { pwdAccountLockedTime: '000001010000Z' }, 'disabled'],
    ['openldap', { pwdAccountLockedTime: '20240101000000Z' }, 'locked'],
    ['openldap', { shadowExpire: '19782' }, 'expired'],
    ['openldap', { shadowExpire: '19783' }, undefined],
    ['openldap', { shadowExpire: '-1' }, undefined],
    ['generic', { shadowExpire: '1' }, 'expired'],
    ['generic', { nsAccountLock: 'TRUE' }, undefined],
    ['389ds', { nsAccountLock: 'true' }, 'disabled'],
    ['389ds', { nsAccountLock: 'false' }, undefined],
    ['freeipa', { nsAccountLock: 'TRUE' }, 'disabled'],
    ['freeipa', { krbPrincipalExpiration: '20240229123015Z' }, 'expired'],
    ['freeipa', { krbPrincipalExpiration: '20240229123016Z' }, undefined],
    ['pingdirectory', { 'ds-pwp-account-disabled': 'true' }, 'disabled'],
    ['pingdirectory', { 'ds-pwp-account-expiration-time': '20240101000000.000Z' }, 'expired'],
    ['okta', { nsAccountLock: 'TRUE', shadowExpire: '1' }, undefined],
    ['active-directory', AD, undefined],
    ['active-directory', { ...AD, userAccountControl: '514' }, 'disabled'],
    ['active-directory', { ...AD, accountExpires: '0' }, undefined],
    ['active-directory', { ...AD, accountExpires: '133536834150000000' }, 'expired'],
    ['active-directory', { ...AD, accountExpires: '133536834160000000' }, undefined],
    ['active-directory', { ...AD, lockoutTime: '133500000000000000' }, 'locked'],
    ['active-directory', { ...AD, lockoutTime: '0' }, undefined],
    ['active-directory', { ...AD, 'msDS-User-Account-Control-Computed': '16' }, 'locked'],
    [
      'active-directory',
      { ...AD, 'msDS-User-Account-Control-Computed': '0', lockoutTime: '133500000000000000' },
      undefined,
    ],
    ['entra-ds', { ...AD, userAccountControl: '546' }, 'disabled'],
    ['edirectory', { loginDisabled: 'TRUE' }, 'disabled'],
    ['edirectory', { loginDisabled: 'FALSE', loginExpirationTime: '20240101000000Z' }, 'expired'],
    ['edirectory', { lockedByIntruder: 'TRUE' }, 'locked'],
    ['edirectory', {}, undefined],
    ['ad-lds', { 'msDS-UserAccountDisabled': 'TRUE' }, 'disabled'],
    ['ad-lds', { 'msDS-UserAccountDisabled': 'FALSE', accountExpires: '133536834150000000' }, 'expired'],
    ['ad-lds', { 'ms-DS-UserAccountAutoLocked': 'TRUE' }, 'locked'],
    ['ad-lds', {}, undefined],
    ['oracle', { nsAccountLock: 'true' }, 'disabled'],
    ['oracle', { nsAccountLock: 'false', 'ds-pwp-account-disabled': 'true' }, 'disabled'],
    ['oracle', { orclIsEnabled: 'DISABLED' }, 'disabled'],
    ['oracle', { orclIsEnabled: 'ENABLED', pwdAccountLockedTime: '000001010000Z' }, 'disabled'],
    ['oracle', { pwdAccountLockedTime: '20240101000000Z' }, 'locked'],
    ['oracle', { orclActiveEndDate: '20240101000000Z' }, 'expired'],
    ['oracle', {}, undefined],
  ] as const) {
    it(`of ${vendor} with ${JSON.stringify(attributes)} is ${status ?? 'alive'}`, () => {
      expect(dead(vendor, attributes)).to.equal(status);
    });
  }

  it('keeps the moment of its expiry, for later', () => {
    const account = read('generic', { shadowExpire: '19783' });
    expect(account).to.deep.equal([{ status: 'expired', since: Date.UTC(2024, 2, 1), due: 'empty' }]);
    expect(deadAccount({ account }, Date.UTC(2024, 2, 1) - 1)).to.equal(undefined);
    expect(deadAccount({ account }, Date.UTC(2024, 2, 1))?.status).to.equal('expired');
  });

  it('that is dead in several ways is answered by the first of disabled, expired, locked', () => {
    const settings = { ...ALL, disabled: 'not_found', locked: 'empty' } as const;
    const attributes = { ...AD, userAccountControl: '514', accountExpires: '1', lockoutTime: '1' };
    const account = read('active-directory', attributes, settings);
    expect(account.map(({ status }) => status)).to.deep.equal(['disabled', 'expired', 'locked']);
    expect(deadAccount({ account }, AT)?.due).to.equal('not_found');
    const ignoring = read('active-directory', attributes, { ...settings, disabled: 'ignore' });
    expect(deadAccount({ account: ignoring }, AT)).to.include({ status: 'expired', due: 'empty' });
  });

  it('with several values is dead by the worst of them', () => {
    expect(read('generic', { shadowExpire: ['-1', '7', '3'] })[0]?.since).to.equal(3 * 86_400_000);
  });

  it('of which something is ignored does not even have it judged', () => {
    const settings: AccountSettings = { disabled: 'ignore', expired: 'ignore', locked: 'ignore' };
    expect(read('active-directory', { accountExpires: 'never' }, settings)).to.deep.equal([]);
    expect(
      signsThatMatter({ vendor: 'active-directory', accounts: settings, source: { kind: 'ldap' } }),
    ).to.deep.equal([]);
    const only = signsThatMatter({
      vendor: 'openldap',
      accounts: { ...settings, expired: 'empty' },
      source: { kind: 'ldap' },
    });
    expect(only.map(({ attribute }) => attribute)).to.deep.equal(['shadowExpire']);
  });

  it("has signs beside the vendor's own, of which each counts by itself", () => {
    const signs = [
      { attribute: 'loginDisabled', is: ['TRUE', 'yes'], means: 'disabled' },
      { attribute: 'nsAccountLock', is: ['gone'], means: 'expired' },
    ] as const;
    const settings: AccountSettings = { ...ALL, signs };
    const statuses = (attributes: Readonly<Record<string, string | readonly string[]>>) =>
      read('389ds', attributes, settings).map(({ status }) => status);
    expect(statuses({ loginDisabled: 'true' })).to.deep.equal(['disabled']);
    expect(statuses({ loginDisabled: ['no', 'Yes '] })).to.deep.equal(['disabled']);
    expect(statuses({ loginDisabled: 'FALSE', nsAccountLock: 'false' })).to.deep.equal([]);
    expect(statuses({ nsAccountLock: 'false', loginDisabled: 'TRUE' })).to.deep.equal(['disabled']);
    expect(statuses({ nsAccountLock: 'true', loginDisabled: 'FALSE' })).to.deep.equal(['disabled']);
    const ignoring = { ...settings, disabled: 'ignore' } as const;
    expect(
      signsThatMatter({ vendor: '389ds', accounts: ignoring, source: { kind: 'ldap' } }).map(
        ({ attribute }) => attribute,
      ),
    ).to.deep.equal(['shadowExpire', 'nsAccountLock']);
  });

  it('that nobody can be certain of is told with the key that decides it', () => {
    for (const [vendor, attributes, status] of [
      ['openldap', { shadowExpire: '0' }, 'expired'],
      ['openldap', { pwdAccountLockedTime: 'never' }, 'disabled'],
      ['freeipa', { krbPrincipalExpiration: '19700101000000Z' }, 'expired'],
      ['active-directory', { ...AD, accountExpires: '-1' }, 'expired'],
      ['active-directory', { ...AD, accountExpires: '9223372036854775808' }, 'expired'],
      ['active-directory', { ...AD, accountExpires: 'never' }, 'expired'],
    ] as const) {
      expect(() => read(vendor, attributes), JSON.stringify(attributes))
        .to.throw(Failure, `accounts: { ${status}: ignore }`)
        .with.property('code', 'directory_incomplete');
      const ignoring: AccountSettings = { disabled: 'ignore', expired: 'ignore', locked: 'ignore' };
      expect(read(vendor, attributes, ignoring)).to.deep.equal([]);
    }
  });

  for (const [what, vendor, attributes, message] of [
    [
      'a value that is none',
      'generic',
      { shadowExpire: 'tomorrow' },
      /shadowExpire "tomorrow" is no integer/,
    ],
    ['one bad value of several', 'generic', { shadowExpire: ['-1', 'x'] }, /shadowExpire "x"/],
    ['no right to read what everybody has', 'active-directory', {}, /no readable userAccountControl/],
  ] as const) {
    it(`with ${what}: directory_incomplete`, () => {
      expect(() => read(vendor, attributes))
        .to.throw(Failure, message)
        .with.property('code', 'directory_incomplete');
    });
  }

  it('that does not show what every account of a server has: directory_incomplete, by the status', () => {
    const { accountExpires: _, ...withoutExpiry } = AD;
    const computed = { 'msDS-User-Account-Control-Computed': '0' };
    const signs = (attributes: Readonly<Record<string, string>>, settings = ALL) =>
      read('active-directory', attributes, settings, 'ldap');
    for (const vendor of ['active-directory', 'entra-ds'] as const) {
      expect(() => read(vendor, { ...withoutExpiry, ...computed }, ALL, 'ldap'))
        .to.throw(Failure, /no readable accountExpires, .*accounts: \{ expired: ignore \}/)
        .with.property('code', 'directory_incomplete');
    }
    expect(signs({ ...withoutExpiry, ...computed }, { ...ALL, expired: 'ignore' })).to.deep.equal([]);
    expect(() => signs(AD)).to.throw(Failure, /no readable msDS-User-Account-Control-Computed/);
    expect(signs(AD, { ...ALL, locked: 'ignore' })).to.deep.equal([]);
    expect(signs({ ...AD, lockoutTime: '0' })).to.deep.equal([]);
    expect(read('ad-lds', {}, ALL, 'ldap')).to.deep.equal([]);
    // A file may have been made without them.
    expect(read('active-directory', withoutExpiry)).to.deep.equal([]);
  });

  it('with octets in place of a text: directory_incomplete', () => {
    const entry = entryOf('uid=x', [['nsAccountLock', [Uint8Array.of(0xff)]]]);
    expect(() =>
      readAccount(entry, accountSignsOf({ vendor: '389ds', accounts: ALL, source: { kind: 'ldap' } }), ALL),
    ).to.throw(Failure, /of octets is no text/);
  });
});
