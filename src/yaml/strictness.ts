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
import type { OffsetFinding } from './source.ts';

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
  const reportOnce = ([first, ...others]: unknown[]): void => {
    if (first === undefined) return;
    refuse(
      isPair(first) ? first.key : first,
      'a DN that YAML split at its commas',
      'put the whole DN in quotes',
    );
    for (const part of [first, ...others]) splitDns.add(part);
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
      reportOnce(dnPartsInList(node));
      refuseMarks(node, text, refuse);
    },
    Map(_key, node) {
      reportOnce(dnPartsInMap(node));
      refuseMarks(node, text, refuse);
    },
    Pair(_key, pair) {
      if (isScalar(pair.key) && pair.key.value === '<<')
        refuse(pair.key, 'a merge key (<<) is not used here', 'write the keys out');
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

function refuseMarks(
  node: Node & { anchor?: string; tag?: string; srcToken?: unknown },
  text: string,
  refuse: (node: unknown, message: string, hint?: string) => void,
): void {
  if (node.anchor !== undefined)
    refuse(node, 'an anchor (&) is not used here', 'put a text that starts with & in quotes');
  const before = node.range ? text.slice(Math.max(0, node.range[0] - 80), node.range[0]) : '';
  if (node.tag !== undefined && /(?:^|[\s,[{])!\S*[ \t]+$/.test(before)) {
    refuse(node, 'a tag (!) is not used here', 'put a text that starts with ! in quotes');
  }
}

function dnPartsInList(node: YAMLSeq): unknown[] {
  if (node.flow !== true) return [];
  const parts = node.items.filter(
    (item) => isScalar(item) && item.type === 'PLAIN' && RDN_START.test(String(item.value)),
  );
  return parts.length > 1 ? parts : [];
}

// `{ group: CN=a,OU=b }` is read as the pairs `group: CN=a` and `OU=b: (nothing)`.
function dnPartsInMap(node: YAMLMap): Pair[] {
  if (node.flow !== true) return [];
  return node.items.filter(
    (pair) =>
      isPair(pair) && isScalar(pair.key) && RDN_START.test(String(pair.key.value)) && isNothing(pair.value),
  ) as Pair[];
}

function isNothing(value: unknown): boolean {
  return value === null || (isScalar(value) && (value.value === null || value.value === ''));
}
