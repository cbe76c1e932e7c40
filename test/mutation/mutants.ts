/**
 * Small changes of a source text, each of which a test should notice, and the text that holds all of them at once:
 * which one is in force is asked at run time, so that a file is compiled once and not once a change. What is changed
 * follows Stryker's list, and statements disappear one by one. Types are left alone, for they are gone at run time.
 */
import { parse } from '@babel/parser';
import type * as syntax from '@babel/types';

/** The function that the changed text asks for each change: whether it is in force. */
export const ASKED = '__isInForce';

/** One change: the text from `start` to `end` becomes `to`. */
export interface Mutant {
  /** From 1. */
  readonly id: number;
  readonly line: number;
  readonly column: number;
  readonly start: number;
  readonly end: number;
  readonly to: string;
  /** The expression or the statements around it that are written twice, once with the change. */
  readonly place: Place;
}

interface Place {
  readonly kind: 'expression' | 'block' | 'statements';
  readonly start: number;
  readonly end: number;
}

type Node = syntax.Node & { readonly start: number; readonly end: number };

interface Surroundings {
  readonly parent: Node | undefined;
  readonly key: string;
  /** The whole of a chain with `?.` that the node begins: a change inside must not cut it in two. */
  readonly chain: Node | undefined;
}

const OTHER_OPERATORS: Readonly<Record<string, readonly string[]>> = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '-': ['+'],
  '+': ['-'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '&&': ['||'],
  '||': ['&&'],
  '+=': ['-='],
  '-=': ['+='],
  '??=': ['&&='],
  '||=': ['&&='],
  '&&=': ['||='],
};
const COMPARISONS = new Set(['<', '<=', '>', '>=', '===', '!==']);

// '' is the call left out: what it was called on stands.
const OTHER_METHODS: Readonly<Record<string, string>> = {
  endsWith: 'startsWith',
  startsWith: 'endsWith',
  toLowerCase: 'toUpperCase',
  toUpperCase: 'toLowerCase',
  some: 'every',
  every: 'some',
  min: 'max',
  max: 'min',
  trim: '',
  normalize: '',
  replace: '',
  replaceAll: '',
  filter: '',
  slice: '',
  sort: '',
  reverse: '',
  unref: '',
};

/** The changes of a file's text, in the order of their places. */
export function mutantsOf(text: string): readonly Mutant[] {
  const found = new Map<string, Omit<Mutant, 'id'>>();
  const add = (start: number, end: number, to: string, place: Place): void => {
    if (text.slice(start, end) === to) return;
    const before = text.slice(0, start).split('\n');
    const position = { line: before.length, column: (before.at(-1) ?? '').length + 1 };
    const result = text.slice(place.start, start) + to + text.slice(end, place.end);
    const key = `${place.start} ${place.end} ${result}`;
    if (!found.has(key)) found.set(key, { ...position, start, end, to, place });
  };
  const { program } = parse(text, { sourceType: 'module', plugins: ['typescript'] });
  visit(program as Node, { parent: undefined, key: '', chain: undefined }, text, add);
  return [...found.values()]
    .sort((a, b) => a.start - b.start || a.end - b.end)
    .map((mutant, i) => ({ id: i + 1, ...mutant }));
}

type Add = (start: number, end: number, to: string, place: Place) => void;

function visit(node: Node, around: Surroundings, text: string, add: Add): void {
  if (isLeftAlone(node, around)) return;
  const chain = chainAround(node, around);
  change(node, { ...around, chain }, text, add);
  for (const [key, value] of Object.entries(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) visit(child, { parent: node, key, chain }, text, add);
    }
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value && 'end' in value;
}

const VALUES_WITH_TYPES = ['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression'];

function isLeftAlone({ type }: Node, { parent, key }: Surroundings): boolean {
  if (type.startsWith('TS') && !VALUES_WITH_TYPES.includes(type)) return true;
  if (type.startsWith('Import') || type === 'Directive' || type === 'TaggedTemplateExpression') return true;
  if (type === 'ExportAllDeclaration' || (parent?.type === 'ExportNamedDeclaration' && key === 'source'))
    return true;
  const isName = key === 'key' || key === 'property' || key === 'label';
  return isName && parent !== undefined && !('computed' in parent && parent.computed === true);
}

const CHAINED = ['OptionalMemberExpression', 'OptionalCallExpression'];

function chainAround(node: Node, { parent, key, chain }: Surroundings): Node | undefined {
  const continues =
    parent !== undefined && CHAINED.includes(parent.type) && (key === 'object' || key === 'callee');
  if (!CHAINED.includes(node.type)) return undefined;
  return continues ? chain : node;
}

function change(node: Node, { parent, key, chain }: Surroundings, text: string, add: Add): void {
  const { start, end } = chain ?? node;
  const place: Place = { kind: 'expression', start, end };
  const become = (to: string): void => add(node.start, node.end, to, place);
  const textOf = (each: syntax.Node): string => {
    // Brackets around it are no part of a node.
    const inner = text.slice(each.start ?? 0, each.end ?? 0);
    return each.extra?.['parenthesized'] === true ? `(${inner})` : inner;
  };
  if (key === 'test' && parent?.type !== 'SwitchCase') {
    become('false');
    if (parent?.type === 'IfStatement' || parent?.type === 'ConditionalExpression') become('true');
  }
  switch (node.type) {
    case 'BinaryExpression':
    case 'LogicalExpression': {
      const { left, right, operator } = node;
      const isText = [left, right].some(({ type }) => /^(?:String|Template)Literal$/.test(type));
      const others = isText && operator === '+' ? [] : (OTHER_OPERATORS[operator] ?? []);
      for (const other of others) become(`${textOf(left)} ${other} ${textOf(right)}`);
      if (COMPARISONS.has(operator) || operator === '&&' || operator === '||') {
        become('true');
        become('false');
      }
      if (operator === '??') {
        become(textOf(left));
        become(textOf(right));
      }
      break;
    }
    case 'UnaryExpression':
      if (node.operator === '!' || node.operator === '-') become(textOf(node.argument));
      break;
    case 'UpdateExpression': {
      const other = node.operator === '++' ? '--' : '++';
      become(node.prefix ? `${other}${textOf(node.argument)}` : `${textOf(node.argument)}${other}`);
      break;
    }
    case 'AssignmentExpression':
      for (const other of OTHER_OPERATORS[node.operator] ?? [])
        become(`${textOf(node.left)} ${other} ${textOf(node.right)}`);
      break;
    case 'BooleanLiteral':
      become(String(!node.value));
      break;
    case 'StringLiteral':
      become(node.value === '' ? "'changed'" : "''");
      break;
    case 'TemplateLiteral':
      become("''");
      break;
    case 'RegExpLiteral':
      for (const pattern of otherPatterns(node.pattern)) become(`/${pattern}/${node.flags}`);
      if (node.flags.includes('i')) become(`/${node.pattern}/${node.flags.replace('i', '')}`);
      break;
    case 'ArrayExpression':
      become(node.elements.length === 0 ? "['changed']" : '[]');
      break;
    case 'ObjectExpression':
      if (node.properties.length > 0) become('{}');
      break;
    case 'ArrowFunctionExpression':
      if (node.body.type !== 'BlockStatement' && textOf(node.body) !== 'undefined')
        add(node.body.start ?? 0, node.body.end ?? 0, 'undefined', {
          kind: 'expression',
          start: node.body.start ?? 0,
          end: node.body.end ?? 0,
        });
      break;
    case 'CallExpression':
    case 'OptionalCallExpression':
      changeMethod(node, place, text, add);
      if (node.type === 'OptionalCallExpression' && node.optional)
        add(node.callee.end ?? 0, (node.callee.end ?? 0) + 2, '', place);
      break;
    case 'OptionalMemberExpression':
      if (node.optional) {
        const mark = text.lastIndexOf('?.', node.property.start ?? 0);
        add(mark, mark + 2, node.computed ? '' : '.', place);
      }
      break;
    case 'ExpressionStatement':
      add(node.expression.start ?? 0, node.expression.end ?? 0, 'undefined', {
        kind: 'expression',
        start: node.expression.start ?? 0,
        end: node.expression.end ?? 0,
      });
      break;
    case 'BlockStatement':
      if (node.body.length > 0) add(start, end, '{}', { ...place, kind: 'block' });
      break;
    case 'SwitchCase': {
      const [first, last] = [node.consequent[0], node.consequent.at(-1)];
      if (first?.start != null && last?.end != null)
        add(first.start, last.end, '', { kind: 'statements', start: first.start, end: last.end });
      break;
    }
  }
}

function changeMethod(
  { callee, end }: syntax.CallExpression | syntax.OptionalCallExpression,
  place: Place,
  text: string,
  add: Add,
): void {
  if (callee.type !== 'MemberExpression' && callee.type !== 'OptionalMemberExpression') return;
  const { property, computed } = callee;
  if (computed || property.type !== 'Identifier' || property.start == null || property.end == null) return;
  const other = Object.hasOwn(OTHER_METHODS, property.name) ? OTHER_METHODS[property.name] : undefined;
  if (other === '') add(beforeProperty(text, property.start), end ?? 0, '', place);
  else if (other !== undefined) add(property.start, property.end, other, place);
}

/** Where the `.` or `?.` before a property begins. */
function beforeProperty(text: string, start: number): number {
  const before = text.slice(0, start).trimEnd();
  return /\?\.$/.test(before) ? before.length - 2 : before.length - 1;
}

function* otherPatterns(pattern: string): Generator<string> {
  if (pattern.startsWith('^')) yield pattern.slice(1);
  if (/(?<!\\)\$$/.test(pattern)) yield pattern.slice(0, -1);
  for (const { index } of pattern.matchAll(/(?<=[\])\w}])[+*]/g))
    yield `${pattern.slice(0, index)}${pattern.slice(index + 1)}`;
  for (const { index } of pattern.matchAll(/(?<!\\)\[\^?(?!\])/g)) {
    const isNegated = pattern[index + 1] === '^';
    yield `${pattern.slice(0, index)}${isNegated ? '[' : '[^'}${pattern.slice(index + (isNegated ? 2 : 1))}`;
  }
}

/** The text with all the changes in it; each asks {@link ASKED} with its id whether it is in force. */
export function withAll(text: string, mutants: readonly Mutant[]): string {
  const places = new Map<string, Mutant[]>();
  for (const mutant of mutants) {
    const { kind, start, end } = mutant.place;
    const key = `${kind} ${start} ${end}`;
    places.set(key, [...(places.get(key) ?? []), mutant]);
  }
  // The widest first; of equal width the statement around an expression.
  const nested = [...places.values()].sort(([a], [b]) => orderOf(a) - orderOf(b) || widthOf(b) - widthOf(a));
  const render = (from: number, to: number, rest: readonly (readonly Mutant[])[]): string => {
    const [first, ...others] = rest;
    const place = first?.[0]?.place;
    if (first === undefined || place === undefined) return text.slice(from, to);
    const within = others.filter(([each]) => isWithin(each, place));
    const behind = others.filter((each) => !within.includes(each));
    const inner = render(place.start, place.end, within);
    return text.slice(from, place.start) + choice(text, first, place, inner) + render(place.end, to, behind);
  };
  return render(0, text.length, nested);
}

function orderOf(mutant: Mutant | undefined): number {
  return mutant?.place.start ?? 0;
}

function widthOf(mutant: Mutant | undefined): number {
  return mutant === undefined ? 0 : mutant.place.end - mutant.place.start;
}

function isWithin(mutant: Mutant | undefined, { start, end }: Place): boolean {
  return mutant !== undefined && mutant.place.start >= start && mutant.place.end <= end;
}

function choice(text: string, mutants: readonly Mutant[], place: Place, inner: string): string {
  const changed = ({ start, end, to }: Mutant): string =>
    text.slice(place.start, start) + to + text.slice(end, place.end);
  if (place.kind === 'expression') {
    const ways = mutants.map((mutant) => `${ASKED}(${mutant.id}) ? (${changed(mutant)}) : `).join('');
    return `(${ways}(${inner}))`;
  }
  const asked = mutants.map(({ id }) => `${ASKED}(${id})`).join(' || ');
  return place.kind === 'block' ? `{ if (${asked}) {} else ${inner} }` : `if (${asked}) {} else { ${inner} }`;
}
