/**
 * What a test expects against what the person gets, as the lines of a difference; with each line that should not be
 * there the rule and the facts that gave it, and with each that is missing what the trace knows of it.
 */
import type { Failure } from '../../failure.ts';
import { comparisonKey, withoutInsignificantSpaces } from '../../names/insignificant-spaces.ts';
import {
  compareOutputs,
  type Origin,
  type Output,
  originText,
  outputsIn,
  outputText,
  type Removed,
  type Translation,
} from '../translation.ts';
import type { Expected, Unwelcome } from './suite.ts';

/** `-`: expected, but not given; `+`: given, but not expected; a space: expected and given. */
export interface DifferenceLine {
  readonly sign: '-' | '+' | ' ';
  /** `Accountants`, `EMEA: Sales`, or an error's code and words. */
  readonly text: string;
  /** Why it is given, or is not; empty where that is not known, and where all is as expected. */
  readonly reasons: readonly string[];
  /** Of a line with `+`: the rules that gave it. */
  readonly rules: readonly Origin[];
}

export interface Difference {
  /** Groups first, each kind by code point. */
  readonly lines: readonly DifferenceLine[];
  /** What was withheld from the person besides, where something is missing: it may be the reason. */
  readonly withheld: readonly string[];
}

/** What a mapping makes of a person, or the failure that it throws in place of that. */
export type TestOutcome = { readonly translation: Translation } | { readonly failure: Failure };

/** Whether the outcome is the expected one. */
export function isAsExpected({ lines }: Difference): boolean {
  return lines.every(({ sign }) => sign === ' ');
}

export function differenceOf(expected: Expected, outcome: TestOutcome): Difference {
  if ('failure' in outcome) return differenceOfFailure(expected, outcome.failure);
  const { translation } = outcome;
  const given = outputsIn(translation.answer);
  if (expected.kind === 'error') {
    const lines = given.map((output) => surplus(output, translation));
    const nothing = line('+', 'an answer with nothing in it');
    const instead = lines.length === 0 ? [nothing] : lines;
    return { lines: [line('-', `error ${expected.code}`), ...instead], withheld: [] };
  }
  const { exactly, some, not } = expected;
  const wanted = distinct([...(exactly ?? []), ...some]);
  const isWanted = includedIn(wanted);
  const isGiven = includedIn(given);
  const isUnwelcome = (output: Output): boolean =>
    (exactly !== undefined && !isWanted(output)) || not.some((each) => covers(each, output));
  const missing = wanted.filter((output) => !isGiven(output));
  const lines = [...missing, ...given].sort(compareOutputs).flatMap((output): DifferenceLine[] => {
    if (!isGiven(output)) return [line('-', outputText(output), whyMissing(output, translation))];
    if (isUnwelcome(output)) return [surplus(output, translation)];
    return isWanted(output) ? [line(' ', outputText(output))] : [];
  });
  return { lines, withheld: missing.length === 0 ? [] : otherWithheld(missing, translation) };
}

/** The difference in one line: `lacks A, B: c; has D (rule gold)`. */
export function summaryOf({ lines }: Difference): string {
  const lacking = lines.filter(({ sign }) => sign === '-').map(({ text }) => text);
  const surplusLines = lines.filter(({ sign }) => sign === '+');
  const giving = surplusLines.map(({ text, rules: [first] }) =>
    first === undefined ? text : `${text} (rule ${first.id})`,
  );
  const parts = [
    ...(lacking.length === 0 ? [] : [`lacks ${shortened(lacking)}`]),
    ...(giving.length === 0 ? [] : [`has ${shortened(giving)}`]),
  ];
  return parts.join('; ');
}

const MOST_IN_SUMMARY = 3;

function shortened(texts: readonly string[]): string {
  const more = texts.length - MOST_IN_SUMMARY;
  const shown = texts.slice(0, MOST_IN_SUMMARY).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}

function differenceOfFailure(expected: Expected, { code, message }: Failure): Difference {
  if (expected.kind === 'error' && expected.code === code)
    return { lines: [line(' ', `error ${code}`)], withheld: [] };
  if (expected.kind === 'error')
    return {
      lines: [line('-', `error ${expected.code}`), line('+', `error ${code}`, [message])],
      withheld: [],
    };
  const wanted = distinct([...(expected.exactly ?? []), ...expected.some]);
  const lack = wanted.sort(compareOutputs).map((output) => line('-', outputText(output)));
  return { lines: [...lack, line('+', `error ${code}`, [message])], withheld: [] };
}

function line(sign: DifferenceLine['sign'], text: string, reasons: readonly string[] = []): DifferenceLine {
  return { sign, text, reasons, rules: [] };
}

function surplus(output: Output, { given }: Translation): DifferenceLine {
  const causes = given.filter((each) => keyOf(each.output) === keyOf(output));
  const reasons = causes.map(({ rule, facts }) => because(`rule ${originText(rule)}`, facts));
  return { ...line('+', outputText(output), reasons), rules: causes.map(({ rule }) => rule) };
}

function whyMissing(output: Output, translation: Translation): string[] {
  const folded = comparisonKey(outputText(output));
  const isMeant = (text: string): boolean => comparisonKey(text) === folded;
  const { withheld, removed } = translation;
  const otherwise = outputsIn(translation.answer)
    .filter((each) => each.kind === output.kind && isMeant(outputText(each)))
    .map((each) => `it is given as "${outputText(each)}": what is expected must be spelled so`);
  return [
    ...otherwise,
    ...removed
      .filter((each) => each.output.kind === output.kind && isMeant(outputText(each.output)))
      .map(removal),
    ...withheld
      .filter(({ what }) => isMeant(what))
      .map(({ rule, reason }) => `withheld by rule ${originText(rule)}: ${reason}`),
  ];
}

function removal({ output, by, facts, rules }: Removed): string {
  const givers = rules.map(({ id }) => id).join(', ');
  const although = givers === '' ? '' : `; rule ${givers} gives it`;
  if (by.kind === 'keep')
    return `removed: of ${output.name} only the ${by.keep} is kept, here ${by.kept}${although}`;
  return `${because(`removed by never ${originText(by.never)}`, facts)}${although}`;
}

function otherWithheld(missing: readonly Output[], { withheld }: Translation): string[] {
  const told = new Set(missing.map((output) => comparisonKey(outputText(output))));
  return withheld
    .filter(({ what }) => !told.has(comparisonKey(what)))
    .map(({ what, rule, reason }) => `${what}, by rule ${originText(rule)}: ${reason}`);
}

function because(what: string, facts: readonly string[]): string {
  return facts.length === 0 ? what : `${what}: ${facts.join(', ')}`;
}

function includedIn(outputs: readonly Output[]): (output: Output) => boolean {
  const keys = new Set(outputs.map(keyOf));
  return (output) => keys.has(keyOf(output));
}

// The language takes texts that differ only in case for one, so what must not be given must not be given in any case.
function covers({ kind, name, value }: Unwelcome, output: Output): boolean {
  return (
    kind === output.kind &&
    (name === undefined || comparisonKey(name) === comparisonKey(output.name)) &&
    (value === undefined || comparisonKey(value) === comparisonKey(output.value ?? ''))
  );
}

function distinct(outputs: readonly Output[]): Output[] {
  return [...new Map(outputs.map((output) => [keyOf(output), output])).values()];
}

function keyOf({ kind, name, value }: Output): string {
  return JSON.stringify([kind, withoutInsignificantSpaces(name), value && withoutInsignificantSpaces(value)]);
}
