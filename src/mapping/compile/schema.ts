/**
 * The structure of a mapping file: which keys there are and which kinds of values they take. What the values mean,
 * and whether they fit each other, is checked by the files beside this one.
 */
import { z } from 'zod';

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
    at_least: text.optional(),
    at_most: text.optional(),
    before: text.optional(),
    after: text.optional(),
  }),
]);

export const WhenSchema = z.strictObject({
  group: GroupOrGroupsSchema.optional(),
  attribute: z.record(text, AttributeTestSchema).optional(),
  all_groups: z.array(GroupSchema).min(1, 'the list is empty').optional(),
  dn_under: z.union([text, texts]).optional(),
});

const AnyOfSchema = z.array(WhenSchema).min(1, 'the list is empty');

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
  any_of: AnyOfSchema.optional(),
  everyone: yesNo.optional(),
  unless: WhenSchema.optional(),
  where: WhereSchema.optional(),
  valid_from: text.optional(),
  valid_until: text.optional(),
  give: GiveSchema,
});

export const NeverSchema = z.strictObject({
  id: text,
  why: text.optional(),
  when: WhenSchema.optional(),
  any_of: AnyOfSchema.optional(),
  unless: WhenSchema.optional(),
  where: WhereSchema.optional(),
  take: TakeSchema,
});

export const TableSchema = z.union([texts, z.record(text, z.union([text, texts]))]);

export const AttributeSchema = z.strictObject({
  type: z.enum(['text', 'dn', 'integer', 'date', 'guid', 'sid']).optional(),
  format: text.optional(),
  part: text.optional(),
  split: text.optional(),
  case: z.enum(['keep', 'upper', 'lower']).optional(),
  required: yesNo.optional(),
  default: text.optional(),
});

export const AuthorizationSchema = z.strictObject({
  order: texts.optional(),
  keep: z.enum(['all', 'lowest', 'highest']).optional(),
});

export const GroupsSchema = z.strictObject({ under: z.union([text, texts]) });

export const MappingSchema = z.strictObject({
  version: z.literal('1'),
  description: text.optional(),
  owner: text.optional(),
  timezone: text.optional(),
  groups: GroupsSchema,
  attributes: z.record(text, AttributeSchema).optional(),
  tables: z.record(text, TableSchema).optional(),
  authorizations: z.record(text, AuthorizationSchema).optional(),
  rules: z.array(RuleSchema),
  never: z.array(NeverSchema).optional(),
});

/** Whether a key's text means yes. */
export function isYes(text: string): boolean {
  return text === 'yes' || text === 'true';
}

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
