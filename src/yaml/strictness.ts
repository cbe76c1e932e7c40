/**
 * YAML that says something else than it seems to, refused where non-programmers write files that decide who sees
 * what: anchors, aliases, tags, merge keys, empty scalars, escapes in double quotes, a DN split at its commas, and
 * a value cut by ` #`.
 */
import {
  type Document,
  isPair,
  isScalar,
  type Node,
  type Pair,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { OffsetFinding } from './finding.ts';

const RDN_START = /^[A-Za-z][A-Za-z0-9-]*=/;

/**
 * All findings in the order of the file.
 * @param strict also refuses what a careful operator may mean: empty scalars, escapes, ` #` right behind a value
 */
export function strictnessFindings(document: Document, text: string, strict: boolean): OffsetFinding[] {
  const findings: OffsetFinding[] = [];
  const refuse = (node: unknown, message: string, hint?: string): void => {
    const range = (node as Node | null)?.range;
    if (range) findings.push({ start: range[0], end: Math.max(range[1], range[0] + 1), message, hint });
  };
  const splitDns = new Set<unknown>();
  const refuseSplit = ({ parts, first }: SplitDn): void => {
    const last = parts.at(-1);
    const start = (first as Node | undefined)?.range?.[0];
    const end = ((isPair(last) ? last.key : last) as Node | undefined)?.range?.[1];
    if (start === undefined || end === undefined) return;
    refuse({ range: [start, end, end] }, 'a DN that YAML split at its commas', 'put the whole DN in quotes');
    for (const part of parts) splitDns.add(part);
  };
  visit(document, {
    Alias(_key, node) {
      refuse(
        node,
        'an alias (*) is not used here',
        'write the value out, or put a text that starts with * in quotes',
      );
    },
    Seq(_key, node) {
      refuseSplit(splitDnInList(node));
      refuseMarks(node, text, refuse);
    },
    Map(_key, node) {
      refuseSplit(splitDnInMap(node));
      refuseMarks(node, text, refuse);
    },
    Pair(_key, pair) {
      if (isScalar(pair.key) && pair.key.value === '<<')
        refuse(pair.key, 'a merge key (<<) is not used here', 'write the keys out');
      // JavaScript's name for something else: schemas pass over it.
      if (isScalar(pair.key) && pair.key.value === '__proto__')
        refuse(pair.key, 'a key cannot be named __proto__', 'give it another name');
      if (splitDns.has(pair)) return visit.SKIP;
      if (strict && (pair.value === null || (isScalar(pair.value) && pair.value.value === ''))) {
        refuse(pair.key, 'an empty value', 'write a value, or remove the key');
      }
      return undefined;
    },
    Scalar(key, node) {
      refuseMarks(node, text, refuse);
      if (!strict) return undefined;
      if (typeof key === 'number' && node.value === '')
        refuse(node, 'an empty value', 'write a value, or remove the line');
      if (node.type === 'QUOTE_DOUBLE' && node.range) {
        const escaped = /\\[^\\"]/.exec(text.slice(node.range[0], node.range[1]).replace(/\\[\\"]/g, '..'));
        if (escaped)
          refuse(
            node,
            'a backslash inside double quotes',
            "put the text in 'single quotes', which leave it as it is",
          );
      }
      if (
        node.type === 'PLAIN' &&
        node.range &&
        /^[ \t]+#[^\s#]/.test(text.slice(node.range[1], node.range[1] + 200))
      ) {
        refuse(
          node,
          'the value ends before " #"',
          'quote the value, or put a space behind the # of a comment',
        );
      }
      return undefined;
    },
  });
  return findings.sort((a, b) => a.start - b.start);
}

// Anchors and tags stand before the node's own range.
const FURTHEST_MARK = 200;

function refuseMarks(
  node: Node & { anchor?: string; tag?: string },
  text: string,
  refuse: (node: unknown, message: string, hint?: string) => void,
): void {
  if (!node.range || (node.anchor === undefined && node.tag === undefined)) return;
  const start = Math.max(0, node.range[0] - FURTHEST_MARK);
  const before = text.slice(start, node.range[0]);
  const mark = (found: string): Node['range'] => {
    const at = start + before.lastIndexOf(found);
    return [at, at + found.length, at + found.length];
  };
  if (node.anchor !== undefined) {
    const range = before.includes(`&${node.anchor}`) ? mark(`&${node.anchor}`) : node.range;
    refuse({ range }, 'an anchor (&) is not used here', 'put a text that starts with & in quotes');
  }
  const tag = /(?:^|[\s,[{])(!\S*)(?:\s+&\S+)?\s+$/.exec(before)?.[1];
  if (node.tag !== undefined && tag !== undefined) {
    refuse({ range: mark(tag) }, 'a tag (!) is not used here', 'put a text that starts with ! in quotes');
  }
}

/** The nodes that a DN became, and the one at which it starts; no parts where none was split. */
interface SplitDn {
  readonly parts: readonly unknown[];
  readonly first?: unknown;
}

function splitDnInList(node: YAMLSeq): SplitDn {
  if (node.flow !== true) return { parts: [] };
  const parts = node.items.filter(isRdn);
  return parts.length > 1 ? { parts, first: parts[0] } : { parts: [] };
}

// `{ group: CN=a,OU=b }` is read as the pairs `group: CN=a` and `OU=b: (nothing)`.
function splitDnInMap(node: YAMLMap): SplitDn {
  if (node.flow !== true) return { parts: [] };
  const isPart = (pair: unknown): pair is Pair => isPair(pair) && isRdn(pair.key) && isNothing(pair.value);
  const at = node.items.findIndex(isPart);
  if (at < 0) return { parts: [] };
  const before = node.items[at - 1]?.value;
  return { parts: node.items.filter(isPart), first: isRdn(before) ? before : node.items[at]?.key };
}

function isRdn(node: unknown): boolean {
  return isScalar(node) && node.type === 'PLAIN' && RDN_START.test(String(node.value));
}

function isNothing(value: unknown): boolean {
  return value === null || (isScalar(value) && (value.value === null || value.value === ''));
}
