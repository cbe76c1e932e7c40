/**
 * A YAML file as text, as data in which every scalar is a text (YAML 1.2, failsafe schema), and as positions: each
 * place in the data leads back to its line. What the data must look like belongs to config/ and mapping/.
 */
import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { Problem } from './problem.ts';
import { type SecretMask, secretMask } from './secret-mask.ts';
import { strictnessFindings } from './strictness.ts';
import { syntaxFinding } from './syntax.ts';

/** Keys and indexes from the file's top. */
export type Path = readonly (string | number)[];

/** What a reader of the data found, at a path in it. */
export interface Finding {
  readonly path: Path;
  readonly message: string;
  readonly hint?: string | undefined;
  /** `error` where absent. */
  readonly severity?: 'error' | 'warning';
  /** Whether the carets stand under the key or the value; the value where absent. */
  readonly on?: 'key' | 'value';
  /** A part of the scalar's text, as indexes into the value; the whole value where absent. */
  readonly span?: readonly [start: number, end: number];
}

/** A finding where it is known by offset and not by path. */
export interface OffsetFinding {
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly hint?: string | undefined;
}

export interface YamlRules {
  /** Refuse empty scalars, escapes in double quotes and values cut by ` #`, besides anchors, tags and split DNs. */
  readonly strict: boolean;
  /** Keys whose values are never shown in an excerpt. */
  readonly secretKeys?: RegExp;
}

/** A parsed file. `data` is as complete as the syntax errors in `problems` allow. */
export interface YamlSource {
  readonly file: string;
  readonly text: string;
  /** Texts, lists and objects; undefined for an empty file. */
  readonly data: unknown;
  /** What YAML itself, or strictness, refuses. */
  readonly problems: readonly Problem[];
  /** Turns a finding into a problem with its position; falls back to the nearest place above a missing path. */
  problem(finding: Finding): Problem;
  /** Line (from 1) of the value at the path, or of the nearest place above it. */
  lineOf(path: Path): number;
  /** Whether the scalar at the path was written in quotes, or as a block. */
  isQuoted(path: Path): boolean;
  /** From now on the value at the path is masked in excerpts. */
  mask(path: Path): void;
}

interface Place {
  readonly key?: readonly [start: number, end: number];
  readonly node?: Node;
}

/** Never throws: what is wrong with the text is in `problems`. */
export function parseYaml(file: string, text: string, rules: YamlRules): YamlSource {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    schema: 'failsafe',
    version: '1.2',
    lineCounter,
    prettyErrors: false,
    keepSourceTokens: true,
    stringKeys: true,
  });
  const syntax = firstOfEachLine(
    [...document.errors, ...document.warnings].map((error) => syntaxFinding(error, text)),
    (offset) => lineCounter.linePos(offset).line,
  );
  const masks = secretMask(text, rules.secretKeys, syntax.length > 0, document);
  const places = new Map<string, Place>();
  const data = readNode(document.contents, [], places, 0);

  const at = (finding: OffsetFinding, severity: Problem['severity']): Problem => {
    const { line, col } = lineCounter.linePos(finding.start);
    const lineStart = lineCounter.lineStarts[line - 1] ?? 0;
    const lineText = lineAt(masks, text, lineStart);
    return {
      severity,
      file,
      position: { line, column: col },
      excerpt: { text: lineText, carets: Math.min(finding.end, lineStart + lineText.length) - finding.start },
      message: finding.message,
      ...(finding.hint === undefined ? {} : { hint: finding.hint }),
    };
  };
  const offsets = [
    ...syntax,
    ...strictnessFindings(document, text, rules.strict).filter(
      (finding) =>
        !syntax.some(
          ({ message, start }) =>
            message === finding.message && start < finding.end && start >= finding.start,
        ),
    ),
  ];

  return {
    file,
    text,
    data,
    problems: offsets.map((finding) => at(finding, 'error')),
    problem(finding) {
      const { message, hint, severity = 'error' } = finding;
      const [start, end] = rangeOf(finding, places, text);
      return at({ start, end, message, hint }, severity);
    },
    lineOf(path) {
      return lineCounter.linePos(rangeOf({ path, message: '' }, places, text)[0]).line;
    },
    isQuoted(path) {
      const node = places.get(placeKey(path))?.node;
      return isScalar(node) && node.type !== undefined && node.type !== 'PLAIN';
    },
    mask(path) {
      const range = places.get(placeKey(path))?.node?.range;
      if (range) masks.add(range[0], range[1]);
    },
  };
}

// Deeper than any file a person writes; the recursion must end before the stack does.
const DEEPEST = 100;

function readNode(node: unknown, path: Path, places: Map<string, Place>, depth: number): unknown {
  if (depth > DEEPEST) return undefined;
  if (isAlias(node)) return undefined;
  if (isScalar(node)) {
    if (!places.has(placeKey(path))) places.set(placeKey(path), { node });
    return typeof node.value === 'string' ? node.value : node.value === null ? '' : String(node.value);
  }
  if (isSeq(node)) {
    if (!places.has(placeKey(path))) places.set(placeKey(path), { node });
    return node.items.map((item, i) => readNode(item, [...path, i], places, depth + 1));
  }
  if (isMap(node)) {
    if (!places.has(placeKey(path))) places.set(placeKey(path), { node });
    const object: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    for (const pair of node.items) {
      if (!isPair(pair) || !isScalar(pair.key)) continue;
      const name = String(pair.key.value);
      if (pair.value === null && node.flow === true && name.includes('=')) continue; // part of a split DN, refused as such
      const inner = [...path, name];
      if (places.has(placeKey(inner))) continue; // a duplicate key: refused as such, the first stands
      const keyRange = pair.key.range;
      const value = pair.value as Node | null;
      places.set(placeKey(inner), {
        ...(keyRange ? { key: [keyRange[0], keyRange[1]] as const } : {}),
        ...(value === null ? {} : { node: value }),
      });
      object[name] = value === null ? '' : readNode(value, inner, places, depth + 1);
    }
    return object;
  }
  return undefined;
}

function rangeOf(finding: Finding, places: ReadonlyMap<string, Place>, text: string): [number, number] {
  let path = finding.path;
  let place = places.get(placeKey(path));
  let exact = true;
  while (place === undefined && path.length > 0) {
    path = path.slice(0, -1);
    place = places.get(placeKey(path));
    exact = false;
  }
  const value = place?.node?.range;
  if (place?.key && (finding.on === 'key' || !exact || !value || value[0] === value[1])) {
    return [...place.key];
  }
  if (!value) return [0, 0];
  if (!exact) return [value[0], value[0] + 1];
  if (finding.span && isScalar(place?.node)) {
    const quoted = place.node.type === 'QUOTE_DOUBLE' || place.node.type === 'QUOTE_SINGLE';
    const start = value[0] + (quoted ? 1 : 0);
    const written = String(place.node.value);
    if (text.startsWith(written, start)) return [start + finding.span[0], start + Math.max(...finding.span)];
  }
  return [value[0], value[1]];
}

// What the parser says behind its first complaint about a line is mostly an echo of it.
function firstOfEachLine(
  findings: readonly OffsetFinding[],
  lineAtOffset: (offset: number) => number,
): OffsetFinding[] {
  const first = new Map<number, OffsetFinding>();
  for (const finding of findings) {
    const line = lineAtOffset(finding.start);
    if (!first.has(line)) first.set(line, finding);
  }
  return [...first.values()];
}

function placeKey(path: Path): string {
  return JSON.stringify(path);
}

function lineAt(masks: SecretMask, text: string, lineStart: number): string {
  const end = text.slice(lineStart).search(/\r?\n|$/);
  return masks.apply(text.slice(lineStart, lineStart + end), lineStart);
}
