/**
 * Which characters of a file are secrets and so never stand in an excerpt. A value that only refers to one
 * (`${file:…}`) is shown.
 */
import { type Document, isPair, isScalar, type Node, visit } from 'yaml';

/** Replaces the secret parts of a line by asterisks of the same width, so that carets stay in place. */
export interface SecretMask {
  add(start: number, end: number): void;
  apply(line: string, lineStart: number): string;
}

const REFERENCE_ONLY = /^\s*["']?(?:\$\{(?:env|file):[^{}]*\})+["']?\s*(?:#.*)?$/;

/**
 * @param isSecret whether the value of a key is a secret; no masking where absent
 * @param broken whether the text has syntax errors: then lines are masked by their look too
 */
export function secretMask(
  text: string,
  isSecret: ((key: string) => boolean) | undefined,
  broken: boolean,
  document: Document,
): SecretMask {
  // A mark for each character: files with very many secrets have as many lines to show.
  const hidden = new Uint8Array(text.length);
  const add = (start: number, end: number): void => {
    if (REFERENCE_ONLY.test(text.slice(start, end))) return;
    // What YAML takes for an anchor or a tag may be the beginning of a secret that was not quoted.
    const before = /(?:[&!][^\s:]*[ \t]*)+$/.exec(text.slice(Math.max(0, start - 200), start))?.[0] ?? '';
    hidden.fill(1, start - before.length, end);
  };
  if (isSecret !== undefined) {
    visit(document, {
      Pair(_key, pair) {
        if (isPair(pair) && isScalar(pair.key) && isSecret(String(pair.key.value))) {
          for (const [start, end] of scalarRanges(pair.value as Node | null)) add(start, end);
        }
      },
    });
  }
  return {
    add,
    apply(line, lineStart) {
      // By look first: it needs the keys, which ranges may hide.
      let masked = isSecret !== undefined && broken ? maskByLook(line, isSecret) : line;
      if (hidden.subarray(lineStart, lineStart + line.length).includes(1))
        masked = masked
          .split('')
          .map((unit, i) => (hidden[lineStart + i] === 1 ? '*' : unit))
          .join('');
      // A comment may be the rest of a secret, or an old one.
      return isSecret === undefined
        ? masked
        : masked.replace(/(?<=^|\s)#.*/, (rest) => rest.replace(/\S/g, '*'));
    },
  };
}

function scalarRanges(node: Node | null): [number, number][] {
  if (node === null) return [];
  const found: [number, number][] = [];
  visit(node, {
    Scalar(_key, scalar) {
      if (scalar.range) found.push([scalar.range[0], scalar.range[1]]);
    },
    Alias(_key, alias) {
      if (alias.range) found.push([alias.range[0], alias.range[1]]);
    },
  });
  return found;
}

// After a syntax error the parser's idea of keys and values cannot be relied on.
function maskByLook(line: string, isSecret: (key: string) => boolean): string {
  const key = /([\w-]+)["']?\s*:/g;
  for (let match = key.exec(line); match !== null; match = key.exec(line)) {
    if (!isSecret(match[1] ?? '')) continue;
    const start = match.index + match[0].length;
    const rest = line.slice(start);
    return REFERENCE_ONLY.test(rest) ? line : line.slice(0, start) + rest.replace(/\S/g, '*');
  }
  return /^\s*(?:-\s+)?[\w"'-]+\s*:/.test(line) ? line : line.replace(/\S/g, '*');
}
