/** `give` and `take`: what a rule gives, what a `never` entry takes. */
import type { Path } from '../../yaml/finding.ts';
import type { Bound } from '../patterns/bound.ts';
import type { Template } from '../patterns/template.ts';
import type { OutputTemplate, TakeTemplate } from '../rule.ts';
import { type Report, readTemplate, refuseUnsafe, type TextPlace } from './report.ts';
import { fitting, GiveSchema, GroupNamesSchema, isKeys, keysOf, TakeSchema } from './schema.ts';

/** An output with the places of its texts. */
export interface PlacedOutput<Output extends TakeTemplate = OutputTemplate> {
  readonly output: Output;
  readonly namePlace: TextPlace;
  readonly valuePlace?: TextPlace;
}

/** What a `give` or `take` holds. */
export interface CompiledOutputs<Output extends TakeTemplate> {
  readonly outputs: readonly PlacedOutput<Output>[];
  /** Whether all of it was understood; else it may give or take more. */
  readonly isWhole: boolean;
}

const ALL = 'all';

export function compileGive(part: unknown, path: Path, report: Report): CompiledOutputs<OutputTemplate> {
  return compileOutputs(part, 'give', path, report);
}

export function compileTake(part: unknown, path: Path, report: Report): CompiledOutputs<TakeTemplate> {
  const { outputs, isWhole } = compileOutputs(part, 'take', path, report);
  const { groups, authorizations } = keysOf(part);
  const every: PlacedOutput<TakeTemplate>[] = [];
  if (groups === ALL) every.push({ output: { kind: 'group' }, namePlace: { path: [...path, 'groups'] } });
  if (authorizations === ALL)
    every.push({ output: { kind: 'authorization' }, namePlace: { path: [...path, 'authorizations'] } });
  return { outputs: [...every, ...outputs], isWhole };
}

/** What has names: `all` in place of names is compileTake's. */
function compileOutputs(
  part: unknown,
  key: 'give' | 'take',
  path: Path,
  report: Report,
): CompiledOutputs<OutputTemplate> {
  if (!isKeys(part)) return { outputs: [], isWhole: false };
  const outputs: PlacedOutput[] = [];
  let isWhole = (key === 'give' ? GiveSchema : TakeSchema).safeParse(part).success;
  const { groups, authorizations, ...others } = part;
  const names = fitting(GroupNamesSchema, groups) ?? [];
  if (key === 'give') warnOfListOfAll(names, [...path, 'groups'], report);
  for (const [i, text] of names.entries()) {
    const namePlace = { path: [...path, 'groups', i] };
    const name = readOutput(text, namePlace, report);
    if (name === undefined) isWhole = false;
    else outputs.push({ output: { kind: 'group', name }, namePlace });
  }
  for (const [authorization, values] of Object.entries(keysOf(authorizations))) {
    const at = [...path, 'authorizations', authorization];
    const namePlace = { path: at, on: 'key' } as const;
    const name = readOutput(authorization, namePlace, report);
    if (name === undefined) {
      isWhole = false;
      continue;
    }
    if (key === 'take' && values === ALL)
      outputs.push({ output: { kind: 'authorization', name }, namePlace });
    if (!Array.isArray(values)) continue;
    for (const [i, text] of values.entries()) {
      const valuePlace = { path: [...at, i] };
      const value = typeof text === 'string' ? readOutput(text, valuePlace, report) : undefined;
      if (value === undefined) isWhole = false;
      else outputs.push({ output: { kind: 'authorization', name, value }, namePlace, valuePlace });
    }
  }
  const isEmpty = groups === undefined && Object.keys(others).length === 0;
  if (
    isEmpty &&
    (authorizations === undefined || (isKeys(authorizations) && Object.keys(authorizations).length === 0))
  ) {
    report({
      path,
      on: 'key',
      message: `"${key}" holds nothing`,
      hint: 'write "groups" or "authorizations" in it',
    });
  }
  return { outputs, isWhole };
}

// Whoever writes it most often means every group, which a rule cannot give.
function warnOfListOfAll([only, ...others]: readonly string[], path: Path, report: Report): void {
  if (only !== ALL || others.length > 0) return;
  report({
    path: [...path, 0],
    severity: 'warning',
    message: 'this gives the one group named "all"',
    hint: 'a rule names each group that it gives',
  });
}

/**
 * Refuses placeholders that nothing bounds, and those in the name of an authorization that anything but a list or
 * table bounds: whoever may create a group must not mint an authorization.
 * @param declared the bounds of `where`; undefined for one that was refused already
 * @param isCaptured false for a placeholder that was refused already
 */
export function refuseUnbounded(
  { output, namePlace, valuePlace }: PlacedOutput<TakeTemplate>,
  declared: ReadonlyMap<string, Bound | undefined>,
  isCaptured: (placeholder: string) => boolean,
  report: Report,
): void {
  for (const [template, place] of [[output.name, namePlace] as const, [output.value, valuePlace] as const]) {
    if (template === undefined || place === undefined) continue;
    for (const { placeholder, span } of placesOf(template)) {
      const bound = declared.get(placeholder);
      if (!isCaptured(placeholder)) continue;
      if (!declared.has(placeholder)) {
        report({
          ...place,
          span,
          message: `<${placeholder}> is given out, but "where" does not say what it may be`,
          hint: `add for example where: { ${placeholder}: [A, B] }`,
        });
      } else if (
        bound !== undefined &&
        bound.kind !== 'texts' &&
        output.kind === 'authorization' &&
        template === output.name
      ) {
        report({
          ...place,
          span,
          message: `<${placeholder}> stands in the name of an authorization, and so must be one of a list or table`,
          hint: `"${bound.kind}" would let anyone who may create a group create authorizations`,
        });
      }
    }
  }
}

/** The placeholders of a template with their places, each name once. */
export function placesOf(template: Template): { placeholder: string; span: readonly [number, number] }[] {
  return template.placeholders.flatMap((name) => {
    const first = template.segments.find(
      (segment) => typeof segment !== 'string' && segment.placeholder === name,
    );
    return first === undefined || typeof first === 'string' ? [] : [first];
  });
}

function readOutput(text: string, place: TextPlace, report: Report): Template | undefined {
  if (text === '') return undefined; // an empty scalar, refused as such
  const template = readTemplate(text, place, report);
  if (template === undefined) return undefined;
  // What placeholders become is checked when they are filled in; a letter in their place shows the file's own part.
  const own = template.segments.map((segment) => (typeof segment === 'string' ? segment : 'x')).join('');
  return refuseUnsafe(own, place, report) ? undefined : template;
}
