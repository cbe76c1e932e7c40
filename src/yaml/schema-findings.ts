/**
 * A zod schema's verdict on YAML data, as findings in words that a person who does not know zod understands: unknown
 * keys with "did you mean", what is missing, what was expected. No message repeats a value: it could be a secret.
 */
import * as z from 'zod';
import type { Finding, Path } from './finding.ts';
import { valueAt } from './source.ts';
import { didYouMean } from './suggestion.ts';

type Schema = z.core.$ZodType;
type Issue = z.core.$ZodIssue;

/** Every finding of the schema on the data; empty where the data fits. */
export function schemaFindings(schema: Schema, data: unknown, at: Path = []): Finding[] {
  const result = z.safeParse(schema, data);
  return (result.error?.issues ?? []).flatMap((issue) => findingsOf(issue, schema, data, at));
}

function findingsOf(issue: Issue, schema: Schema, data: unknown, at: Path): Finding[] {
  const inner = issue.path as (string | number)[];
  const path = [...at, ...inner];
  switch (issue.code) {
    case 'unrecognized_keys': {
      const part = schemaAt(schema, inner, data);
      const known = keysOf(part && fittingOption(part, valueAt(data, inner)));
      return issue.keys.map((key) => ({
        path: [...path, key],
        on: 'key',
        message: `unknown key "${key}"`,
        hint: didYouMean(key, known) ?? listed('known here', known),
      }));
    }
    case 'invalid_union': {
      const value = valueAt(data, inner);
      if (value === undefined && inner.length > 0)
        return [{ path: path.slice(0, -1), on: 'key', message: `the key "${inner.at(-1)}" is missing` }];
      const union = schemaAt(schema, inner, data);
      const options = unionOptions(union);
      const fitting = options.findIndex((option) => kindsOf(option).includes(kindOf(value)));
      const nested = issue.errors[fitting];
      const option = options[fitting];
      if (nested === undefined || option === undefined)
        return [expected(path, options.flatMap(kindsOf), value)];
      const others = options.filter((each) => each !== option).flatMap(kindsOf);
      return nested.flatMap((each) =>
        findingsOf(each, option, value, path).map((finding) =>
          each.code === 'invalid_value' && each.path.length === 0
            ? { ...finding, message: [finding.message, ...others].join(' or ') }
            : finding,
        ),
      );
    }
    case 'invalid_type': {
      const value = valueAt(data, inner);
      const key = inner.at(-1);
      if (value === undefined && key !== undefined) {
        return [{ path: path.slice(0, -1), on: 'key', message: `the key "${key}" is missing` }];
      }
      const wanted = schemaAt(schema, inner, data);
      return [expected(path, wanted ? kindsOf(wanted) : [issue.expected], value)];
    }
    case 'invalid_key':
      return issue.issues.map((each) => ({
        path,
        on: 'key',
        message: each.message ?? 'this name cannot stand here',
      }));
    case 'invalid_value': {
      const known = issue.values.map(String);
      const value = valueAt(data, inner);
      if (value === undefined)
        return [{ path: path.slice(0, -1), on: 'key', message: `the key "${inner.at(-1)}" is missing` }];
      return [
        {
          path,
          message: `expected ${known.length === 1 ? `"${known[0]}"` : `one of ${known.join(', ')}`}`,
          hint: typeof value === 'string' ? didYouMean(value, known) : undefined,
        },
      ];
    }
    case 'custom':
      return [{ path, on: issue.params?.['on'] === 'key' ? 'key' : 'value', message: issue.message }];
    default:
      return [{ path, message: issue.message }];
  }
}

function expected(path: Path, kinds: readonly string[], value: unknown): Finding {
  const wanted = [...new Set(kinds)];
  const found = value === '' ? 'nothing' : kindOf(value);
  const isListOfOne = found === 'a text' && wanted.length === 1 && wanted[0] === 'a list';
  return {
    path,
    message: `expected ${wanted.join(' or ')}, found ${found}`,
    hint: isListOfOne ? 'a list of one text is written [text]' : undefined,
  };
}

function listed(label: string, words: readonly string[]): string | undefined {
  return words.length === 0 ? undefined : `${label}: ${words.join(', ')}`;
}

function kindOf(value: unknown): string {
  if (typeof value === 'string') return 'a text';
  if (Array.isArray(value)) return 'a list';
  return value === undefined || value === null ? 'nothing' : 'keys with values';
}

/** What kinds of YAML a schema takes; every scalar is a text. */
function kindsOf(schema: Schema): string[] {
  const { def } = unwrap(schema)._zod as { def: { type: string } };
  switch (def.type) {
    case 'object':
    case 'record':
      return ['keys with values'];
    case 'array':
    case 'tuple':
      return ['a list'];
    case 'union':
      return unionOptions(schema).flatMap(kindsOf);
    default:
      return ['a text'];
  }
}

interface Definition {
  readonly type: string;
  readonly innerType?: Schema;
  readonly in?: Schema;
  readonly getter?: () => Schema;
  readonly options?: readonly Schema[];
  readonly shape?: Record<string, Schema>;
  readonly element?: Schema;
  readonly valueType?: Schema;
  readonly catchall?: Schema;
}

function definitionOf(schema: Schema): Definition {
  return schema._zod.def as unknown as Definition;
}

function unwrap(schema: Schema): Schema {
  const { innerType, in: input, getter } = definitionOf(schema);
  const next = innerType ?? input ?? getter?.();
  return next === undefined ? schema : unwrap(next);
}

function unionOptions(schema: Schema | undefined): readonly Schema[] {
  return schema === undefined ? [] : (definitionOf(unwrap(schema)).options ?? []);
}

/** The keys of an object schema, without those that a custom check only refuses. */
function keysOf(schema: Schema | undefined): string[] {
  const shape = schema === undefined ? {} : (definitionOf(unwrap(schema)).shape ?? {});
  return Object.keys(shape).filter((key) => {
    const value = shape[key];
    return value !== undefined && definitionOf(unwrap(value)).type !== 'custom';
  });
}

/** The schema that judged the value at the path; in a union, the option that takes such a value. */
function schemaAt(schema: Schema, path: Path, data: unknown): Schema | undefined {
  let current: Schema | undefined = schema;
  let value = data;
  for (const step of path) {
    current = current && stepInto(fittingOption(current, value), step);
    value = valueAt(value, [step]);
  }
  return current;
}

function fittingOption(schema: Schema, value: unknown): Schema {
  const options = unionOptions(schema);
  return options.find((option) => kindsOf(option).includes(kindOf(value))) ?? schema;
}

function stepInto(schema: Schema, step: string | number): Schema | undefined {
  const { shape, element, valueType, catchall } = definitionOf(unwrap(schema));
  return shape?.[step] ?? element ?? valueType ?? catchall;
}
