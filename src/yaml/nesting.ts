/**
 * How deep a text of YAML nests, told before it is parsed: the parser goes into what is nested by calling itself, and a
 * file could exhaust the stack. What the text says otherwise is source.ts's.
 */
import { Lexer } from 'yaml';

/** Deeper than any file that a person writes. */
export const DEEPEST = 100;

const LINE = /^( *)((?:[-?:][ \t]+)*)(.*)$/gm;
const INDICATOR = /[-?:]/g;

/** The index at which the text nests deeper than {@link DEEPEST}; undefined where it does not. */
export function tooDeepAt(text: string): number | undefined {
  return tooManyLevels(text) ?? tooManyBrackets(text);
}

/** Levels by indentation, and by several indicators on one line, `- - a`. */
function tooManyLevels(text: string): number | undefined {
  /** Indentation, and how many levels there are up to it. */
  const open: { readonly indent: number; readonly levels: number }[] = [];
  for (const { index, 1: spaces = '', 2: indicators = '', 3: rest = '' } of text.matchAll(LINE)) {
    if (rest === '' && indicators === '') continue;
    while ((open.at(-1)?.indent ?? -1) >= spaces.length) open.pop();
    const levels = (open.at(-1)?.levels ?? 0) + 1 + (indicators.match(INDICATOR)?.length ?? 0);
    if (levels > DEEPEST) return index;
    open.push({ indent: spaces.length, levels });
  }
  return undefined;
}

/** The lexer's own, which stand for no text: a document, the end of a collection in brackets, a scalar. */
const MARKS = new Set(['\u0002', '\u0018', '\u001f']);

function tooManyBrackets(text: string): number | undefined {
  if (!mayHaveTooMany(text)) return undefined;
  let [open, at] = [0, 0];
  // It tells brackets from those within quotes, and does not call itself for them.
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') open++;
    else if (token === ']' || token === '}') open--;
    if (open > DEEPEST) return Math.min(at, text.length);
    if (!MARKS.has(token)) at += token.length;
  }
  return undefined;
}

// Almost no text has so many, in quotes or not.
function mayHaveTooMany(text: string): boolean {
  let open = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x5b || code === 0x7b) open++;
    else if ((code === 0x5d || code === 0x7d) && open > 0) open--;
    if (open > DEEPEST) return true;
  }
  return false;
}
