/**
 * The structure of a test file (`*.test.yaml`): which keys there are and which kinds of values they take. What does not
 * fit a key by itself, such as a person who is given twice, is checked by suite.ts.
 */
import * as z from 'zod';

const text = z.string();
const texts = z.array(text).min(1, 'the list is empty');

// What `meta` says of keys that must stand together is for editors: faults.ts refuses it, in better words.
const GroupSchema = z.union([
  text,
  z
    .strictObject({
      name: text
        .optional()
        .describe("The group's name. Without dn it lies directly under the first groups.under."),
      dn: text.optional().describe("The group's DN. Without name the value of its first RDN is the name."),
      sid: text.optional().describe('Its objectSid, S-1-5-…, for rules that name groups by sid:'),
      guid: text.optional().describe('Its objectGUID or entryUUID, for rules that name groups by guid:'),
    })
    .meta({ anyOf: [{ required: ['name'] }, { required: ['dn'] }] }),
]);

const UserSchema = z
  .object({
    dn: text.optional().describe("The person's own DN, for rules with dn_under."),
    memberOf: z
      .union([text, z.array(GroupSchema)])
      .optional()
      .describe(
        'All groups of the person, whatever attribute the directory uses: names (directly under the first groups.under), DNs, or { name or dn, sid, guid }.',
      ),
  })
  .catchall(
    z.union([text, z.array(text).min(1, 'the list is empty: leave out what the person does not have')]),
  );

const ExpectedSchema = z.strictObject({
  groups: z.array(text).optional().describe('Names of groups.'),
  authorizations: z.record(text, z.array(text)).optional().describe('Authorizations with their values.'),
});

const UnexpectedSchema = z.strictObject({
  groups: z
    .union([z.literal('all'), texts])
    .optional()
    .describe('Names of groups, or "all" for every group.'),
  authorizations: z
    .union([z.literal('all'), z.record(text, z.union([z.literal('all'), texts]))])
    .optional()
    .describe('Authorizations with values, or "all" for every value; "all" in their place for every one.'),
});

/** What a test can expect; at least one of these stands in each. */
export const EXPECTATIONS = ['expect', 'expect_some', 'expect_not', 'expect_error'] as const;

const MappingTestSchema = z
  .strictObject({
    name: text.describe('What the test shows, in a few words; unique in the file.'),
    user: UserSchema.optional().describe(
      'The person, written out: attributes with a text or a list of texts, and memberOf.',
    ),
    from: text
      .optional()
      .describe('An LDIF file to take the person from; the path starts at the folder of this file.'),
    userid: text
      .optional()
      .describe('Who in the LDIF file: the uid, sAMAccountName, userPrincipalName, mail or cn.'),
    now: text.optional().describe('When this test takes place, in place of the time of the file.'),
    expect: ExpectedSchema.optional().describe('Exactly what the person gets; {} is nothing at all.'),
    expect_some: ExpectedSchema.optional().describe('What the person gets among other things.'),
    expect_not: UnexpectedSchema.optional().describe('What the person does not get, however it is spelled.'),
    expect_error: z
      .literal('required_attribute_missing')
      .optional()
      .describe('That there is no answer, as a required attribute is absent.'),
  })
  .meta({
    description: 'A person, and what the mapping makes of them.',
    allOf: [
      { anyOf: [{ required: ['user'] }, { required: ['from', 'userid'] }] },
      { anyOf: EXPECTATIONS.map((key) => ({ required: [key] })) },
    ],
  });

/** A whole test file. */
export const TestFileSchema = z.strictObject({
  mapping: text.describe('The mapping file that is tested; the path starts at the folder of this file.'),
  now: text
    .optional()
    .describe(
      "When the tests take place: a date, which is the start of that day in the mapping's timezone, or an instant such as 2026-11-22T09:00:00Z. Without it, the time at which they run.",
    ),
  tests: z.array(MappingTestSchema).min(1, 'the list is empty').describe('The tests.'),
});

export type TestFile = z.output<typeof TestFileSchema>;
export type WrittenTest = TestFile['tests'][number];
export type WrittenUser = z.output<typeof UserSchema>;
