/**
 * How long what was revoked is still answered, through all memories at once: people and their groups, asked for at
 * times of their own, over a directory that changes between two of them.
 */
import { expect } from 'chai';
import { Deadline } from '../../src/deadline.ts';
import type { EntrySource } from '../../src/directory/entries/entry-source.ts';
import { EntryDirectory } from '../../src/directory/entry-directory.ts';
import { LdifSource } from '../../src/directory/ldif/ldif-source.ts';
import { PeopleCache } from '../../src/user-info/cache.ts';
import { DirectoryLookup } from '../../src/user-info/lookup.ts';
import { exampleSettings, type Overrides } from '../directory/example-settings.ts';
import { TurnedClock } from '../turned-clock.ts';

const FRESH = 300_000;
const GRACE = 3000;
const SEARCH = { from: ['search'], base: 'dc=x', filter: '(member=<dn>)' } as const;

// ann, bob and eve are in a team each and all in one more; teams are in a department, and that in the company.
const PEOPLE = ['ann', 'bob', 'eve'];
const TEAMS = [...PEOPLE.map((name) => `team-${name}`), 'everybody'];

function directoryText(
  without: (child: string, parent: string) => boolean,
  names = new Map<string, string>(),
) {
  const dnOf = (name: string) =>
    PEOPLE.includes(name) ? `uid=${name},dc=x` : `cn=${names.get(name) ?? name},dc=x`;
  const edges = [
    ...PEOPLE.map((name) => [name, `team-${name}`] as const),
    ...PEOPLE.map((name) => [name, 'everybody'] as const),
    ...TEAMS.map((team) => [team, 'department'] as const),
    ['department', 'company'] as const,
  ].filter(([child, parent]) => !without(child, parent));
  const record = (name: string, ...lines: readonly string[]) =>
    [
      `dn: ${dnOf(name)}`,
      ...lines,
      ...edges.filter(([child]) => child === name).map(([, parent]) => `memberOf: ${dnOf(parent)}`),
      ...edges.filter(([, parent]) => parent === name).map(([child]) => `member: ${dnOf(child)}`),
    ].join('\n');
  const gone = new Set([...TEAMS, 'department', 'company'].filter((name) => names.get(name) === ''));
  return [
    'dn: dc=x\nobjectClass: domain',
    ...PEOPLE.map((name) => record(name, `uid: ${name}`)),
    ...[...TEAMS, 'department', 'company']
      .filter((name) => !gone.has(name))
      .map((name) => record(name, 'objectClass: groupOfNames')),
    '',
  ].join('\n\n');
}

describe('what is revoked', () => {
  for (const [from, memberships] of [
    ['attribute', {}],
    ['search', SEARCH],
  ] as const) {
    for (const [what, after, lost] of [
      [
        'a direct membership',
        directoryText((child, parent) => child === 'ann' && parent === 'team-ann'),
        { ann: ['team-ann'] },
      ],
      [
        'a group’s membership in another, which all share',
        directoryText((child, parent) => child === 'department' && parent === 'company'),
        { ann: ['company'], bob: ['company'], eve: ['company'] },
      ],
      [
        'a group, which is deleted',
        directoryText((...pair) => pair.includes('company'), new Map([['company', '']])),
        { ann: ['company'], bob: ['company'], eve: ['company'] },
      ],
      [
        'a name of a group',
        directoryText(() => false, new Map([['department', 'division']])),
        { ann: ['department'], bob: ['department'], eve: ['department'] },
      ],
    ] as const) {
      it(`is gone within the time for which answers are fresh: ${what} (${from})`, async () => {
        // Who asks later is answered with groups that were read for others before.
        const times = {
          ann: { first: 0, every: 7000 },
          bob: { first: 100_000, every: 31_000 },
          eve: { first: 140_000, every: 113_000 },
        };
        for (const revokedAt of [1000, 90_000, 3 * FRESH + 50_000]) {
          const clock = new TurnedClock();
          let text = directoryText(() => false);
          const ask = openLookup(clock, memberships, () => text);
          const late: string[] = [];
          const start = clock.now();
          for (let at = 0; at < revokedAt + 2 * FRESH; at += 1000) {
            clock.turn(start + at - clock.now());
            if (at === revokedAt) text = after;
            for (const name of PEOPLE as (keyof typeof times)[]) {
              const { first, every } = times[name];
              if (at < first || (at - first) % every !== 0) continue;
              const groups = await ask(name);
              const revoked: readonly string[] =
                (lost as Partial<Record<string, readonly string[]>>)[name] ?? [];
              for (const group of revoked) {
                if (at < revokedAt) expect(groups).to.include(group);
                else if (at > revokedAt + FRESH + GRACE && groups.includes(group))
                  late.push(`${name} in ${group} after ${at - revokedAt} ms`);
              }
            }
          }
          expect(late).to.deep.equal([]);
        }
      });
    }
  }
});

/** Names of a person's groups, as the service would have them at this moment. */
function openLookup(
  clock: TurnedClock,
  memberships: Overrides['memberships'] & object,
  textNow: () => string,
) {
  const settings = exampleSettings(
    { kind: 'ldif', file: 'test', text: textNow() },
    { users: { bases: ['dc=x'] }, memberships },
  );
  const now = () => new LdifSource(settings, textNow());
  const source: EntrySource = {
    bound: true,
    ignoresCase: () => true,
    connect: async () => {},
    close: async () => {},
    pages: (search, size) => now().pages(search, size),
    search: (search) => now().search(search),
  };
  const directory = new EntryDirectory(settings, source, [], clock, { fresh: FRESH, identities: false });
  const asked = {
    directory,
    identity: '1',
    attributes: new Set<string>(),
    identities: false,
    unknown: 'not_found',
  } as const;
  const lookup = new DirectoryLookup([asked], () => clock.now());
  const cache = new PeopleCache(
    { people: 10, memory: 1e6, fresh: FRESH, stale: FRESH, unknown: 1, wait: 2000 },
    clock,
    () => {},
  );
  const reader = { suffices: () => true, refreshDeadline: () => new Deadline(clock, 5000) };
  return async (userid: string): Promise<readonly string[]> => {
    const question = lookup.ask(userid);
    if (question === undefined) throw new Error(`nobody takes ${userid}`);
    const { remembered } = await cache.find(question, reader, new Deadline(clock, 5000));
    // A refresh in the background ends before the clock is turned.
    for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve));
    return remembered.found.person?.memberships.map(({ name }) => name) ?? [];
  };
}
