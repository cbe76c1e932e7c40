/**
 * What the YAML parser refuses, in words for people who do not know YAML. No message repeats text from the file:
 * it could be a secret.
 */
import type { ErrorCode, YAMLError } from 'yaml';
import type { OffsetFinding } from './finding.ts';

const IN_WORDS: Partial<Record<ErrorCode, readonly [message: string, hint?: string]>> = {
  BAD_DQ_ESCAPE: [
    'a backslash inside double quotes',
    "put the text in 'single quotes', which leave it as it is",
  ],
  TAB_AS_INDENT: ['a tab as indentation', 'indent with spaces'],
  BAD_ALIAS: ['an alias (*) is not used here', 'put a text that starts with * in quotes'],
  BAD_INDENT: ['wrong indentation', 'parts that belong together start in the same column'],
  MISSING_CHAR: ['a closing quote, bracket or separator is missing'],
  MULTILINE_IMPLICIT_KEY: ['a key that runs over several lines', 'is a ":" missing, or a quote not closed?'],
  BLOCK_AS_IMPLICIT_KEY: ['a ":" too many on this line', 'put a text that holds ": " in quotes'],
  BLOCK_IN_FLOW: ['an indented block inside { } or [ ]'],
  MULTIPLE_DOCS: ['more than one document in the file', 'remove the line "---"'],
  NON_STRING_KEY: ['a key that is no text'],
  TAG_RESOLVE_FAILED: ['a tag (!) is not used here', 'put a text that starts with ! in quotes'],
};

const UNCLOSED: readonly [message: string, hint?: string] = [
  'a } or ] is missing before this',
  'close what a line above opens with { or [',
];

/** The parser's error or warning with the place that it names. */
export function syntaxFinding(error: YAMLError, text: string): OffsetFinding {
  const [start, end] = error.pos;
  const code = isIndentation(error.code, text, start) ? 'BAD_INDENT' : error.code;
  const [message, hint] = /^Flow /.test(error.message)
    ? UNCLOSED
    : (IN_WORDS[code] ?? [`this is not YAML here (${wordsOf(code)})`]);
  const line = text.slice(text.lastIndexOf('\n', start - 1) + 1, text.indexOf('\n', start) >>> 0);
  const interpolated = /\$\{/.test(line) && /[{[][^'"]*\$\{/.test(line);
  return {
    start: Math.min(start, text.length),
    end: Math.max(end, start + 1),
    message,
    hint: isQuoteInQuotes(error.code, text, start)
      ? "a ' inside of 'single quotes' is written twice: 'O''Brien'"
      : interpolated
        ? 'inside { } or [ ] a value with $' + '{…} must stand in quotes'
        : hint,
  };
}

// A line that starts in a column of its own is read as if something before it were not closed.
function isIndentation(code: ErrorCode, text: string, start: number): boolean {
  return (
    code === 'MISSING_CHAR' && text[start - 1] === '\n' && /^ +[\w-]/.test(text.slice(start, start + 200))
  );
}

// Behind what the parser took for the closing quote the text goes on.
function isQuoteInQuotes(code: ErrorCode, text: string, start: number): boolean {
  return code === 'UNEXPECTED_TOKEN' && text[start - 1] === "'";
}

function wordsOf(code: ErrorCode): string {
  return code.toLowerCase().replaceAll('_', ' ');
}
