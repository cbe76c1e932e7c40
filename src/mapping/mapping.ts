/**
 * A mapping file, compiled: what compile.ts makes of the text once and translate.ts reads for every person. Nothing
 * in it changes afterwards.
 */
import type { Dn } from '../names/dn.ts';
import type { NeverEntry, Rule } from './rule.ts';

/** Which directory groups count. Everywhere where `under` is empty. */
export interface Scope {
  readonly under: readonly Dn[];
  /** As the file writes them. */
  readonly written: readonly string[];
}

/** A mapping without errors; only compileMapping makes one. */
export interface Mapping {
  /** The name under which it was read; stands in the explanations. */
  readonly file: string;
  readonly description: string | undefined;
  readonly owner: string | undefined;
  /** Attribute names as written that translating reads: what the directory must be asked for. */
  readonly attributes: readonly string[];
  readonly scope: Scope;
  readonly rules: readonly Rule[];
  readonly never: readonly NeverEntry[];
}
