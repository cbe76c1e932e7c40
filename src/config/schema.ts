/**
 * The shape of the config file: every key, the kind of its value, its default. What must hold between values is the
 * checks'; a directory is directory-schema.ts's.
 */
import * as z from 'zod';
import { YES_NO } from '../yaml/yes-no.ts';
import { LOG_LEVELS } from './config.ts';
import { directory } from './directory-schema.ts';
import { duration, fingerprint, host, oneOrMore, port, size, text, wholeNumber, yesNo } from './scalars.ts';

const listen = z.strictObject({
  host: host
    .default('127.0.0.1')
    .describe(
      'An address, or a name of one, of this machine; 0.0.0.0 is every address. 127.0.0.1 by default.',
    ),
  port: port.default(8443).describe('The port; 0 is any free one. 8443 by default.'),
  tls: z
    .strictObject({
      certificate: text.describe("The server's certificate and the intermediate ones: a file in PEM."),
      key: text.describe('Its key, not encrypted: a file in PEM.'),
      client_ca: text
        .optional()
        .describe(
          "Who signs the callers' client certificates: a file in PEM. Needed where a caller has one.",
        ),
    })
    .optional()
    .describe('TLS. Without it passwords are refused on every address but loopback.'),
  plaintext: yesNo
    .default(false)
    .describe('yes: passwords are taken without TLS, as a proxy in front does it. no by default.'),
  failed_logins: z
    .strictObject({
      count: wholeNumber(1, 1_000_000)
        .default(20)
        .describe('So many failed logins from one address are allowed. 20 by default.'),
      window: duration().default(60_000).describe('Within this time. 1m by default.'),
    })
    .prefault({})
    .describe('When an address with too many failed logins is answered 429.'),
});

const admin = z.strictObject({
  host: host.default('127.0.0.1').describe('Where health is answered. 127.0.0.1 by default.'),
  port: port.default(9090).describe('The port; 0 is any free one. 9090 by default.'),
  callers: oneOrMore(text)
    .optional()
    .describe('Callers, by name, who may ask from elsewhere for what is told on loopback only.'),
});

const caller = z.strictObject({
  user: text.optional().describe("The user of HTTP Basic; the caller's name where left out."),
  password: text.optional().describe('The password, best as ${file:PATH}.'),
  passwords: oneOrMore(text).optional().describe('Up to two passwords, while one is being replaced.'),
  password_hash: text
    .optional()
    .describe('In place of a password its hash, as ldap-user-info hash-password prints it.'),
  password_hashes: oneOrMore(text).optional().describe('Up to two hashes, while one is being replaced.'),
  certificate: z
    .strictObject({
      subject: text.optional().describe('Its subject, a DN.'),
      san: text.optional().describe('One of its alternative names.'),
      fingerprint: fingerprint.optional().describe('Its SHA-256 fingerprint in hex.'),
    })
    .optional()
    .describe(
      'The client certificate that the caller must show; where there is a password, both are needed.',
    ),
});

const endpoint = z.strictObject({
  directories: oneOrMore(text).describe('Names of the directories that are asked.'),
  mapping: text.describe('The mapping file.'),
  callers: oneOrMore(text).describe('Names of the callers who may ask here; others are answered 403.'),
  deadline: duration()
    .default(8000)
    .describe('Time for a whole request; then the answer is 504. 8s by default.'),
});

/** The whole file, with `${…}` replaced. */
export const CONFIG_SCHEMA = z.strictObject({
  listen: listen.prefault({}).describe('Where Immuta asks.'),
  admin: admin.optional().describe('Where health and readiness are answered.'),
  callers: z.record(z.string(), caller).describe('Who may ask, by names of your choice.'),
  directories: z
    .record(z.string(), directory)
    .describe('Where people are looked up, by names of your choice.'),
  endpoints: z.record(z.string(), endpoint).describe('What Immuta asks, by path, such as /user-info.'),
  drain: z
    .strictObject({
      linger: duration(0, '10m')
        .default(1000)
        .describe('So long after SIGTERM connections are still taken and answered. 1s by default.'),
    })
    .prefault({})
    .describe('How the service ends.'),
  cache: z
    .strictObject({
      people: wholeNumber(1, 100_000_000)
        .default(100_000)
        .describe('So many people are remembered at most. 100000 by default.'),
      memory: size(2 ** 20)
        .optional()
        .describe('And so much memory they take at most. By default a third of what the process may use.'),
      fresh: duration(0)
        .default(300_000)
        .describe('So long after it was read an answer comes from memory. 5m by default.'),
      stale: duration(0)
        .default(3_600_000)
        .describe('And so long, marked as old, while the directory cannot be read. 1h by default.'),
      unknown: duration(0)
        .default(30_000)
        .describe('So long it is remembered that someone is unknown. 30s by default.'),
      wait: duration(0)
        .default(2000)
        .describe('So long at the most a new answer is waited for where there is an old one. 2s by default.'),
    })
    .prefault({})
    .describe('What is remembered, in memory alone.'),
  log: z
    .strictObject({
      level: z.enum(LOG_LEVELS).default('info').describe('The least that is logged. info by default.'),
      audit: z
        .enum([...YES_NO, 'values'])
        .transform((word) => AUDIT[word])
        .default('yes')
        .describe('Whether each answer is recorded; values records also what was answered. yes by default.'),
    })
    .prefault({})
    .describe('The log, on standard error.'),
});

const AUDIT = { yes: 'yes', true: 'yes', no: 'no', false: 'no', values: 'values' } as const;

export type ConfigFile = z.output<typeof CONFIG_SCHEMA>;
export type CallerSection = z.output<typeof caller>;
