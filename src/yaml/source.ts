/**
 * A YAML file as text, as data in which every scalar is a text (YAML 1.2, failsafe schema), and as positions: each
 * place in the data leads back to its line. What the data must look like belongs to config/ and mapping/.
 */
import {
  type ErrorCode,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLError,
} from 'yaml';
import type { Finding, OffsetFinding, Path } from './finding.ts';
import { DEEPEST, tooDeepAt } from './nesting.ts';
import type { Problem } from './problem.ts';
import { type SecretMask, secretMask } from './secret-mask.ts';
import { strictnessFindings } from './strictness.ts';
import { syntaxFinding } from './syntax.ts';

/** The value at a path of the data; undefined where there is none. */
export function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null
        ? (value as Record<string | number, unknown>)[step]
        : undefined,
    data,
  );
}

export interface YamlRules {
  /** Refuse empty scalars, escapes in double quotes and values cut by ` #`, besides anchors, tags and split DNs. */
  readonly strict: boolean;
  /** Whether the value of a key is never shown in an excerpt. */
  readonly isSecret?: (key: string) => boolean;
}

/** A parsed file. `data` is as complete as the syntax errors in `problems` allow. */
export interface YamlSource {
  readonly file: string;
  readonly text: string;
  /** Texts, lists and objects; undefined for an empty file. */
  readonly data: unknown;
  /** What YAML itself, or strictness, refuses. */
  readonly problems: readonly Problem[];
  /** Whether the syntax is sound enough that nothing of the file can be missing in `data`. */
  readonly isWhole: boolean;
  /** Turns a finding into a problem with its position; falls back to the nearest place above a missing path. */
  problem(finding: Finding): Problem;
  /** Line (from 1) of the value at the path, or of the nearest place above it. */
  lineOf(path: Path): number;
  /** Whether the scalar at the path was written in quotes, or as a block. */
  isQuoted(path: Path): boolean;
  /** From now on the value at the path is masked in excerpts; the key where it has no value, or where that is meant. */
  mask(path: Path, on?: 'key' | 'value'): void;
}

/** A place in the data, with the places below it. */
interface YamlPlace {
  readonly key?: readonly [start: number, end: number];
  readonly node?: Node;
  below?: Map<string | number, YamlPlace>;
}

const LOSSLESS: ReadonlySet<ErrorCode> = new Set(['DUPLICATE_KEY', 'TAG_RESOLVE_FAILED', 'BAD_DQ_ESCAPE']);

/** Never throws: what is wrong with the text is in `problems`. */
export function parseYaml(file: string, text: string, rules: YamlRules): YamlSource {
  const lineCounter = new LineCounter();
  const tooDeep = tooDeepAt(text);
  const document = parseDocument(tooDeep === undefined ? text : '', {
    schema: 'failsafe',
    version: '1.2',
    lineCounter,
    prettyErrors: false,
    stringKeys: true,
    uniqueKeys: false, // the parser's own check takes quadratic time; readNode does it
  });
  if (tooDeep !== undefined) countLines(text, lineCounter);
  const errors = [...document.errors, ...document.warnings];
  const unexpected = errors.find(isUnexpected);
  const syntax = firstOfEachLine(
    errors
      .filter((error) => error === unexpected || !isUnexpected(error))
      .map((error) => syntaxFinding(error, text)),
    (offset) => lineCounter.linePos(offset).line,
  );
  const isWhole = tooDeep === undefined && document.errors.every(({ code }) => LOSSLESS.has(code));
  const masks = secretMask(text, rules.isSecret, !isWhole, document);
  const duplicates: OffsetFinding[] = [];
  const top: YamlPlace = isPlaced(document.contents) ? { node: document.contents } : {};
  const data = readNode(document.contents, top, duplicates);

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
    ...(tooDeep === undefined ? [] : [nestedTooDeep(tooDeep)]),
    ...syntax,
    ...duplicates,
    ...strictnessFindings(document, text, rules.strict).filter(notAmong(syntax)),
  ];

  return {
    file,
    text,
    data,
    // Made when asked for, so that what is masked by then is hidden in them too.
    get problems() {
      return offsets.map((finding) => at(finding, 'error'));
    },
    isWhole,
    problem(finding) {
      const { message, hint, severity = 'error' } = finding;
      const [start, end] = rangeOf(finding, top, text);
      return at({ start, end, message, hint }, severity);
    },
    lineOf(path) {
      return lineCounter.linePos(rangeOf({ path, message: '' }, top, text)[0]).line;
    },
    isQuoted(path) {
      const node = placeAt(top, path)?.node;
      return isScalar(node) && node.type !== undefined && node.type !== 'PLAIN';
    },
    mask(path, on = 'value') {
      const { node, key } = placeAt(top, path) ?? {};
      const range = (on === 'value' ? node?.range : undefined) ?? key;
      if (range) masks.add(range[0], range[1]);
    },
  };
}

/** @param place where the node stands; gets the places below it */
function readNode(node: unknown, place: YamlPlace, duplicates: OffsetFinding[]): unknown {
  if (isScalar(node))
    return typeof node.value === 'string' ? node.value : node.value === null ? '' : String(node.value);
  if (isSeq(node)) {
    const below = new Map<number, YamlPlace>();
    place.below = below;
    return node.items.map((item, i) => {
      const inner: YamlPlace = isPlaced(item) ? { node: item } : {};
      if (isPlaced(item)) below.set(i, inner);
      return readNode(item, inner, duplicates);
    });
  }
  if (isMap(node)) {
    const below = new Map<string, YamlPlace>();
    place.below = below;
    const object: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    for (const pair of node.items) {
      if (!isPair(pair) || !isScalar(pair.key)) continue;
      const name = String(pair.key.value);
      if (pair.value === null && node.flow === true && name.includes('=')) continue; // part of a split DN, refused as such
      const keyRange = pair.key.range;
      if (below.has(name)) {
        if (keyRange) duplicates.push(duplicateKey(keyRange[0]));
        continue; // the first stands
      }
      const value = pair.value as Node | null;
      const inner: YamlPlace = {
        ...(keyRange ? { key: [keyRange[0], keyRange[1]] as const } : {}),
        ...(value === null ? {} : { node: value }),
      };
      below.set(name, inner);
      object[name] = value === null ? '' : readNode(value, inner, duplicates);
    }
    return object;
  }
  return undefined;
}

function isPlaced(node: unknown): node is Node {
  return isScalar(node) || isSeq(node) || isMap(node);
}

function placeAt(top: YamlPlace, path: Path): YamlPlace | undefined {
  let place: YamlPlace | undefined = top;
  for (const step of path) place = place?.below?.get(step);
  return place;
}

function countLines(text: string, lines: LineCounter): void {
  lines.lineStarts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines.addNewLine(at + 1);
}

function nestedTooDeep(start: number): OffsetFinding {
  return {
    start,
    end: start + 1,
    message: `nested more than ${DEEPEST} deep`,
    hint: 'nothing that these files say needs that: is a bracket or a quote not closed?',
  };
}

function duplicateKey(start: number): OffsetFinding {
  return {
    start,
    end: start + 1,
    message: 'duplicate key',
    hint: 'this key already stands above; keep one of them',
  };
}

function rangeOf({ path, on, span }: Finding, top: YamlPlace, text: string): [number, number] {
  let place = top;
  let depth = 0;
  for (const step of path) {
    const below = place.below?.get(step);
    if (below === undefined) break;
    place = below;
    depth++;
  }
  const exact = depth === path.length;
  const value = place.node?.range;
  if (place.key && (on === 'key' || !exact || !value || value[0] === value[1])) {
    if (!exact || on !== 'key' || !span) return [...place.key];
    return partOf(place.key, String(path.at(-1)), span, text);
  }
  if (!value) return [0, 0];
  if (!exact) return [value[0], value[0] + 1];
  if (span && isScalar(place.node)) {
    return partOf([value[0], value[1]], String(place.node.value), span, text);
  }
  return [value[0], value[1]];
}

/** A part of a scalar as a range of the file; all of it where escapes or folding moved its characters. */
function partOf(
  [start, end]: readonly [number, number],
  value: string,
  span: readonly [number, number],
  text: string,
): [number, number] {
  const first = start + (/["']/.test(text[start] ?? '') ? 1 : 0);
  if (!text.startsWith(value, first)) return [start, end];
  return [first + span[0], first + Math.max(...span)];
}

// Behind a token that it did not expect the parser stumbles over every line.
function isUnexpected({ code }: YAMLError): boolean {
  return code === 'UNEXPECTED_TOKEN';
}

/** Whether none of these says the same of a place within it. */
function notAmong(told: readonly OffsetFinding[]): (finding: OffsetFinding) => boolean {
  const starts = new Map<string, number[]>();
  for (const { message, start } of told) {
    const known = starts.get(message);
    if (known === undefined) starts.set(message, [start]);
    else known.push(start);
  }
  for (const each of starts.values()) each.sort((a, b) => a - b);
  return ({ message, start, end }) => {
    const known = starts.get(message) ?? [];
    let [low, high] = [0, known.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((known[middle] ?? 0) < start) low = middle + 1;
      else high = middle;
    }
    const next = known[low];
    return next === undefined || next >= end;
  };
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

function lineAt(masks: SecretMask, text: string, lineStart: number): string {
  const end = text.slice(lineStart).search(/\r?\n|$/);
  return masks.apply(text.slice(lineStart, lineStart + end), lineStart);
}
