/**
 * `plan` and `snapshot` over twenty thousand people in a real OpenLDAP: every number of the plan is counted once more
 * from what ldapsearch prints, by set arithmetic that shares nothing with the program.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { runKept } from '../acceptance/kept-program.ts';
import { folderWith } from '../acceptance/running-service.ts';
import { requireSlapd, SERVER_ENVIRONMENT } from '../directories/installed.ts';
import {
  LIMITED_DN,
  LIMITED_PASSWORD,
  LOOKUP_DN,
  LOOKUP_PASSWORD,
  type Slapd,
  startSlapd,
} from '../directories/slapd.ts';
import {
  CROWD,
  CROWD_GROUPS,
  CROWD_SIZE,
  crowdLdif,
  EMPTY_GROUPS,
  MAPPING_IN_USE,
  MAPPING_PLANNED,
} from './crowd.ts';

const SEARCH = `from: search, base: "${CROWD_GROUPS}"`;
const ATTRIBUTE = 'from: attribute';

interface Entry {
  readonly dn: string;
  readonly values: (name: string) => readonly string[];
}

interface Change {
  readonly people: number;
  readonly rules: readonly { readonly rule: { readonly id: string }; readonly people: number }[];
  readonly removals: readonly { readonly never?: { readonly id: string }; readonly people: number }[];
  readonly respelled: number;
  readonly unanswered: number;
}

interface PlanJson {
  readonly people: number;
  readonly entitlements: readonly {
    readonly name: string;
    readonly value?: string;
    readonly before: number;
    readonly after: number;
    readonly first_release: boolean;
    readonly gained: Change;
    readonly lost: Change;
  }[];
  readonly rules: readonly {
    readonly rule: { readonly id: string };
    readonly before: number | null;
    readonly after: number | null;
    readonly hints: readonly string[];
  }[];
  readonly [key: string]: unknown;
}

describe('plan, over twenty thousand people in OpenLDAP', () => {
  let slapd: Slapd;
  before(async function () {
    requireSlapd(this);
    slapd = await startSlapd({ more: crowdLdif() });
  });
  after(() => slapd?.remove());

  const filesFor = (memberships: string, bind = { dn: LOOKUP_DN, password: LOOKUP_PASSWORD }) => ({
    'in-use.yaml': MAPPING_IN_USE,
    'planned.yaml': MAPPING_PLANNED,
    'config.yaml': `listen: { host: 127.0.0.1, port: 0 }
callers: { immuta: { password: "\${env:IMMUTA}" } }
directories:
  corp:
    vendor: openldap
    urls: ["ldap://127.0.0.1:${slapd.port}"]
    plaintext: yes
    bind: { dn: "${bind.dn}", password: "\${env:BIND}" }
    users: { base: "${CROWD}", attribute: uid }
    memberships: { ${memberships}, limits: { groups: 100, depth: 10 } }
    limits: { search: 200s }
endpoints: { /user-info: { directories: [corp], mapping: in-use.yaml, callers: [immuta] } }
`,
    bind: bind.password,
  });
  const run = (cwd: string, password: string, ...args: string[]) =>
    runKept(args, { cwd, env: { ...process.env, IMMUTA: 'immuta-secret', BIND: password } });
  const inFolder = (memberships: string, bind?: { dn: string; password: string }) => {
    const { bind: password, ...files } = filesFor(memberships, bind);
    const folder = folderWith(files);
    return { folder, run: (...args: string[]) => run(folder, password, ...args) };
  };

  it('has numbers that a second count finds too', async () => {
    const { run } = inFolder(SEARCH);
    const { status, stdout, stderr } = await run('plan', '--mapping', 'planned.yaml', '--json');
    expect(stderr).to.match(
      /^planned\.yaml:\d+:1: warning: rule gone names the group mod-5, and none of the \d+ groups/,
    );
    expect(stderr.match(/warning|error/g)).to.deep.equal(['warning']);
    expect(status).to.equal(2);
    const plan = JSON.parse(stdout) as PlanJson;
    const counted = countAgain(slapd);
    expect(numbersOf(plan)).to.deep.equal(counted);
  });

  it('is the same by either strategy, and from a snapshot of either', async () => {
    const plans = await Promise.all(
      [SEARCH, ATTRIBUTE].map(async (memberships) => {
        const { folder, run } = inFolder(memberships);
        const live = await run('plan', '--mapping', 'planned.yaml', '--json');
        const written = await run('snapshot', 'people.ldif', '--mapping', 'planned.yaml');
        expect([written.status, written.stderr]).to.deep.equal([
          0,
          `people.ldif: ${CROWD_SIZE + 1} people\n`,
        ]);
        expect(statSync(join(folder, 'people.ldif')).mode & 0o777).to.equal(0o600);
        const saved = await run('plan', '--mapping', 'planned.yaml', '--snapshot', 'people.ldif', '--json');
        expect([live.status, saved.status]).to.deep.equal([2, 2]);
        return [live.stdout, saved.stdout];
      }),
    );
    const [first, ...others] = plans.flat();
    for (const other of others) expect(other).to.equal(first);
  });

  it('is not made of an incomplete read', async () => {
    const limited = inFolder(SEARCH, { dn: LIMITED_DN, password: LIMITED_PASSWORD });
    const { status, stdout, stderr } = await limited.run('plan', '--mapping', 'planned.yaml');
    expect([status, stdout]).to.deep.equal([1, '']);
    expect(stderr).to.match(/^no plan: directory_incomplete \(\w+\): /m);
  });

  it('leaves an older snapshot as it is where the read is incomplete', async () => {
    const limited = inFolder(SEARCH, { dn: LIMITED_DN, password: LIMITED_PASSWORD });
    writeFileSync(join(limited.folder, 'people.ldif'), 'older');
    const { status, stderr } = await limited.run('snapshot', 'people.ldif');
    expect(status).to.equal(1);
    expect(stderr).to.match(/^nothing was written: directory_incomplete \(\w+\): /m);
    expect(readFileSync(join(limited.folder, 'people.ldif'), 'utf8')).to.equal('older');
    expect(readdirSync(limited.folder).sort()).to.deep.equal([
      'config.yaml',
      'in-use.yaml',
      'people.ldif',
      'planned.yaml',
    ]);
    chmodSync(join(limited.folder, 'people.ldif'), 0o600);
  });

  it('finds with who whom ldapsearch finds', async () => {
    const { run } = inFolder(SEARCH);
    const { status, stdout } = await run('who', 'AccessLevel: Gold', '--json');
    const { people } = JSON.parse(stdout) as { people: { userid: string }[] };
    const { before } = holdersIn(slapd);
    expect(people.map(({ userid }) => userid)).to.deep.equal(
      [...(before.get('AccessLevel: Gold') ?? [])].sort(),
    );
    expect(status).to.equal(0);
  });

  it('is not made where a referral stands in the way', async () => {
    slapd.change(
      `dn: ou=elsewhere,${CROWD}\nchangetype: add\nobjectClass: referral\nobjectClass: extensibleObject\nou: elsewhere\nref: ldap://127.0.0.1:1/ou=elsewhere,dc=example,dc=test\n`,
    );
    const { run } = inFolder(SEARCH);
    const { status, stdout, stderr } = await run('plan', '--mapping', 'planned.yaml');
    expect([status, stdout]).to.deep.equal([1, '']);
    expect(stderr).to.match(/^no plan: directory_incomplete \(\w+\): /m);
  });
});

/** What ldapsearch prints, as entries; values are plain ASCII here. */
function search(slapd: Slapd, base: string, filter: string): Entry[] {
  const args = [
    '-x',
    '-LLL',
    '-o',
    'ldif-wrap=no',
    '-E',
    'pr=500/noprompt',
    '-D',
    LOOKUP_DN,
    '-w',
    LOOKUP_PASSWORD,
  ];
  const text = execFileSync(
    'ldapsearch',
    [...args, '-H', `ldap://127.0.0.1:${slapd.port}`, '-b', base, filter],
    {
      env: SERVER_ENVIRONMENT,
      encoding: 'utf8',
      maxBuffer: 200_000_000,
    },
  );
  return text
    .split(/^(?=dn: )/m)
    .filter((record) => record.startsWith('dn: '))
    .map((record) => {
      const lines = record.split('\n');
      return {
        dn: lines[0]?.slice(4) ?? '',
        values: (name) =>
          lines.filter((line) => line.startsWith(`${name}: `)).map((line) => line.slice(name.length + 2)),
      };
    });
}

/** User ids by entitlement under each mapping, from ldapsearch and the mappings' meaning. */
function holdersIn(slapd: Slapd) {
  const entries = search(slapd, CROWD, '(uid=*)');
  const uids = entries.map((entry) => entry.values('uid')[0] ?? '');
  const seen = new Set<string>();
  const twice = new Set(uids.filter((uid) => seen.size === seen.add(uid).size));
  const members = (name: string) =>
    new Set(search(slapd, CROWD_GROUPS, `(cn=${name})`).flatMap((group) => group.values('member')));
  const groups = { two: members('mod-2'), three: members('mod-3'), seven: members('mod-7') };
  const before = new Map<string, Set<string>>();
  const after = new Map<string, Set<string>>();
  const give = (to: Map<string, Set<string>>, what: string, uid: string) =>
    to.set(what, (to.get(what) ?? new Set()).add(uid));
  const people: string[] = [];
  const dead: string[] = [];
  const cutOff: string[] = [];
  const contractors: string[] = [];
  const alive: string[] = [];
  for (const entry of entries) {
    const [uid = ''] = entry.values('uid');
    if (twice.has(uid)) continue;
    people.push(uid);
    if (entry.values('shadowExpire').length > 0) {
      dead.push(uid);
      continue;
    }
    alive.push(uid);
    const [type] = entry.values('employeeType');
    const [department] = entry.values('departmentNumber');
    if (type === 'Contractor') contractors.push(uid);
    const was = { 0: 'Zero', 1: 'One', 2: 'Two', 3: 'Three' }[department ?? ''];
    const willBe = { 0: 'Zero', 1: 'One', 4: 'Four' }[department ?? ''];
    if (groups.two.has(entry.dn)) give(before, 'Two', uid);
    if (groups.three.has(entry.dn)) give(before, 'Three', uid);
    if (was !== undefined) give(before, `Department: ${was}`, uid);
    if (groups.seven.has(entry.dn) && type !== 'Contractor') give(before, 'AccessLevel: Gold', uid);
    if (type === undefined) {
      cutOff.push(uid);
      continue;
    }
    if (groups.three.has(entry.dn)) give(after, 'THREE', uid);
    if (willBe !== undefined) give(after, `Department: ${willBe}`, uid);
    if (groups.seven.has(entry.dn)) give(after, 'AccessLevel: Gold', uid);
  }
  return { before, after, people, dead, cutOff, contractors, alive, twice, groups };
}

function minus(a: ReadonlySet<string>, b: ReadonlySet<string>): Set<string> {
  return new Set([...a].filter((each) => !b.has(each)));
}

function both(a: ReadonlySet<string>, b: Iterable<string>): number {
  return [...b].filter((each) => a.has(each)).length;
}

/** Contractors in mod-7, and so in seven. */
function contractorsIn(slapd: Slapd): number {
  const filter = `(&(employeeType=Contractor)(memberOf=cn=mod-7,${CROWD_GROUPS})(!(shadowExpire=*)))`;
  return search(slapd, CROWD, filter).length;
}

/** Every number of the plan, counted from ldapsearch. */
function countAgain(slapd: Slapd) {
  const { before, after, people, dead, cutOff, contractors, twice } = holdersIn(slapd);
  const none: ReadonlySet<string> = new Set();
  const has = (of: Map<string, Set<string>>, uid: string) => [...of.values()].some((set) => set.has(uid));
  const lists = (of: Map<string, Set<string>>, uid: string) =>
    [...of]
      .filter(([, set]) => set.has(uid))
      .map(([name]) => name)
      .sort()
      .join();
  const isCutOff = new Set(cutOff);
  const names = [
    'THREE',
    'Three',
    'Two',
    'AccessLevel: Gold',
    'Department: Four',
    'Department: One',
    'Department: Three',
    'Department: Two',
    'Department: Zero',
  ];
  const ruleBehind: Record<string, string> = {
    THREE: 'three',
    Three: 'three',
    Two: 'two',
    'AccessLevel: Gold': 'gold',
  };
  const entitlements = names.map((name) => {
    const had = before.get(name) ?? none;
    const will = after.get(name) ?? none;
    const gained = minus(will, had);
    const lost = minus(had, will);
    const rule = ruleBehind[name] ?? 'department';
    const other = { THREE: 'Three', Three: 'THREE' }[name];
    return {
      name,
      before: had.size,
      after: will.size,
      first: had.size === 0 && will.size > 0,
      gained: {
        people: gained.size,
        rules: gained.size === 0 ? [] : [[rule, gained.size]],
        removals:
          name === 'AccessLevel: Gold' ? [['no-gold-for-contractors', both(gained, contractors)]] : [],
        respelled: name === 'THREE' ? both(gained, before.get(other ?? '') ?? none) : 0,
        unanswered: 0,
      },
      lost: {
        people: lost.size,
        rules: lost.size === 0 ? [] : [[rule, lost.size]],
        removals: [],
        respelled: name === 'Three' ? both(lost, after.get(other ?? '') ?? none) : 0,
        unanswered: both(lost, cutOff),
      },
    };
  });
  const answered = people.filter((uid) => !isCutOff.has(uid));
  const union = (of: Map<string, Set<string>>, prefix: string) =>
    new Set([...of].flatMap(([name, set]) => (name.startsWith(prefix) ? [...set] : []))).size;
  const gold = {
    before: before.get('AccessLevel: Gold') ?? none,
    after: after.get('AccessLevel: Gold') ?? none,
  };
  return {
    people: people.length + twice.size,
    changed: people.filter((uid) => isCutOff.has(uid) || lists(before, uid) !== lists(after, uid)).length,
    dead: dead.length,
    ambiguous: twice.size,
    unanswered: 0,
    leftWithNothing: answered.filter((uid) => has(before, uid) && !has(after, uid)).length,
    answerLost: cutOff.length,
    answerRegained: 0,
    hadNothing: answered.filter((uid) => !has(before, uid) && has(after, uid)).length,
    skipped: 0,
    entitlements,
    rules: [
      ['three', (before.get('Three') ?? none).size, (after.get('THREE') ?? none).size, 0],
      ['department', union(before, 'Department'), union(after, 'Department'), 0],
      // Under the mapping in use it gives to contractors too, from whom it is then taken.
      ['gold', gold.before.size + contractorsIn(slapd), gold.after.size, 0],
      ['gone', null, 0, 1],
      ['two', (before.get('Two') ?? none).size, null, 0],
      ['no-gold-for-contractors', contractorsIn(slapd), null, 0],
    ],
    // Named are mod-3 and seven; the group mod-7 is only inside of seven, and mod-2 no longer counts.
    groups: { count: 4 + EMPTY_GROUPS, unnamed: 2 + EMPTY_GROUPS, shown: 20 },
  };
}

function numbersOf(plan: PlanJson) {
  const people = (key: string) => (plan[key] as { people: number }).people;
  const side = ({ people, rules, removals, respelled, unanswered }: Change) => ({
    people,
    rules: rules.map(({ rule, people: count }) => [rule.id, count]),
    removals: removals.map(({ never, people: count }) => [never?.id, count]),
    respelled,
    unanswered,
  });
  const groups = plan['groups'] as { count: number; unnamed: number; examples: string[] };
  return {
    people: plan.people,
    changed: people('changed'),
    dead: people('dead'),
    ambiguous: people('ambiguous'),
    unanswered: people('unanswered'),
    leftWithNothing: people('left_with_nothing'),
    answerLost: people('answer_lost'),
    answerRegained: people('answer_regained'),
    hadNothing: people('had_nothing'),
    skipped: plan['skipped'],
    entitlements: plan.entitlements.map(({ name, value, before, after, first_release, gained, lost }) => ({
      name: value === undefined ? name : `${name}: ${value}`,
      before,
      after,
      first: first_release,
      gained: side(gained),
      lost: side(lost),
    })),
    rules: plan.rules.map(({ rule, before, after, hints }) => [rule.id, before, after, hints.length]),
    groups: { count: groups.count, unnamed: groups.unnamed, shown: groups.examples.length },
  };
}
