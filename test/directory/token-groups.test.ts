/** SIDs of a token that are no plain groups of the person's own domain: what becomes of each. */
import { expect } from 'chai';
import type { EntryDirectory } from '../../src/directory/entry-directory.ts';
import { VENDORS } from '../../src/directory/vendors.ts';
import { sidToOctets } from '../../src/names/sid.ts';
import { exampleSettings, type Overrides, openDirectory, within } from './example-settings.ts';
import { expectFailure } from './rejection.ts';

const HOME = 'S-1-5-21-1-2-3';
const AWAY = 'S-1-5-21-7-8-9';
const base64 = (sid: string) => Buffer.from(sidToOctets(sid)).toString('base64');

const domain = (dc: string, sid: string, records: readonly string[]) =>
  [`dn: DC=${dc}\nobjectClass: domainDNS\nobjectSid:: ${base64(sid)}`, ...records].join('\n\n');
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
const MAILING = group('mailing', `${HOME}-1003`);

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
    groups = [USERS, STAFF, ALL, MAILING],
  ) =>
    open(domain('home', HOME, [person, ...groups]), 'DC=home', {}, beside).findPerson(
      'ann',
      'ann',
      within(5000),
    );

  it('gives the groups of the own domain, with the way to each', async () => {
    const person = await find(ann(TOKEN));
    expect(person?.memberships.map(({ name, via }) => [...via, name].join(' > ')).sort()).to.deep.equal([
      'Domain Users',
      'staff',
      'staff > all',
    ]);
    expect(person?.completeness).to.deep.equal({ isWhole: true, notes: [] });
  });

  it('leaves out what every Windows has', async () => {
    const wellKnown = [
      'S-1-5-32-544',
      'S-1-5-32-545',
      'S-1-1-0',
      'S-1-5-11',
      'S-1-18-1',
      'S-1-5-21-0-0-0-497',
    ];
    const person = await find(ann([...TOKEN, ...wellKnown]));
    expect(person?.memberships).to.have.length(3);
    expect(person?.completeness?.notes).to.deep.equal([]);
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
    const silent = open('dn: DC=away\nobjectClass: domainDNS', 'DC=away');
    await expectFailure(find(ann([...TOKEN, `${AWAY}-1105`]), [silent]), 'directory_incomplete', /objectSid/);
    expect((await find(ann(TOKEN), [silent]))?.memberships).to.have.length(3);
    const elsewhere = open('dn: DC=x\nobjectClass: domain', 'DC=x', {
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
      const person = await directory(ann([])).findPerson('ann', 'ann', within(5000));
      expect(person?.memberships.map(({ name }) => name)).to.include('Domain Users');
      const blind = directory(ann([]).replace(/^primaryGroupID.*\n/m, ''));
      await expectFailure(
        blind.findPerson('ann', 'ann', within(5000)),
        'directory_incomplete',
        /primaryGroupID/,
      );
    }
  });

  it('waits its turn, and no longer than its deadline or the queue allow', async () => {
    const text = domain('home', HOME, [ann(TOKEN), USERS, STAFF, ALL]);
    const directory = open(text, 'DC=home', { limits: { queue: 2 } });
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, () => directory.findPerson('ann', 'ann', within(5000))),
    );
    const failed = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []));
    expect(failed).to.deep.equal(Array(4).fill('overloaded'));
  });
});
