/** From when and until when a rule counts. The dates may stand in the rule or in an attribute of the person. */
import { compareByCodePoint } from '../../names/code-points.ts';
import type { DateSource, Validity } from '../rule.ts';
import type { Moment } from '../values/moment.ts';
import type { PersonFacts } from './person-facts.ts';

export interface ValidityVerdict {
  /** Why the rule is off now; undefined where it is on. */
  readonly off: string | undefined;
  /** The next moment at which that changes, in milliseconds since 1970. */
  readonly changesAt: number | undefined;
}

const ALWAYS: ValidityVerdict = { off: undefined, changesAt: undefined };

/**
 * Whether a rule counts. A date that is missing or unreadable, be it one of several, turns it off for good.
 * @param now milliseconds since 1970
 */
export function judgeValidity(
  validity: Validity | undefined,
  person: PersonFacts,
  now: number,
): ValidityVerdict {
  if (validity === undefined) return ALWAYS;
  const from = validity.from && momentsOf(validity.from, person);
  const until = validity.until && momentsOf(validity.until, person);
  if (typeof from === 'string') return { off: `valid_from: ${from}`, changesAt: undefined };
  if (typeof until === 'string') return { off: `valid_until: ${until}`, changesAt: undefined };
  // Of several values the narrowest span: the latest start, the earliest end.
  const start = from === undefined ? Number.NEGATIVE_INFINITY : Math.max(...from.map((each) => each.from));
  const end = until === undefined ? Number.POSITIVE_INFINITY : Math.min(...until.map((each) => each.to));
  if (now >= end) return { off: `it ended on ${shown(end)}`, changesAt: undefined };
  if (now >= start) return { off: undefined, changesAt: finite(end) };
  const off = start === Number.POSITIVE_INFINITY ? 'it never begins' : `it begins on ${shown(start)}`;
  return { off, changesAt: start < end ? finite(start) : undefined };
}

/** The moments, at least one, or why they are not known. */
function momentsOf(source: DateSource, person: PersonFacts): readonly Moment[] | string {
  if (source.kind === 'date') return [source.moment];
  const { name } = source.declaration;
  const { values, unreadable } = person.attribute(source.declaration);
  const [fault] = [...unreadable].sort((a, b) => compareByCodePoint(a.shown, b.shown));
  if (fault !== undefined) return `${fault.shown}: ${fault.reason}`;
  const moments = values.flatMap(({ moment }) => (moment === undefined ? [] : [moment]));
  return moments.length === 0 ? `${name} is missing` : moments;
}

function finite(moment: number): number | undefined {
  return Number.isFinite(moment) ? moment : undefined;
}

function shown(moment: number): string {
  return new Date(moment).toISOString().replace('.000Z', 'Z');
}
