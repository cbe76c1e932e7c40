/**
 * What every directory does alike, whatever lies below it: one suite, run on the LDIF file and on real servers. The
 * data is test/directories/people.ldif.
 */
import { expect } from 'chai';
import type { Directory } from '../../src/directory/directory.ts';
import type { Person } from '../../src/person.ts';
import { findPerson, GROUPS, type Overrides, PEOPLE, within } from './example-settings.ts';
import { expectFailure } from './rejection.ts';
import { walkingContract } from './walking-contract.ts';

/** Opens a directory on the data with these settings; the suite closes it. */
export type OpenDirectory = (overrides: Overrides, attributes: readonly string[]) => Directory;

/** Describes the suite for one kind of directory, which may not know the filters `(&)` and `(|)` of RFC 4526. */
export function directoryContract(
  title: string,
  open: OpenDirectory,
  { takesEmptySets = true }: { readonly takesEmptySets?: boolean } = {},
): void {
  describe(`a directory: ${title}`, () => {
    const opened: Directory[] = [];
    const directory = (overrides: Overrides = {}, attributes: readonly string[] = []) => {
      const one = open(overrides, attributes);
      opened.push(one);
      return one;
    };
    afterEach(() => Promise.all(opened.splice(0).map((one) => one.close())));

    // The whole user id is the name, whatever it is made of; only the sentinel's is taken by the usual patterns.
    const find = (name: string, overrides: Overrides = {}, attributes: readonly string[] = []) => {
      const userids = overrides.sentinel === undefined ? { userids: ['<userid>'] } : {};
      const users = { ...userids, ...overrides.users };
      return findPerson(directory({ ...overrides, users }, attributes), name, within());
    };
    const found = async (name: string, overrides: Overrides = {}, attributes: readonly string[] = []) => {
      const person = await find(name, overrides, attributes);
      if (person === undefined) throw new Error(`${name} was not found`);
      return person;
    };
    const groupsOf = (person: Person) => person.memberships.map(({ name }) => name).sort();
    const search = { from: ['search'] } as const;

    describe('finds', () => {
      it('one entry with the attributes asked for, and the login attribute', async () => {
        const person = await found('ann', {}, ['employeeNumber', 'departmentNumber', 'title']);
        expect(person.directory).to.equal('example');
        expect(person.dn).to.equal('uid=ann,ou=people,dc=example,dc=test');
        expect([...person.attributes].sort()).to.deep.equal([
          ['departmentnumber', ['7', '8']],
          ['employeenumber', ['0042']],
          ['uid', ['ann']],
        ]);
      });

      it('octets that are no text as octets', async () => {
        const person = await found('photo', {}, ['jpegPhoto', 'description']);
        expect(person.attributes.get('jpegphoto')).to.deep.equal([
          Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0x00, 0x01),
        ]);
        expect(person.attributes.get('description')).to.deep.equal([
          'a description that is folded over two lines',
        ]);
      });

      it('no values under options', async () => {
        const person = await found('kenji', {}, ['cn']);
        expect(person.attributes.get('cn')).to.deep.equal(['Kenji']);
      });

      for (const name of [
        'ANN',
        'Łukasz',
        'łukasz',
        '山田',
        'smith',
        'hash',
        'jose\u0301',
        ' ann',
        'ann\u00a0 ',
      ]) {
        it(`${JSON.stringify(name)}`, async () => {
          expect(await find(name)).not.to.equal(undefined);
        });
      }

      for (const name of ['nobody', 'an', 'ann*', '*', 'ann)(uid=*', 'a\\6en', 'a nn', 'josè', '\0']) {
        it(`nobody for ${JSON.stringify(name)}`, async () => {
          expect(await find(name)).to.equal(undefined);
        });
      }

      it('the person with the accent, and the one without', async () => {
        expect((await found('josé')).dn).to.equal('uid=josé,ou=people,dc=example,dc=test');
        expect((await found('jose')).dn).to.equal('uid=jose,ou=people,dc=example,dc=test');
      });

      it('by a filter that compares the whole user id', async () => {
        const users = { filter: '(&(objectClass=inetOrgPerson)(|(uid=<name>)(mail=<userid>)))' };
        const person = await findPerson(directory({ users }), 'ANN@example.test', within());
        expect(person?.dn).to.equal('uid=ann,ou=people,dc=example,dc=test');
      });

      it('by a filter with text around the placeholder', async () => {
        const users = { filter: '(mail=<name>@example.test)' };
        expect((await found('lukasz', { users })).dn).to.equal('uid=Łukasz,ou=people,dc=example,dc=test');
        expect(await find('dup1', { users })).to.equal(undefined);
      });

      it('by a name that holds filter syntax', async () => {
        const users = { attribute: 'cn' };
        const person = await found('Smith, John + "Jack" \\ Co (x*)', { users });
        expect(person.attributes.get('cn')).to.deep.equal(['Smith, John + "Jack" \\ Co (x*)']);
      });

      it('by an attribute in its numeric form', async () => {
        const person = await found('ann', { users: { filter: '(0.9.2342.19200300.100.1.1=<name>)' } });
        expect(person.dn).to.equal('uid=ann,ou=people,dc=example,dc=test');
      });

      it('by escaped octets', async () => {
        const users = { filter: '(&(uid=<name>)(sn=\\c5\\bb\\c3\\b3\\c5\\82w))' };
        expect(await find('łukasz', { users })).not.to.equal(undefined);
        expect(await find('ann', { users })).to.equal(undefined);
      });

      it('by substrings and "not"', async () => {
        const users = { filter: '(&(uid=<name>)(cn=*\\c5\\bb*w)(!(mail=*ukasz*))(!(description=*)))' };
        const without = { filter: '(&(uid=<name>)(cn=*\\c5\\bb*w)(!(mail=ann*))(!(description=*)))' };
        expect(await find('łukasz', { users })).to.equal(undefined);
        expect(await find('łukasz', { users: without })).not.to.equal(undefined);
      });

      if (takesEmptySets) {
        it('by the empty "and", nobody by the empty "or" (RFC 4526)', async () => {
          expect(await find('łukasz', { users: { filter: '(&(uid=<name>)(|))' } })).to.equal(undefined);
          expect(await find('łukasz', { users: { filter: '(&(uid=<name>)(&))' } })).not.to.equal(undefined);
        });
      }

      it('nobody by a value that stands under an option only', async () => {
        expect(await find('健二', { users: { attribute: 'cn' } })).to.equal(undefined);
      });

      it('one person under overlapping bases', async () => {
        const users = { bases: [PEOPLE, 'dc=example,dc=test'] };
        expect((await found('ann', { users })).dn).to.equal('uid=ann,ou=people,dc=example,dc=test');
      });
    });

    describe('fails', () => {
      it('with ambiguous_user where two entries match', async () => {
        await expectFailure(find('dup@example.test', { users: { attribute: 'mail' } }), 'ambiguous_user');
      });

      it('with directory_incomplete where a base does not exist', async () => {
        const users = { bases: [PEOPLE, 'ou=nowhere,dc=example,dc=test'] };
        await expectFailure(find('ann', { users }), 'directory_incomplete', /ou=nowhere/);
        await expectFailure(find('nobody', { users }), 'directory_incomplete', /ou=nowhere/);
      });

      it('with directory_incomplete where the groups’ base does not exist', async () => {
        const memberships = { ...search, base: 'ou=nowhere,dc=example,dc=test' };
        await expectFailure(find('ann', { memberships }), 'directory_incomplete', /ou=nowhere/);
      });

      it('with directory_incomplete where a match has no login attribute to check', async () => {
        const users = { filter: '(|(objectClass=organizationalUnit)(uid=<name>))' };
        await expectFailure(find('ann', { users }), 'directory_incomplete', /ou=people/);
      });

      it('with directory_incomplete where a membership is no DN', async () => {
        const memberships = { attribute: 'cn', nested: false };
        await expectFailure(find('ann', { memberships }), 'directory_incomplete', /Ann Accountant/);
      });

      it('with directory_incomplete above the limits', async () => {
        const groups = { limits: { groups: 4, depth: 32 } };
        const depth = { limits: { groups: 1000, depth: 1 } };
        for (const from of ['attribute', 'search'] as const) {
          await expectFailure(
            find('ann', { memberships: { from: [from], ...groups } }),
            'directory_incomplete',
            /4 groups/,
          );
          await expectFailure(
            find('ann', { memberships: { from: [from], ...depth } }),
            'directory_incomplete',
            /1 levels/,
          );
          const enough = { from: [from], limits: { groups: 5, depth: 2 } };
          expect((await found('ann', { memberships: enough })).memberships).to.have.length(5);
        }
      });

      it('with directory_incomplete where a group has no name', async () => {
        for (const from of ['attribute', 'search'] as const) {
          const memberships = { from: [from], name: 'ou' };
          await expectFailure(find('ann', { memberships }), 'directory_incomplete', /cn=(accountants|web)/);
        }
      });
    });

    describe('tells memberships', () => {
      for (const from of ['attribute', 'search'] as const) {
        it(`with the groups above them, through a cycle (${from})`, async () => {
          const { memberships } = await found('ann', { memberships: { from: [from] } });
          expect(memberships.map(({ name, via }) => `${[...via, name].join(' > ')}`).sort()).to.deep.equal([
            'accountants',
            'accountants > finance',
            'accountants > finance > staff',
            'web',
            'web > makers',
          ]);
          expect(memberships.map(({ dn }) => dn)).to.include(`cn=staff,${GROUPS}`);
        });

        it(`without those above where they are not asked for (${from})`, async () => {
          expect(
            groupsOf(await found('ann', { memberships: { from: [from], nested: false } })),
          ).to.deep.equal(['accountants', 'web']);
        });

        it(`named by an attribute (${from})`, async () => {
          const memberships = { from: [from], name: 'description' };
          const expected = [
            'All accountants',
            'Everybody',
            'Finance division',
            'Web team',
            'Who makes things',
          ];
          expect(groupsOf(await found('ann', { memberships }))).to.deep.equal(expected);
          const direct = { ...memberships, nested: false };
          expect(groupsOf(await found('ann', { memberships: direct }))).to.deep.equal([
            'All accountants',
            'Web team',
          ]);
        });

        it(`of people and groups whose DNs are full of escapes (${from})`, async () => {
          for (const name of ['smith', 'hash']) {
            expect(groupsOf(await found(name, { memberships: { from: [from] } }))).to.deep.equal([
              'Research, Core',
            ]);
          }
          expect(groupsOf(await found('山田', { memberships: { from: [from] } }))).to.deep.equal(['日本']);
        });

        it(`of somebody in no group: none (${from})`, async () => {
          expect((await found('loner', { memberships: { from: [from] } })).memberships).to.deep.equal([]);
        });
      }

      it('by every value of uid', async () => {
        expect(groupsOf(await found('gina', { memberships: search }))).to.deep.equal([
          'unix-dev',
          'unix-ops',
        ]);
      });

      it('none by uid where the person has no such attribute', async () => {
        const filter = '(|(member=<dn>)(memberUid=<uid>))';
        const memberships = { ...search, uidAttribute: 'employeeType', filter };
        expect((await found('gina', { memberships })).memberships).to.deep.equal([]);
        const only = { ...memberships, filter: '(memberUid=<uid>)' };
        expect((await found('ann', { memberships: only })).memberships).to.deep.equal([]);
      });

      it('by a member’s uid whatever its case', async () => {
        const memberships = { ...search, uidAttribute: 'cn', filter: '(memberUid=<uid>)' };
        expect(groupsOf(await found('gina', { memberships }))).to.deep.equal(['unix-ops']);
      });
    });

    describe('has a sentinel', () => {
      const sentinel = { userid: 'svc-probe@example.test', group: `CN=Probe, ${GROUPS}` };

      it('and tells of nobody, and of people without groups, where it is found', async () => {
        expect(await find('nobody', { sentinel })).to.equal(undefined);
        expect((await found('loner', { sentinel })).memberships).to.deep.equal([]);
      });

      it('and fails those, but no others, where it is not', async () => {
        for (const lost of [
          { ...sentinel, userid: 'gone@example.test' },
          { ...sentinel, group: `cn=other,${GROUPS}` },
        ]) {
          await expectFailure(find('nobody', { sentinel: lost }), 'directory_incomplete', /sentinel/);
          await expectFailure(find('loner', { sentinel: lost }), 'directory_incomplete', /sentinel/);
          expect((await found('ann', { sentinel: lost })).memberships).to.have.length(5);
        }
      });

      it('that can be asked for, and is no matter where there is none', async () => {
        await directory({ sentinel }).confirmSentinel(within());
        await directory().confirmSentinel(within());
        const lost = directory({ sentinel: { ...sentinel, group: `cn=other,${GROUPS}` } });
        await expectFailure(lost.confirmSentinel(within()), 'directory_incomplete', /without its group/);
        expect(lost.state.lastFailure).to.equal('directory_incomplete');
      });
    });

    describe('walks over everybody', () => walkingContract(directory));

    it('connects, and tells its state', async () => {
      const one = directory();
      await one.connect(within());
      expect(one.state).to.deep.equal({ bound: true, lastFailure: undefined });
    });

    it('keeps the code of its last failure until it does well again', async () => {
      const gone = directory({ memberships: { ...search, base: 'dc=nowhere' } });
      await findPerson(gone, 'nobody', within());
      await findPerson(gone, 'ann', within()).catch(() => {});
      expect(gone.state.lastFailure).to.equal('directory_incomplete');
      await findPerson(gone, 'nobody', within());
      expect(gone.state.lastFailure).to.equal(undefined);
    });

    it('makes one key of spellings that are one for it, and no other', () => {
      const key = (one: Directory, userid: string) => one.ask(userid)?.key;
      const plain = directory();
      expect(key(plain, 'ANN')).to.equal(key(plain, 'ann@example.test'));
      expect(key(plain, 'jose\u0301')).to.equal(key(plain, 'josé'));
      expect(key(plain, 'jose')).not.to.equal(key(plain, 'josé'));
      const exact = directory({ users: { attribute: 'homeDirectory' } });
      expect(key(exact, 'ANN')).not.to.equal(key(exact, 'ann'));
      const whole = directory({
        users: { filter: '(mail=<userid>)', userids: ['<name>@a.test', '<name>@b.test'] },
      });
      expect(key(whole, 'ann@a.test')).not.to.equal(key(whole, 'ann@b.test'));
      expect(key(plain, 'ann@elsewhere.test')).to.equal(undefined);
    });
  });
}
