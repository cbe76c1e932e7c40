/**
 * People in 40 groups who are not in the cache, on a real slapd: the whole request against libldap's search alone, one
 * after another and 50 at once. The cache holds so few that nobody is in it any more when asked for again.
 */
import { missingForSlapd } from '../../test/directories/installed.ts';
import { type Slapd, startSlapd } from '../../test/directories/slapd.ts';
import { compileLibldap, type Libldap } from '../controls/libldap.ts';
import { type Client, openClient, percentile } from '../measuring/load.ts';
import type { Program } from '../measuring/program.ts';
import { alternately, median } from '../measuring/rounds.ts';
import { needs, type Path, type Row } from '../path.ts';
import { crowdLdif, targetOf } from '../worlds/people.ts';
import { startService } from '../worlds/service.ts';

const CROWD = { people: 4000, groups: 500, each: 40 };
const IN_PARALLEL = 50;
const ONE_BY_ONE = 200;
const AT_ONCE = 1000;
/** Of the strategy that makes two searches, for which slapd reads 40 entries with all their members. */
const AT_ONCE_SEARCHING = 150;

export const miss: Path = {
  name: 'miss',
  measure: async ({ quick, folder }) => {
    needs(missingForSlapd());
    const libldap = compileLibldap(folder);
    const slapd = await startSlapd({ data: crowdLdif(CROWD) });
    try {
      const more = 'cache: { people: 100 }';
      const attribute = await startService({ folder, name: 'attribute', directory: slapd, more });
      const search = await startService({
        folder,
        name: 'search',
        directory: slapd,
        more,
        memberships: 'from: search, nested: no',
      });
      return await measureMisses({ slapd, libldap, attribute, search, rounds: quick ? 7 : 25 });
    } finally {
      await slapd.remove();
    }
  },
};

interface Sides {
  readonly slapd: Slapd;
  readonly libldap: Libldap;
  readonly attribute: Program;
  readonly search: Program;
  readonly rounds: number;
}

async function measureMisses({ slapd, libldap, attribute, search, rounds }: Sides): Promise<readonly Row[]> {
  const warm = async (program: Program, connections: number, requests: number): Promise<Client> => {
    const client = await openClient(program, connections);
    await client.load(requests, nextPerson);
    return client;
  };
  const clients = [
    await warm(attribute, IN_PARALLEL, 3000),
    await warm(search, IN_PARALLEL, AT_ONCE_SEARCHING),
    await warm(attribute, 1, ONE_BY_ONE),
  ];
  const [parallel, parallelSearch, single] = clients as [Client, Client, Client];
  const perSecond = async (client: Client, requests: number) =>
    requests / (await client.load(requests, nextPerson)).seconds;
  const controls = (count: number, underWay: number) => libldap.search(slapd, CROWD.people, count, underWay);
  const [own = [], alone = [], ours = [], oursSearching = [], limit = []] = await alternately(rounds, [
    async () => percentile((await single.load(ONE_BY_ONE, nextPerson)).latencies, 0.5),
    async () => (await controls(ONE_BY_ONE, 1)).p50,
    () => perSecond(parallel, AT_ONCE),
    () => perSecond(parallelSearch, AT_ONCE_SEARCHING),
    async () => (await controls(AT_ONCE, IN_PARALLEL)).perSecond,
  ]);
  for (const client of clients) client.close();
  await Promise.all([attribute.end(), search.end()]);
  return [
    {
      name: "miss, one search, 40 groups: p50 against libldap's search alone",
      measured: paired(own, alone),
      unit: '×',
      better: 'less',
      must: 6,
      aim: 4,
      told: `${median(own).toFixed(3)} ms against ${median(alone).toFixed(3)} ms`,
    },
    {
      name: "miss, 50 in parallel: requests/s against libldap's searches/s",
      measured: paired(ours, limit),
      unit: '×',
      better: 'more',
      must: 0.2,
      aim: 0.4,
      told: `${median(ours).toFixed(0)} against ${median(limit).toFixed(0)}; by search, which makes two, ${median(oursSearching).toFixed(0)} (${paired(oursSearching, limit).toFixed(2)} ×)`,
    },
  ];
}

let asked = 0;
/** In another order than slapd has them, and nobody again until all were asked for. */
function nextPerson(): string {
  asked = (asked + 13) % CROWD.people;
  return targetOf(asked);
}

function paired(values: readonly number[], controls: readonly number[]): number {
  return median(values.map((value, round) => value / (controls[round] ?? Number.NaN)));
}
