/**
 * The structure of a mapping file: which keys there are and which kinds of values they take. What the values mean,
 * and whether they fit each other, is checked by the files beside this one.
 */
import { z } from 'zod';

// A key of the language that this version does not read yet; refused as such and not as unknown.
function later(key: string) {
  return z
    .custom<never>(() => false, {
      error: `"${key}" is not available in this version yet`,
      params: { on: 'key' },
    })
    .optional();
}

const text = z.string();
const texts = z.array(text).min(1, 'the list is empty');
const yesNo = z.enum(['yes', 'no', 'true', 'false']);

export const GroupSchema = z.union([text, z.strictObject({ name: text, under: text.optional() })]);
const GroupOrGroupsSchema = z.union([
  text,
  z.array(GroupSchema).min(1, 'the list is empty'),
  z.strictObject({ name: text, under: text.optional() }),
]);

export const AttributeTestSchema = z.union([
  text,
  z.strictObject({
    in: texts.optional(),
    matches: text.optional(),
    present: yesNo.optional(),
    missing: yesNo.optional(),
    at_least: later('at_least'),
    at_most: later('at_most'),
    before: later('before'),
    after: later('after'),
  }),
]);

export const WhenSchema = z.strictObject({
  group: GroupOrGroupsSchema.optional(),
  attribute: z.record(text, AttributeTestSchema).optional(),
  all_groups: later('all_groups'),
  dn_under: later('dn_under'),
});

export const BoundSchema = z.union([
  text,
  texts,
  z.strictObject({ matches: text, case: z.enum(['keep', 'upper', 'lower']).optional() }),
]);
const WhereSchema = z.record(text, BoundSchema);

export const GiveSchema = z.strictObject({
  groups: texts.optional(),
  authorizations: z.record(text, texts).optional(),
});

export const TakeSchema = z.strictObject({
  groups: texts.optional(),
  authorizations: z.record(text, z.union([z.literal('all'), texts])).optional(),
});

export const RuleSchema = z.strictObject({
  id: text,
  why: text.optional(),
  when: WhenSchema.optional(),
  any_of: later('any_of'),
  everyone: later('everyone'),
  unless: WhenSchema.optional(),
  where: WhereSchema.optional(),
  valid_from: later('valid_from'),
  valid_until: later('valid_until'),
  give: GiveSchema,
});

export const NeverSchema = z.strictObject({
  id: text,
  why: text.optional(),
  when: WhenSchema.optional(),
  any_of: later('any_of'),
  unless: WhenSchema.optional(),
  where: WhereSchema.optional(),
  take: TakeSchema,
});

export const TableSchema = z.union([texts, z.record(text, z.union([text, texts]))]);

export const GroupsSchema = z.strictObject({ under: z.union([text, texts]) });

export const MappingSchema = z.strictObject({
  version: z.literal('1'),
  description: text.optional(),
  owner: text.optional(),
  timezone: later('timezone'),
  groups: GroupsSchema,
  attributes: later('attributes'),
  tables: z.record(text, TableSchema).optional(),
  authorizations: later('authorizations'),
  rules: z.array(RuleSchema),
  never: z.array(NeverSchema).optional(),
});

/** Any part of a file, as YAML gives it. */
export type Keys = Readonly<Record<string, unknown>>;

/** The keys of a part; none where it is something else, which the schema has reported then. */
export function keysOf(part: unknown): Keys {
  return isKeys(part) ? part : {};
}

/** Whether the part is one with keys. */
export function isKeys(part: unknown): part is Keys {
  return typeof part === 'object' && part !== null && !Array.isArray(part);
}

/** The entries of a part; none where it is no list, which the schema has reported then. */
export function listOf(part: unknown): readonly unknown[] {
  return Array.isArray(part) ? part : [];
}

/**
 * The part as its schema has it, so that one fault in a rule does not hide those beside it: unknown keys are left
 * out, and anything else that the schema refuses makes it undefined.
 */
export function fitting<Schema extends z.ZodType>(
  schema: Schema,
  part: unknown,
): z.output<Schema> | undefined {
  const result = schema.safeParse(part);
  if (result.success) return result.data;
  const unknown = result.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys : [],
  );
  if (unknown.length === 0) return undefined;
  const known = Object.entries(keysOf(part)).filter(([key]) => !unknown.includes(key));
  const again = schema.safeParse(Object.fromEntries(known));
  return again.success ? again.data : undefined;
}

/** The text, or undefined where it is none or empty. */
export function textOf(part: unknown): string | undefined {
  return typeof part === 'string' && part !== '' ? part : undefined;
}
