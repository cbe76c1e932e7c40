/** Whose concern a fault of one entry is: nobody's, where the entry is certainly neither a person nor a group. */
import { expect } from 'chai';
import { parseLdif } from '../../../src/directory/ldif/known-ldif.ts';
import { problemsIn } from '../../../src/directory/ldif/ldif-concerns.ts';
import type { LdifSettings } from '../../../src/directory/settings/settings.ts';
import { exampleSettings, type Overrides } from '../example-settings.ts';

const SOUND = `dn: dc=example,dc=test
objectClass: domain

dn: uid=ann,ou=people,dc=example,dc=test
objectClass: inetOrgPerson
uid: ann
memberOf: cn=staff,ou=other,dc=example,dc=test

`;
const problemsOf = (record: string, overrides: Overrides = {}): string[] => {
  const text = `${SOUND}${record}\n`;
  const source: LdifSettings = { kind: 'ldif', file: 'x', text };
  return problemsIn(parseLdif(text), exampleSettings(source, overrides)).map(({ message }) => message);
};
const search: Overrides = { memberships: { from: ['search'] } };
const attribute: Overrides = { memberships: { from: ['attribute'] } };

describe('a fault of one entry of an LDIF file', () => {
  for (const [what, record] of [
    ['a special record of ldb', 'dn: @INDEXLIST\n@IDXATTR: cn\n'],
    ['a DN that is none', 'dn: nonsense\no: 1\n'],
    ['a DN that is none, of another tree', 'dn: cn=a"b,ou=people,dc=other\nuid: x\n'],
    ['a DN that is none, of another branch', 'dn: o_o=a,ou=rooms,dc=example,dc=test\nuid: x\ncn: x\n'],
    [
      'a person of another branch',
      'dn: uid=x,ou=old,dc=example,dc=test\nobjectClass: person\nuid: x\nmail:: %\n',
    ],
    [
      'a room among the people',
      'dn: cn=room,ou=people,dc=example,dc=test\nobjectClass: room\ncn:< file:///x\n',
    ],
    ['octets in a printer', 'dn: cn=p,ou=printers,dc=example,dc=test\ncn: p\ninfo: \udcfc\n'],
    ['a domain that is there twice', 'dn: dc=example,dc=test\nobjectClass: domain\no: 1\n'],
    ['a folder', 'dn: ou=people,dc=example,dc=test\nobjectClass: organizationalUnit\ndescription:: %\n'],
    [
      'attributes that no standard knows',
      'dn: uid=b,ou=people,dc=example,dc=test\nuid: b\nx_y.z: 1\n2.5.4.3;x-a: b\n',
    ],
  ] as const)
    it(`spoils nothing: ${what}`, () => {
      for (const each of [search, attribute]) expect(problemsOf(record, each)).to.deep.equal([]);
    });

  for (const [what, record, overrides] of [
    ['a person', 'dn: uid=b,ou=people,dc=example,dc=test\nuid: b\nmail:: %\n', attribute],
    [
      'a person whose login cannot be read',
      'dn: uid=b,ou=people,dc=example,dc=test\nuid:: %\ncn: b\n',
      attribute,
    ],
    ['who may be a person, of no DN', 'dn: Bob\nuid: b\n', attribute],
    [
      'who may be a person, of a DN that may be among the people',
      'dn: uid=b",ou=people,dc=example,dc=test\nuid: b\n',
      attribute,
    ],
    [
      'a person of a DN with one level broken',
      'dn: uid=b<,ou=people,dc=example,dc=test\nuid: b\n',
      attribute,
    ],
    [
      'a group',
      'dn: cn=g,ou=groups,dc=example,dc=test\nobjectClass: groupOfNames\nmember: uid=ann\ndescription:: %\n',
      search,
    ],
    [
      'a group without a class that names somebody',
      'dn: cn=g,ou=groups,dc=example,dc=test\nmember: uid=ann\ncn:: %\n',
      search,
    ],
    ['a group whose members cannot be read', 'dn: cn=g,ou=groups,dc=example,dc=test\nmember:: %\n', search],
    [
      'a group, wherever it is',
      'dn: cn=g,ou=far,dc=example,dc=test\nobjectClass: groupOfNames\ncn:: %\n',
      attribute,
    ],
    ['what a person is in', 'dn: cn=staff,ou=other,dc=example,dc=test\ncn:: %\n', attribute],
    ['a group of no DN', 'dn: staff\nobjectClass: groupOfNames\ncn: staff\n', attribute],
    [
      'a person who is there twice',
      'dn: uid=ann,ou=people,dc=example,dc=test\nobjectClass: inetOrgPerson\nuid: ann\nmail: a@x\n',
      attribute,
    ],
  ] as const)
    it(`is told: ${what}`, () => {
      expect(problemsOf(record, overrides)).to.have.lengthOf(1);
    });
});

describe('values under ;range=', () => {
  const group = (lines: readonly string[], ou = 'groups') =>
    `dn: cn=g,ou=${ou},dc=example,dc=test\nobjectClass: groupOfNames\ncn: g\n${lines.join('\n')}\n`;
  const member = (range: string, ...names: readonly string[]) =>
    names.map((name) => `member;range=${range}: uid=${name},ou=people,dc=example,dc=test`);

  for (const [what, lines] of [
    ['the first alone', member('0-1', 'a', 'b')],
    ['the last alone', member('2-*', 'c')],
    ['a gap between them', [...member('0-1', 'a', 'b'), ...member('3-*', 'd')]],
    ['fewer than it says', [...member('0-2', 'a', 'b'), ...member('3-*', 'd')]],
    ['no end', [...member('0-1', 'a', 'b'), ...member('2-3', 'c', 'd')]],
    ['plain values beside them', [...member('0-1', 'a', 'b'), 'member: uid=c,ou=people,dc=example,dc=test']],
    ['a range that is none', member('x', 'a')],
  ] as const) {
    it(`of a group are an error with their line where people are searched by them: ${what}`, () => {
      const problems = problemsOf(group(lines), search);
      expect(problems).to.deep.equal([
        '"member" is here in part only: what follows on this ";range=" is missing, and with it who is meant',
      ]);
    });

    it(`of a group are nobody's concern where nobody reads them: ${what}`, () => {
      expect(problemsOf(group(lines), attribute)).to.deep.equal([]);
      expect(problemsOf(group(lines, 'old'), search)).to.deep.equal([]);
    });
  }

  for (const [what, lines] of [
    ['in one', member('0-*', 'a', 'b')],
    ['in several', [...member('0-1', 'a', 'b'), ...member('2-2', 'c'), ...member('3-*', 'd')]],
    ['in several, in another order', [...member('2-*', 'c'), ...member('0-1', 'a', 'b')]],
  ] as const)
    it(`are the whole: ${what}`, () => {
      expect(problemsOf(group(lines), search)).to.deep.equal([]);
      const entry = parseLdif(`${group(lines)}\n`).entries[0];
      const forms = entry?.forms.filter(({ type }) => type === 'member') ?? [];
      expect(forms.map(({ options, values }) => [options, values.length])).to.deep.equal([
        [[], lines.length],
      ]);
    });

  it('of what a group is in are an error where groups are read for it', () => {
    const lines = ['memberOf;range=0-0: cn=top,ou=groups,dc=example,dc=test'];
    expect(problemsOf(group(lines), attribute)).to.have.lengthOf(1);
    expect(problemsOf(group(lines), search)).to.deep.equal([]);
  });

  it('of a login are an error', () => {
    const record = 'dn: uid=b,ou=people,dc=example,dc=test\nuid;range=0-0: b\n';
    expect(problemsOf(record, attribute)).to.have.lengthOf(1);
  });
});
