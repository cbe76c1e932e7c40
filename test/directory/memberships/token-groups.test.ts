/** SIDs of a token that are no plain groups of the person's own domain: what becomes of each. */
import { expect } from 'chai';
import type { EntryDirectory } from '../../../src/directory/entry-directory.ts';
import { VENDORS } from '../../../src/directory/settings/vendors.ts';
import { sidToOctets } from '../../../src/names/sid.ts';
import type { Person } from '../../../src/person.ts';
import { exampleSettings, findPerson, type Overrides, openDirectory, within } from '../example-settings.ts';
import { expectFailure } from '../rejection.ts';

const HOME = 'S-1-5-21-1-2-3';
const AWAY = 'S-1-5-21-7-8-9';
const base64 = (sid: string) => Buffer.from(sidToOctets(sid)).toString('base64');

const domain = (dc: string, sid: string, records: readonly string[]) =>
  [`dn: DC=${dc}\nobjectClass: domainDNS\nobjectSid:: ${base64(sid)}`, ...records].concat('').join('\n\n');
const group = (cn: string, sid: string, ...lines: readonly string[]) =>
  [
    `dn: CN=${cn},DC=${sid.startsWith(HOME) ? 'home' : 'away'}`,
    'objectClass: group',
    `objectSid:: ${base64(sid)}`,
    ...lines,
  ].join('\n');

const USERS = group('Domain Users', `${HOME}-513`);
const STAFF = group('staff', `${HOME}-1001`, 'memberOf: CN=all,DC=home', 'memberOf: CN=mailing,DC=home');
const ALL = group('all', `${HOME}-1002`);
// A distribution group: in nobody's token.
const MAILING = group('mailing', `${HOME}-1003`, 'groupType: 2', 'memberOf: CN=above-mailing,DC=home');
const ABOVE_MAILING = group('above-mailing', `${HOME}-1004`, 'groupType: -2147483646');
const builtin = (cn: string, sid: string) =>
  `dn: CN=${cn},CN=Builtin,DC=home\nobjectClass: group\nobjectSid:: ${base64(sid)}`;
const BUILTIN = [
  'dn: CN=Builtin,DC=home\nobjectClass: builtinDomain',
  builtin('Administrators', 'S-1-5-32-544'),
  builtin('Users', 'S-1-5-32-545'),
];

function ann(token: readonly string[], ...others: readonly string[]): string {
  return [
    'dn: CN=Ann,DC=home',
    'objectClass: user',
    'sAMAccountName: ann',
    `objectSid:: ${base64(`${HOME}-1100`)}`,
    'primaryGroupID: 513',
    'memberOf: CN=staff,DC=home',
    ...token.map((sid) => `tokenGroups:: ${base64(sid)}`),
    ...others,
  ].join('\n');
}
const TOKEN = [`${HOME}-513`, `${HOME}-1001`, `${HOME}-1002`];

const ways = (person: Person | undefined) =>
  person?.memberships.map(({ name, via }) => [...via, name].join(' > ')).sort();

describe('a token', () => {
  const open = (
    text: string,
    base: string,
    overrides: Overrides = {},
    beside: readonly EntryDirectory[] = [],
  ) =>
    openDirectory(
      exampleSettings(
        { kind: 'ldif', file: 'test', text },
        {
          vendor: 'active-directory',
          accounts: { disabled: 'ignore', expired: 'ignore', locked: 'ignore' },
          ...overrides,
          users: { bases: [base], attribute: 'sAMAccountName' },
          memberships: {
            from: ['token-groups'],
            primaryGroup: VENDORS['active-directory'].primaryGroup,
            ...overrides.memberships,
          },
        },
      ),
      { beside: () => beside },
    );
  const find = (
    person: string,
    beside: readonly EntryDirectory[] = [],
    groups: readonly string[] = [USERS, STAFF, ALL, MAILING, ABOVE_MAILING],
    memberships: Overrides['memberships'] = {},
  ) =>
    findPerson(
      open(domain('home', HOME, [person, ...groups]), 'DC=home', { memberships }, beside),
      'ann',
      within(),
    );

  it('gives the groups of the own domain, with the way to each', async () => {
    const person = await find(ann(TOKEN));
    expect(ways(person)).to.deep.equal(['Domain Users', 'staff', 'staff > all']);
    expect(person?.completeness).to.deep.equal({ isWhole: true, notes: [] });
  });

  it('leaves out what every Windows has and no directory', async () => {
    const wellKnown = ['S-1-1-0', 'S-1-5-11', 'S-1-18-1', 'S-1-5-21-0-0-0-497'];
    const person = await find(ann([...TOKEN, ...wellKnown]));
    expect(person?.memberships).to.have.length(3);
    expect(person?.completeness?.notes).to.deep.equal([]);
  });

  it('gives the groups of BUILTIN, with the way to each', async () => {
    const users = group('Domain Users', `${HOME}-513`, 'memberOf: CN=Users,CN=Builtin,DC=home');
    const groups = [users, STAFF, ALL, MAILING, ...BUILTIN];
    const person = await find(ann([...TOKEN, 'S-1-5-32-544', 'S-1-5-32-545']), [], groups);
    expect(ways(person)).to.deep.equal([
      'Administrators',
      'Domain Users',
      'Domain Users > Users',
      'staff',
      'staff > all',
    ]);
    await expectFailure(
      find(ann([...TOKEN, 'S-1-5-32-546']), [], groups),
      'directory_incomplete',
      /\(sid\).*S-1-5-32-546/,
    );
  });

  it('has those of BUILTIN of the own domain, where another one is seen too, as in a global catalog', async () => {
    const other = [
      'dn: DC=eu,DC=home\nobjectClass: domainDNS',
      builtin('Users', 'S-1-5-32-545').replace('CN=Builtin,DC=home', 'DC=eu,DC=home'),
    ];
    const person = await find(ann([...TOKEN, 'S-1-5-32-545']), [], [USERS, STAFF, ALL, ...BUILTIN, ...other]);
    expect(person?.memberships.map(({ dn }) => dn)).to.include('CN=Users,CN=Builtin,DC=home');
    await expectFailure(
      find(
        ann([...TOKEN, 'S-1-5-32-545']),
        [],
        [USERS, STAFF, ALL, ...other, ...other.slice(1).map((text) => text.replace('DC=eu', 'DC=us,DC=eu'))],
      ),
      'directory_incomplete',
      /\(sid\).*several groups/,
    );
  });

  describe('is held against memberOf, which names', () => {
    const also = (dn: string) => ann(TOKEN, `memberOf: ${dn}`);
    const uncounted = (person: Person | undefined) =>
      (person?.uncounted ?? []).map(({ dn, reason }) => `${dn}: ${reason}`);
    const ALL_GROUPS = [USERS, STAFF, ALL, MAILING, ABOVE_MAILING];
    const DISTRIBUTION = 'distribution group; memberships.distribution: no';
    const ABOVE_STAFF = `CN=mailing,DC=home: ${DISTRIBUTION}`;

    it('a distribution group: it does not count, and nothing above it', async () => {
      const person = await find(also('CN=mailing,DC=home'));
      expect(ways(person)).to.deep.equal(['Domain Users', 'staff', 'staff > all']);
      expect(uncounted(person)).to.deep.equal([ABOVE_STAFF]);
      expect(person?.completeness).to.deep.equal({ isWhole: true, notes: [] });
    });

    it('a distribution group, with distribution: yes: it counts, and what lies above it', async () => {
      const person = await find(also('CN=mailing,DC=home'), [], ALL_GROUPS, { distribution: true });
      expect(ways(person)).to.deep.equal([
        'Domain Users',
        'mailing',
        'mailing > above-mailing',
        'staff',
        'staff > all',
      ]);
      expect(uncounted(person)).to.deep.equal([]);
      const nested = await find(ann(TOKEN), [], ALL_GROUPS, { distribution: true });
      expect(ways(nested)).to.include.members(['staff > mailing', 'staff > mailing > above-mailing']);
    });

    it('a group of security that the token lacks: it counts, with those above, and is told', async () => {
      const late = group('late', `${HOME}-1005`, 'groupType: -2147483646', 'memberOf: CN=later,DC=home');
      const later = group('later', `${HOME}-1006`, 'groupType: -2147483646');
      const person = await find(also('CN=late,DC=home'), [], [...ALL_GROUPS, late, later]);
      expect(ways(person)).to.include.members(['late', 'late > later']);
      expect(person?.completeness?.notes).to.deep.equal([
        'counted by memberOf, though tokenGroups does not hold them: CN=late,DC=home; CN=later,DC=home',
      ]);
    });

    it('a group that cannot be read: it is no group of the token, and is told; where it would count it fails', async () => {
      const person = await find(also('CN=hidden,DC=home'));
      expect(ways(person)).to.deep.equal(['Domain Users', 'staff', 'staff > all']);
      expect(uncounted(person)).to.deep.equal([
        'CN=hidden,DC=home: cannot be read, and is none of those in tokenGroups',
        ABOVE_STAFF,
      ]);
      await expectFailure(
        find(also('CN=hidden,DC=home'), [], ALL_GROUPS, { distribution: true }),
        'directory_incomplete',
        /CN=hidden/,
      );
    });

    it('a group of another domain that the token does not hold: it is told', async () => {
      const theirs = group('their-team', `${AWAY}-1105`);
      const away = open(domain('away', AWAY, [theirs]), 'DC=away');
      const inToken = await find(ann([...TOKEN, `${AWAY}-1105`], 'memberOf: CN=their-team,DC=away'), [away]);
      expect(ways(inToken)).to.include('their-team');
      expect(uncounted(inToken)).to.deep.equal([ABOVE_STAFF]);
      const beyond = await find(also('CN=their-team,DC=away'), [away]);
      expect(ways(beyond)).to.not.include('their-team');
      expect(uncounted(beyond)).to.deep.equal([
        ABOVE_STAFF,
        'CN=their-team,DC=away: in another domain, and none of those in tokenGroups that a directory here resolves',
      ]);
    });

    it('a group above one of theirs that the token lacks: by now they are not in it', async () => {
      const staff = group('staff', `${HOME}-1001`, 'memberOf: CN=above-mailing,DC=home');
      const person = await find(ann(TOKEN), [], [USERS, staff, ALL, ABOVE_MAILING]);
      expect(ways(person)).to.deep.equal(['Domain Users', 'all', 'staff']);
      expect(uncounted(person)).to.deep.equal([
        'CN=above-mailing,DC=home: above a group of theirs, but none of those in tokenGroups',
      ]);
    });

    it('no DN: it fails', async () => {
      await expectFailure(find(also('staff')), 'directory_incomplete', /"staff" is no DN/);
    });

    it('more groups than are listed: their number is told', async () => {
      const many = Array.from({ length: 120 }, (_, i) => `CN=hidden-${i},DC=home`);
      const person = await find(ann(TOKEN, ...many.map((dn) => `memberOf: ${dn}`)));
      expect(person?.uncounted).to.have.length(100);
      expect(person?.completeness?.notes).to.deep.equal([
        '21 more groups do not count, beside those that are listed',
      ]);
    });
  });

  it('notes what is of a domain that nobody serves', async () => {
    const person = await find(ann([...TOKEN, `${AWAY}-1105`, `${AWAY}-1106`]));
    expect(person?.memberships).to.have.length(3);
    expect(person?.completeness?.notes).to.deep.equal([
      `left out, of a domain that no directory here serves: ${AWAY}-1105, ${AWAY}-1106`,
    ]);
  });

  it('is incomplete where a SID of the own domain shows no group', async () => {
    await expectFailure(find(ann([...TOKEN, `${HOME}-1999`])), 'directory_incomplete', /\(sid\).*-1999/);
    await expectFailure(find(ann(TOKEN), [], [STAFF, ALL]), 'directory_incomplete', /\(sid\).*-513/);
  });

  it('is resolved in the directory that serves the domain', async () => {
    const theirs = group('their-team', `${AWAY}-1105`);
    const away = open(domain('away', AWAY, [theirs]), 'DC=away');
    const person = await find(ann([...TOKEN, `${AWAY}-1105`]), [away]);
    const found = person?.memberships.find(({ name }) => name === 'their-team');
    expect(found).to.deep.include({ dn: 'CN=their-team,DC=away', name: 'their-team', via: [] });
    expect(person?.completeness?.notes).to.deep.equal([]);
    await expectFailure(
      find(ann([...TOKEN, `${AWAY}-1999`]), [away]),
      'directory_incomplete',
      /\(sid\).*-1999/,
    );
  });

  it('is incomplete where a SID is that of an account, which an account that moved may have kept', async () => {
    const account = group('old-ann', `${AWAY}-1105`).replace('objectClass: group', 'objectClass: user');
    const away = open(domain('away', AWAY, [account]), 'DC=away');
    await expectFailure(
      find(ann([...TOKEN, `${AWAY}-1105`]), [away]),
      'directory_incomplete',
      /\(sid\).*-1105/,
    );
  });

  it('is not certain where a directory beside cannot tell its domain, and some SID is of none that is known', async () => {
    const silent = open('dn: DC=away\nobjectClass: domainDNS\n', 'DC=away');
    await expectFailure(find(ann([...TOKEN, `${AWAY}-1105`]), [silent]), 'directory_incomplete', /objectSid/);
    expect((await find(ann(TOKEN), [silent]))?.memberships).to.have.length(3);
    const elsewhere = open('dn: DC=x\nobjectClass: domain\n', 'DC=x', {
      vendor: 'generic',
      memberships: { from: ['attribute'] },
    });
    expect((await find(ann([...TOKEN, `${AWAY}-1105`]), [elsewhere]))?.completeness?.notes).to.have.length(1);
  });

  it('must be there, whole and understood', async () => {
    await expectFailure(find(ann([])), 'directory_incomplete', /no readable tokenGroups/);
    await expectFailure(find(ann(TOKEN, 'tokenGroups: none')), 'directory_incomplete', /broken tokenGroups/);
    const without = (name: string) => ann(TOKEN).replace(new RegExp(`^${name}.*\\n`, 'm'), '');
    await expectFailure(find(without('objectSid')), 'directory_incomplete', /no readable objectSid/);
    await expectFailure(
      find(without('primaryGroupID')),
      'directory_incomplete',
      /no readable primaryGroupID/,
    );
  });

  it('needs the primary group under the other strategies too', async () => {
    for (const from of ['attribute', 'search'] as const) {
      const text = (person: string) => domain('home', HOME, [person, USERS, STAFF, ALL, MAILING]);
      const directory = (person: string) =>
        open(text(person), 'DC=home', {
          memberships: { from: [from], base: 'DC=home', filter: '(member=<dn>)' },
        });
      const person = await findPerson(directory(ann([])), 'ann', within());
      expect(person?.memberships.map(({ name }) => name)).to.include('Domain Users');
      const blind = directory(ann([]).replace(/^primaryGroupID.*\n/m, ''));
      await expectFailure(findPerson(blind, 'ann', within()), 'directory_incomplete', /primaryGroupID/);
    }
  });

  it('waits its turn, and no longer than its deadline or the queue allow', async () => {
    const text = domain('home', HOME, [ann(TOKEN), USERS, STAFF, ALL]);
    const directory = open(text, 'DC=home', { limits: { queue: 2 } });
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, () => findPerson(directory, 'ann', within())),
    );
    const failed = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []));
    expect(failed).to.deep.equal(Array(4).fill('overloaded'));
  });
});
