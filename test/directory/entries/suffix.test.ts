/** The suffix of DNs: where groups are searched when the config does not say. */
import { expect } from 'chai';
import { commonSuffix } from '../../../src/directory/entries/suffix.ts';

describe('the common suffix', () => {
  for (const [dns, suffix] of [
    [['ou=people,dc=acme,dc=example'], 'dc=acme,dc=example'],
    [['OU=a,DC=Acme,DC=example', 'ou=b,ou=c,dc=acme,dc=EXAMPLE'], 'DC=Acme,DC=example'],
    [['dc=acme'], 'dc=acme'],
    [['ou=Users,o=acme'], 'o=acme'],
    [['ou=x,dc=y,ou=z,dc=acme'], 'dc=acme'],
  ] as const) {
    it(`of ${dns.join(' and ')} is ${suffix}`, () => {
      expect(commonSuffix(dns)).to.equal(suffix);
    });
  }

  for (const dns of [[], ['dc=a,dc=x', 'dc=b,dc=x'], ['no dn'], ['ou=people,dc=acme', 'no dn'], ['']]) {
    it(`of ${JSON.stringify(dns)} is none`, () => {
      expect(commonSuffix(dns)).to.equal(undefined);
    });
  }
});
