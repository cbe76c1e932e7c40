/**
 * Why a person does not have an output: for each rule that could give it the first condition that fails, asked in the
 * order in which the rule writes them. Uses what translating uses; decides nothing itself.
 */
import { compareByCodePoint } from '../../names/code-points.ts';
import { keyOfDn, tryParseDn } from '../../names/dn.ts';
import { comparisonKey, equalText, withoutInsignificantSpaces } from '../../names/insignificant-spaces.ts';
import type { Person } from '../../person.ts';
import { type Comparisons, type Condition, comparisonsIn, foldCaptured } from '../condition.ts';
import { keyOf } from '../deciding/combination.ts';
import { judgeUnless } from '../deciding/exception.ts';
import { judge, type Match } from '../deciding/judging.ts';
import { PersonFacts } from '../deciding/person-facts.ts';
import { judgeValidity } from '../deciding/validity.ts';
import type { Mapping } from '../mapping.ts';
import { keyOfOutput } from '../outputs/expansion.ts';
import { boundOfGiven, textsGivenFor } from '../patterns/bound.ts';
import { compilePattern, readPattern } from '../patterns/pattern.ts';
import type { Template } from '../patterns/template.ts';
import type { OutputTemplate, Rule } from '../rule.ts';
import { almostMet } from '../tracing/near-texts.ts';
import { translate } from '../translate.ts';
import { type Origin, type Output, originText, outputText } from '../translation.ts';
import { foldText } from '../values/folded-text.ts';

/** A rule that could give the output, and why it does not; or that it does. */
export interface WhyNotRule {
  readonly rule: Origin;
  readonly reason: string;
}

export interface WhyNot {
  readonly output: Output;
  /** Whether the person has it, so that there is nothing to ask. */
  readonly isGiven: boolean;
  /** In the order of the file; empty where no rule of the mapping can ever give it. */
  readonly rules: readonly WhyNotRule[];
  /** What took it although rules gave it: `never no-gold-for-contractors (…)`, or `keep`. */
  readonly removedBy: readonly string[];
}

/** `NAME: VALUE` is an authorization, any other text a group. */
export function parseOutput(written: string): Output {
  const text = withoutInsignificantSpaces(written);
  const colon = text.indexOf(': ');
  if (colon < 0) return { kind: 'group', name: text };
  return { kind: 'authorization', name: text.slice(0, colon), value: text.slice(colon + 2) };
}

/**
 * Throws Failure `required_attribute_missing` as translating does.
 * @param now milliseconds since 1970
 */
export function whyNot(mapping: Mapping, person: Person, output: Output, now: number): WhyNot {
  const key = keyOfOutput(output);
  const translation = translate(mapping, person, now);
  const facts = new PersonFacts(mapping, person);
  const text = comparisonKey(outputText(output));
  const withheldBy = ({ origin: { id } }: Rule): string | undefined =>
    translation.withheld.find(({ rule, what }) => rule.id === id && comparisonKey(what) === text)?.reason;
  const rules = mapping.rules.flatMap((rule): WhyNotRule[] => {
    const wanted = wantedBy(rule, output);
    if (wanted.length === 0) return [];
    const reason = reasonOf(rule, wanted, facts, now) ?? withheldBy(rule) ?? 'gives it';
    return [{ rule: rule.origin, reason }];
  });
  return {
    output,
    isGiven: translation.given.some((given) => keyOfOutput(given.output) === key),
    rules,
    removedBy: translation.removed
      .filter((removed) => keyOfOutput(removed.output) === key)
      .map(({ by }) =>
        by.kind === 'never' ? `never ${originText(by.never)}` : `keep ${by.keep}: ${by.kept} stays`,
      ),
  };
}

/** Whether there is a rule that can give it to somebody. */
export function canBeGiven({ rules }: Mapping, output: Output): boolean {
  return rules.some((rule) => wantedBy(rule, output).length > 0);
}

/** For people; lines without line ends. */
export function renderWhyNot({ output, isGiven, rules, removedBy }: WhyNot): string[] {
  const what = outputText(output);
  if (isGiven) return [`${what} is given`];
  if (rules.length + removedBy.length === 0) return [`${what}: no rule can give it${spelling(output)}`];
  return [
    `why not ${what}`,
    ...rules.map(({ rule, reason }) => `  rule ${originText(rule)}  ${reason}`),
    ...removedBy.map((by) => `  removed by ${by}`),
  ];
}

function spelling({ kind, name }: Output): string {
  const [, authorization, value] = /^([^:]+):(\S.*)$/.exec(name) ?? [];
  if (kind !== 'group' || authorization === undefined) return '';
  return `; the value of an authorization is written "${authorization}: ${value}"`;
}

/** What placeholders must become for the output, for each output of the rule that can become it. */
type WantedTexts = ReadonlyMap<string, string>;

function wantedBy(rule: Rule, output: Output): WantedTexts[] {
  return rule.gives.flatMap(({ outputs }) => outputs.flatMap((template) => wantedOf(rule, template, output)));
}

function wantedOf(rule: Rule, template: OutputTemplate, { kind, name, value }: Output): WantedTexts[] {
  if (template.kind !== kind || (template.value === undefined) !== (value === undefined)) return [];
  const inName = readOutput(template.name, name, rule);
  const inValue = template.value === undefined ? new Map() : readOutput(template.value, value ?? '', rule);
  if (inName === undefined || inValue === undefined) return [];
  for (const [placeholder, text] of inName) {
    const other = inValue.get(placeholder);
    if (other !== undefined && !equalText(other, text)) return [];
  }
  return [new Map([...inName, ...inValue])];
}

/**
 * What the placeholders of an output would have become, those left out of which that is not certain; undefined where it
 * can never be this text.
 */
function readOutput(template: Template, text: string, rule: Rule): WantedTexts | undefined {
  if (template.placeholders.length === 0) return equalText(template.text, text) ? new Map() : undefined;
  const pattern = compilePattern(template, (placeholder) =>
    boundOfGiven(rule.bounds.get(placeholder) ?? { kind: 'any' }),
  );
  const reading = readPattern(pattern, foldText(text));
  if (reading.kind === 'one') return reading.captures;
  return reading.kind === 'none' ? undefined : new Map();
}

/** Undefined where the conditions and dates hold. */
function reasonOf(
  rule: Rule,
  wanted: readonly WantedTexts[],
  person: PersonFacts,
  now: number,
): string | undefined {
  const reasons = rule.ways.flatMap((way) => wanted.map((each) => reasonInWay(rule, way, each, person)));
  if (!reasons.includes(undefined)) return [...new Set(reasons)].join('; or: ');
  return judgeValidity(rule.validity, person, now).off;
}

/** Why one way to meet the rule does not give what is wanted; undefined where it does, dates aside. */
function reasonInWay(
  rule: Rule,
  way: readonly Condition[],
  wanted: WantedTexts,
  person: PersonFacts,
): string | undefined {
  let rows: readonly WantedTexts[] = [new Map()];
  const comparisons = comparisonsIn(way);
  for (const condition of way) {
    const { matches: judged, open, unread } = judge(condition, person);
    const matches = [...judged, ...soleMatches(condition, person)];
    const fitting = matches.filter((match) => becomes(match, wanted, rule, comparisons));
    const [fault] = unread;
    if (fitting.length === 0) {
      if (matches.length > 0) return `${describe(condition)}: met, but not with ${wantedText(wanted)}`;
      if (fault !== undefined) return `${fault.fact.text}: ${fault.reason}`;
      return `${describe(condition)}: ${open[0]?.text ?? 'not met'}${shownValues(condition, person)}${nearTexts(condition, person)}`;
    }
    rows = joined(rows, fitting, comparisons);
    if (rows.length === 0) return `${describe(condition)}: met, but its placeholders stand for other texts`;
  }
  const isExcepted = (captures: WantedTexts): boolean =>
    rule.unless.length > 0 && judgeUnless(rule.unless, person, captures, new Set()) !== 'not met';
  return rows.every(isExcepted) ? 'its "unless" holds, or turns on what is missing' : undefined;
}

/** Those of a condition that decides alone, which judging leaves out. */
function soleMatches(condition: Condition, { sole }: PersonFacts): Match[] {
  return sole.flatMap((sighting) => {
    const { recognised, condition: hit } = sighting.hit;
    return hit === condition && recognised.kind === 'match'
      ? [{ captures: recognised.captures, facts: [sighting.fact()] }]
      : [];
  });
}

function becomes(
  { captures }: Match,
  wanted: WantedTexts,
  { bounds }: Rule,
  comparisons: Comparisons,
): boolean {
  for (const [placeholder, text] of wanted) {
    const read = captures.get(placeholder);
    const bound = bounds.get(placeholder);
    if (read === undefined || bound === undefined) continue;
    const given = textsGivenFor(bound, foldCaptured(placeholder, read, comparisons));
    if (!given.some((each) => equalText(each, text))) return false;
  }
  return true;
}

function joined(
  rows: readonly WantedTexts[],
  matches: readonly Match[],
  comparisons: Comparisons,
): WantedTexts[] {
  return rows.flatMap((row) =>
    matches.flatMap(({ captures }) => {
      const agree = [...captures].every(
        ([name, text]) =>
          !row.has(name) || keyOf(name, row.get(name) ?? '', comparisons) === keyOf(name, text, comparisons),
      );
      return agree ? [new Map([...row, ...captures])] : [];
    }),
  );
}

function describe(condition: Condition): string {
  switch (condition.on) {
    case 'group':
      return `group ${condition.written.join(' or ')}`;
    case 'attribute':
      return `attribute ${condition.name}: ${condition.written}`;
    case 'dn':
      return `dn_under ${condition.written.join(' or ')}`;
  }
}

const MOST_SHOWN = 3;

/** The person's own values, and namesakes of the group that do not count: what an author looks for next. */
function shownValues(condition: Condition, person: PersonFacts): string {
  if (condition.on === 'attribute') {
    const texts = person.attribute(condition.declaration).values.map(({ text }) => text.text);
    if (texts.length === 0) return '';
    const more = texts.length > MOST_SHOWN ? ` and ${texts.length - MOST_SHOWN} more` : '';
    return `; the person has ${[...texts].sort(compareByCodePoint).slice(0, MOST_SHOWN).join(', ')}${more}`;
  }
  if (condition.on === 'dn') return '';
  const isMeant = ({ name, dn }: { readonly name: string; readonly dn: string }): boolean => {
    const parsed = tryParseDn(dn);
    return condition.tests.some(
      (test) =>
        (test.kind === 'name' && test.folded === comparisonKey(name)) ||
        (test.kind === 'dn' && parsed !== undefined && test.key === keyOfDn(parsed)),
    );
  };
  const outside = person.outside.filter(isMeant);
  return [
    ...outside.map(({ dn }) => `; ${dn} does not count, as it is not under groups.under`),
    ...person.uncounted.filter(isMeant).map(({ dn, reason }) => `; ${dn} does not count: ${reason}`),
  ].join('');
}

function nearTexts(condition: Condition, person: PersonFacts): string {
  return almostMet(condition, person)
    .slice(0, MOST_SHOWN)
    .map(({ fact, reason }) => `; ${fact.text} ${reason}`)
    .join('');
}

function wantedText(wanted: WantedTexts): string {
  return [...wanted].map(([placeholder, text]) => `<${placeholder}> as ${text}`).join(' and ');
}
