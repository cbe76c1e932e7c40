/** Groups in memory: what a person costs when they are known, when they are read again, and what is never kept. */
import { expect } from 'chai';
import { EntryDirectory } from '../../../src/directory/entry-directory.ts';
import { LdifSource } from '../../../src/directory/ldif/ldif-source.ts';
import { Failure } from '../../../src/failure.ts';
import { requireSlapd } from '../../directories/installed.ts';
import { type Slapd, startSlapd } from '../../directories/slapd.ts';
import { TurnedClock } from '../../turned-clock.ts';
import { type CountedSource, countedSource } from '../counted-source.ts';
import {
  exampleSettings,
  findPerson,
  type Overrides,
  openDirectory,
  slapdSource,
  within,
} from '../example-settings.ts';
import { expectFailure } from '../rejection.ts';

const DIRECT = 40;
const LEVELS = 5;
const FRESH = 300_000;

// ann and bob are in the same 40 groups g0-0 … g0-39; of each level every second group nests in one of the next level.
function nestedGroups({ lowest = true } = {}): string {
  const people = ['ann', 'bob'].map((uid) => `uid=${uid},dc=x`);
  const dn = (level: number, i: number) => `cn=g${level}-${i},dc=x`;
  const records = ['dn: dc=x\nobjectClass: domain'];
  const count = (level: number) => Math.ceil(DIRECT / 2 ** level);
  for (const person of people) {
    const memberOf = Array.from({ length: DIRECT }, (_, i) => `memberOf: ${dn(0, i)}`);
    records.push([`dn: ${person}`, `uid: ${person.slice(4, 7)}`, ...memberOf].join('\n'));
  }
  for (let level = 0; level < LEVELS; level++) {
    for (let i = 0; i < count(level); i++) {
      const isNested = level + 1 < LEVELS && (lowest || level > 0);
      const children =
        level === 0
          ? people
          : [2 * i, 2 * i + 1].filter((j) => j < count(level - 1)).map((j) => dn(level - 1, j));
      records.push(
        [
          `dn: ${dn(level, i)}`,
          'objectClass: groupOfNames',
          ...children
            .filter((child) => lowest || level !== 1 || !child.startsWith('cn='))
            .map((child) => `member: ${child}`),
          ...(isNested ? [`memberOf: ${dn(level + 1, Math.floor(i / 2))}`] : []),
        ].join('\n'),
      );
    }
  }
  return `${records.join('\n\n')}\n`;
}

const ALL = 40 + 20 + 10 + 5 + 3;
const SEARCH = { from: ['search'], base: 'dc=x', filter: '(member=<dn>)' } as const;

describe('the groups in memory', () => {
  let text: string;
  let clock: TurnedClock;
  let source: CountedSource;
  const open = (overrides: Overrides = {}, fresh = FRESH) => {
    const settings = exampleSettings(
      { kind: 'ldif', file: 'test', text },
      { users: { bases: ['dc=x'] }, ...overrides },
    );
    clock = new TurnedClock();
    // Read anew at each search, so that a test can change it.
    const changing = new LdifSource(settings, text);
    source = countedSource({
      bound: true,
      ignoresCase: (attribute) => changing.ignoresCase(attribute),
      connect: async () => {},
      close: async () => {},
      pages: (search, size) => new LdifSource(settings, text).pages(search, size),
      search: (search) => new LdifSource(settings, text).search(search),
    });
    return new EntryDirectory(settings, source, [], clock, { fresh, identities: false });
  };
  const find = async (directory: EntryDirectory, name: string) => {
    source.reset();
    const person = await findPerson(directory, name, within());
    if (person === undefined) throw new Error(`${name} was not found`);
    return person;
  };

  beforeEach(() => {
    text = nestedGroups();
  });

  for (const [memberships, searches] of [
    [{}, 1],
    [SEARCH, 2],
  ] as const) {
    const from = 'from' in memberships ? 'search' : 'attribute';

    describe(`by the strategy ${from}`, () => {
      it(`a person in 40 groups over five levels costs ${searches}, once the groups are known`, async () => {
        const directory = open({ memberships });
        const ann = await find(directory, 'ann');
        expect(ann.memberships).to.have.length(ALL);
        expect(source.searches.length).to.be.above(searches + 3);
        const bob = await find(directory, 'bob');
        expect(source.searches).to.have.length(searches);
        expect(bob.memberships).to.deep.equal(ann.memberships);
      });

      it('makes the answer as old as the oldest group in it', async () => {
        const directory = open({ memberships });
        const { readAt } = await find(directory, 'ann');
        clock.turn(FRESH / 2 - 1);
        expect((await find(directory, 'bob')).readAt).to.equal(readAt);
        expect(source.searches).to.have.length(searches);
      });

      it('reads a group again before an answer could be born stale of it, and then sees what was revoked', async () => {
        const directory = open({ memberships });
        await find(directory, 'ann');
        text = nestedGroups({ lowest: false });
        clock.turn(FRESH / 2 - 1);
        expect((await find(directory, 'ann')).memberships).to.have.length(ALL);
        clock.turn(1);
        const ann = await find(directory, 'ann');
        expect(ann.memberships).to.have.length(DIRECT);
        expect(ann.readAt).to.equal(clock.now());
      });

      it('shares one read of a group among those who need it at once', async () => {
        const alone = open({ memberships });
        await find(alone, 'ann');
        const cold = source.searches.length;
        const together = open({ memberships });
        await Promise.all(['ann', 'bob', 'ann', 'bob'].map((name) => findPerson(together, name, within())));
        expect(source.searches).to.have.length(cold + 3 * searches);
      });

      it('keeps no failed read, and fails only those who need what failed', async () => {
        const directory = open({ memberships });
        source.before = async ({ filter }) => {
          if (filter.kind === 'or') throw new Failure('directory_unavailable', 'down');
        };
        await expectFailure(find(directory, 'ann'), 'directory_unavailable', /down/);
        source.before = async () => {};
        expect((await find(directory, 'ann')).memberships).to.have.length(ALL);
      });

      it('keeps nothing where answers are not to be kept', async () => {
        const directory = open({ memberships }, 0);
        await find(directory, 'ann');
        const cold = source.searches.length;
        await find(directory, 'ann');
        expect(source.searches).to.have.length(cold);
      });

      it('is not believed by the sentinel', async () => {
        const sentinel = { userid: 'ann', group: 'cn=g4-0,dc=x' };
        const directory = open({ memberships, sentinel });
        await find(directory, 'ann');
        await directory.confirmSentinel(within());
        text = nestedGroups({ lowest: false });
        await expectFailure(directory.confirmSentinel(within()), 'directory_incomplete', /without its group/);
      });
    });
  }

  it('lets a lookup with little time give up, and the read go on for those who have more', async () => {
    const directory = open();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    source.before = ({ filter }) => (filter.kind === 'or' ? held : Promise.resolve());
    const hasty = findPerson(directory, 'ann', within(20));
    const patient = findPerson(directory, 'bob', within());
    await expectFailure(hasty, 'directory_timeout');
    release();
    expect((await patient)?.memberships).to.have.length(ALL);
  });

  it('fails the person whose group cannot be read, and not the one beside them', async () => {
    text = [
      'dn: dc=x\nobjectClass: domain',
      'dn: uid=ann,dc=x\nuid: ann\nmemberOf: cn=a,dc=x\nmemberOf: cn=gone,dc=x',
      'dn: uid=bob,dc=x\nuid: bob\nmemberOf: cn=a,dc=x',
      'dn: cn=a,dc=x\nobjectClass: groupOfNames',
    ]
      .concat('')
      .join('\n\n');
    const directory = open();
    const [ann, bob] = await Promise.allSettled(
      ['ann', 'bob'].map((name) => findPerson(directory, name, within())),
    );
    expect(ann?.status === 'rejected' && ann.reason.message).to.match(/cn=gone/);
    expect(bob?.status === 'fulfilled' && bob.value?.memberships).to.have.length(1);
  });

  it('is not believed where it leads to a group that was deleted, or has another name by now', async () => {
    const groups = (top: string | undefined) =>
      [
        'dn: dc=x\nobjectClass: domain',
        ...['ann', 'bob', 'eve'].map(
          (name) => `dn: uid=${name},dc=x\nuid: ${name}\nmemberOf: cn=${name === 'ann' ? 'a' : 'b'},dc=x`,
        ),
        ...['a', 'b'].map(
          (name) =>
            `dn: cn=${name},dc=x\nobjectClass: groupOfNames${top === undefined ? '' : `\nmemberOf: cn=${top},dc=x`}`,
        ),
        ...(top === undefined ? [] : [`dn: cn=${top},dc=x\nobjectClass: groupOfNames`]),
      ]
        .concat('')
        .join('\n\n');
    for (const top of [undefined, 'renamed']) {
      text = groups('top');
      const directory = open();
      await find(directory, 'ann');
      clock.turn(FRESH / 3);
      await find(directory, 'bob');
      // By now top is known no longer, and b, which names it, still is.
      clock.turn(FRESH / 3);
      text = groups(top);
      const { memberships } = await find(directory, 'eve');
      expect(memberships.map(({ name }) => name)).to.deep.equal(top === undefined ? ['b'] : ['b', top]);
    }
  });

  it('is not needed where a group gets another name between the reads of a person and of the group', async () => {
    const world = (name: string) =>
      [
        'dn: dc=x\nobjectClass: domain',
        `dn: uid=ann,dc=x\nobjectClass: person\nuid: ann\nmemberOf: cn=${name},dc=x`,
        `dn: cn=${name},dc=x\nobjectClass: groupOfNames\nmember: uid=ann,dc=x`,
      ]
        .concat('')
        .join('\n\n');
    for (const [vendor, from] of [
      ['openldap', 'attribute'],
      ['ad-lds', 'attribute'],
      ['ad-lds', 'search'],
    ] as const) {
      text = world('before');
      const directory = open({ vendor, memberships: { ...SEARCH, from: [from] } });
      source.before = async () => {
        if (source.searches.length === 2) text = world('after');
      };
      const { memberships: found } = await find(directory, 'ann');
      expect(
        found.map(({ name }) => name),
        `${vendor}, ${from}`,
      ).to.deep.equal(['after']);
    }
  });

  it('knows a group by any spelling of its DN', async () => {
    text = [
      'dn: dc=x\nobjectClass: domain',
      'dn: uid=ann,dc=x\nuid: ann\nmemberOf: cn=Research\\, Core,dc=x',
      'dn: uid=bob,dc=x\nuid: bob\nmemberOf: CN=research\\2C  core, DC=x',
      'dn: cn=Research\\, Core,dc=x\nobjectClass: groupOfNames',
    ]
      .concat('')
      .join('\n\n');
    const directory = open();
    await find(directory, 'ann');
    expect((await find(directory, 'bob')).memberships).to.have.length(1);
    expect(source.searches).to.have.length(1);
  });
});

describe('the groups in memory, before a real OpenLDAP', () => {
  const BELOW = 'ou=nest,dc=example,dc=test';
  let slapd: Slapd;
  // The same data in the schema that slapd demands.
  const inSchema = (record: string): string => {
    const [dn = '', ...lines] = record.replaceAll('dc=x', BELOW).split('\n');
    const name = /^dn: (?:cn|uid)=([^,]+)/.exec(dn)?.[1];
    if (name === undefined) return `dn: ${BELOW}\nobjectClass: organizationalUnit\nou: nest`;
    if (lines.includes('objectClass: groupOfNames')) return [dn, `cn: ${name}`, ...lines].join('\n');
    return [dn, 'objectClass: inetOrgPerson', `cn: ${name}`, `sn: ${name}`, ...lines].join('\n');
  };

  before(async function () {
    requireSlapd(this);
    slapd = await startSlapd({ more: nestedGroups().split('\n\n').map(inSchema).join('\n\n') });
  });
  after(() => slapd?.remove());

  for (const [from, searches] of [
    ['attribute', 1],
    ['search', 2],
  ] as const) {
    it(`cost it ${searches} for a person in 40 groups over five levels, once they are known (${from})`, async () => {
      const directory = openDirectory(
        exampleSettings(slapdSource(slapd), {
          users: { bases: [BELOW] },
          memberships: { from: [from], base: BELOW },
        }),
        { fresh: FRESH },
      );
      const count = async () => {
        return [...(await slapd.settledLog()).matchAll(/ SRCH base=/g)].length;
      };
      const ann = await findPerson(directory, 'ann', within());
      const before = await count();
      const bob = await findPerson(directory, 'bob', within());
      expect((await count()) - before).to.equal(searches);
      await directory.close();
      const names = (person: typeof ann) => person?.memberships.map(({ name }) => name).sort();
      expect(names(bob)).to.deep.equal(names(ann)).and.to.have.length(ALL);
    });
  }
});
