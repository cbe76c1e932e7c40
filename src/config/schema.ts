/**
 * The shape of the config file: every key, the kind of its value, its default. What must hold between values is the
 * checks'; what is understood but not built is not-yet.ts's.
 */
import { z } from 'zod';
import { type MembershipStrategy, VENDORS, type VendorName } from '../directory/vendors.ts';
import { LOG_LEVELS } from './config.ts';
import {
  attributeName,
  duration,
  fingerprint,
  host,
  oneOrMore,
  port,
  text,
  wholeNumber,
  yesNo,
} from './scalars.ts';

const listen = z.strictObject({
  host: host.default('127.0.0.1'),
  port: port.default(8443),
  tls: z.strictObject({ certificate: text, key: text, client_ca: text.optional() }).optional(),
  plaintext: yesNo.default(false),
  failed_logins: z
    .strictObject({ count: wholeNumber(1, 1_000_000).default(20), window: duration().default(60_000) })
    .prefault({}),
});

const admin = z.strictObject({
  host: host.default('127.0.0.1'),
  port: port.default(9090),
  callers: oneOrMore(text).optional(),
});

const caller = z.strictObject({
  user: text.optional(),
  password: text.optional(),
  passwords: oneOrMore(text).optional(),
  password_hash: text.optional(),
  password_hashes: oneOrMore(text).optional(),
  certificate: z
    .strictObject({ subject: text.optional(), san: text.optional(), fingerprint: fingerprint.optional() })
    .optional(),
});

/** What `memberships.from` may say. */
export const MEMBERSHIP_STRATEGIES = [
  'attribute',
  'search',
  'token-groups',
] as const satisfies readonly MembershipStrategy[];

const memberships = z.strictObject({
  from: z.enum(MEMBERSHIP_STRATEGIES).optional(),
  nested: yesNo.optional(),
  attribute: attributeName.optional(),
  base: text.optional(),
  uid_attribute: attributeName.optional(),
  filter: text.optional(),
  name: attributeName.optional(),
  limits: z
    .strictObject({
      groups: wholeNumber(1, 1_000_000).default(10_000),
      depth: wholeNumber(1, 1000).default(32),
    })
    .prefault({}),
  partial: yesNo.default(false),
});

const account = z.enum(['empty', 'not_found', 'ignore']);

const directory = z.strictObject({
  vendor: z.enum(Object.keys(VENDORS) as VendorName[]).default('generic'),
  urls: oneOrMore(text).optional(),
  ldif: text.optional(),
  plaintext: yesNo.default(false),
  tls: z
    .strictObject({
      ca: text.optional(),
      certificate: text.optional(),
      key: text.optional(),
      starttls: yesNo.default(false),
      server_name: host.optional(),
    })
    .prefault({}),
  bind: z
    .strictObject({
      dn: text.optional(),
      password: text.optional(),
      sasl: z.enum(['external']).optional(),
      anonymous: yesNo.default(false),
    })
    .optional(),
  users: z.strictObject({
    base: oneOrMore(text),
    attribute: attributeName.optional(),
    filter: text.optional(),
    userids: oneOrMore(text).default(['<userid>']),
    unknown: z.enum(['not_found', 'empty']).default('not_found'),
  }),
  memberships: memberships.prefault({}),
  accounts: z
    .strictObject({
      disabled: account.default('empty'),
      expired: account.default('empty'),
      // Or five bad passwords would take a person's access away.
      locked: account.default('ignore'),
    })
    .prefault({}),
  sentinel: z.strictObject({ userid: text, group: text }).optional(),
  referrals: z.enum(['error', 'ignore']).default('error'),
  limits: z
    .strictObject({
      connections: wholeNumber(1, 100).default(2),
      concurrent: wholeNumber(1, 10_000).default(64),
      queue: wholeNumber(0, 1_000_000).default(1000),
      connect: duration().default(3000),
      search: duration().default(5000),
      idle: duration().default(120_000),
      age: duration().default(600_000),
    })
    .prefault({}),
});

const endpoint = z.strictObject({
  directories: oneOrMore(text),
  mapping: text,
  callers: oneOrMore(text),
  deadline: duration().default(8000),
});

/** The whole file, with `${…}` replaced. */
export const CONFIG_SCHEMA = z.strictObject({
  listen: listen.prefault({}),
  admin: admin.optional(),
  callers: z.record(z.string(), caller),
  directories: z.record(z.string(), directory),
  endpoints: z.record(z.string(), endpoint),
  cache: z
    .strictObject({
      people: wholeNumber(1, 100_000_000).default(100_000),
      fresh: duration(0).default(300_000),
      stale: duration(0).default(3_600_000),
      unknown: duration(0).default(30_000),
    })
    .prefault({}),
  log: z
    .strictObject({
      level: z.enum(LOG_LEVELS).default('info'),
      audit: z
        .enum(['yes', 'no', 'true', 'false', 'values'])
        .transform((word) => AUDIT[word])
        .default('yes'),
    })
    .prefault({}),
});

const AUDIT = { yes: 'yes', true: 'yes', no: 'no', false: 'no', values: 'values' } as const;

export type ConfigFile = z.output<typeof CONFIG_SCHEMA>;
export type DirectorySection = z.output<typeof directory>;
export type CallerSection = z.output<typeof caller>;
