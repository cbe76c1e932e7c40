/**
 * What tools print, read again. The files in printed/ are their real output: ldapsearch of OpenLDAP 2.5, slapcat,
 * ldbsearch of Samba 4.17, db2ldif of 389 Directory Server 2.3 without and with its replication state. No Windows is
 * to be had here: what ldifde writes is made after Microsoft's pages.
 */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { equality, type Filter } from '../../../src/directory/filters/filter.ts';
import { parseLdif } from '../../../src/directory/ldif/known-ldif.ts';
import { problemsIn } from '../../../src/directory/ldif/ldif-concerns.ts';
import { ldifText } from '../../../src/directory/ldif/ldif-octets.ts';
import { LdifSource } from '../../../src/directory/ldif/ldif-source.ts';
import { savedPeopleSettings } from '../../../src/directory/ldif/saved-people.ts';
import type { VendorName } from '../../../src/directory/settings/vendors.ts';
import { failureOf } from '../rejection.ts';

const printed = (name: string): string =>
  ldifText(readFileSync(new URL(`printed/${name}.ldif`, import.meta.url)));

function problemsOf(text: string): string[] {
  return problemsIn(parseLdif(text), savedPeopleSettings('x', text)).map(
    ({ line, message }) => `${line}: ${message}`,
  );
}

function open(
  text: string,
  vendor: VendorName = 'generic',
  referrals: 'error' | 'ignore' = 'error',
): LdifSource {
  return new LdifSource({ ...savedPeopleSettings('x', text), vendor, referrals }, text);
}

async function find(
  source: LdifSource,
  filter: Filter,
  base = 'ou=people,dc=acme,dc=example',
): Promise<readonly string[]> {
  const outcome = await source.search({ base, scope: 'sub', filter, attributes: ['uid'] });
  return outcome.base === 'absent' ? ['absent'] : outcome.entries.map(({ dn }) => dn);
}

const ANN = 'uid=ann,ou=people,dc=acme,dc=example';

describe('LDIF as tools print it', () => {
  for (const name of [
    'ldapsearch',
    'ldapsearch-L',
    'ldapsearch-LLL',
    'ldapsearch-paged',
    'ldapsearch-paged-LLL',
    'slapcat',
  ])
    it(`is read: ${name}`, async () => {
      const text = printed(name);
      expect(problemsOf(text)).to.deep.equal([]);
      const source = open(text);
      expect(await find(source, equality('cn', 'Ann Żółw'))).to.deep.equal([ANN]);
      expect(await find(source, equality('cn', 'smith, john'))).to.have.lengthOf(1);
      const groups = 'ou=groups,dc=acme,dc=example';
      expect(
        await find(source, equality('member', 'CN="Smith, John";ou=people;dc=acme;dc=example'), groups),
      ).to.deep.equal(['cn=staff,ou=groups,dc=acme,dc=example']);
    });

  for (const name of ['ldapsearch', 'ldapsearch-L', 'ldapsearch-LLL', 'ldapsearch-paged-LLL'])
    it(`refers elsewhere where a search reference was printed: ${name}`, async () => {
      const text = printed(name);
      expect(parseLdif(text).references.map(({ uris }) => uris)).to.deep.equal([
        ['ldap://branch.acme.example/ou=branch,dc=acme,dc=example??sub'],
      ]);
      const failure = await failureOf(find(open(text), equality('uid', 'ann'), 'dc=acme,dc=example'));
      expect(failure.code).to.equal('directory_incomplete');
      expect(failure.message).to.contain('branch.acme.example');
      expect(
        await find(open(text, 'generic', 'ignore'), equality('uid', 'ann'), 'dc=acme,dc=example'),
      ).to.deep.equal([ANN]);
      const both = `${text}\ndn: ou=branch,dc=acme,dc=example\nobjectClass: organizationalUnit\nou: branch\n`;
      expect(
        await find(open(both), equality('uid', 'ann'), 'dc=acme,dc=example'),
        'where that is there too',
      ).to.deep.equal([ANN]);
    });

  it('is read one search behind the other', () => {
    expect(problemsOf(`${printed('ldapsearch')}${printed('ldapsearch-paged')}`)).to.deep.equal([]);
    expect(problemsOf(`${printed('ldapsearch-L')}${printed('ldapsearch-LLL')}`)).to.deep.equal([]);
  });

  for (const [what, text, problems] of [
    [
      'a size limit',
      printed('size-limit'),
      ['28: the search ended with result 4 (sizeLimitExceeded): Size limit exceeded: entries are missing'],
    ],
    [
      'a size limit, told among the entries',
      printed('size-limit-L'),
      ['26: the search failed with result 4 (sizeLimitExceeded): Size limit exceeded'],
    ],
    [
      'no base',
      printed('no-such-base'),
      ['11: the search ended with result 32 (noSuchObject): No such object: entries are missing'],
    ],
    [
      'a referral in place of a result',
      printed('referral-result'),
      ['11: the search ended with result 10 (referral): Referral: entries are missing'],
    ],
    [
      'a size limit behind a search that was whole',
      `${printed('ldapsearch')}${printed('size-limit')}`,
      ['102: the search ended with result 4 (sizeLimitExceeded): Size limit exceeded: entries are missing'],
    ],
    [
      'its end missing',
      printed('ldapsearch').replace(/# search result[\s\S]*$/, ''),
      ['1: what ldapsearch prints at its end does not follow on this: its output was cut off, or it failed'],
    ],
    [
      'the end of the first of two missing',
      `${printed('ldapsearch').replace(/# search result[\s\S]*$/, '')}${printed('ldapsearch')}`,
      ['1: what ldapsearch prints at its end does not follow on this: its output was cut off, or it failed'],
    ],
    [
      "ldbsearch's end missing",
      printed('ldbsearch').replace(/# returned[\s\S]*$/, ''),
      ['1: what ldbsearch prints at its end does not follow on this: its output was cut off, or it failed'],
    ],
    [
      'a page missing',
      printed('ldapsearch-paged').replace(/# extended LDIF(?![\s\S]*# extended LDIF)[\s\S]*$/, ''),
      ['41: the search ended before its last page: the cookie says that there are more'],
    ],
    [
      'a page missing before another search',
      `${printed('ldapsearch-paged').replace(/# extended LDIF(?![\s\S]*# extended LDIF)[\s\S]*$/, '')}${printed('ldapsearch')}`,
      ['41: the search ended before its last page: the cookie says that there are more'],
    ],
    [
      'a page missing, with -LLL',
      printed('ldapsearch-paged-LLL').replace(/(# pagedresults: cookie=\S+\n)[\s\S]*$/, '$1'),
      ['24: the search ended before its last page: the cookie says that there are more'],
    ],
    [
      'a result inside of an entry',
      printed('size-limit')
        .replace('# extended LDIF', '#')
        .replace(/\n\n# search result\n/, '\n \n'),
      ['27: the result of a search inside of an entry: an empty line, without spaces, is missing'],
    ],
    [
      'no result behind "search:"',
      'search: 2\n',
      ['1: the result of the search is missing: its output was cut off'],
    ],
  ] as const)
    it(`is refused with ${what}`, () => {
      expect(problemsOf(text).slice(0, 1)).to.deep.equal(problems);
    });

  it('has entries of which no values were asked for', () => {
    const { entries } = parseLdif(printed('ldapsearch-without-values'));
    expect(entries.map(({ forms }) => forms.length)).to.deep.equal([0, 0, 0]);
  });

  it('has SIDs as texts where ldbsearch prints them, and refers to partitions without people', async () => {
    const text = printed('ldbsearch');
    const sid = Buffer.from('010500000000000515000000', 'hex');
    const domain = [1_000_000_001, 1_000_000_002, 1_000_000_003, 513].map((part) => {
      const octets = Buffer.alloc(4);
      octets.writeUInt32LE(part);
      return octets;
    });
    const filter: Filter = {
      kind: 'equality',
      attribute: 'objectSid',
      value: Buffer.concat([sid, ...domain]),
    };
    const base = 'DC=ad,DC=example,DC=test';
    expect(await find(open(text, 'active-directory'), filter, base)).to.deep.equal([
      'CN=Domain Users,CN=Users,DC=ad,DC=example,DC=test',
    ]);
    expect((await failureOf(find(open(text), filter, base))).code, 'of another kind').to.equal(
      'directory_incomplete',
    );
  });

  for (const name of ['db2ldif', 'db2ldif-r'])
    it(`has no deleted people, values and members, though 389 Directory Server keeps them: ${name}`, async () => {
      const text = printed(name);
      expect(problemsOf(text)).to.deep.equal([]);
      const source = open(text, '389ds');
      const base = 'dc=example,dc=test';
      const staff = ['cn=staff,ou=groups,dc=example,dc=test'];
      expect(await find(source, equality('uid', 'ann'), base)).to.deep.equal([
        'uid=ann,ou=people,dc=example,dc=test',
      ]);
      expect(await find(source, equality('description', 'second'), base)).to.have.lengthOf(1);
      expect(await find(source, { kind: 'present', attribute: 'mail' }, base)).to.deep.equal([]);
      expect(await find(source, equality('uid', 'gone'), base)).to.deep.equal([]);
      expect(await find(source, equality('member', `uid=ann,ou=people,${base}`), base)).to.deep.equal(staff);
      expect(
        await find(source, equality('member', `cn=Smith\\, John,ou=people,${base}`), base),
      ).to.deep.equal([]);
    });

  const LDIFDE = [
    'dn: CN=Ann,OU=People,DC=acme,DC=com',
    'changetype: add',
    'objectClass: user',
    'cn: Ann',
    'sAMAccountName: ann',
    'displayName: Ann Żółw',
    'description: a value that is longer than eighty characters, which ldifde folds at the',
    '  eightieth',
    '',
    '',
  ].join('\r\n');
  for (const [encoding, octets] of [
    ['UTF-16, little end first', Buffer.from(`\ufeff${LDIFDE}`, 'utf16le')],
    ['UTF-16, big end first', Buffer.from(`\ufeff${LDIFDE}`, 'utf16le').swap16()],
    ['UTF-16 without a mark', Buffer.from(LDIFDE, 'utf16le')],
    ['UTF-16 without a mark, big end first', Buffer.from(LDIFDE, 'utf16le').swap16()],
    ['UTF-8', Buffer.from(`\ufeff${LDIFDE}`)],
  ] as const)
    it(`is read as ldifde writes it, in ${encoding}`, () => {
      const { entries } = parseLdif(ldifText(octets));
      expect(problemsOf(ldifText(octets))).to.deep.equal([]);
      expect(entries.map(({ dn }) => dn)).to.deep.equal(['CN=Ann,OU=People,DC=acme,DC=com']);
      const values = entries[0]?.forms.map((form) => `${form.type}=${String(form.values)}`);
      expect(values).to.include('displayname=Ann Żółw');
      expect(values).to.include(
        'description=a value that is longer than eighty characters, which ldifde folds at the eightieth',
      );
      expect(values?.join()).not.to.contain('changetype');
    });

  it('is at fault in the lines alone that are not UTF-8', () => {
    const latin = Buffer.concat([
      Buffer.from('dn: uid=ann,dc=x\nuid: ann\ncn: Ann\n\ndn: uid=b,dc=x\nuid: b\ncn: M'),
      Buffer.from([0xfc]),
      Buffer.from('ller\n\ndn: ou=rooms,dc=x\nou: B'),
      Buffer.from([0xfc, 0xdf]),
      Buffer.from('ro\n'),
    ]);
    expect(problemsOf(ldifText(latin))).to.deep.equal([
      '7: the line is not UTF-8: the file has another encoding, or holds octets without base64',
    ]);
  });

  for (const kind of ['delete', 'modrdn', 'moddn', 'ntdsSchemaAdd'])
    it(`is refused as changetype: ${kind}`, () => {
      expect(problemsOf(`dn: cn=a\r\nchangetype: ${kind}\r\n\r\n`)).to.deep.equal([
        `2: changetype "${kind}" is a change, and no entry: only "add" is one`,
      ]);
    });
});
