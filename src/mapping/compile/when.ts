/** A when-block: the conditions of `when` and of `unless`, and which placeholders they capture. */
import { foldCase } from '../../names/case-folding.ts';
import type { Path } from '../../yaml/source.ts';
import { didYouMean } from '../../yaml/suggestion.ts';
import type { Bound } from '../bound.ts';
import type { AttributeTest, Condition } from '../condition.ts';
import type { Scope } from '../mapping.ts';
import { compilePattern } from '../pattern.ts';
import type { Template } from '../template.ts';
import { compileGroup, type NamedGroup } from './group.ts';
import { itemPath, type Report, readExpression, readTemplate, refusePlaceholder } from './report.ts';
import { AttributeTestSchema, fitting, isKeys, keysOf } from './schema.ts';

export interface WhenContext {
  readonly report: Report;
  /** Undefined where it was refused. */
  readonly scope: Scope | undefined;
  /** Whether placeholders have a text already, as in `unless`, and so capture nothing. */
  readonly isFilled: boolean;
  boundOf(placeholder: string): Bound;
}

/** A place where a placeholder may be captured or used. */
export interface TemplatePlace {
  readonly template: Template;
  readonly path: Path;
}

export interface CompiledWhen {
  readonly conditions: readonly Condition[];
  /** For each condition the ways to meet it, of which one is enough. */
  readonly alternatives: readonly (readonly {
    readonly path: Path;
    readonly placeholders: readonly string[];
  }[])[];
  readonly templates: readonly TemplatePlace[];
  readonly groups: readonly NamedGroup[];
  /** Attribute names as written. */
  readonly attributes: readonly string[];
  /** Whether all of the block was understood; else what it captures is not known. */
  readonly isWhole: boolean;
}

const ATTRIBUTE_NAME = /^(?:[A-Za-z][A-Za-z0-9_-]*|[0-9]+(?:\.[0-9]+)+)$/;
const TESTS = ['in', 'matches', 'present', 'missing'] as const;
const YES = ['yes', 'true'];

export function compileWhen(part: unknown, path: Path, context: WhenContext): CompiledWhen {
  const keys = keysOf(part);
  const conditions: Condition[] = [];
  const alternatives: { path: Path; placeholders: readonly string[] }[][] = [];
  const templates: TemplatePlace[] = [];
  const groups: NamedGroup[] = [];
  let isWhole = true;

  if (keys['group'] !== undefined) {
    const written = keys['group'];
    const parts: readonly unknown[] = Array.isArray(written) ? written : [written];
    const at = [...path, 'group'];
    for (const [i, each] of parts.entries()) {
      const group = compileGroup(each, itemPath(at, written, i), context);
      if (group === undefined) isWhole = false;
      else groups.push(group);
    }
    conditions.push({ on: 'group', tests: groups.map(({ test }) => test) });
    alternatives.push(
      groups.map((group) => ({ path: group.path, placeholders: group.template?.placeholders ?? [] })),
    );
    for (const { template, path: place } of groups) if (template) templates.push({ template, path: place });
  }

  const attributes = Object.entries(keysOf(keys['attribute']));
  for (const [name, test] of attributes) {
    const at = [...path, 'attribute', name];
    refuseAttributeName(name, at, context.report);
    const compiled = compileAttributeTest(test, at, context);
    if (compiled === undefined) {
      isWhole = false;
      continue;
    }
    conditions.push({ on: 'attribute', name, key: name.toLowerCase(), test: compiled.test });
    alternatives.push([{ path: at, placeholders: compiled.template?.placeholders ?? [] }]);
    if (compiled.template) templates.push({ template: compiled.template, path: at });
  }
  if (isKeys(part) && conditions.length === 0 && isWhole && !hasOtherKeys(keys)) {
    context.report({
      path,
      on: 'key',
      message: `"${String(path.at(-1))}" holds no condition`,
      hint: 'write a "group" or an "attribute" in it, or remove the key',
    });
  }
  return {
    conditions,
    alternatives,
    templates,
    groups,
    attributes: attributes.map(([name]) => name),
    isWhole: isWhole && !hasOtherKeys(keys),
  };
}

// Unknown keys and those of later versions: what they would capture is not known.
function hasOtherKeys(keys: object): boolean {
  return Object.keys(keys).some((key) => key !== 'group' && key !== 'attribute');
}

function compileAttributeTest(
  part: unknown,
  path: Path,
  { report, isFilled, boundOf }: WhenContext,
): { test: AttributeTest; template?: Template } | undefined {
  const written = fitting(AttributeTestSchema, part);
  if (written === undefined || written === '') return undefined;
  if (typeof written === 'string') {
    const template = readTemplate(written, { path }, report);
    if (template === undefined) return undefined;
    if (template.placeholders.length === 0)
      return { test: { kind: 'texts', folded: new Set([foldCase(written)]) } };
    if (isFilled) return { test: { kind: 'filled', template }, template };
    return { test: { kind: 'pattern', pattern: compilePattern(template, boundOf) }, template };
  }
  const tests = TESTS.filter((test) => written[test] !== undefined);
  const hasUnknown = Object.keys(keysOf(part)).length > tests.length;
  if (tests.length === 0 && hasUnknown) return undefined;
  if (tests.length !== 1) {
    report({
      path,
      message:
        tests.length === 0 ? 'this says no test' : `one test is expected here, found ${tests.join(' and ')}`,
      hint: `write one of ${TESTS.join(', ')}`,
    });
    return undefined;
  }
  if (written.in !== undefined) {
    const texts = written.in;
    const refused = texts.map(
      (text, i) => text === '' || refusePlaceholder(text, { path: [...path, 'in', i] }, 'in "in"', report),
    );
    return refused.includes(true)
      ? undefined
      : { test: { kind: 'texts', folded: new Set(texts.map(foldCase)) } };
  }
  if (written.matches !== undefined) {
    const expression = readExpression(written.matches, [...path, 'matches'], report);
    return expression && { test: { kind: 'matches', expression } };
  }
  const isPresent =
    written.present === undefined ? !YES.includes(written.missing ?? '') : YES.includes(written.present);
  return { test: { kind: isPresent ? 'present' : 'missing' } };
}

function refuseAttributeName(name: string, path: Path, report: Report): void {
  if (ATTRIBUTE_NAME.test(name)) return;
  const option = name.indexOf(';');
  report({
    path,
    on: 'key',
    message:
      option > 0 ? 'values under options are not values of the attribute' : 'this is no attribute name',
    hint:
      option > 0
        ? `write ${name.slice(0, option)}`
        : 'write it as the directory does, for example departmentNumber',
    ...(option > 0 ? { span: [option, name.length] as const } : {}),
  });
}

/** The hint for a placeholder that nothing captures. */
export function capturedHint(placeholder: string, captured: readonly string[]): string {
  const nearest = didYouMean(placeholder, captured);
  if (nearest !== undefined) return nearest.replaceAll(/"(.*)"/g, '<$1>');
  if (captured.length === 0) return '"when" captures no placeholder';
  return `"when" captures ${captured.map((name) => `<${name}>`).join(', ')}`;
}
