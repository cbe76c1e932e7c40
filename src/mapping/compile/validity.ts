/** `valid_from` and `valid_until`: a date, or an attribute that holds one. */
import { withoutInsignificantSpaces } from '../../names/insignificant-spaces.ts';
import type { Path } from '../../yaml/finding.ts';
import type { DateSource, Validity } from '../rule.ts';
import type { AttributeDeclaration } from '../values/attribute-declaration.ts';
import { parseDateLiteral } from '../values/moment.ts';
import { declarationFor, refuseAttributeName } from './attributes.ts';
import { DATE_HINT, type Report, refusePlaceholder } from './report.ts';
import { type Keys, textOf } from './schema.ts';

export interface ValidityContext {
  readonly report: Report;
  /** By lower-case name. */
  readonly attributes: ReadonlyMap<string, AttributeDeclaration>;
  /** IANA name. */
  readonly timezone: string;
  /** Milliseconds since 1970; undefined where nobody asks what is past. */
  readonly now: number | undefined;
}

// An attribute may be named by its OID; 31.12.2026 is rather a date.
const OID = /^(?![0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}$)[0-9]+(?:\.[0-9]+)+$/;

/** Undefined where the rule has no dates, or they were refused. */
export function compileValidity(keys: Keys, path: Path, context: ValidityContext): Validity | undefined {
  const from = compileDateSource(keys['valid_from'], [...path, 'valid_from'], context);
  const until = compileDateSource(keys['valid_until'], [...path, 'valid_until'], context);
  if (from?.kind === 'date' && until?.kind === 'date' && from.moment.from >= until.moment.to) {
    context.report({
      path: [...path, 'valid_until'],
      message: 'this rule can never give anything: it ends before it begins',
      hint: `valid_from is ${from.written}`,
    });
  } else warnOfLongPast(until, [...path, 'valid_until'], context);
  return from === undefined && until === undefined ? undefined : { from, until };
}

const LONG = 90 * 24 * 60 * 60_000;

function warnOfLongPast(until: DateSource | undefined, path: Path, { report, now }: ValidityContext): void {
  if (until?.kind !== 'date' || now === undefined || now - until.moment.to < LONG) return;
  report({
    path,
    severity: 'warning',
    message: 'this date is long past: the rule gives nothing',
    hint: 'remove the rule, or write a later date',
  });
}

/** The attribute names that the dates are read from, with the keys that name them. */
export function attributesOf(
  validity: Validity | undefined,
): { readonly name: string; readonly key: string }[] {
  const sources = [
    ['valid_from', validity?.from],
    ['valid_until', validity?.until],
  ] as const;
  return sources.flatMap(([key, source]) =>
    source?.kind === 'attribute' ? [{ name: source.declaration.name, key }] : [],
  );
}

function compileDateSource(
  part: unknown,
  path: Path,
  { report, attributes, timezone }: ValidityContext,
): DateSource | undefined {
  const text = textOf(part);
  if (text === undefined) return undefined;
  const written = withoutInsignificantSpaces(text);
  if (refusePlaceholder(written, { path }, 'in a date', report, 'name the attribute that holds the date'))
    return undefined;
  if (/^[0-9]/.test(written) && !OID.test(written)) {
    const moment = parseDateLiteral(written, timezone);
    if (moment !== undefined) return { kind: 'date', written, moment };
    report({
      path,
      message: 'this is no date',
      hint: `${DATE_HINT}; or write the name of an attribute of type date`,
    });
    return undefined;
  }
  if (refuseAttributeName(written, { path }, report)) return undefined;
  const declaration = declarationFor(written, attributes);
  if (declaration.type === 'date') return { kind: 'attribute', declaration };
  report({
    path,
    message: `${written} is of type ${declaration.type}, and not a date`,
    hint: `declare it: attributes: { ${written}: { type: date, format: yyyy-MM-dd } }`,
  });
  return undefined;
}
