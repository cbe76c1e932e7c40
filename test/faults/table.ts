/** The tables of docs/faults.md: a cell says what came with one server, and what with a well one beside it. */
import { FAULTS, type Fault, reasonAgainst } from './faults.ts';
import { MOMENTS, type Moment } from './moments.ts';

/** What was seen, by {@link keyOf}. */
export type Seen = ReadonlyMap<string, string>;

export function keyOf(fault: Fault, moment: Moment, servers: 1 | 2): string {
  return [fault.title, moment.title, servers].join('\0');
}

/** By heading, as they stand in the document. */
export function tablesOf(seen: Seen): ReadonlyMap<string, string> {
  const inRequest = MOMENTS.filter(({ during }) => during === 'a request');
  const besides = MOMENTS.filter(({ during }) => during !== 'a request');
  return new Map([
    ['In the middle of a request', tableOf(inRequest, seen)],
    ['At rest, in a refresh, in a walk', tableOf(besides, seen)],
  ]);
}

function tableOf(moments: readonly Moment[], seen: Seen): string {
  const row = (...texts: readonly string[]) => `| ${texts.join(' | ')} |`;
  return [
    row('fault', ...moments.map(({ title }) => title)),
    row(...[...moments, ''].map(() => '---')),
    ...FAULTS.map((fault) => row(fault.title, ...moments.map((moment) => cellOf(fault, moment, seen)))),
  ].join('\n');
}

function cellOf(fault: Fault, moment: Moment, seen: Seen): string {
  const reason = reasonAgainst(fault, moment);
  if (reason !== undefined) return `*${reason}*`;
  const [one = '?', two = '?'] = ([1, 2] as const).map((servers) => seen.get(keyOf(fault, moment, servers)));
  return one === two ? one : `${one} / ${two}`;
}
