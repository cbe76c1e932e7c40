/**
 * A JSON Schema of texts → one of what authors write. The service reads every scalar of its YAML files as text;
 * editors read `4100` as a number and `true` as a boolean, and must not underline them. Pure; which schemas there are
 * is json-schemas.ts.
 */

/** A JSON Schema, or a part of one. */
export type JsonSchema = { readonly [keyword: string]: unknown };

export interface Writing {
  /** Whether a text may be, or hold, `${env:NAME}` or `${file:PATH}`, of which an editor cannot know the value. */
  readonly hasReferences: boolean;
  /** Whether an empty text is refused. */
  readonly refusesEmpty: boolean;
}

/** What holds parts by name; the names are no keywords. */
const NAMED_PARTS = ['properties', 'definitions'];
const PART = ['items', 'additionalProperties'];
const LISTED_PARTS = ['anyOf', 'allOf', 'oneOf'];

const REFERENCE = '\\$\\{(?:env|file):';

/** Throws for a keyword that holds parts and is not known here, so that none is passed over. */
export function asWritten(schema: JsonSchema, writing: Writing): JsonSchema {
  const { type, default: _, propertyNames: __, ...rest } = schema;
  const entries = Object.entries(rest).map(([keyword, value]): [string, unknown] => {
    if (NAMED_PARTS.includes(keyword)) return [keyword, eachOf(value as JsonSchema, writing)];
    if (PART.includes(keyword) && typeof value === 'object')
      return [keyword, asWritten(value as JsonSchema, writing)];
    if (LISTED_PARTS.includes(keyword))
      return [keyword, (value as JsonSchema[]).map((part) => asWritten(part, writing))];
    if (/^(?:not|if|then|else|contains|patternProperties|prefixItems|dependencies)$/.test(keyword))
      throw new Error(`no rule for the keyword ${keyword}`);
    return [keyword, value];
  });
  const parts = Object.fromEntries(entries);
  if (type === undefined) return parts;
  if (type === 'object' || type === 'array') return { ...parts, type };
  return writtenScalar({ ...parts, type }, writing);
}

function eachOf(parts: JsonSchema, writing: Writing): JsonSchema {
  return Object.fromEntries(
    Object.entries(parts).map(([name, part]) => [name, asWritten(part as JsonSchema, writing)]),
  );
}

function writtenScalar(schema: JsonSchema, { hasReferences, refusesEmpty }: Writing): JsonSchema {
  const { type, enum: words, const: word, pattern, description, ...rest } = schema;
  const told = description === undefined ? {} : { description };
  const listed = (words ?? (word === undefined ? undefined : [word])) as readonly string[] | undefined;
  if (listed !== undefined) {
    const values = { enum: listed.flatMap(readings) };
    return hasReferences
      ? { ...told, anyOf: [values, { type: 'string', pattern: REFERENCE }] }
      : { ...told, ...values };
  }
  const matched = pattern === undefined || !hasReferences ? pattern : `${String(pattern)}|${REFERENCE}`;
  return {
    ...told,
    // A list of types was written on purpose.
    type: type === 'string' ? ['string', 'number', 'boolean'] : type,
    ...(matched === undefined ? {} : { pattern: matched }),
    ...(refusesEmpty ? { minLength: 1 } : {}),
    ...rest,
  };
}

/** What YAML may read where the file has this word. */
function readings(word: string): (string | number | boolean)[] {
  if (word === 'true' || word === 'false') return [word, word === 'true'];
  return /^\d+$/.test(word) ? [word, Number(word)] : [word];
}
