/**
 * `never` entries that can take nothing, as no rule gives what they name: a slip of the pen there would take nothing
 * from anybody, and nobody would see it. `all` in place of names is never one: it is for rules not yet written too.
 */
import { comparisonKey } from '../../../names/insignificant-spaces.ts';
import { type Vocabulary, vocabularyOf } from '../../../yaml/suggestion.ts';
import { textsBound } from '../../patterns/bound.ts';
import { type NeverEntry, type OutputTemplate, placeholdersOf, type Rule } from '../../rule.ts';
import type { CompiledClause } from '../clause.ts';
import type { PlacedOutput } from '../outputs.ts';
import type { Report, TextPlace } from '../report.ts';
import { type Possible, PossibleIndex } from './possible-index.ts';
import { boundIn, outputsGiven, PossibleOutput } from './possible-output.ts';

/** Refuses what no rule can give, each thing by itself; and nothing where not all rules were understood. */
export function refuseIdle(
  rules: readonly CompiledClause<Rule>[],
  nevers: readonly CompiledClause<NeverEntry>[],
  report: Report,
): void {
  if (nevers.length === 0 || !rules.every(({ isOutputWhole }) => isOutputWhole)) return;
  const gifts = new Gifts(rules);
  for (const never of nevers) {
    const named = never.outputs.filter(hasName);
    const taking = named.filter(({ output }) => gifts.include(new PossibleOutput(output, boundIn(never))));
    refuseOutputs(
      named.filter((placed) => !taking.includes(placed)),
      never,
      gifts,
      report,
    );
    for (const placed of taking) warnOfAll(placed, report);
    warnOfIdleTexts(never, taking, gifts, report);
  }
}

/** All that the rules can give. */
class Gifts {
  readonly #all: readonly Possible[];
  readonly #index: PossibleIndex<Possible>;
  readonly #names = new Map<OutputTemplate['kind'], Vocabulary>();
  readonly #values = new Map<string, Vocabulary>();

  constructor(rules: readonly CompiledClause<Rule>[]) {
    this.#all = rules.flatMap(outputsGiven).map((possible) => ({ possible }));
    this.#index = new PossibleIndex(this.#all);
  }

  /** Whether something given can be what the other can become. */
  include(other: PossibleOutput): boolean {
    return this.#index.candidates(other).some(({ possible }) => possible.meets(other));
  }

  /** As the file writes them. */
  names(kind: OutputTemplate['kind']): Vocabulary {
    return made(this.#names, kind, () =>
      this.#all.flatMap(({ possible: { template, name } }) => (template.kind === kind ? name.written : [])),
    );
  }

  /** The values of the authorizations that the other can become, as the file writes them; none for a group. */
  values(other: PossibleOutput): Vocabulary {
    const { kind, name } = other.template;
    const find = () =>
      this.#index
        .candidatesByName(other)
        .flatMap(({ possible: { name, value } }) => (value && name.meets(other.name) ? value.written : []));
    return name.placeholders.length > 0
      ? vocabularyOf(find())
      : made(this.#values, JSON.stringify([kind, name.text]), find);
  }
}

function made<Key>(vocabularies: Map<Key, Vocabulary>, key: Key, words: () => readonly string[]): Vocabulary {
  const known = vocabularies.get(key) ?? vocabularyOf(words());
  vocabularies.set(key, known);
  return known;
}

function hasName(placed: CompiledClause<NeverEntry>['outputs'][number]): placed is PlacedOutput {
  return placed.output.name !== undefined;
}

function refuseOutputs(
  idle: readonly PlacedOutput[],
  never: CompiledClause<NeverEntry>,
  gifts: Gifts,
  report: Report,
): void {
  const refused = new Set<string>();
  for (const { output, namePlace, valuePlace } of idle) {
    const { kind, name, value } = output;
    const possible = new PossibleOutput(output, boundIn(never));
    const isOfValue = value !== undefined && !gifts.values(possible).isEmpty;
    const place = (isOfValue ? valuePlace : undefined) ?? namePlace;
    const key = JSON.stringify(place.path);
    if (refused.has(key)) continue; // an authorization with several values is one slip
    refused.add(key);
    const text = isOfValue ? value.text : name.text;
    const all = isOfValue ? `${name.text}: all takes every value of it` : `${kind}s: all takes every ${kind}`;
    report({
      ...place,
      message: isOfValue
        ? `this takes nothing: no rule gives the authorization ${name.text} the value "${text}"`
        : `this takes nothing: no rule gives the ${kind} "${text}"`,
      hint: isAll(text)
        ? `without brackets, ${all}`
        : (suggestion(possible, gifts) ?? `write it as a rule gives it; ${all}, of rules written later too`),
    });
  }
}

/** What is given and nearly what the output can become. */
function suggestion(possible: PossibleOutput, gifts: Gifts): string | undefined {
  const { template, name, value } = possible;
  const values = gifts.values(possible);
  const [texts, known] =
    value === undefined || values.isEmpty
      ? [name.written, gifts.names(template.kind)]
      : [value.written, values];
  return firstOf(texts, (text) => known.didYouMean(text));
}

function firstOf<Item>(
  items: Iterable<Item>,
  hintFor: (item: Item) => string | undefined,
): string | undefined {
  for (const item of items) {
    const hint = hintFor(item);
    if (hint !== undefined) return hint;
  }
  return undefined;
}

function isAll(text: string): boolean {
  return comparisonKey(text) === 'all';
}

// Written in brackets, as one of a list, it most often means what it means without them.
function warnOfAll(
  { output: { kind, name, value }, namePlace, valuePlace }: PlacedOutput,
  report: Report,
): void {
  const place: TextPlace = valuePlace ?? namePlace;
  const text = (value ?? name).text;
  if (!isAll(text) || place.on === 'key') return;
  report({
    ...place,
    severity: 'warning',
    message: `this takes the one ${value === undefined ? kind : 'value'} named "${text}"`,
    hint:
      value === undefined
        ? `without brackets, ${kind}s: all takes every ${kind}`
        : `without brackets, ${name.text}: all takes every value of it`,
  });
}

/**
 * Warns of texts in a list of `where` with which nothing can be taken, where others of the list can take. A table is
 * for several rules and may well have more.
 */
function warnOfIdleTexts(
  never: CompiledClause<NeverEntry>,
  taking: readonly PlacedOutput[],
  gifts: Gifts,
  report: Report,
): void {
  const boundOf = boundIn(never);
  for (const [placeholder, bound] of never.declared) {
    const affected = taking.filter(({ output }) => placeholdersOf(output).includes(placeholder));
    if (bound?.kind !== 'texts' || bound.table !== undefined || affected.length === 0) continue;
    for (const [i, text] of [...bound.texts.values()].flat().entries()) {
      const only = textsBound([[text, [text]]]);
      const possible = affected.map(
        ({ output }) => new PossibleOutput(output, (name) => (name === placeholder ? only : boundOf(name))),
      );
      if (possible.some((each) => gifts.include(each))) continue;
      report({
        path: [...never.path, 'where', placeholder, i],
        severity: 'warning',
        message: `nothing is taken where <${placeholder}> is "${text}": no rule gives it`,
        hint: firstOf(possible, (each) => suggestion(each, gifts)),
      });
    }
  }
}
