/** A rule or a `never` entry, from its part of the file. What several of them do together is overlap.ts. */
import type { Path } from '../../yaml/finding.ts';
import type { YamlSource } from '../../yaml/source.ts';
import { isYes } from '../../yaml/yes-no.ts';
import type { Condition } from '../condition.ts';
import { type Bound, textsBound } from '../patterns/bound.ts';
import type { Scope } from '../recognising/group-place.ts';
import {
  type Clause,
  groupOutputs,
  type NeverEntry,
  type OutputTemplate,
  type Rule,
  type TakeTemplate,
} from '../rule.ts';
import type { Origin } from '../translation.ts';
import type { AttributeDeclaration } from '../values/attribute-declaration.ts';
import { compileWhere, type Tables } from './bounds.ts';
import {
  type CompiledOutputs,
  compileGive,
  compileTake,
  type PlacedOutput,
  placesOf,
  refuseUnbounded,
} from './outputs.ts';
import type { Report } from './report.ts';
import { type Keys, keysOf, listOf, NeverSchema, RuleSchema, textOf } from './schema.ts';
import type { Spellings } from './spellings.ts';
import { attributesOf, compileValidity } from './validity.ts';
import { CapturePlaces } from './when/captures.ts';
import { type AttributePlace, type CompiledWhen, compileWhen, type TemplatePlace } from './when/when.ts';

export interface ClauseContext {
  readonly source: Pick<YamlSource, 'file' | 'lineOf'>;
  readonly report: Report;
  readonly spellings: Spellings;
  readonly tables: Tables;
  /** Undefined where it was refused. */
  readonly scope: Scope | undefined;
  /** By lower-case name. */
  readonly attributes: ReadonlyMap<string, AttributeDeclaration>;
  /** IANA name. */
  readonly timezone: string;
  /** Milliseconds since 1970; undefined where nobody asks what is past. */
  readonly now: number | undefined;
}

/** A rule or `never` entry with what overlap.ts needs to know of its text. */
export interface CompiledClause<Kind extends Clause> {
  readonly clause: Kind;
  readonly path: Path;
  readonly outputs: readonly PlacedOutput<Kind extends Rule ? OutputTemplate : TakeTemplate>[];
  /** Whether nothing of its outputs was refused, or left out as not understood. */
  readonly isOutputWhole: boolean;
  /** The attributes that it reads, each with the places where it does. */
  readonly attributes: readonly AttributePlace[];
  /** The bounds that `where` declares. */
  readonly declared: ReadonlyMap<string, Bound | undefined>;
  readonly isWhole: boolean;
  /** No where it says of nobody in particular for whom it is. */
  readonly hasConditions: boolean;
}

export function compileRule(part: unknown, path: Path, context: ClauseContext): CompiledClause<Rule> {
  const keys = keysOf(part);
  const validity = compileValidity(keys, path, context);
  const compiledOutputs = compileGive(keys['give'], [...path, 'give'], context.report);
  const {
    groups: gives,
    conditions,
    ...compiled
  } = compileClause(keys, 'give', compiledOutputs, path, context);
  const isForEveryone = isYes(textOf(keys['everyone']) ?? 'no');
  refuseConditions(keys, path, isForEveryone, context.report);
  const dates = attributesOf(validity).map(({ name, key }) => ({ name, path: [...path, key] }));
  return {
    ...compiled,
    attributes: [...compiled.attributes, ...dates],
    clause: { ...compiled.clause, ways: conditions ?? (isForEveryone ? [[]] : []), gives, validity },
  };
}

export function compileNever(part: unknown, path: Path, context: ClauseContext): CompiledClause<NeverEntry> {
  const keys = keysOf(part);
  const compiledOutputs = compileTake(keys['take'], [...path, 'take'], context.report);
  const {
    groups: takes,
    conditions,
    ...compiled
  } = compileClause(keys, 'take', compiledOutputs, path, context);
  return { ...compiled, clause: { ...compiled.clause, ways: conditions ?? [[]], takes } };
}

/** Refuses a rule that says not for whom it is, or says it twice. */
function refuseConditions(keys: Keys, path: Path, isForEveryone: boolean, report: Report): void {
  const condition = ['when', 'any_of'].find((key) => key in keys);
  if (isForEveryone && condition !== undefined) {
    report({
      path: [...path, 'everyone'],
      on: 'key',
      message: `"everyone" stands in place of a condition, and this rule has "${condition}"`,
      hint: 'remove one of the two',
    });
  }
  if (isForEveryone || condition !== undefined || hasUnknownKeys(keys, 'give')) return;
  if (textOf(keys['id']) === undefined) return;
  report({
    path: [...path, 'id'],
    message: 'this rule has no condition, so it would give to everyone',
    hint: 'add "when"; or, where that is meant, "everyone: yes"',
  });
}

function compileClause<Output extends TakeTemplate>(
  keys: Keys,
  key: 'give' | 'take',
  { outputs, isWhole: isOutputWhole }: CompiledOutputs<Output>,
  path: Path,
  context: ClauseContext,
) {
  const { report, tables, spellings, source } = context;
  const declared = compileWhere(keys['where'], [...path, 'where'], tables, report, spellings);
  // Without a bound the placeholder of a rule is "any", that of a never entry is any text at all: both give less.
  const otherwise: Bound = { kind: key === 'give' ? 'any' : 'open' };
  const boundOf = (placeholder: string): Bound =>
    declared.has(placeholder) ? (declared.get(placeholder) ?? textsBound([])) : otherwise;
  const compileBlock = (block: unknown, at: Path, isFilled: boolean): CompiledWhen =>
    compileWhen(block, at, { ...context, isFilled, boundOf });

  const when = compileBlock(keys['when'], [...path, 'when'], false);
  const branches = listOf(keys['any_of']).map((branch, i) =>
    compileBlock(branch, [...path, 'any_of', i], false),
  );
  const captures = new CapturePlaces(when, branches, path);
  const unless = compileBlock(keys['unless'], [...path, 'unless'], true);

  refuseUncaptured(captures, unless, outputs, key, report);
  if (captures.isWhole) refuseIdleWhere(declared, captures, [...path, 'where'], report);
  if (key === 'give') {
    const isCaptured = (placeholder: string): boolean =>
      !captures.isWhole || captures.captured.includes(placeholder);
    for (const output of outputs) refuseUnbounded(output, declared, isCaptured, report);
  }
  refuseOutside({ when, branches, unless }, key, context);

  const unlessPlaceholders = unless.templates.flatMap(({ template }) => template.placeholders);
  const origin: Origin = { id: textOf(keys['id']) ?? '', file: source.file, line: source.lineOf(path) };
  const blocks = [when, ...branches, unless];
  const conditions = waysOf(keys, when, branches);
  return {
    clause: {
      origin,
      why: textOf(keys['why']),
      unless: unless.conditions,
      bounds: new Map(captures.captured.map((placeholder) => [placeholder, boundOf(placeholder)])),
    },
    conditions,
    hasConditions: conditions !== undefined,
    path,
    outputs,
    isOutputWhole,
    groups: groupOutputs(
      outputs.map(({ output }) => output),
      unlessPlaceholders,
    ),
    attributes: blocks.flatMap(({ attributes }) => attributes),
    declared,
    isWhole: blocks.every(({ isWhole }) => isWhole) && !hasUnknownKeys(keys, key),
  };
}

/** `when` alone, or with each of `any_of`; undefined where there is neither. */
function waysOf(
  keys: Keys,
  when: CompiledWhen,
  branches: readonly CompiledWhen[],
): readonly (readonly Condition[])[] | undefined {
  if (!('when' in keys) && !('any_of' in keys)) return undefined;
  if (branches.length === 0) return [when.conditions];
  return branches.map(({ conditions }) => [...when.conditions, ...conditions]);
}

// What an unknown key would say is not known.
function hasUnknownKeys(keys: Keys, output: 'give' | 'take'): boolean {
  const known = Object.keys((output === 'give' ? RuleSchema : NeverSchema).shape);
  return Object.keys(keys).some((key) => !known.includes(key));
}

/** Refuses placeholders of outputs and `unless` that `when` does not capture, or not in every way to meet it. */
function refuseUncaptured(
  captures: CapturePlaces,
  unless: CompiledWhen,
  outputs: readonly PlacedOutput<TakeTemplate>[],
  key: 'give' | 'take',
  report: Report,
): void {
  const uses: (TemplatePlace & { readonly on?: 'key' | undefined; readonly by: string })[] = [
    ...unless.templates.map((place) => ({ ...place, by: 'unless' })),
    ...outputs.flatMap(({ output, namePlace, valuePlace }) => [
      ...(output.name ? [{ template: output.name, ...namePlace, by: key }] : []),
      ...(output.value && valuePlace ? [{ template: output.value, ...valuePlace, by: key }] : []),
    ]),
  ];
  const incomplete = new Set<string>();
  for (const { template, path, on, by } of uses) {
    for (const { placeholder, span } of placesOf(template)) {
      if (!captures.captured.includes(placeholder)) {
        if (!captures.isWhole) continue;
        const message = `<${placeholder}> is not captured in ${captures.where}`;
        report({ path, on: on ?? 'value', span, message, hint: captures.hintFor(placeholder) });
        continue;
      }
      if (incomplete.has(placeholder)) continue;
      for (const lacking of captures.lacking(placeholder)) {
        incomplete.add(placeholder);
        report({
          path: lacking,
          message: `this does not capture <${placeholder}>, which "${by}" uses`,
          hint: 'capture it in every entry of the list, or write a rule of its own for this one',
        });
      }
    }
  }
}

function refuseIdleWhere(
  declared: ReadonlyMap<string, unknown>,
  captures: CapturePlaces,
  path: Path,
  report: Report,
): void {
  for (const placeholder of declared.keys()) {
    if (captures.captured.includes(placeholder)) continue;
    const [, bare] = /^<(.*)>$/.exec(placeholder) ?? [];
    if (bare !== undefined) {
      const hint = `write ${bare}`;
      report({
        path: [...path, placeholder],
        on: 'key',
        message: '"where" names placeholders without < and >',
        hint,
      });
      continue;
    }
    report({
      path: [...path, placeholder],
      on: 'key',
      message: `<${placeholder}> is not captured in ${captures.where}`,
      hint: captures.hintFor(placeholder),
    });
  }
}

/** Groups that never count: they make a rule idle, and an exception worthless. */
function refuseOutside(
  { when, branches, unless }: { when: CompiledWhen; branches: readonly CompiledWhen[]; unless: CompiledWhen },
  key: 'give' | 'take',
  { report, scope }: ClauseContext,
): void {
  const written = scope?.written.join(' or ');
  const hint = `groups.under is ${written}`;
  const isIdle = cannotBeMet(when) || (branches.length > 0 && branches.every(cannotBeMet));
  for (const block of [when, ...branches]) {
    for (const { path } of block.groups.filter(({ isOutside }) => isOutside)) {
      report({
        path,
        severity: key === 'give' && !isIdle ? 'warning' : 'error',
        message: !isIdle
          ? 'this group never counts: it is outside groups.under'
          : `this ${key === 'give' ? 'rule can never give' : 'entry can never take'} anything: its group is outside groups.under`,
        hint,
      });
    }
  }
  for (const { path } of unless.groups.filter(({ isOutside }) => isOutside))
    report({ path, message: 'this exception can never hold: the group is outside groups.under', hint });
}

/** Whether one of its conditions has only groups that never count. */
function cannotBeMet({ isWhole, groupLists }: CompiledWhen): boolean {
  return isWhole && groupLists.some((list) => list.length > 0 && list.every(({ isOutside }) => isOutside));
}
