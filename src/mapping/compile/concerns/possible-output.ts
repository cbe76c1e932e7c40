/**
 * What a rule can give and a `never` entry can take, as far as the file tells: asked of a text, or of one another. A
 * "no" is certain; what groups and attributes a directory may hold is not known here.
 */
import type { AttributeTest, Condition, GroupTest } from '../../condition.ts';
import { choices } from '../../outputs/expansion.ts';
import { type Bound, boundOfGiven, textsNamedBy } from '../../patterns/bound.ts';
import { compilePattern, type Pattern, readPattern } from '../../patterns/pattern.ts';
import type { Template } from '../../patterns/template.ts';
import { type Clause, type OutputTemplate, placeholdersOf, type Rule } from '../../rule.ts';
import type { Output } from '../../translation.ts';
import { type FoldedText, foldText } from '../../values/folded-text.ts';
import type { CompiledClause } from '../clause.ts';

/** More named texts of one template than this are not looked at one by one. */
const MOST_NAMED = 1000;

/** Everything a template can become, where that is few texts that the file names. */
export function namedOutputs(
  template: OutputTemplate,
  boundOf: (placeholder: string) => Bound | undefined,
): Output[] | undefined {
  const namedBy = (placeholder: string): readonly string[] | undefined => {
    const bound = boundOf(placeholder);
    return bound && textsNamedBy(bound);
  };
  let count = 1;
  for (const placeholder of placeholdersOf(template)) count *= namedBy(placeholder)?.length ?? Number.NaN;
  return count <= MOST_NAMED ? choices(template, (placeholder) => namedBy(placeholder) ?? []) : undefined;
}

/** How a text that is compared begins and ends at least, folded. */
export interface TextEnds {
  readonly start: string;
  readonly end: string;
}

/** The texts that a template can become. */
export class PossibleTexts {
  readonly #template: Template;
  readonly #boundOf: (placeholder: string) => Bound;
  readonly #captures: CapturesOfRule;
  #pattern: Pattern | undefined;
  #named:
    | { readonly written: readonly string[]; readonly folded: readonly FoldedText[] }
    | 'open'
    | undefined;

  constructor(template: Template, boundOf: (placeholder: string) => Bound, captures: CapturesOfRule) {
    this.#template = template;
    this.#boundOf = boundOf;
    this.#captures = captures;
  }

  /** Undefined where the file does not name them, or they are many. */
  get named(): readonly FoldedText[] | undefined {
    const named = this.#texts();
    return named === 'open' ? undefined : named.folded;
  }

  /** For people: those that the file names, else the template. */
  get written(): readonly string[] {
    const named = this.#texts();
    return named === 'open' ? [this.#template.text] : named.written;
  }

  /** Undefined where it can become no text at all. */
  get ends(): TextEnds | undefined {
    if (this.named !== undefined) return commonEnds(this.named);
    const { prefix, holes } = this.pattern;
    return { start: prefix, end: holes.at(-1)?.next ?? '' };
  }

  includes(text: FoldedText): boolean {
    if (this.#template.placeholders.length === 0)
      return this.named?.some(({ folded }) => folded === text.folded) === true;
    const reading = readPattern(this.pattern, text);
    if (reading.kind !== 'one') return reading.kind !== 'none';
    return [...reading.captures].every(
      ([placeholder, read]) =>
        this.#boundOf(placeholder).kind !== 'any' || this.#captures.canBe(placeholder, read),
    );
  }

  /** Whether some text is one of both. */
  meets(other: PossibleTexts): boolean {
    if (this.named !== undefined) return this.named.some((text) => other.includes(text));
    if (other.named !== undefined) return other.named.some((text) => this.includes(text));
    const [a, b] = [this.ends, other.ends];
    if (a === undefined || b === undefined) return false;
    return (
      (a.start.startsWith(b.start) || b.start.startsWith(a.start)) &&
      (a.end.endsWith(b.end) || b.end.endsWith(a.end))
    );
  }

  #texts() {
    if (this.#named === undefined) {
      const written = namedOutputs({ kind: 'group', name: this.#template }, this.#boundOf)?.map(
        ({ name }) => name,
      );
      this.#named =
        written === undefined ? 'open' : { written, folded: written.map((text) => foldText(text)) };
    }
    return this.#named;
  }

  /** How it is read; it must have a placeholder. */
  get pattern(): Pattern {
    this.#pattern ??= compilePattern(this.#template, (placeholder) =>
      boundOfGiven(this.#boundOf(placeholder)),
    );
    return this.#pattern;
  }
}

function commonEnds([first, ...others]: readonly FoldedText[]): TextEnds | undefined {
  if (first === undefined) return undefined;
  let { folded: start, folded: end } = first;
  for (const { folded } of others) {
    while (!folded.startsWith(start)) start = start.slice(0, -1);
    while (!folded.endsWith(end)) end = end.slice(1);
  }
  return { start, end };
}

/** What the conditions of a rule let `any` stand for: nothing that stands beside the placeholder. */
class CapturesOfRule {
  readonly #patterns: readonly Pattern[];

  constructor(conditions: readonly Condition[]) {
    this.#patterns = conditions
      .flatMap((condition): readonly (GroupTest | AttributeTest)[] => {
        if (condition.on === 'dn') return [];
        return condition.on === 'group' ? condition.tests : [condition.test];
      })
      .flatMap((test) => (test.kind === 'pattern' ? [test.pattern] : []));
  }

  canBe(placeholder: string, text: string): boolean {
    const { folded } = foldText(text);
    const capturing = this.#patterns.filter(({ template }) => template.placeholders.includes(placeholder));
    return (
      capturing.length === 0 ||
      // Of what is compared exactly the other case of a character beside it may be captured.
      capturing.some(
        ({ beside, isExact }) => isExact || [...folded].every((character) => !beside.has(character)),
      )
    );
  }
}

const NO_CONDITIONS = new CapturesOfRule([]);

/** One output of a rule or `never` entry, and all that it can become. */
export class PossibleOutput {
  readonly template: OutputTemplate;
  readonly name: PossibleTexts;
  /** Undefined for a group, and where every value of the authorization is meant. */
  readonly value: PossibleTexts | undefined;

  constructor(
    template: OutputTemplate,
    boundOf: (placeholder: string) => Bound,
    captures: CapturesOfRule = NO_CONDITIONS,
  ) {
    this.template = template;
    this.name = new PossibleTexts(template.name, boundOf, captures);
    this.value = template.value && new PossibleTexts(template.value, boundOf, captures);
  }

  /** Whether it can become an output of which the file names the texts. */
  includes({ template: { kind }, name, value }: PossibleOutput): boolean {
    if (this.template.kind !== kind || (this.value === undefined) !== (value === undefined)) return false;
    return name.meets(this.name) && (value === undefined || this.value?.meets(value) === true);
  }

  /** Whether both can become the same output, where one without a value has all values. */
  meets(other: PossibleOutput): boolean {
    if (this.template.kind !== other.template.kind || !this.name.meets(other.name)) return false;
    return this.value === undefined || other.value === undefined || this.value.meets(other.value);
  }
}

/** What a placeholder of a rule or entry may stand for; any text where that was refused, or not said. */
export function boundIn({ declared }: CompiledClause<Clause>): (placeholder: string) => Bound {
  return (placeholder) => declared.get(placeholder) ?? { kind: 'open' };
}

export function outputsGiven(rule: CompiledClause<Rule>): PossibleOutput[] {
  const captures = new CapturesOfRule(rule.clause.ways.flat());
  return rule.outputs.map(({ output }) => new PossibleOutput(output, boundIn(rule), captures));
}
