import { expect } from 'chai';
import { wellKnown } from '../../../src/mapping/values/well-known-attributes.ts';

describe('mapping: well-known attributes', () => {
  const known: readonly [name: string, type: string, format?: string][] = [
    ['accountExpires', 'date', 'filetime'],
    ['pwdLastSet', 'date', 'filetime'],
    ['msDS-UserPasswordExpiryTimeComputed', 'date', 'filetime'],
    ['whenCreated', 'date', 'generalized-time'],
    ['createTimestamp', 'date', 'generalized-time'],
    ['krbPrincipalExpiration', 'date', 'generalized-time'],
    ['objectSid', 'sid'],
    ['objectGUID', 'guid'],
    ['entryUUID', 'guid'],
    ['nsUniqueId', 'guid'],
    ['manager', 'dn'],
    ['memberOf', 'dn'],
    ['userAccountControl', 'integer'],
    ['uidNumber', 'integer'],
  ];
  for (const [name, type, format] of known) {
    it(`${name} is of type ${type}, in any case`, () => {
      for (const spelled of [name, name.toLowerCase(), name.toUpperCase()]) {
        expect(wellKnown(spelled)?.type).to.equal(type);
        expect(wellKnown(spelled)?.format?.written).to.equal(format);
      }
    });
  }

  it('others are not', () => {
    for (const name of ['departmentNumber', 'employeeNumber', 'extensionAttribute7', 'cn', ''])
      expect(wellKnown(name)).to.equal(undefined);
  });
});
