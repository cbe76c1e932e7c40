/** The tables that `npm run sssd` prints, in Markdown. */
import { type Difference, type Kind, WANTED } from './differences.ts';

/** One server by one strategy. */
export interface Row {
  readonly server: string;
  readonly from: string;
  /** Whom the service found. */
  readonly people: number;
  /** Memberships of them all, by the service and by SSSD. */
  readonly ours: number;
  readonly sssd: number;
  /** People with the same sets. */
  readonly same: number;
  readonly differences: readonly Difference[];
}

/** A line for each row, with the differences by kind. */
export function table(rows: readonly Row[]): string {
  return markdown(
    ['server', '`from`', 'people', 'memberships', "SSSD's", 'same sets', 'differences', 'not wanted'],
    rows.map(({ server, from, people, ours, sssd, same, differences }) => {
      const wanted = [...countsOf(differences)].map(([kind, count]) => `${count} ${kind}`);
      const unwanted = differences.filter(({ kind }) => kind === undefined).length;
      return [server, from, people, ours, sssd, same, wanted.join(', ') || 'none', unwanted].map(String);
    }),
  );
}

/** What each kind of difference is that the rows have, and what wants it. */
export function wantedTable(rows: readonly Row[]): string {
  const kinds = [...countsOf(rows.flatMap(({ differences }) => differences)).keys()];
  return markdown(
    ['the difference', 'SSSD', 'the service'],
    kinds.map((kind) => [kind, WANTED[kind].sssd, WANTED[kind].sentence]),
  );
}

function countsOf(differences: readonly Difference[]): ReadonlyMap<Kind, number> {
  const counts = new Map<Kind, number>();
  for (const { kind } of differences) if (kind !== undefined) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

function markdown(head: readonly string[], lines: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
