/**
 * Every kind of group of Active Directory, nested in every other: each strategy tells the same memberships, by lookup
 * and by walk, of a real Samba and of a file with its entries.
 */
import { expect } from 'chai';
import type { EntryDirectory } from '../../../src/directory/entry-directory.ts';
import type {
  DirectorySettings,
  LdapSettings,
  LdifSettings,
  SentinelSettings,
} from '../../../src/directory/settings/settings.ts';
import { sidToOctets } from '../../../src/names/sid.ts';
import type { Person } from '../../../src/person.ts';
import { requireSamba } from '../../directories/installed.ts';
import { type Samba, startSamba } from '../../directories/samba.ts';
import {
  BASE_DN,
  dnOf,
  GROUP_KINDS,
  KINDS_DN,
  kindsChangesLdif,
  kindsLdif,
} from '../../directories/samba-people.ts';
import { withoutAnyRightTo, withoutRightTo } from '../../directories/samba-rights.ts';
import { domainSettings, printedValues, sambaSource } from '../domain-settings.ts';
import { findPerson, openDirectory, within } from '../example-settings.ts';
import { expectFailure } from '../rejection.ts';
import { collected } from '../walking-contract.ts';

const STRATEGIES = ['attribute', 'search', 'token-groups'] as const;
const FILTER = '(member:1.2.840.113556.1.4.1941:=<dn>)';
const REASON = 'distribution group; memberships.distribution: no';

const ways = ({ memberships }: Person) =>
  memberships.map(({ name, via }) => [...via, name].join(' > ')).sort();
const uncounted = (person: Person) =>
  (person.uncounted ?? []).map(({ name, reason }) => `${name}: ${reason}`);

describe('groups of every kind in Active Directory', () => {
  let samba: Samba;
  let file: LdifSettings;
  let directory: EntryDirectory | undefined;
  before(async function () {
    requireSamba(this);
    samba = await startSamba({ more: kindsLdif() });
    samba.change(kindsChangesLdif());
    file = { kind: 'ldif', file: 'test', text: saved(samba) };
  });
  after(() => samba?.remove());
  afterEach(async () => {
    await directory?.close();
    directory = undefined;
  });

  const open = (
    source: LdapSettings | LdifSettings,
    memberships: Partial<DirectorySettings['memberships']>,
    options: { fresh?: number } = {},
  ) => {
    directory = openDirectory(domainSettings(source, { users: { bases: [KINDS_DN] }, memberships }), options);
    return directory;
  };
  const find = async (one: EntryDirectory, name: string): Promise<Person> => {
    const person = await findPerson(one, name, within());
    if (person === undefined) throw new Error(`${name} was not found`);
    return person;
  };

  for (const [where, sourceOf] of [
    ['Samba', () => sambaSource(samba)],
    ['a file', () => file],
  ] as const) {
    for (const from of STRATEGIES) {
      for (const distribution of [undefined, true]) {
        it(`are told, of ${where} (${from}, distribution: ${distribution === true ? 'yes' : 'no'})`, async () => {
          const one = open(sourceOf(), { from: [from], distribution });
          const walked = new Map(
            (await collected(one.people())).map(({ userid, person }) => [userid, person]),
          );
          expect([...walked.keys()].sort()).to.deep.equal(Object.keys(GROUP_KINDS).sort());
          for (const [name, kinds] of Object.entries(GROUP_KINDS)) {
            for (const person of [await find(one, name), walked.get(name)]) {
              if (person === undefined) throw new Error(`${name} was not met`);
              const expected = distribution === true ? kinds.withDistribution : kinds.counts;
              expect(ways(person), name).to.deep.equal(expected);
              const left = distribution === true ? [] : kinds.uncounted.map((group) => `${group}: ${REASON}`);
              expect(uncounted(person), name).to.deep.equal(left);
              expect(person.completeness, name).to.deep.equal({ isWhole: true, notes: [] });
            }
          }
        });
      }
    }
  }

  it('are told by each strategy as the server itself tells them in tokenGroups', async () => {
    for (const name of Object.keys(GROUP_KINDS)) {
      const token = samba.look('-b', dnOf(name, KINDS_DN), '-s', 'base', 'tokenGroups');
      const sids = printedValues(token, 'tokenGroups');
      const groups = samba.look(`(|${sids.map((sid) => `(objectSid=${sid})`).join('')})`, 'dn');
      const expected = printedValues(groups, 'dn');
      for (const from of STRATEGIES) {
        const person = await find(open(sambaSource(samba), { from: [from] }), name);
        expect(person.memberships.map(({ dn }) => dn).sort(), name).to.deep.equal([...expected].sort());
        await directory?.close();
      }
    }
  });

  for (const [what, filter] of [
    ['', FILTER],
    [
      ', of security groups alone',
      '(&(groupType:1.2.840.113556.1.4.803:=2147483648)(member:1.2.840.113556.1.4.1941:=<dn>))',
    ],
  ] as const) {
    it(`are told by a search by the in-chain rule, which follows distribution groups too${what}`, async () => {
      // Samba follows the rule slowly where it may look everywhere.
      const memberships = { from: ['search'], filter, base: KINDS_DN } as const;
      for (const nested of [false, true]) {
        const one = open(sambaSource(samba), { ...memberships, nested });
        for (const name of ['kind-through', 'kind-both-ways', 'kind-list']) {
          const person = await find(one, name);
          const expected = GROUP_KINDS[name]?.counts.map((way) => way.split(' > ').at(-1)) ?? [];
          const here = expected.filter((group) => group !== 'Users').sort();
          expect(person.memberships.map((group) => group.name).sort(), name).to.deep.equal(here);
        }
        await one.close();
      }
      const all = open(sambaSource(samba), { ...memberships, nested: false, distribution: true });
      expect((await find(all, 'kind-through')).memberships.map(({ name }) => name)).to.include('above');
    });
  }

  for (const [from, searches] of [
    ['attribute', 1],
    ['search', 2],
    ['token-groups', 2],
  ] as const) {
    it(`cost ${searches} a person once the groups are known (${from})`, async () => {
      const one = open(sambaSource(samba), { from: [from] }, { fresh: 300_000 });
      const cold = await find(one, 'kind-both-ways');
      const before = (await samba.searches()).length;
      const warm = await find(one, 'kind-both-ways');
      expect((await samba.searches()).length - before).to.equal(searches);
      expect([ways(warm), uncounted(warm)]).to.deep.equal([ways(cold), uncounted(cold)]);
    });
  }

  it('are listed with the reason why some do not count', async () => {
    const listed = await collected(open(sambaSource(samba), {}).groups([KINDS_DN]));
    const left = listed.filter((group) => group.uncounted !== undefined);
    expect(left.map(({ name }) => name).sort()).to.deep.equal([
      'list',
      'list-of-lists',
      'middle',
      'plain-list',
      'primary-list',
    ]);
    expect(new Set(left.map((group) => group.uncounted))).to.deep.equal(new Set([REASON]));
    const counting = await collected(open(sambaSource(samba), { distribution: true }).groups([KINDS_DN]));
    expect(counting.filter((group) => group.uncounted !== undefined)).to.deep.equal([]);
  });

  it('make no sentinel where they do not count, and the failure says why', async () => {
    const group = dnOf('plain-list', KINDS_DN);
    const settings = domainSettings(sambaSource(samba), {
      users: { bases: [KINDS_DN] },
      sentinel: { userid: 'kind-list', group },
    });
    for (const from of STRATEGIES) {
      directory = openDirectory({ ...settings, memberships: { ...settings.memberships, from: [from] } });
      await expectFailure(
        directory.confirmSentinel(within()),
        'directory_incomplete',
        /plain-list.* does not count \(distribution group/,
      );
      await directory.close();
    }
  });

  it('are not certain by the in-chain rule where memberOf, which tells the way, cannot be read', async () => {
    await withoutRightTo(samba, 'memberOf', [dnOf('below', KINDS_DN)], async () => {
      const one = open(sambaSource(samba), {
        from: ['search'],
        filter: FILTER,
        base: KINDS_DN,
        nested: false,
      });
      await expectFailure(
        find(one, 'kind-through'),
        'directory_incomplete',
        /by which way .* cannot be read/,
      );
    });
  });

  describe('of which the members cannot be read', () => {
    it('are told all the same, by lookup and by walk, since memberOf names them', async () => {
      const hidden = ['below', 'lower', 'top', 'over-list', 'middle'].map((cn) => dnOf(cn, KINDS_DN));
      await withoutRightTo(samba, 'member', hidden, async () => {
        for (const distribution of [undefined, true]) {
          const one = open(sambaSource(samba), { from: ['search'], distribution });
          const walked = new Map(
            (await collected(one.people())).map(({ userid, person }) => [userid, person]),
          );
          for (const [name, kinds] of Object.entries(GROUP_KINDS)) {
            const expected = distribution === true ? kinds.withDistribution : kinds.counts;
            for (const person of [await find(one, name), walked.get(name)])
              expect(person && ways(person), name).to.deep.equal(expected);
          }
          await directory?.close();
        }
      });
    });

    it('and lie elsewhere than memberships.base are left out, and not read', async () => {
      await withoutAnyRightTo(samba, [dnOf('below', KINDS_DN)], async () => {
        const one = open(sambaSource(samba), { from: ['search'], base: `OU=Groups,${BASE_DN}` });
        expect(ways(await find(one, 'kind-through'))).to.deep.equal(['Domain Users']);
      });
    });
  });

  describe('of people whose memberOf cannot be read', () => {
    const open = (distribution: true | undefined, sentinel?: SentinelSettings) => {
      directory = openDirectory(
        domainSettings(sambaSource(samba), {
          sentinel,
          users: { bases: [KINDS_DN] },
          memberships: { distribution },
        }),
      );
      return directory;
    };

    it('are not certain where distribution groups count, which no token holds', async () => {
      const names = ['kind-through', 'kind-builtin', 'kind-primary'];
      await withoutRightTo(
        samba,
        'memberOf',
        names.map((name) => dnOf(name, KINDS_DN)),
        async () => {
          for (const distribution of [undefined, true] as const) {
            for (const name of names) {
              const found = find(open(distribution), name);
              if (distribution && name !== 'kind-primary')
                await expectFailure(found, 'directory_incomplete', /no memberOf, though tokenGroups holds/);
              else {
                // The ways cannot be told either.
                const told = (await found).memberships.map((group) => group.name);
                expect(told).to.have.members(
                  GROUP_KINDS[name]?.counts.map((way) => way.split(' > ').at(-1)) ?? [],
                );
              }
              await directory?.close();
            }
          }
        },
      );
    });

    it('and whose token tells nothing of it need a sentinel with a group in its memberOf', async () => {
      const sentinel = { userid: 'kind-list', group: dnOf('plain-list', KINDS_DN) };
      await find(open(true, sentinel), 'kind-primary');
      await directory?.close();
      await withoutRightTo(samba, 'memberOf', [dnOf('kind-list', KINDS_DN)], async () => {
        for (const name of ['kind-list', 'kind-primary'])
          await expectFailure(
            find(open(true, sentinel), name),
            'directory_incomplete',
            /without its group|primary group alone/,
          );
      });
    });
  });

  describe('of which nothing can be read', () => {
    it('are not certain, unless a token tells that they would not count', async () => {
      for (const [hidden, name, lost] of [
        ['below', 'kind-through', STRATEGIES],
        ['bridge', 'kind-both-ways', STRATEGIES],
        ['plain-list', 'kind-list', ['attribute', 'search']],
      ] as const) {
        await withoutAnyRightTo(samba, [dnOf(hidden, KINDS_DN)], async () => {
          for (const from of STRATEGIES) {
            for (const distribution of [undefined, true]) {
              const found = find(open(sambaSource(samba), { from: [from], distribution }), name);
              if (distribution || lost.some((each) => each === from))
                await expectFailure(
                  found,
                  'directory_incomplete',
                  /cannot be read|no readable|shows nothing|no group with the SID/,
                );
              else expect(ways(await found)).to.deep.equal(GROUP_KINDS[name]?.counts);
              await directory?.close();
            }
          }
        });
      }
    });
  });

  describe('of which the type cannot be read', () => {
    it('are not certain, unless a token tells it or all count', async () => {
      const [below, middle] = ['below', 'middle'].map((cn) => dnOf(cn, KINDS_DN));
      await withoutRightTo(samba, 'groupType', [below ?? '', middle ?? ''], async () => {
        for (const from of ['attribute', 'search'] as const) {
          await expectFailure(
            find(open(sambaSource(samba), { from: [from] }), 'kind-through'),
            'directory_incomplete',
            /no readable groupType/,
          );
          await directory?.close();
        }
        const person = await find(open(sambaSource(samba), {}), 'kind-through');
        expect(ways(person)).to.deep.equal(GROUP_KINDS['kind-through']?.counts);
        expect(uncounted(person)).to.deep.equal([
          'middle: cannot be read, and is none of those in tokenGroups',
        ]);
        await directory?.close();
        for (const from of STRATEGIES) {
          const all = await find(
            open(sambaSource(samba), { from: [from], distribution: true }),
            'kind-through',
          );
          expect(ways(all)).to.deep.equal(GROUP_KINDS['kind-through']?.withDistribution);
          await directory?.close();
        }
      });
    });
  });
});

const octets = (sid: string) => Buffer.from(sidToOctets(sid)).toString('base64');

/** The entries that a file needs to stand for the domain, with each person's token as the server computes it. */
function saved(samba: Samba): string {
  const shown = [
    'objectClass',
    'sAMAccountName',
    'member',
    'memberOf',
    'objectSid',
    'primaryGroupID',
    'groupType',
  ];
  const attributes = [...shown, 'userAccountControl', 'distinguishedName'];
  const where = `(|(objectClass=domainDNS)(objectClass=builtinDomain)(distinguishedName=${KINDS_DN})(distinguishedName=CN=Users,${BASE_DN}))`;
  const groups = '(&(objectClass=group)(!(cn=many-*))(!(cn=crowd)))';
  const others = samba.look(`(|${where}${groups})`, ...attributes);
  const people = Object.keys(GROUP_KINDS).map((name) =>
    samba.look('-b', dnOf(name, KINDS_DN), '-s', 'base', ...attributes, 'tokenGroups'),
  );
  return (
    [others, ...people]
      .flatMap((text) => text.split('\n\n'))
      .map((record) => record.replace(/^(?:#|ref:).*\n?/gm, ''))
      // It prints SIDs as text, where the server has octets.
      .map((record) =>
        record.replace(/^(objectSid|tokenGroups): (S-.*)$/gm, (_, name, sid) => `${name}:: ${octets(sid)}`),
      )
      .filter((record) => record.startsWith('dn:'))
      .concat('')
      .join('\n\n')
  );
}
