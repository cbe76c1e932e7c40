/**
 * The structure of a mapping file: which keys there are and which kinds of values they take. What the values mean,
 * and whether they fit each other, is checked by the files beside this one.
 */
import * as z from 'zod';
import { YES_NO } from '../../yaml/yes-no.ts';

const text = z.string();
const texts = z.array(text).min(1, 'the list is empty');
const yesNo = z.enum(YES_NO);
const spelling = z.enum(['keep', 'upper', 'lower']);

const NamedGroupSchema = z.strictObject({
  name: text.describe('The name of the group; placeholders may stand in it.'),
  under: text.optional().describe('The DN below which the group lies.'),
});
export const GroupSchema = z.union([text, NamedGroupSchema]).meta({
  id: 'group',
  description:
    'A group: its name (case is ignored), a name with placeholders such as TEAM-<name>, its whole DN in quotes, sid:S-1-5-…, guid:…, or { name: …, under: DN }.',
});
const GroupOrGroupsSchema = z.union([
  text,
  z.array(GroupSchema).min(1, 'the list is empty'),
  NamedGroupSchema,
]);

// What `meta` says of the number of keys is for editors: here the compiler of each part refuses it, in better words.
export const AttributeTestSchema = z
  .union([
    text,
    z
      .strictObject({
        in: texts.optional().describe('One of these texts; case is ignored.'),
        matches: text.optional().describe('A regular expression (RE2) for the whole value; case is ignored.'),
        present: yesNo.optional().describe('yes: the person has the attribute, whatever its value.'),
        missing: yesNo.optional().describe('yes: the person does not have the attribute.'),
        at_least: text.optional().describe('This whole number or more; for attributes of type integer.'),
        at_most: text.optional().describe('This whole number or less; for attributes of type integer.'),
        before: text
          .optional()
          .describe(
            'Earlier than this date, 2026-12-31 or 2026-12-31T18:00:00Z; for attributes of type date.',
          ),
        after: text.optional().describe('Later than this date; for attributes of type date.'),
      })
      .meta({ minProperties: 1, maxProperties: 1 }),
  ])
  .meta({
    id: 'attributeTest',
    description:
      'What the value must be: a text (case is ignored, placeholders may stand in it), or exactly one of in, matches, present, missing, at_least, at_most, before, after.',
  });

export const WhenSchema = z
  .strictObject({
    group: GroupOrGroupsSchema.optional().describe('The person is in this group, or in one of this list.'),
    attribute: z
      .record(text, AttributeTestSchema)
      .optional()
      .describe('Attributes of the person with the test that a value of each must meet.'),
    all_groups: z
      .array(GroupSchema)
      .min(1, 'the list is empty')
      .optional()
      .describe('The person is in every group of this list.'),
    dn_under: z
      .union([text, texts])
      .optional()
      .describe("The person's own entry lies below this DN, or below one of this list."),
  })
  .meta({ id: 'conditions', description: 'Conditions, all of which must hold.', minProperties: 1 });

export const BoundSchema = z
  .union([
    text,
    texts,
    z.strictObject({
      matches: text.describe('A regular expression (RE2) for the whole text; case is ignored.'),
      case: spelling.optional().describe('How the text is given out: as it is, or in one case.'),
    }),
  ])
  .meta({
    id: 'bound',
    description:
      'What the placeholder may stand for: a list of texts, the name of a table, digits, any, or { matches: EXPRESSION }.',
  });

export const GroupNamesSchema = texts;

export const GiveSchema = z
  .strictObject({
    groups: GroupNamesSchema.optional().describe('Names of groups in Immuta.'),
    authorizations: z
      .record(text, texts)
      .optional()
      .describe(
        'Names of authorizations, each with its values. A placeholder in a name must be bounded by a list or table.',
      ),
  })
  .meta({ minProperties: 1 });

export const TakeSchema = z
  .strictObject({
    groups: z
      .union([z.literal('all'), GroupNamesSchema])
      .optional()
      .describe('Names of groups in Immuta; all, without brackets, takes every group that any rule gives.'),
    authorizations: z
      .union([z.literal('all'), z.record(text, z.union([z.literal('all'), texts]))])
      .optional()
      .describe(
        'Names of authorizations with the values that are taken; all in place of values takes every value, and in place of names everything.',
      ),
  })
  .meta({ minProperties: 1 });

const id = text.describe('The name of the rule or entry in explanations; unique in the file.');
const why = text.optional().describe('For people: a ticket, an owner, a reason.');
const when = WhenSchema.optional().describe('The conditions, all of which must hold.');
const anyOf = z
  .array(WhenSchema)
  .min(1, 'the list is empty')
  .optional()
  .describe('Blocks of conditions, of which one is enough, besides when.');
const unless = WhenSchema.optional().describe(
  'Where all these conditions hold, the rule or entry does nothing; placeholders of when may stand here.',
);
const where = z.record(text, BoundSchema).optional().describe('What each placeholder may stand for.');

export const RuleSchema = z
  .strictObject({
    id,
    why,
    when,
    any_of: anyOf,
    everyone: yesNo.optional().describe('yes, in place of a condition: the rule is for everyone.'),
    unless,
    where,
    valid_from: text
      .optional()
      .describe('The rule counts from here: a date, or an attribute of type date. The day itself counts.'),
    valid_until: text
      .optional()
      .describe('The rule counts until here: a date, or an attribute of type date. The day itself counts.'),
    give: GiveSchema.describe('What the person gets.'),
  })
  .meta({
    description: 'Who has this (when) gets that (give).',
    anyOf: [{ required: ['when'] }, { required: ['any_of'] }, { required: ['everyone'] }],
  });

export const NeverSchema = z
  .strictObject({
    id,
    why,
    when,
    any_of: anyOf,
    unless,
    where,
    take: TakeSchema.describe('What the person does not get, whatever the rules give.'),
  })
  .meta({ description: 'Takes what no rule may give to these people. Always wins.' });

export const TableSchema = z.union([texts, z.record(text, z.union([text, texts]))]).meta({
  description:
    'Codes with the text or texts that each stands for; a list, in which every text stands for itself; or { file: NAME.csv } with the columns code,text.',
});

export const AttributeSchema = z
  .strictObject({
    type: z
      .enum(['text', 'dn', 'integer', 'date', 'guid', 'sid'])
      .optional()
      .describe('How values are read; text where left out, unless the attribute is well known.'),
    format: text
      .optional()
      .describe('Of a date: a pattern such as yyyy-MM-dd or dd.MM.yyyy, generalized-time, or filetime.'),
    part: text.optional().describe('Of a dn: which part is meant, CN, OU, or OU.2 for the second nearest.'),
    split: text.optional().describe('The text between several values that are written as one, such as ";".'),
    case: spelling.optional().describe('How values are given out: as they are, or in one case.'),
    exact: yesNo
      .optional()
      .describe('yes: upper and lower case differ wherever a value of it is compared; else case is ignored.'),
    required: yesNo.optional().describe('yes: without a value there is no answer, but an error.'),
    default: text.optional().describe('The value of people who have none.'),
  })
  .meta({ description: 'How the values of this attribute are read.' });

export const AuthorizationSchema = z
  .strictObject({
    order: texts.optional().describe('All its values, from the lowest to the highest.'),
    keep: z
      .enum(['all', 'lowest', 'highest'])
      .optional()
      .describe('Which of several values stay; lowest and highest need an order.'),
  })
  .meta({ description: 'Facts about this authorization.' });

export const GroupsSchema = z.strictObject({
  under: z
    .union([text, texts])
    .describe('Only groups below this DN, or below one of this list, count; everywhere: all of them.'),
});

export const MappingSchema = z.strictObject({
  version: z.literal('1').describe('The version of the language in which the file is written: 1.'),
  description: text.optional().describe('For people: what this mapping is for.'),
  owner: text.optional().describe('For people: who answers for it.'),
  timezone: text
    .optional()
    .describe('Where days begin and end: an IANA name such as Europe/Paris; UTC where left out.'),
  groups: GroupsSchema.describe('Which groups of the directory count at all.'),
  attributes: z
    .record(text, AttributeSchema)
    .optional()
    .describe('Attributes that need more than plain text, by name.'),
  tables: z.record(text, TableSchema).optional().describe('Tables that translate or bound texts, by name.'),
  authorizations: z
    .record(text, AuthorizationSchema)
    .optional()
    .describe('Authorizations of which something is to be said, by name.'),
  rules: z.array(RuleSchema).describe('What people get. Rules only add, so their order does not matter.'),
  never: z.array(NeverSchema).optional().describe('What people do not get, whatever the rules give.'),
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
