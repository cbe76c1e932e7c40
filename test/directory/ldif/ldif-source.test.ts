import { expect } from 'chai';
import { equality, type Filter } from '../../../src/directory/filter.ts';
import { parseFilter } from '../../../src/directory/filter-parser.ts';
import { substitute } from '../../../src/directory/filter-template.ts';
import { LdifSource } from '../../../src/directory/ldif/ldif-source.ts';
import { failureOf } from '../rejection.ts';

const TEXT = `
dn: dc=x
objectClass: domain
dc: x

dn: cn=one,dc=x
objectClass: person
cn: One  Two
cn;lang-de: Eins
memberUid: Ann
member: cn=Ann, dc=X
uniqueMember: cn=ann,dc=x#'01'B
uidNumber: 9
telephoneNumber: +1 555-0100
custom: Value
userPassword:: /wA=
createTimestamp: 20240101000000.0Z

dn: cn=two,cn=one,dc=x
objectClass: person
cn: two

dn: cn=ref,dc=x
objectClass: referral
ref: ldap://elsewhere/

dn: cn=below,cn=ref,dc=x
objectClass: person
cn: below
`;

describe('the entries of an LDIF file', () => {
  const open = (referrals: 'error' | 'ignore' = 'ignore') =>
    new LdifSource({ vendor: 'generic', referrals }, TEXT);
  const filterOf = (text: string): Filter => {
    const filter = substitute(parseFilter(text), {});
    if (filter === undefined) throw new Error('undefined');
    return filter;
  };
  const search = async (text: string, base = 'dc=x', scope: 'base' | 'one' | 'sub' = 'sub') => {
    const outcome = await open().search({ base, scope, filter: filterOf(text), attributes: ['cn'] });
    return outcome.base === 'absent' ? 'absent' : outcome.entries.map(({ dn }) => dn);
  };

  for (const [filter, matches] of [
    ['(cn=ONE TWO)', true],
    ['(cn=one   two)', true],
    ['(cn=\\c2\\a0one\\e2\\80\\83two\\09)', true],
    ['(cn=one\\e2\\80\\8btwo)', false],
    ['(memberUid= Ann\\c2\\a0)', true],
    ['(memberUid=A nn)', false],
    ['(cn=one\\e3\\80\\80t*)', true],
    ['(uidNumber= 9 )', true],
    ['(telephoneNumber=+1\\c2\\a0555 0100)', true],
    ['(member=cn=\\c2\\a0Ann ,dc=X)', true],
    ['(cn=onetwo)', false],
    ['(cn=eins)', true],
    ['(cn;lang-de=eins)', true],
    ['(cn;lang-de=one two)', false],
    ['(commonName=one two)', true],
    ['(cn=one*)', true],
    ['(cn=*e t*)', true],
    ['(cn=*one*one*)', false],
    ['(cn=one t*t two)', false],
    ['(memberUid=Ann)', true],
    ['(memberUid=ann)', false],
    ['(member=CN=ann,DC=x)', true],
    ['(member=cn=an,dc=x)', false],
    ['(uniqueMember=cn=Ann,dc=x)', true],
    ['(uidNumber>=9)', true],
    ['(uidNumber>=10)', false],
    ['(uidNumber<=10)', true],
    ['(uidNumber=09)', true],
    ['(telephoneNumber=+15550100)', true],
    ['(custom=vaLUE)', true],
    ['(userPassword=\\ff\\00)', true],
    ['(userPassword=\\ff)', false],
    ['(createTimestamp>=20240101000000Z)', true],
    ['(createTimestamp>=20240101000001Z)', false],
    ['(entryDN=CN=ONE,dc=x)', true],
    ['(custom=*)', true],
    ['(absent=*)', false],
    ['(!(absent=x))', true],
    ['(!(uidNumber=nine))', false],
    ['(!(member=nonsense))', false],
    ['(|(uidNumber=nine)(custom=value))', true],
    ['(&(custom=value)(cn=other))', false],
    ['(|(custom=other)(cn=one two))', true],
  ] as const) {
    it(`${filter} ${matches ? 'matches' : 'does not match'}`, async () => {
      expect(await search(`(&(objectClass=person)${filter})`, 'cn=one,dc=x', 'base')).to.have.length(
        matches ? 1 : 0,
      );
      const found = await search(filter);
      expect(Array.isArray(found) && found.includes('cn=one,dc=x')).to.equal(matches);
    });
  }

  it('are searched by scope', async () => {
    expect(await search('(objectClass=*)', 'dc=x', 'base')).to.deep.equal(['dc=x']);
    expect(await search('(objectClass=*)', 'DC=X', 'one')).to.deep.equal(['cn=one,dc=x']);
    expect(await search('(objectClass=*)', 'dc=x', 'sub')).to.deep.equal([
      'dc=x',
      'cn=one,dc=x',
      'cn=two,cn=one,dc=x',
    ]);
    expect(await search('(objectClass=*)', 'dc=y')).to.equal('absent');
  });

  it('come with the attributes asked for only', async () => {
    const filter = equality('uidNumber', '9');
    const outcome = await open().search({ base: 'dc=x', scope: 'sub', filter, attributes: ['CN'] });
    const entries = outcome.base === 'present' ? outcome.entries : [];
    expect(entries.map(({ forms }) => forms.map(({ type }) => type))).to.deep.equal([['cn', 'cn']]);
  });

  it('refer elsewhere where a referral is in the way', async () => {
    const ask = (base: string, scope: 'base' | 'one' | 'sub', referrals: 'error' | 'ignore') =>
      open(referrals).search({ base, scope, filter: filterOf('(cn=two)'), attributes: [] });
    for (const [base, scope, referrals] of [
      ['dc=x', 'sub', 'error'],
      ['dc=x', 'one', 'error'],
      ['cn=ref,dc=x', 'base', 'ignore'],
      ['cn=below,cn=ref,dc=x', 'sub', 'ignore'],
    ] as const) {
      expect((await failureOf(ask(base, scope, referrals))).code, base).to.equal('directory_incomplete');
    }
    expect(await ask('dc=x', 'base', 'error')).to.deep.equal({ base: 'present', entries: [] });
    expect(await ask('cn=one,dc=x', 'sub', 'error')).to.have.nested.property('entries[0].dn');
  });

  it('know no extensible match', async () => {
    const failure = await failureOf(search('(cn:caseExactMatch:=x)'));
    expect(failure.code).to.equal('directory_incomplete');
    expect(failure.message).to.contain('extensible');
  });

  it('ignore case save where the attribute does not', () => {
    const source = open();
    expect(['uid', 'mail', 'custom'].every((attribute) => source.ignoresCase(attribute))).to.equal(true);
    expect(['memberUid', 'homeDirectory'].some((attribute) => source.ignoresCase(attribute))).to.equal(false);
  });
});
