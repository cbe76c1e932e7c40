/** The test of one attribute in a when-block. What type the attribute has is attributes.ts. */
import { withoutInsignificantSpaces } from '../../../names/insignificant-spaces.ts';
import type { Path } from '../../../yaml/finding.ts';
import { isYes } from '../../../yaml/yes-no.ts';
import type { AttributeTest } from '../../condition.ts';
import { compilePattern } from '../../patterns/pattern.ts';
import type { Template } from '../../patterns/template.ts';
import { type AttributeDeclaration, foldFor, holdsDns } from '../../values/attribute-declaration.ts';
import { keyOfText } from '../../values/folded-text.ts';
import { parseDateLiteral } from '../../values/moment.ts';
import {
  DATE_HINT,
  type Report,
  readExpression,
  readTemplate,
  refuseBlank,
  refusePlaceholder,
  warnOfAsterisk,
  warnOfForeignPlaceholder,
} from '../report.ts';
import { AttributeTestSchema, fitting, keysOf } from '../schema.ts';
import type { WhenContext } from './when-context.ts';

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
      if (refuseNamedGroup(source, at, report)) return undefined;
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
  declaration: AttributeDeclaration,
  { report, isFilled, boundOf }: WhenContext,
) {
  const template = readTemplate(written, { path }, report);
  if (template === undefined) return undefined;
  warnOfAsterisk(template, path, report);
  if (template.placeholders.length === 0)
    return { test: { kind: 'texts', keys: keysOfTexts([written], [path], declaration, report) } } as const;
  if (isFilled) return { test: { kind: 'filled', template }, template } as const;
  const pattern = compilePattern(template, boundOf, declaration.exact);
  return { test: { kind: 'pattern', pattern }, template } as const;
}

function compileIn(
  texts: readonly string[],
  path: Path,
  declaration: AttributeDeclaration,
  report: Report,
): CompiledTest | undefined {
  const refused = texts.map(
    (text, i) =>
      text === '' ||
      refuseBlank(text, { path: [...path, 'in', i] }, report) ||
      refusePlaceholder(text, { path: [...path, 'in', i] }, 'in "in"', report),
  );
  if (refused.includes(true)) return undefined;
  const paths = texts.map((_, i) => [...path, 'in', i]);
  for (const [i, text] of texts.entries()) warnOfForeignPlaceholder(text, { path: paths[i] ?? [] }, report);
  return { test: { kind: 'texts', keys: keysOfTexts(texts, paths, declaration, report) } };
}

/** What the texts are looked up by; warns of those that no value of the attribute can be. */
function keysOfTexts(
  texts: readonly string[],
  paths: readonly Path[],
  declaration: AttributeDeclaration,
  report: Report,
): ReadonlySet<string> {
  const folded = texts.map((text) => foldFor(declaration, text));
  if (holdsDns(declaration)) {
    for (const [i, { dnKey }] of folded.entries()) {
      if (dnKey !== undefined) continue;
      report({
        path: paths[i] ?? [],
        severity: 'warning',
        message: `no value of ${declaration.name} can be this: they are DNs, and this is none`,
        hint: `write the whole DN, or declare the part that is meant: attributes: { ${declaration.name}: { type: dn, part: CN } }`,
      });
    }
  }
  return new Set(folded.map(keyOfText));
}

// One day they capture placeholders: a rule that relies on it already would join nothing, and give more than is meant.
function refuseNamedGroup(source: string, path: Path, report: Report): boolean {
  const [group, name] = /\(\?P?<(\w+)>/.exec(source.replace(/\\./gs, '  ')) ?? [];
  if (group === undefined) return false;
  report({
    path,
    message: `the named group "${name}" is not understood yet: no expression captures a placeholder`,
    hint: `write "(" in place of "${group}" where nothing is to be captured; or the text with a placeholder, and below it where: { ${name}: { matches: … } }`,
  });
  return true;
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
