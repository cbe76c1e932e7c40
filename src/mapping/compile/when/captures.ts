/** Which placeholders the conditions of a rule capture, and which ways to meet them leave one without a text. */
import type { Path } from '../../../yaml/finding.ts';
import { didYouMean } from '../../../yaml/suggestion.ts';
import type { CompiledWhen } from './when.ts';

/** What `when` and the branches of `any_of` capture. */
export class CapturePlaces {
  /** Each name once. */
  readonly captured: readonly string[];
  /** Whether all of it was understood; else more may be captured than is known. */
  readonly isWhole: boolean;
  readonly #when: CompiledWhen;
  readonly #branches: readonly CompiledWhen[];
  readonly #path: Path;

  /** @param path that of the rule */
  constructor(when: CompiledWhen, branches: readonly CompiledWhen[], path: Path) {
    const blocks = [when, ...branches];
    const templates = blocks.flatMap((block) => block.templates);
    this.captured = [...new Set(templates.flatMap(({ template }) => template.placeholders))];
    this.isWhole = blocks.every(({ isWhole }) => isWhole);
    this.#when = when;
    this.#branches = branches;
    this.#path = path;
  }

  /** Where placeholders are captured, as the author knows it. */
  get where(): string {
    return this.#branches.length === 0 ? '"when"' : '"when" or "any_of"';
  }

  /** The hint for a placeholder that nothing captures. */
  hintFor(placeholder: string): string {
    const nearest = didYouMean(placeholder, this.captured);
    if (nearest !== undefined) return nearest.replaceAll(/"(.*)"/g, '<$1>');
    const captured = this.captured.map((name) => `<${name}>`).join(', ');
    return `${this.where} captures ${captured === '' ? 'no placeholder' : captured}`;
  }

  /** The entries and branches with which the rule can be met although they give the placeholder no text. */
  lacking(placeholder: string): Path[] {
    const inWhen = lackingIn(this.#when, placeholder);
    if (inWhen !== undefined && inWhen.length === 0) return [];
    const inBranches = this.#branches.map(
      (branch, i) => lackingIn(branch, placeholder) ?? [[...this.#path, 'any_of', i]],
    );
    const isInBranches = this.#branches.some((branch) => lackingIn(branch, placeholder) !== undefined);
    if (isInBranches) return inBranches.flat();
    return inWhen ?? [];
  }
}

/** Entries of lists that leave it without a text; undefined where the block does not capture it at all. */
function lackingIn({ alternatives }: CompiledWhen, placeholder: string): Path[] | undefined {
  const lacking = alternatives
    .filter((ways) => ways.some(({ placeholders }) => placeholders.includes(placeholder)))
    .map((ways) => ways.filter(({ placeholders }) => !placeholders.includes(placeholder)));
  if (lacking.length === 0) return undefined;
  if (lacking.some((ways) => ways.length === 0)) return [];
  return lacking.flat().map(({ path }) => path);
}
