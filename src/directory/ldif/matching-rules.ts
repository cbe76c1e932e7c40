/**
 * The matching rules (RFC 4517, and those that Active Directory adds) that an LDIF directory can apply, as data, and
 * what in a filter it cannot evaluate. Nothing is guessed: what is compared otherwise than a server would gives other
 * people.
 */
import { canonicalName, type MatchingRule, matchingRuleOf } from '../entries/attribute-types.ts';
import type { FilterOf } from '../filters/filter.ts';

/** What a rule makes of a value and the value asserted. */
export type RuleKind =
  | { readonly kind: 'equality'; readonly rule: MatchingRule }
  /** Whether all, or any, of the bits asserted are set. */
  | { readonly kind: 'bits'; readonly all: boolean }
  /** Whether the DN asserted is reached from value to value (MS-ADTS 3.1.1.3.4.4.3). */
  | { readonly kind: 'chain' };

// The names and OIDs of one rule a line.
const EQUALITY: Readonly<Record<MatchingRule, readonly string[]>> = {
  caseIgnore: [
    'caseignorematch 2.5.13.2',
    'caseignoreia5match 1.3.6.1.4.1.1466.109.114.2',
    'objectidentifiermatch 2.5.13.0',
  ],
  caseExact: ['caseexactmatch 2.5.13.5', 'caseexactia5match 1.3.6.1.4.1.1466.109.114.1'],
  distinguishedName: ['distinguishednamematch 2.5.13.1', 'uniquemembermatch 2.5.13.23'],
  integer: ['integermatch 2.5.13.14'],
  generalizedTime: ['generalizedtimematch 2.5.13.27'],
  telephoneNumber: ['telephonenumbermatch 2.5.13.20'],
  octets: ['octetstringmatch 2.5.13.17'],
};

const RULES = new Map<string, RuleKind>();
for (const [rule, lines] of Object.entries(EQUALITY)) {
  for (const name of lines.flatMap((line) => line.split(' ')))
    RULES.set(name, { kind: 'equality', rule: rule as MatchingRule });
}
for (const [name, kind] of [
  // MS-ADTS 3.1.1.3.4.4; the names are OpenLDAP's.
  ['1.2.840.113556.1.4.803 integerbitandmatch', { kind: 'bits', all: true }],
  ['1.2.840.113556.1.4.804 integerbitormatch', { kind: 'bits', all: false }],
  ['1.2.840.113556.1.4.1941', { kind: 'chain' }],
] as const)
  for (const each of name.split(' ')) RULES.set(each, kind);

const TEXT: ReadonlySet<MatchingRule> = new Set(['caseIgnore', 'caseExact', 'telephoneNumber']);
const ORDERED: ReadonlySet<MatchingRule> = new Set(['integer', 'generalizedTime']);

/** The rule by its name or OID; without one, the attribute's own equality. Undefined where it is not known here. */
export function ruleKindOf(attribute: string, name: string | undefined): RuleKind | undefined {
  if (name === undefined) return { kind: 'equality', rule: equalityOf(attribute) };
  return RULES.get(name.toLowerCase());
}

/** How the attribute's values are compared for equality; what no standard knows ignores case. */
export function equalityOf(attribute: string): MatchingRule {
  return matchingRuleOf(attribute) ?? 'caseIgnore';
}

/** What an LDIF directory cannot evaluate in the filter, in words; undefined where it can evaluate all of it. */
export function notEvaluated(filter: FilterOf<unknown>): string | undefined {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters.map(notEvaluated).find((each) => each !== undefined);
    case 'not':
      return notEvaluated(filter.filter);
    case 'approximate':
      return `what "${filter.attribute}~=" is like is told by each server in its own way; write "="`;
    case 'greaterOrEqual':
    case 'lessOrEqual': {
      const rule = matchingRuleOf(filter.attribute);
      if (rule !== undefined && ORDERED.has(rule)) return undefined;
      return `in which order the values of ${JSON.stringify(filter.attribute)} are is not known here`;
    }
    case 'extensible':
      return extensibleNotEvaluated(filter);
    default:
      return undefined;
  }
}

function extensibleNotEvaluated({
  attribute,
  rule,
}: Extract<FilterOf<unknown>, { kind: 'extensible' }>): string | undefined {
  if (attribute === undefined) return `to which attributes ${JSON.stringify(rule)} applies is not known here`;
  const kind = ruleKindOf(attribute, rule);
  if (kind === undefined) return `the matching rule ${JSON.stringify(rule)} is not known here`;
  const own = matchingRuleOf(attribute);
  const fits =
    kind.kind === 'chain'
      ? own === 'distinguishedName'
      : own === undefined || isAlike(own, kind.kind === 'bits' ? 'integer' : kind.rule);
  return fits
    ? undefined
    : `the matching rule ${JSON.stringify(rule)} does not fit the values of ${JSON.stringify(attribute)}`;
}

function isAlike(own: MatchingRule, asked: MatchingRule): boolean {
  return own === asked || (TEXT.has(own) && TEXT.has(asked));
}

/** Whether an attribute, by its canonical name, is one in which servers show an entry's own DN. */
export function isOwnDn(name: string): boolean {
  return name === 'entrydn' || name === 'distinguishedname';
}

/** Whether the attribute lists what its entry is in: what it names and the file lacks is missing. */
export function isBackLink(attribute: string): boolean {
  return ['memberof', 'ismemberof'].includes(canonicalName(attribute));
}
