/**
 * An answer with its trace: which rule and which fact of the directory gave each value, and what was held back and
 * why. translate.ts makes it, explaining/ shows it.
 */
import { compareByCodePoint } from '../names/code-points.ts';
import type { Answer } from './answer.ts';

/** One thing that a person can get: a group, or a value of an authorization. */
export interface Output {
  readonly kind: 'group' | 'authorization';
  /** The group's name, or that of the authorization. */
  readonly name: string;
  /** The value of the authorization; absent for a group. */
  readonly value?: string;
}

/** All that an answer holds: groups, then the values of authorizations. */
export function outputsIn({ groups, authorizations }: Answer): Output[] {
  return [
    ...groups.map((name): Output => ({ kind: 'group', name })),
    ...[...authorizations].flatMap(([name, values]) =>
      values.map((value): Output => ({ kind: 'authorization', name, value })),
    ),
  ];
}

/** Groups first, then authorizations by name and value, by code point. */
export function compareOutputs(a: Output, b: Output): number {
  if (a.kind !== b.kind) return a.kind === 'group' ? -1 : 1;
  return compareByCodePoint(a.name, b.name) || compareByCodePoint(a.value ?? '', b.value ?? '');
}

/** `Name`, or `Name: value`. */
export function outputText({ name, value }: Output): string {
  return value === undefined ? name : `${name}: ${value}`;
}

/** A rule or a `never` entry, by the place where a reader finds it. */
export interface Origin {
  readonly id: string;
  readonly file: string;
  readonly line: number;
}

/** `accountants (mappings/acme.yaml:22)` */
export function originText({ id, file, line }: Origin): string {
  return `${id} (${file}:${line})`;
}

/** An output in the answer, and why it is there. One output can stand here several times. */
export interface Given {
  readonly output: Output;
  readonly rule: Origin;
  /** One text for each condition of the rule: `group imm_emea_sales, via IMM-ALL-SALES`. */
  readonly facts: readonly string[];
}

/** What a rule would have given, had its value been allowed or been certain. */
export interface Withheld {
  /** The output as it would have been, or where that is not known the fact: `departmentNumber=9999`. */
  readonly what: string;
  readonly rule: Origin;
  readonly reason: string;
}

/** An output that was given, but is not in the answer. */
export interface Removed {
  readonly output: Output;
  readonly by: RemovedBy;
  /** As in {@link Given}; empty for an entry without conditions, and where `keep` decided. */
  readonly facts: readonly string[];
  /** The rules that gave it. */
  readonly rules: readonly Origin[];
}

/** A `never` entry, or the `keep` of an authorization, which kept this value of it instead. */
export type RemovedBy =
  | { readonly kind: 'never'; readonly never: Origin }
  | { readonly kind: 'keep'; readonly keep: 'lowest' | 'highest'; readonly kept: string };

/** A text of the person that fits nothing in a condition, but would with other accents, dashes, letters or case. */
export interface NearText {
  /** The fact: `employeeType=Contr\u0430ctor`. */
  readonly what: string;
  readonly by: { readonly kind: 'rule' | 'never'; readonly origin: Origin };
  /** `fits Contractor but for U+0430 (a look-alike) in place of "a"` */
  readonly reason: string;
}

/** A membership that had no part in the answer. */
export interface NotCounted {
  readonly dn: string;
  readonly name: string;
  /** Not under `groups.under`; or no rule names it; or the directory shows it and the config does not let it count. */
  readonly cause: 'outside' | 'unnamed' | 'uncounted';
  /** `not under OU=…`, `no rule names it`, `distribution group; …`. */
  readonly reason: string;
}

/** Every list is in an order that does not depend on that of the rules, memberships and values. */
export interface Translation {
  readonly answer: Answer;
  readonly given: readonly Given[];
  readonly withheld: readonly Withheld[];
  readonly removed: readonly Removed[];
  readonly notCounted: readonly NotCounted[];
  readonly nearTexts: readonly NearText[];
  /** The rules that gave something, whatever became of it, and the `never` entries that took something. */
  readonly reached: readonly Origin[];
  /**
   * When the same facts will make another answer: the next date of a rule that counts for the person, in milliseconds
   * since 1970; undefined where there is none.
   */
  readonly changesAt: number | undefined;
}

/** What counts of a translation to those who add up over many people: as its lists have it, at a fraction of the cost. */
export interface CountableTranslation extends Pick<Translation, 'answer'> {
  /** As {@link Translation.reached}, in no order. */
  reaching(): ReadonlySet<Origin>;
  /** Gives out what is in {@link Translation.given}, without facts, in no order; one may come several times. */
  givers(take: (output: Output, rule: Origin) => void): void;
  /** As {@link Translation.removed}, by the key of the output, without facts, in no order. */
  removals(): ReadonlyMap<string, readonly RemovedBy[]>;
}
