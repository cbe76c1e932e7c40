/**
 * The shape of one of `directories` in the config file: where it is, how people and their groups are read there, and
 * what is done with dead accounts. What must hold between the values is the checks'.
 */
import * as z from 'zod';
import type { MembershipStrategy } from '../directory/settings/vendor.ts';
import { VENDORS, type VendorName } from '../directory/settings/vendors.ts';
import { attributeName, duration, host, oneOrMore, size, text, wholeNumber, yesNo } from './scalars.ts';

/** What `memberships.from` may say. */
export const MEMBERSHIP_STRATEGIES = [
  'attribute',
  'search',
  'token-groups',
] as const satisfies readonly MembershipStrategy[];

const memberships = z.strictObject({
  from: oneOrMore(z.enum(MEMBERSHIP_STRATEGIES))
    .optional()
    .describe(
      "attribute: from an attribute of the person; search: search the groups for the person; token-groups: Active Directory's own list; or a list of them: what any of them finds. The vendor's where left out.",
    ),
  nested: yesNo.optional().describe("Whether the groups of a group count too. The vendor's where left out."),
  attribute: attributeName
    .optional()
    .describe("The attribute that holds the groups' DNs, for from: attribute. The vendor's where left out."),
  base: text.optional().describe('Where groups are: a DN.'),
  uid_attribute: attributeName
    .optional()
    .describe("The attribute that <uid> in filter stands for. The vendor's where left out."),
  filter: text
    .optional()
    .describe('Which groups a person or group is in, for from: search; <dn> and <uid> may stand in it.'),
  name: attributeName
    .optional()
    .describe('The attribute that names a group; where left out, the value of the first part of its DN.'),
  limits: z
    .strictObject({
      groups: wholeNumber(1, 1_000_000).default(10_000).describe('Groups of one person. 10000 by default.'),
      depth: wholeNumber(1, 1000).default(32).describe('Groups in groups in groups. 32 by default.'),
    })
    .prefault({})
    .describe('A person beyond these gets an error, never part of the groups.'),
  values: z
    .enum(['dn', 'names'])
    .default('dn')
    .describe(
      'What the attribute holds: dn, or names: plain names of groups, taken as they are. dn by default.',
    ),
  primary: yesNo
    .optional()
    .describe(
      "Whether the posixGroup of the person's gidNumber counts. yes by default, and no where filter is written.",
    ),
  distribution: yesNo
    .optional()
    .describe(
      'yes: groups that Active Directory has for mail alone count too, and groups nest through them. no by default.',
    ),
  partial: yesNo
    .default(false)
    .describe('yes: memberOf is accepted in an Active Directory of several domains. no by default.'),
  foreign: oneOrMore(text)
    .optional()
    .describe(
      'Directories of other forests, by name, that are asked for groups which list people of this one (foreignSecurityPrincipals).',
    ),
});

const account = z.enum(['empty', 'not_found', 'ignore']);

export const directory = z.strictObject({
  vendor: z
    .enum(Object.keys(VENDORS) as VendorName[])
    .default('generic')
    .describe('Whose directory it is; sets what is usual there. generic by default.'),
  urls: oneOrMore(text)
    .optional()
    .describe('Servers with the same content, in order of preference: ldaps://…, ldap://…, or srv:DOMAIN.'),
  ldif: text.optional().describe('In place of urls a file with the entries, for trials.'),
  plaintext: yesNo
    .default(false)
    .describe('yes: ldap:// without StartTLS is allowed; everything is sent unencrypted. no by default.'),
  tls: z
    .strictObject({
      ca: text.optional().describe("Who signs the servers' certificates: a file in PEM."),
      certificate: text.optional().describe('The client certificate that servers are shown: a file in PEM.'),
      key: text.optional().describe('Its key, not encrypted: a file in PEM.'),
      starttls: yesNo
        .default(false)
        .describe('yes: ldap:// connections are encrypted before anything else is said. no by default.'),
      server_name: host
        .optional()
        .describe("The name in the servers' certificates, where it is not the one in urls."),
    })
    .prefault({})
    .describe('How connections are encrypted.'),
  bind: z
    .strictObject({
      dn: text.optional().describe('The DN of the account that searches.'),
      password: text.optional().describe('Its password, best as ${file:PATH}.'),
      sasl: z
        .enum(['external'])
        .optional()
        .describe('external: the server knows the account by the client certificate.'),
      anonymous: yesNo.default(false).describe('yes: search without an account. no by default.'),
    })
    .optional()
    .describe('The account that searches.'),
  users: z
    .strictObject({
      base: oneOrMore(text).describe('Where people are: a DN, or a list.'),
      attribute: attributeName
        .optional()
        .describe("The attribute that holds a person's name. The vendor's where left out."),
      filter: text.optional().describe('In place of attribute a filter with <name> or <userid>.'),
      userids: oneOrMore(text)
        .default(['<userid>'])
        .describe(
          'How the name is taken out of the id that Immuta asks for; the first that fits counts. <userid> by default.',
        ),
      unknown: z
        .enum(['not_found', 'empty'])
        .default('not_found')
        .describe('What to answer for unknown people: 404, or 200 with nothing in it. not_found by default.'),
    })
    .describe('How people are found.'),
  memberships: memberships.prefault({}).describe("How a person's groups are read."),
  accounts: z
    .strictObject({
      disabled: account.default('empty').describe('Disabled accounts. empty by default.'),
      expired: account.default('empty').describe('Expired accounts. empty by default.'),
      // Or five bad passwords would take a person's access away.
      locked: account.default('ignore').describe('Accounts locked by bad passwords. ignore by default.'),
      signs: z
        .array(
          z.strictObject({
            attribute: attributeName.describe('The attribute of the person.'),
            is: oneOrMore(z.string().min(1, 'a value is never empty')).describe(
              'The value by which the account is dead, or a list of which one is enough; case is ignored.',
            ),
            means: z.enum(['disabled', 'expired', 'locked']).describe('Which of the three that means.'),
          }),
        )
        .optional()
        .describe("Signs of dead accounts beside the vendor's own."),
    })
    .prefault({})
    .describe('What to answer for dead accounts: empty (200, nothing in it), not_found (404), or ignore.'),
  sentinel: z
    .strictObject({
      userid: text.describe('The person, as Immuta would ask.'),
      group: text.describe("The group's DN."),
    })
    .optional()
    .describe(
      'A person who must always be found with a group: tells a lost read right from people without groups.',
    ),
  referrals: z
    .enum(['error', 'ignore'])
    .default('error')
    .describe('What a referral to another server is. error by default.'),
  limits: z
    .strictObject({
      connections: wholeNumber(1, 100).default(2).describe('Open connections. 2 by default.'),
      concurrent: wholeNumber(1, 10_000)
        .default(64)
        .describe('People who are looked up at once, and searches that run at once. 64 by default.'),
      queue: wholeNumber(0, 1_000_000)
        .default(1000)
        .describe('People who wait to be looked up; beyond, the answer is 503 at once. 1000 by default.'),
      connect: duration().default(3000).describe('Time for TCP, TLS and bind at one server. 3s by default.'),
      search: duration().default(5000).describe('Time for one search. 5s by default.'),
      idle: duration().default(120_000).describe('An unused connection is closed after this. 2m by default.'),
      age: duration()
        .default(600_000)
        .describe('A connection of this age takes no further searches. 10m by default.'),
      entries: wholeNumber(1, 100_000_000)
        .default(100_000)
        .describe('Entries of one search; beyond, the answer is 502. 100000 by default.'),
      octets: size(2 ** 20)
        .default(64 * 2 ** 20)
        .describe('Octets that searches of one connection hold before they end. 64MiB by default.'),
    })
    .prefault({})
    .describe('How much is asked of the servers at most.'),
});

export type DirectorySection = z.output<typeof directory>;
