/** A storm of people nobody has asked for before, on a real slapd: what reaches it, in which order, and for whom. */
import { expect } from 'chai';
import { BoundedSource } from '../../src/directory/entries/bulkhead.ts';
import type { Search } from '../../src/directory/entries/entry-source.ts';
import { EntryDirectory } from '../../src/directory/entry-directory.ts';
import { LdapSource } from '../../src/directory/ldap/ldap-source.ts';
import { requireSlapd } from '../directories/installed.ts';
import { type Slapd, startSlapd } from '../directories/slapd.ts';
import { type CountedSource, countedSource } from './counted-source.ts';
import {
  exampleSettings,
  findPerson,
  type Overrides,
  realClock,
  slapdSource,
  within,
} from './example-settings.ts';

const STORM = 10_000;
const AT_ONCE = 64;

/** The number in the filter by which somebody is searched for. */
function personIn({ filter }: Search): number {
  const texts = JSON.stringify(filter, (_, value) =>
    value?.type === 'Buffer' ? Buffer.from(value.data).toString() : value,
  );
  return Number(/nobody(\d+)/.exec(texts)?.[1]);
}

describe('a storm of different people', () => {
  let slapd: Slapd;
  let counted: CountedSource;
  let directory: EntryDirectory;
  let loggedBefore: number;

  before(async function () {
    requireSlapd(this);
    slapd = await startSlapd();
  });

  after(() => slapd?.remove());

  const open = (queue: number, limits: Overrides['limits'] = {}) => {
    // One connection: slapd reads it in order.
    const settings = exampleSettings(slapdSource(slapd), {
      limits: { connections: 1, concurrent: AT_ONCE, queue, ...limits },
      memberships: { nested: false },
    });
    counted = countedSource(new LdapSource(settings, slapdSource(slapd), realClock));
    counted.before = async () => {};
    const source = new BoundedSource(counted, settings.limits);
    directory = new EntryDirectory(settings, source, [], realClock);
  };

  beforeEach(async () => {
    open(STORM);
    await directory.connect(within());
    loggedBefore = (await slapd.settledLog()).length;
  });

  afterEach(async () => {
    slapd.wake();
    await directory.close();
  });

  /** Who was searched for since the test began, as slapd saw it. */
  const searched = async (): Promise<number[]> => {
    const log = (await slapd.settledLog()).slice(loggedBefore);
    return [...log.matchAll(/filter="\(uid=nobody(\d+)\)"/g)].map(([, number]) => Number(number));
  };
  const storm = (people: number, milliseconds: (i: number) => number) =>
    Array.from({ length: people }, (_, i) =>
      findPerson(directory, `nobody${i}`, within(milliseconds(i))).then(
        () => 'answered',
        (error: { code: string }) => error.code,
      ),
    );
  const count = (outcomes: readonly string[], what: string) =>
    outcomes.filter((each) => each === what).length;
  const LONG = 500_000;

  it(`of ${STORM} reaches it ${AT_ONCE} at a time, and in the order in which they came`, async () => {
    const outcomes = await Promise.all(storm(STORM, () => LONG));
    expect(count(outcomes, 'answered')).to.equal(STORM);
    expect(counted.atOnce).to.equal(AT_ONCE);
    expect(counted.searches.map(personIn)).to.deep.equal(Array.from({ length: STORM }, (_, i) => i));
    expect((await searched()).sort((a, b) => a - b)).to.deep.equal(
      Array.from({ length: STORM }, (_, i) => i),
    );
  });

  it('searches for none of those whose time was over while they waited', async () => {
    slapd.hang();
    const isHasty = (i: number) => i >= AT_ONCE && i % 3 !== 0;
    const outcomes = storm(STORM, (i) => (isHasty(i) ? 300 : LONG));
    const hasty = await Promise.all(outcomes.filter((_, i) => isHasty(i)));
    expect(count(hasty, 'directory_timeout')).to.equal(hasty.length);
    slapd.wake();
    const patient = await Promise.all(outcomes.filter((_, i) => !isHasty(i)));
    expect(count(patient, 'answered')).to.equal(patient.length);
    const people = await searched();
    expect(people.filter(isHasty)).to.deep.equal([]);
    expect(people).to.have.length(patient.length);
  });

  it('beyond the queue is turned away at once: without a word from it, and without holding anything', async () => {
    await directory.close();
    open(100);
    await directory.connect(within());
    loggedBefore = (await slapd.settledLog()).length;
    slapd.hang();
    const outcomes = storm(STORM, () => LONG);
    // It stands still, so that nothing of it can have been waited for.
    const [refused] = await Promise.all([Promise.all(outcomes.slice(AT_ONCE + 100))]);
    expect(count(refused, 'overloaded')).to.equal(STORM - AT_ONCE - 100);
    slapd.wake();
    expect(count(await Promise.all(outcomes), 'answered')).to.equal(AT_ONCE + 100);
    expect(await searched()).to.have.length(AT_ONCE + 100);
  });

  it('turns all away that wait as soon as the directory is known to be failing', async () => {
    await directory.close();
    open(STORM, { connect: 500, search: 500 });
    await directory.connect(within());
    slapd.hang();
    const outcomes = await Promise.all(storm(STORM, () => LONG));
    expect(count(outcomes, 'answered')).to.equal(0);
    expect(count(outcomes, 'directory_unavailable')).to.be.at.least(STORM - AT_ONCE);
    expect(() => directory.ask('nobody')?.check?.()).to.throw('known to be failing');
    // None of them was tried, and no time of a search was waited for once for each of them.
    expect(counted.searches.length).to.be.at.most(2 * AT_ONCE);
  });
});
