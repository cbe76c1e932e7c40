import { expect } from 'chai';
import { equality, type Filter } from '../../../src/directory/filters/filter.ts';
import { parseFilter } from '../../../src/directory/filters/filter-parser.ts';
import { substitute } from '../../../src/directory/filters/filter-template.ts';
import { LdifSource } from '../../../src/directory/ldif/ldif-source.ts';
import { notEvaluated } from '../../../src/directory/ldif/matching-rules.ts';
import { savedPeopleSettings } from '../../../src/directory/ldif/saved-people.ts';
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
groupType: -2147483646
member: cn=Ann, dc=X
member: cn=middle,dc=x
uniqueMember: cn=ann,dc=x#'01'B
uidNumber: 9
telephoneNumber: +1 555-0100
custom: Value
userPassword:: /wA=
createTimestamp: 20240101000000.0Z

dn: cn=middle,dc=x
objectClass: groupOfNames
cn: middle
member: cn=deep,dc=x
member: cn=elsewhere,dc=x
member: cn=one,dc=x

dn: cn=Ann,dc=x
objectClass: inetOrgPerson
cn: Ann
memberOf: cn=team,dc=x

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
    new LdifSource({ ...savedPeopleSettings('x', TEXT), referrals }, TEXT);
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
    ['(uniqueMember=cn=Ann,dc=x)', false],
    ["(uniqueMember=cn=Ann,dc=x#'01'B)", true],
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
    expect(await search('(objectClass=*)', 'DC=X', 'one')).to.deep.equal([
      'cn=one,dc=x',
      'cn=middle,dc=x',
      'cn=Ann,dc=x',
    ]);
    expect(await search('(objectClass=*)', 'dc=x', 'sub')).to.deep.equal([
      'dc=x',
      'cn=one,dc=x',
      'cn=middle,dc=x',
      'cn=Ann,dc=x',
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

  for (const [filter, matches] of [
    ['(memberUid:caseIgnoreMatch:=ANN)', true],
    ['(memberUid:2.5.13.2:=ANN)', true],
    ['(memberUid:=ann)', false],
    ['(cn:caseExactMatch:=One Two)', true],
    ['(cn:caseExactMatch:=one two)', false],
    ['(cn:=one two)', true],
    ['(dc:dn:=x)', true],
    ['(cn:dn:=one)', true],
    ['(cn:dn:caseExactMatch:=One)', false],
    ['(cn:dn:=two)', false],
    ['(dc:=x)', false],
    ['(uidNumber:1.2.840.113556.1.4.803:=9)', true],
    ['(uidNumber:1.2.840.113556.1.4.803:=8)', true],
    ['(uidNumber:1.2.840.113556.1.4.803:=10)', false],
    ['(uidNumber:1.2.840.113556.1.4.804:=10)', true],
    ['(uidNumber:1.2.840.113556.1.4.804:=6)', false],
    ['(uidNumber:1.2.840.113556.1.4.803:=0)', true],
    ['(uidNumber:1.2.840.113556.1.4.804:=0)', false],
    ['(!(uidNumber:1.2.840.113556.1.4.803:=2))', true],
    ['(!(uidNumber:1.2.840.113556.1.4.803:=nine))', false],
    ['(groupType:1.2.840.113556.1.4.803:=2147483648)', true],
    ['(groupType:1.2.840.113556.1.4.803:=-2147483648)', true],
    ['(groupType:1.2.840.113556.1.4.803:=2147483652)', false],
    ['(absent:1.2.840.113556.1.4.803:=1)', false],
    ['(!(absent:1.2.840.113556.1.4.803:=1))', true],
    ['(uidNumber:integerMatch:=09)', true],
    ['(member:1.2.840.113556.1.4.1941:=cn=ann,dc=x)', true],
    ['(member:1.2.840.113556.1.4.1941:=cn=deep,dc=x)', true],
    ['(member:1.2.840.113556.1.4.1941:=cn=elsewhere,dc=x)', true],
    ['(member:1.2.840.113556.1.4.1941:=cn=nobody,dc=x)', false],
    ['(member:1.2.840.113556.1.4.1941:=nonsense)', false],
    ['(!(member:1.2.840.113556.1.4.1941:=nonsense))', false],
    ['(createTimestamp=2024*)', false],
    ['(!(createTimestamp=2024*))', false],
  ] as const)
    it(`${filter} ${matches ? 'matches' : 'does not match'}`, async () => {
      const found = await search(filter);
      expect(Array.isArray(found) && found.includes('cn=one,dc=x')).to.equal(matches);
    });

  it('fail where it cannot be told what somebody is in', async () => {
    const chain = (group: string) =>
      search(`(memberOf:1.2.840.113556.1.4.1941:=cn=${group},dc=x)`, 'cn=Ann,dc=x', 'base');
    expect(await chain('team')).to.deep.equal(['cn=Ann,dc=x']);
    const failure = await failureOf(chain('other'));
    expect(failure.code).to.equal('directory_incomplete');
    expect(failure.message).to.contain('there is no entry cn=team,dc=x');
  });

  for (const [filter, about] of [
    ['(cn:2.5.13.4:=x)', '"2.5.13.4" is not known here'],
    ['(cn:phoneticMatch:=x)', '"phoneticMatch" is not known here'],
    ['(:caseExactMatch:=x)', 'to which attributes "caseExactMatch" applies'],
    ['(:dn:2.5.13.5:=x)', 'to which attributes "2.5.13.5" applies'],
    ['(cn:integerMatch:=5)', '"integerMatch" does not fit the values of "cn"'],
    ['(uidNumber:caseIgnoreMatch:=5)', 'does not fit'],
    ['(cn:1.2.840.113556.1.4.803:=5)', 'does not fit'],
    ['(cn:1.2.840.113556.1.4.1941:=cn=x)', 'does not fit'],
    ['(cn~=Ann)', '"cn~=" is like'],
    ['(cn>=Ann)', 'order the values of "cn" are'],
    ['(custom<=5)', 'order the values of "custom" are'],
    ['(|(cn=One Two)(!(&(cn~=x))))', '"cn~=" is like'],
  ] as const)
    it(`cannot be searched by ${filter}`, async () => {
      expect(notEvaluated(parseFilter(filter))).to.contain(about);
      const failure = await failureOf(search(filter));
      expect(failure.code).to.equal('directory_incomplete');
      expect(failure.message).to.contain(about);
    });

  it('ignore case save where the attribute does not', () => {
    const source = open();
    expect(['uid', 'mail', 'custom'].every((attribute) => source.ignoresCase(attribute))).to.equal(true);
    expect(['memberUid', 'homeDirectory'].some((attribute) => source.ignoresCase(attribute))).to.equal(false);
  });
});
