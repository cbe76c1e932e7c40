/** The test of one attribute in a when-block. What type the attribute has is attributes.ts. */
import { withoutInsignificantSpaces } from '../../names/insignificant-spaces.ts';
import type { Path } from '../../yaml/source.ts';
import type { AttributeDeclaration } from '../attribute-declaration.ts';
import type { AttributeTest } from '../condition.ts';
import { parseDateLiteral } from '../moment.ts';
import { compilePattern } from '../pattern.ts';
import { foldText, type Template } from '../template.ts';
import {
  DATE_HINT,
  type Report,
  readExpression,
  readTemplate,
  refuseBlank,
  refusePlaceholder,
  warnOfAsterisk,
} from './report.ts';
import { AttributeTestSchema, fitting, isYes, keysOf } from './schema.ts';
import type { WhenContext } from './when.ts';

const TESTS = ['in', 'matches', 'present', 'missing', 'at_least', 'at_most', 'before', 'after'] as const;

export interface CompiledTest {
  readonly test: AttributeTest;
  readonly template?: Template;
}

/** Undefined where it was refused. */
export function compileAttributeTest(
  part: unknown,
  path: Path,
  declaration: AttributeDeclaration,
  context: WhenContext,
): CompiledTest | undefined {
  const { report } = context;
  const written = fitting(AttributeTestSchema, part);
  if (written === undefined || written === '') return undefined;
  if (typeof written === 'string') return compileText(written, path, declaration, context);
  const tests = TESTS.filter((test) => written[test] !== undefined);
  const hasUnknown = Object.keys(keysOf(part)).length > tests.length;
  if (tests.length === 0 && hasUnknown) return undefined;
  const [kind, ...more] = tests;
  if (kind === undefined || more.length > 0) {
    report({
      path,
      message:
        tests.length === 0 ? 'this says no test' : `one test is expected here, found ${tests.join(' and ')}`,
      hint: `write one of ${TESTS.join(', ')}`,
    });
    return undefined;
  }
  if (kind === 'in') return compileIn(written.in ?? [], path, declaration, report);
  const source = written[kind] ?? '';
  const text = withoutInsignificantSpaces(source);
  const at = [...path, kind];
  switch (kind) {
    case 'matches': {
      const expression = readExpression(source, at, report);
      return expression && { test: { kind, expression } };
    }
    case 'present':
    case 'missing':
      return { test: { kind: isYes(text) === (kind === 'present') ? 'present' : 'missing' } };
    case 'at_least':
    case 'at_most':
      return compileNumber(kind, text, at, declaration, report);
    case 'before':
    case 'after':
      return compileDate(kind, text, at, declaration, context);
  }
}

function compileText(
  written: string,
  path: Path,
  { exact }: AttributeDeclaration,
  { report, isFilled, boundOf }: WhenContext,
) {
  const template = readTemplate(written, { path }, report);
  if (template === undefined) return undefined;
  warnOfAsterisk(template, path, report);
  if (template.placeholders.length === 0)
    return { test: { kind: 'texts', folded: new Set([foldText(written, exact).folded]) } } as const;
  if (isFilled) return { test: { kind: 'filled', template }, template } as const;
  return { test: { kind: 'pattern', pattern: compilePattern(template, boundOf, exact) }, template } as const;
}

function compileIn(
  texts: readonly string[],
  path: Path,
  { exact }: AttributeDeclaration,
  report: Report,
): CompiledTest | undefined {
  const refused = texts.map(
    (text, i) =>
      text === '' ||
      refuseBlank(text, { path: [...path, 'in', i] }, report) ||
      refusePlaceholder(text, { path: [...path, 'in', i] }, 'in "in"', report),
  );
  return refused.includes(true)
    ? undefined
    : { test: { kind: 'texts', folded: new Set(texts.map((text) => foldText(text, exact).folded)) } };
}

function compileNumber(
  kind: 'at_least' | 'at_most',
  text: string,
  path: Path,
  { name, type }: AttributeDeclaration,
  report: Report,
): CompiledTest | undefined {
  if (text === '' || refusePlaceholder(text, { path }, `in "${kind}"`, report, 'write a number in its place'))
    return undefined;
  if (type !== 'integer') {
    report({
      path,
      on: 'key',
      message: `"${kind}" compares numbers, and ${name} is of type ${type}`,
      hint: `declare it: attributes: { ${name}: { type: integer } }`,
    });
    return undefined;
  }
  if (!/^-?[0-9]+$/.test(text)) {
    report({ path, message: 'this is no whole number', hint: 'write digits only, for example 10' });
    return undefined;
  }
  return { test: { kind, number: BigInt(text) } };
}

function compileDate(
  kind: 'before' | 'after',
  text: string,
  path: Path,
  { name, type }: AttributeDeclaration,
  { report, timezone }: WhenContext,
): CompiledTest | undefined {
  if (text === '' || refusePlaceholder(text, { path }, `in "${kind}"`, report, 'write a date in its place'))
    return undefined;
  if (type !== 'date') {
    report({
      path,
      on: 'key',
      message: `"${kind}" compares dates, and ${name} is of type ${type}`,
      hint: `declare it: attributes: { ${name}: { type: date, format: yyyy-MM-dd } }`,
    });
    return undefined;
  }
  const moment = parseDateLiteral(text, timezone);
  if (moment !== undefined) return { test: { kind, moment } };
  report({ path, message: 'this is no date', hint: DATE_HINT });
  return undefined;
}
