/**
 * Texts with placeholders, `IMM_<region>_<area>`, taken apart, and the captures that placeholders have once a text was
 * read. What a placeholder may stand for is bound.ts; reading a text by a template is pattern.ts.
 */
import { withoutInsignificantSpaces, withSingleSpaces } from '../../names/insignificant-spaces.ts';

export interface Placeholder {
  readonly placeholder: string;
  /** Where `<name>` stands in the text, as UTF-16 indexes. */
  readonly span: readonly [start: number, end: number];
}

/** Without insignificant spaces: in the text and in the literals alike. */
export interface Template {
  readonly text: string;
  /** Literals and placeholders in turn; no literal is empty. */
  readonly segments: readonly (string | Placeholder)[];
  /** Each name once, in order. */
  readonly placeholders: readonly string[];
}

/** What placeholders stand for, as read. In a `never` entry one without a text stands for everything it could. */
export type Captures = ReadonlyMap<string, string>;

export const NO_CAPTURES: Captures = new Map();

/** Why a text is no template. */
export interface TemplateFault {
  readonly message: string;
  readonly hint: string;
  readonly span: readonly [start: number, end: number];
}

const PLACEHOLDER = /<([A-Za-z][A-Za-z0-9_-]*)>/g;

/** Never throws; a template with faults is as complete as they allow. */
export function parseTemplate(text: string): { template: Template; faults: TemplateFault[] } {
  const faults: TemplateFault[] = [];
  const segments: (string | Placeholder)[] = [];
  let at = 0;
  const literal = (end: number): void => {
    if (end === at) return;
    const part = text.slice(at, end);
    const significant = literalOf(part, at === 0, end === text.length);
    if (significant !== '') segments.push(significant);
    const stray = /<[^<>]*>|[<>]/.exec(part);
    if (stray !== null) faults.push(strayFault(stray[0], at + stray.index));
  };
  for (const match of text.matchAll(PLACEHOLDER)) {
    literal(match.index);
    at = match.index + match[0].length;
    const before = segments.at(-1);
    if (before !== undefined && typeof before !== 'string') {
      faults.push({
        message: `<${before.placeholder}> and ${match[0]} stand side by side`,
        hint: 'put a separator between them: nothing says where one ends',
        span: [before.span[0], at],
      });
    }
    segments.push({ placeholder: match[1] ?? '', span: [match.index, at] });
  }
  literal(text.length);
  const names = segments.flatMap((segment) => (typeof segment === 'string' ? [] : [segment.placeholder]));
  const template = { text: withoutInsignificantSpaces(text), segments, placeholders: [...new Set(names)] };
  return { template, faults };
}

// Beside a placeholder a space is one inside of the text.
function literalOf(part: string, isFirst: boolean, isLast: boolean): string {
  const single = withSingleSpaces(part);
  const start = isFirst && single.startsWith(' ') ? 1 : 0;
  const end = isLast && single.endsWith(' ') ? -1 : undefined;
  return single.slice(start, end);
}

/** The first `<name>` of a text in which none may stand. */
export function findPlaceholder(text: string): Placeholder | undefined {
  const match = text.matchAll(PLACEHOLDER).next().value;
  if (match === undefined) return undefined;
  return { placeholder: match[1] ?? '', span: [match.index, match.index + match[0].length] };
}

/** Whether the template is one placeholder alone, which stands for the whole value then. */
export function isWhole({ segments: [first, ...others] }: Template): boolean {
  return others.length === 0 && first !== undefined && typeof first !== 'string';
}

/** The text with every placeholder replaced. */
export function fillTemplate(template: Template, textOf: (placeholder: string) => string): string {
  return template.segments
    .map((segment) => (typeof segment === 'string' ? segment : textOf(segment.placeholder)))
    .join('');
}

function strayFault(found: string, start: number): TemplateFault {
  const inner = found.slice(1, -1);
  return {
    message:
      found.length > 1 ? `"${found}" is no placeholder` : `"${found}" can only stand around a placeholder`,
    hint:
      found.length === 1
        ? 'a placeholder is written <name>'
        : inner === ''
          ? 'write a name between < and >'
          : 'its name starts with a letter and goes on with letters, digits, - or _',
    span: [start, start + found.length],
  };
}
