/**
 * Password hashes of callers: scrypt in PHC string format, `$scrypt$ln=15,r=8,p=1$SALT$HASH` with unpadded Base64.
 * Who may use which password, and how many checks run at once, belongs to http/.
 * @see https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md
 * @see RFC 7914
 */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<string, Uint8Array, number, ScryptOptions, Buffer>(scrypt);

/** A parsed hash. Memory for a check is 128 · 2^ln · r octets. */
export interface PasswordHash {
  readonly ln: number;
  readonly r: number;
  readonly p: number;
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
}

const PHC =
  /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;
const MOST_MEMORY = 128 * 2 ** 20;

/** Throws an Error that says what is wrong without repeating the hash. */
export function parsePasswordHash(text: string): PasswordHash {
  const [, ln, r, p, salt, hash] = (PHC.exec(text) ?? []).map(String);
  if (ln === undefined || r === undefined || p === undefined || salt === undefined || hash === undefined) {
    throw new Error(
      'expected a hash as "ldap-user-info hash-password" prints it: $scrypt$ln=…,r=…,p=…$SALT$HASH',
    );
  }
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  if (cost.ln < 10 || cost.r < 1 || cost.p < 1 || cost.p > 16 || memoryOf(cost) > MOST_MEMORY) {
    throw new Error(
      'the cost of this hash is out of bounds: ln from 10, p up to 16, at most 128 MiB of memory',
    );
  }
  return { ...cost, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') };
}

/** The PHC string of a fresh salt; N=2^15, r=8, p=1 (32 MiB), about 100 ms of one core. */
export async function hashPassword(password: string): Promise<string> {
  const cost = { ln: 15, r: 8, p: 1 };
  const salt = randomBytes(16);
  const hash = await derive(password.normalize('NFC'), salt, 32, optionsOf(cost));
  return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${unpadded(salt)}$${unpadded(hash)}`;
}

/** Whether the password, after NFC (RFC 8265 section 4.2), is the hashed one; compares in constant time. */
export async function verifyPassword(password: string, expected: PasswordHash): Promise<boolean> {
  const actual = await derive(
    password.normalize('NFC'),
    expected.salt,
    expected.hash.length,
    optionsOf(expected),
  );
  return timingSafeEqual(actual, expected.hash);
}

function memoryOf({ ln, r }: { readonly ln: number; readonly r: number }): number {
  return 128 * 2 ** ln * r;
}

function optionsOf(cost: { readonly ln: number; readonly r: number; readonly p: number }): ScryptOptions {
  return { N: 2 ** cost.ln, r: cost.r, p: cost.p, maxmem: 2 * memoryOf(cost) + 2 ** 20 };
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
