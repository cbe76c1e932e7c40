/**
 * `npm run sssd`: holds the service beside SSSD on one world in OpenLDAP (rfc2307bis and RFC 2307), 389 Directory Server
 * and Active Directory (Samba), by each strategy, and prints the tables of docs/sssd.md. It ends with 1 where a
 * difference is none of those that are wanted, and with 2 where something that it needs is missing. A word after it
 * (`npm run sssd -- 389`) takes the servers whose names contain it.
 */
import type { MembershipStrategy } from '../../src/directory/settings/vendor.ts';
import type { Membership } from '../../src/person.ts';
import { openDirectory } from '../directory/example-settings.ts';
import { type Difference, differencesOf } from './differences.ts';
import { type Row, table, wantedTable } from './report.ts';
import { SERVERS, type Server } from './servers.ts';
import { sssdVersion, startSssd, whyNoSssd } from './sssd.ts';
import { makeWorld, type World } from './world.ts';

process.exitCode = await main(process.argv[2] ?? '');

async function main(wanted: string): Promise<number> {
  const why = whyNoSssd();
  if (why !== undefined) {
    process.stderr.write(`${why}\n`);
    return 2;
  }
  const world = makeWorld();
  const rows: Row[] = [];
  for (const server of SERVERS.filter(({ name }) => name.includes(wanted))) {
    process.stderr.write(`${server.name} …\n`);
    rows.push(...(await rowsOf(server, world)));
  }
  const head = `SSSD ${sssdVersion()}, ${world.people.length} people, ${world.groups.length} groups`;
  process.stdout.write(`${[head, '', table(rows), '', wantedTable(rows), ''].join('\n')}\n`);
  const unwanted = rows.flatMap(({ server, from, differences }) =>
    differences
      .filter(({ kind }) => kind === undefined)
      .map(({ uid, group, side }) => `${server}, ${from}: ${uid} is in ${group} by ${side} alone`),
  );
  if (unwanted.length > 0) process.stderr.write(`Not wanted:\n${unwanted.join('\n')}\n`);
  return unwanted.length > 0 ? 1 : 0;
}

async function rowsOf(server: Server, world: World): Promise<readonly Row[]> {
  const running = await server.start(world);
  try {
    const sssd = await startSssd(running.domain, world.people[0]?.uid ?? '');
    const theirs = await sssd.groups(world.people.map(({ uid }) => uid)).finally(() => sssd.remove());
    const rows: Row[] = [];
    for (const from of server.strategies) {
      const ours = await membershipsOf(running, from);
      const differences: Difference[] = world.people.flatMap((person) =>
        differencesOf(
          world,
          server.form,
          person,
          ours.get(person.uid) ?? [],
          theirs.get(person.uid) ?? new Set(),
        ),
      );
      const differing = new Set(differences.map(({ uid }) => uid));
      rows.push({
        server: server.name,
        from: from.join(' + '),
        people: ours.size,
        ours: sum([...ours.values()].map(({ length }) => length)),
        sssd: sum([...theirs.values()].map(({ size }) => size)),
        same: world.people.length - differing.size,
        differences,
      });
    }
    return rows;
  } finally {
    await running.remove();
  }
}

async function membershipsOf(
  { settings }: Awaited<ReturnType<Server['start']>>,
  from: readonly MembershipStrategy[],
): Promise<ReadonlyMap<string, readonly Membership[]>> {
  const directory = openDirectory(settings(from));
  try {
    const found = new Map<string, readonly Membership[]>();
    for await (const { userid, person } of directory.people()) found.set(userid, person.memberships);
    return found;
  } finally {
    await directory.close();
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
