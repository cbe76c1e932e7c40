/** People of an LDIF file that stands alone, as a mapping's tests take them. */
import { expect } from 'chai';
import { composeLdifPeople } from '../../../src/compose.ts';
import { LdifError } from '../../../src/directory/ldif/ldif.ts';
import { isFailure } from '../../../src/failure.ts';
import { mapping } from '../../mapping/people.ts';

const PLAIN = mapping('rules: [{ id: a, when: { attribute: { title: x } }, give: { groups: [A] } }]');
const BY_SID = mapping(
  "rules: [{ id: a, when: { group: 'sid:S-1-5-21-1-2-3-1104' }, give: { groups: [A] } }]",
);

const bob = (more = '', dn = 'cn=Bob,ou=people,dc=acme') =>
  `dn: ${dn}\nobjectClass: person\ncn: Bob\nsn: B\nuid: bob1\nsAMAccountName: bob2\nuserPrincipalName: bob@acme.test\nmail: bob@mail.test\ntitle: x\n${more}\n`;
const group = (name: string, more = '') =>
  `dn: cn=${name},ou=groups,dc=acme\nobjectClass: groupOfNames\ncn: ${name}\n${more}\n`;
const memberOf = (name: string, attribute = 'memberOf') => `${attribute}: cn=${name},ou=groups,dc=acme\n`;
const open = (records: readonly string[], of = PLAIN) => {
  const people = composeLdifPeople('people.ldif', records.join('\n'), of);
  if ('problem' in people) throw new Error(people.problem);
  return people;
};

describe('people of a file that stands alone', () => {
  const groupsOf = async (records: readonly string[], userid = 'bob1', of = PLAIN) =>
    (await open(records, of).find(userid))?.memberships.map(({ name }) => name).sort();
  const failureOf = async (records: readonly string[], userid = 'bob1', of = PLAIN): Promise<string> => {
    try {
      await open(records, of).find(userid);
      return 'none';
    } catch (error) {
      if (!isFailure(error)) throw error;
      return `${error.code}: ${error.message}`;
    }
  };

  for (const userid of ['bob1', 'bob2', 'bob@acme.test', 'BOB@MAIL.test', 'Bob']) {
    it(`are found as ${userid}, without the folders around`, async () => {
      const person = await open([bob(memberOf('staff'))]).find(userid);
      expect(person?.dn).to.equal('cn=Bob,ou=people,dc=acme');
      expect(person?.attributes.get('title')).to.deep.equal(['x']);
      expect(person?.memberships.map(({ name }) => name)).to.deep.equal(['staff']);
    });
  }

  it('are found where they were saved without an objectClass', async () => {
    expect(await groupsOf([bob(memberOf('staff')).replace('objectClass: person\n', '')])).to.deep.equal([
      'staff',
    ]);
  });

  it('are in the groups above theirs where the file holds groups', async () => {
    const records = [bob(memberOf('web')), group('web', memberOf('staff')), group('staff')];
    expect(await groupsOf(records)).to.deep.equal(['staff', 'web']);
  });

  it('are in the groups that name them where nobody has a memberOf', async () => {
    const records = [
      bob(),
      group('web', 'member: cn=Bob,ou=people,dc=acme\n'),
      group('unix', 'memberUid: bob1\n'),
      group('staff', 'uniqueMember: cn=web,ou=groups,dc=acme\n'),
    ];
    expect(await groupsOf(records)).to.deep.equal(['staff', 'unix', 'web']);
  });

  it('are in what isMemberOf says, and a snapshot in words of its own', async () => {
    for (const attribute of ['isMemberOf', 'ldapUserInfoMemberOf'])
      expect(await groupsOf([bob(memberOf('staff', attribute))])).to.deep.equal(['staff']);
  });

  it('are nobody where only a group has that name', async () => {
    const people = open([bob(memberOf('web')), group('web', memberOf('web'))]);
    expect(await people.find('web')).to.equal(undefined);
  });

  it('are alive, whatever their account says', async () => {
    expect((await open([bob('shadowExpire: 1\n')]).find('bob1'))?.account).to.deep.equal([]);
  });

  it('are not guessed at where two are meant', async () => {
    expect(await failureOf([bob(), bob('', 'cn=Bob,ou=other,dc=acme')])).to.match(
      /^ambiguous_user: 2 entries/,
    );
  });

  it('are not taken with a part of their groups', async () => {
    const records = [bob(`${memberOf('web')}${memberOf('staff')}`), group('web')];
    expect(await failureOf(records)).to.match(/^directory_incomplete: .*cn=staff,ou=groups,dc=acme/);
  });

  it('tell SIDs of groups where the mapping reads them, and fail where the file does not have them', async () => {
    const sid =
      'objectSid:: AQUAAAAAAAUVAAAAAQAAAAIAAAADAAAAUAQAAA==\nobjectGUID:: AAECAwQFBgcICQoLDA0ODw==\n';
    const person = await open([bob(memberOf('web')), group('web', sid)], BY_SID).find('bob1');
    expect(person?.memberships[0]).to.include({ name: 'web', sid: 'S-1-5-21-1-2-3-1104' });
    expect(await failureOf([bob(memberOf('staff'))], 'bob1', BY_SID)).to.match(
      /^directory_incomplete: .*staff/,
    );
  });

  it('are refused with the lines of a text that is no LDIF', () => {
    expect(() => open(['dn: cn=a\ncn a\n'])).to.throw(LdifError, 'line 2');
  });
});
