/**
 * People who were never asked for, beside SSSD's first lookups of the same people in the same slapd: what a machine does
 * that joins the directory. Each keeps of groups what it keeps; searches are those that slapd logs, CPU is slapd's own.
 */
import { readFileSync } from 'node:fs';
import { VENDORS } from '../../src/directory/settings/vendors.ts';
import { missingForSlapd } from '../../test/directories/installed.ts';
import { type Slapd, startSlapd } from '../../test/directories/slapd.ts';
import { groupsLdif, peopleLdif } from '../../test/sssd/ldap-world.ts';
import { posixDomain } from '../../test/sssd/servers.ts';
import { sssdVersion, startSssd, whyNoSssd } from '../../test/sssd/sssd.ts';
import { makeWorld } from '../../test/sssd/world.ts';
import { openLookups } from '../measuring/lookups.ts';
import { alternately, median } from '../measuring/rounds.ts';
import { needs, type Path } from '../path.ts';

const ROUNDS = 5;
const AN_HOUR = 3_600_000;
/** clock ticks of /proc, by sysconf(_SC_CLK_TCK) on Linux */
const TICK_MICROSECONDS = 10_000;

/** What a person took of the server. */
interface Load {
  readonly searches: number;
  /** Microseconds. */
  readonly cpu: number;
}

export const sssd: Path = {
  name: 'sssd',
  measure: async () => {
    needs(missingForSlapd());
    needs(whyNoSssd());
    const world = makeWorld();
    // SSSD asks for pages of 1,000 entries.
    const slapd = await startSlapd({ data: peopleLdif(world), rfc2307bis: true, sizeLimit: 2000 });
    slapd.change(groupsLdif(world, 'rfc2307bis'));
    const [probe, ...others] = world.people.map(({ uid }) => uid);
    if (probe === undefined) throw new Error('the world has nobody');
    const { posixGroup, groupFilter } = VENDORS.openldap;
    const ours = openLookups(
      slapd,
      { from: ['search'], nested: true, posixGroup, filter: groupFilter },
      AN_HOUR,
    );
    const theirs = await startSssd(posixDomain(slapd.port, 'rfc2307bis'), probe);
    try {
      await ours.find(probe);
      await theirs.lookUp([probe]);
      const each = Math.floor(others.length / ROUNDS);
      const turns = Array.from({ length: ROUNDS }, (_, i) => others.slice(i * each, (i + 1) * each));
      const side = (lookUp: (uids: readonly string[]) => Promise<void>) => {
        const left = [...turns];
        return () => loadOf(slapd, each, () => lookUp(left.pop() ?? []));
      };
      const [our = [], their = []] = await alternately(ROUNDS, [
        side(async (uids) => {
          for (const uid of uids) await ours.find(uid);
        }),
        side(theirs.lookUp),
      ]);
      const typical = (loads: readonly Load[], key: keyof Load) => median(loads.map((load) => load[key]));
      const ratioOf = (key: keyof Load) =>
        median(our.map((load, round) => load[key] / (their[round]?.[key] ?? Number.NaN)));
      const row = (key: keyof Load, what: string, unit: string) => ({
        name: `a cold person beside SSSD: ${what}`,
        measured: ratioOf(key),
        unit: '×',
        better: 'less' as const,
        must: 0.7,
        aim: 0.4,
        told: `${typical(our, key).toFixed(1)}${unit} a person against ${typical(their, key).toFixed(1)}${unit} (SSSD ${sssdVersion()})`,
      });
      return [row('searches', 'searches', ''), row('cpu', "the server's CPU", ' µs')];
    } finally {
      await theirs.remove();
      await ours.close();
      await slapd.remove();
    }
  },
};

async function loadOf(slapd: Slapd, people: number, work: () => Promise<void>): Promise<Load> {
  const before = { searches: searchesIn(await slapd.settledLog()), cpu: cpuOf(slapd.pid) };
  await work();
  const cpu = cpuOf(slapd.pid) - before.cpu;
  return { searches: (searchesIn(await slapd.settledLog()) - before.searches) / people, cpu: cpu / people };
}

function searchesIn(log: string): number {
  return log.split(' SRCH base=').length - 1;
}

/** Microseconds of CPU that the process had so far, by proc(5). */
function cpuOf(pid: number | undefined): number {
  const [user = 0, system = 0] = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return (user + system) * TICK_MICROSECONDS;
}
