/**
 * The values that stand in the config file: what a text must look like to be a number, a duration, a host. Every
 * scalar of the file is a text, also after `${…}` was replaced. Which key holds which is schema.ts's. What `meta` adds
 * is for editors, as far as JSON Schema can say it.
 */
import { isIP, isIPv4 } from 'node:net';
import * as z from 'zod';
import { isYes, YES_NO } from '../yaml/yes-no.ts';

/** A text with something in it. */
export const text = z
  .string()
  .refine((value) => /\S/.test(value), 'expected a text, found nothing')
  .meta({ pattern: '\\S' });

/** `yes`, `no`, `true` or `false`. */
export const yesNo = z.enum(YES_NO).transform(isYes);

/** A whole number without sign, separators or leading zeros. */
export function wholeNumber(least: number, most: number) {
  return parsed(`expected a whole number from ${least} to ${most}`, (value) => {
    const number = /^(?:0|[1-9]\d{0,14})$/.test(value) ? Number(value) : Number.NaN;
    return number >= least && number <= most ? number : undefined;
  }).meta({ type: ['integer', 'string'], pattern: '^(?:0|[1-9][0-9]*)$', minimum: least, maximum: most });
}

/** A port to listen on; 0 is any free one. */
export const port = wholeNumber(0, 65_535);

const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

// Timers take 31 bits of milliseconds; beyond, they would fire at once.
const LONGEST = '500h';

/** `500ms`, `30s`, `5m`, `2h`, in milliseconds; up to `most`, which is written so too. */
export function duration(least: 0 | 1 = 1, most = LONGEST) {
  const examples = millisecondsOf(most) < millisecondsOf('2h') ? '500ms, 30s or 5m' : '500ms, 30s, 5m or 2h';
  return parsed(
    `expected a duration such as ${examples}${least === 0 ? '' : ', longer than 0'} and up to ${most}`,
    (value) => {
      const milliseconds = millisecondsOf(value);
      return milliseconds >= least && milliseconds <= millisecondsOf(most) ? milliseconds : undefined;
    },
  ).meta({ type: ['string'], pattern: '^(?:0|[1-9][0-9]*)(?:ms|s|m|h)$' });
}

/** NaN where the text is no duration. */
function millisecondsOf(written: string): number {
  const [, digits, unit] = /^(0|[1-9]\d{0,9})(ms|s|m|h)$/.exec(written) ?? [];
  return Number(digits) * (MILLISECONDS[unit ?? ''] ?? Number.NaN);
}

const OCTETS: Readonly<Record<string, number>> = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** `512KiB`, `256MiB`, `2GiB`, in octets; up to 1024GiB. */
export function size(least: number) {
  const smallest = `${least / 2 ** 20}MiB`;
  return parsed(
    `expected a size such as 64MiB or 2GiB, a whole number with KiB, MiB or GiB, from ${smallest} to 1024GiB`,
    (value) => {
      const [, digits, unit] = /^(0|[1-9]\d{0,9})(KiB|MiB|GiB)$/.exec(value) ?? [];
      const octets = Number(digits) * (OCTETS[unit ?? ''] ?? Number.NaN);
      return octets >= least && octets <= 2 ** 40 ? octets : undefined;
    },
  ).meta({ type: ['string'], pattern: '^(?:0|[1-9][0-9]*)(?:KiB|MiB|GiB)$' });
}

/** Whether the text is a host name or an IP address, and nothing besides. */
export function isHost(value: string): boolean {
  if (isIP(value) !== 0) return true;
  if (/^[\d.]+$/.test(value) || value.length > 253) return false;
  return value
    .replace(/\.$/, '')
    .split('.')
    .every((label) => /^(?!-)[A-Za-z0-9_-]{1,63}(?<!-)$/.test(label));
}

/** Where to listen. */
export const host = parsed(
  'expected a host name or an IP address, without scheme, port or brackets',
  (value) => (isHost(value) ? value : undefined),
);

/** Whether what listens there is reached from this machine alone. */
export function isLoopback(value: string): boolean {
  return (
    value === '::1' || value.toLowerCase() === 'localhost' || (isIPv4(value) && value.startsWith('127.'))
  );
}

/** The name, or OID, of an attribute, without options. */
export const attributeName = parsed('expected the name of an attribute', (value) =>
  /^(?:[A-Za-z][A-Za-z0-9_-]*|\d+(?:\.\d+)+)$/.test(value) ? value : undefined,
).meta({ pattern: '^(?:[A-Za-z][A-Za-z0-9_-]*|[0-9]+(?:[.][0-9]+)+)$' });

/** SHA-256 in hex, with or without colons; yields lower case without them. */
export const fingerprint = parsed(
  'expected a SHA-256 fingerprint: 64 hex digits, colons between pairs allowed',
  (value) => {
    const digits = value.replaceAll(':', '').toLowerCase();
    return /^[0-9a-f]{64}$/.test(digits) ? digits : undefined;
  },
).meta({ pattern: '^:*(?:[0-9A-Fa-f]:*){64}$' });

/** One value, or a list of at least one; yields a list. */
export function oneOrMore<Output>(item: z.ZodType<Output, string>) {
  return z.union([item.transform((value) => [value]), z.array(item).min(1, 'expected at least one')]);
}

function parsed<Output>(message: string, parse: (value: string) => Output | undefined) {
  return z.string().transform((value, context): Output => {
    const output = parse(value);
    if (output !== undefined) return output;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
}
