import { expect } from 'chai';
import type { DirectorySettings, LdapSettings } from '../../src/directory/settings/settings.ts';
import { secretOf, showSamePeople } from '../../src/reload/same-people.ts';

const SOURCE: LdapSettings = {
  kind: 'ldap',
  urls: [{ scheme: 'ldaps', host: 'a', port: 636, text: 'ldaps://a' }],
  tls: {},
  bind: { kind: 'simple', dn: 'cn=a', password: 'old' },
};
const SETTINGS: DirectorySettings = {
  name: 'corp',
  vendor: 'openldap',
  source: SOURCE,
  users: { bases: ['dc=a'], attribute: 'uid', userids: ['<userid>'], unknown: 'not_found' },
  memberships: {
    from: ['attribute'],
    nested: true,
    attribute: 'memberOf',
    filter: '(member=<dn>)',
    uidAttribute: 'uid',
    limits: { groups: 1, depth: 1 },
  },
  accounts: { disabled: 'empty', expired: 'empty', locked: 'ignore' },
  referrals: 'error',
  limits: {
    connections: 1,
    concurrent: 1,
    queue: 1,
    connect: 1,
    search: 1,
    idle: 1,
    age: 1,
    entries: 1,
    octets: 1,
  },
};
const withSource = (source: Partial<LdapSettings>): DirectorySettings => ({
  ...SETTINGS,
  source: { ...SOURCE, ...source },
});
const external = (certificate: string): DirectorySettings =>
  withSource({ bind: { kind: 'external' }, tls: { client: { certificate, key: 'key' } } });

const url = (host: string): LdapSettings['urls'][number] => ({
  scheme: 'ldaps',
  host,
  port: 636,
  text: `ldaps://${host}`,
});

describe('what a change of settings means for what was read', () => {
  for (const [what, other] of [
    [
      'the password of the same account',
      withSource({ bind: { ...SOURCE.bind, password: 'new' } as LdapSettings['bind'] }),
    ],
    ['limits', { ...SETTINGS, limits: { ...SETTINGS.limits, search: 9 } }],
    ['a server more', withSource({ urls: [url('b'), url('a')] })],
    ['the authority of the servers', withSource({ tls: { ca: 'pem' } })],
  ] as const) {
    it(`${what}: the same people`, () => expect(showSamePeople(SETTINGS, other)).to.equal(true));
  }

  for (const [what, one, other] of [
    ['another account', SETTINGS, withSource({ bind: { kind: 'simple', dn: 'cn=b', password: 'old' } })],
    ['anonymous', SETTINGS, withSource({ bind: { kind: 'anonymous' } })],
    ['another client certificate that is the account', external('one'), external('two')],
    ['other servers', SETTINGS, withSource({ urls: [] })],
    ['another base', SETTINGS, { ...SETTINGS, users: { ...SETTINGS.users, bases: ['dc=b'] } }],
    ['accounts', SETTINGS, { ...SETTINGS, accounts: { ...SETTINGS.accounts, locked: 'empty' as const } }],
    ['a sentinel', SETTINGS, { ...SETTINGS, sentinel: { userid: 'a', group: 'cn=a' } }],
    ['a file', SETTINGS, { ...SETTINGS, source: { kind: 'ldif' as const, file: 'a', text: 'a' } }],
  ] as const) {
    it(`${what}: other people`, () => expect(showSamePeople(one, other)).to.equal(false));
  }

  it('knows a secret again by its account, whatever else changes', () => {
    expect(secretOf(SETTINGS)).to.equal(
      secretOf({ ...withSource({ urls: [] }), limits: { ...SETTINGS.limits, age: 9 } }),
    );
    expect(secretOf(SETTINGS)).to.not.equal(
      secretOf(withSource({ bind: { kind: 'simple', dn: 'cn=a', password: 'new' } })),
    );
    expect(secretOf(SETTINGS)).to.equal(secretOf({ ...SETTINGS, name: 'other' }));
    expect(secretOf(external('one'))).to.not.equal(secretOf(external('two')));
    expect(secretOf(withSource({ bind: { kind: 'anonymous' } }))).to.equal(undefined);
  });
});
