/** How the files beside this one say what is wrong, and faults of texts that several of them read. */
import { type Dn, DnSyntaxError, parseDn } from '../../names/dn.ts';
import { withoutInsignificantSpaces } from '../../names/insignificant-spaces.ts';
import type { Finding, Path } from '../../yaml/finding.ts';
import { whyUnsafe } from '../outputs/expansion.ts';
import { compileExpression, type Expression, isExpression } from '../patterns/regular-expression.ts';
import { findPlaceholder, parseTemplate, type Template } from '../patterns/template.ts';

export type Report = (finding: Finding) => void;

/** Where a text stands: as a value, or as a key. */
export interface TextPlace {
  readonly path: Path;
  readonly on?: 'key';
}

/** A text that may hold placeholders; undefined where it was refused. */
export function readTemplate(text: string, place: TextPlace, report: Report): Template | undefined {
  const { template, faults } = parseTemplate(text);
  for (const { message, hint, span } of faults) report({ ...place, message, hint, span });
  if (refuseBlank(text, place, report)) return undefined;
  warnOfForeignPlaceholder(text, place, report);
  return faults.length === 0 ? template : undefined;
}

// As shells, templates and other languages write them.
const FOREIGN_PLACEHOLDER = /\$\{\w+\}|\$\d+|\{\w+\}/;

/** Warns of what another language would replace: here it stands for itself. */
export function warnOfForeignPlaceholder(text: string, place: TextPlace, report: Report): void {
  const match = FOREIGN_PLACEHOLDER.exec(text);
  if (match === null) return;
  const [found] = match;
  const name = /[A-Za-z]\w*/.exec(found)?.[0] ?? 'name';
  report({
    ...place,
    severity: 'warning',
    message: `"${found}" stands for itself here, and for no other text`,
    hint: `a placeholder is written <${name}>`,
    span: [match.index, match.index + found.length],
  });
}

/** Refuses a text of nothing but spaces; an empty one is refused as an empty scalar. */
export function refuseBlank(text: string, place: TextPlace, report: Report): boolean {
  if (text === '' || withoutInsignificantSpaces(text) !== '') return false;
  report({ ...place, message: 'nothing stands here but spaces, which mean nothing', hint: 'write a text' });
  return true;
}

/** Refuses `<name>` in a text in which none may stand. */
export function refusePlaceholder(
  text: string,
  place: TextPlace,
  where: string,
  report: Report,
  hint?: string,
): boolean {
  const found = findPlaceholder(text);
  if (found === undefined) return false;
  report({
    ...place,
    message: `a placeholder cannot stand ${where}`,
    hint: hint ?? `write the texts out in place of <${found.placeholder}>`,
    span: found.span,
  });
  return true;
}

/** Refuses a text that must never leave the service. */
export function refuseUnsafe(text: string, place: TextPlace, report: Report): boolean {
  if (refuseBlank(text, place, report)) return true;
  const fault = whyUnsafe(withoutInsignificantSpaces(text));
  if (fault === undefined) return false;
  report({ ...place, message: `this text can never be given out: it ${fault}`, hint: 'write it without' });
  return true;
}

/** Warns of a `*` in what a condition compares: many take it for any text. */
export function warnOfAsterisk({ text }: Template, path: Path, report: Report): void {
  const at = text.indexOf('*');
  if (at < 0) return;
  report({
    path,
    severity: 'warning',
    message: 'a * stands for itself here, not for any text',
    hint: `any text is a placeholder: ${text.replace('*', '<name>')}`,
    span: [at, at + 1],
  });
}

/** A DN; undefined where it was refused. */
export function readDn(text: string, path: Path, report: Report): Dn | undefined {
  if (refusePlaceholder(text, { path }, 'in a DN', report, 'write the DN out')) return undefined;
  try {
    return parseDn(text);
  } catch (error) {
    if (!(error instanceof DnSyntaxError)) throw error;
    const at = Math.max(0, Math.min(error.index, text.length - 1));
    report({
      path,
      message: `this is no DN: ${error.message}`,
      hint: 'a DN is written like OU=Groups,DC=acme,DC=com',
      span: [at, at + 1],
    });
    return undefined;
  }
}

/** A regular expression; undefined where it was refused. */
export function readExpression(source: string, path: Path, report: Report): Expression | undefined {
  // (?<name>…) and (?P<name>…) are named groups and no placeholders.
  const placeholder = findPlaceholder(
    source.replace(/\(\?P?<(?=\w+>)/g, (start) => '('.repeat(start.length)),
  );
  if (placeholder !== undefined) {
    report({
      path,
      message: 'a placeholder cannot stand in a regular expression',
      hint: 'write what it stands for',
      span: placeholder.span,
    });
    return undefined;
  }
  const result = compileExpression(source);
  if (isExpression(result)) return result;
  report({ path, message: result.message, hint: result.hint });
  return undefined;
}

/** How the author writes a date. */
export const DATE_HINT = 'a date is written like 2026-12-31, and with a time like 2026-12-31T18:00:00Z';

/** The path of a part of a list, or of the list where it is one text. */
export function itemPath(path: Path, part: unknown, index: number): Path {
  return Array.isArray(part) ? [...path, index] : path;
}
