/**
 * A mapping file, compiled: what compile.ts makes of the text once and translate.ts reads for every person. Nothing
 * that it says changes afterwards; what `recognition` remembers only saves work.
 */
import type { Scope } from './recognising/group-place.ts';
import type { Recognition } from './recognising/recognition.ts';
import type { NeverEntry, Rule } from './rule.ts';
import type { AttributeDeclaration } from './values/attribute-declaration.ts';

/** Which values of an authorization stay where a person has several. */
export interface Ranking {
  readonly keep: 'lowest' | 'highest';
  /** The place of each value, by its folded text, from the lowest. */
  readonly ranks: ReadonlyMap<string, number>;
}

/** A mapping without errors; only compileMapping makes one. */
export interface Mapping {
  /** The name under which it was read; stands in the explanations. */
  readonly file: string;
  readonly description: string | undefined;
  readonly owner: string | undefined;
  /** IANA name, in which its dates are days. */
  readonly timezone: string;
  /** Attribute names as written that translating reads: what the directory must be asked for. */
  readonly attributes: readonly string[];
  /** Attributes without which there is no answer. */
  readonly required: readonly AttributeDeclaration[];
  /** Whether a condition names a group by its SID or GUID, so that the directory must be asked for those too. */
  readonly readsIdentities: boolean;
  readonly scope: Scope;
  /** By folded name. */
  readonly rankings: ReadonlyMap<string, Ranking>;
  readonly rules: readonly Rule[];
  readonly never: readonly NeverEntry[];
  readonly recognition: Recognition;
}
