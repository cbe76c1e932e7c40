/** The mix of requests: who is asked for, by whom, rightly and wrongly. The same number gives the same mix. */
import type { Asked } from '../measuring/asker.ts';

/** A request, and what of it decides what it must get. */
export type Wanted = { readonly asked: Asked } & (
  | { readonly kind: 'person'; readonly person: number }
  | {
      readonly kind:
        | 'head'
        | 'unknown'
        | 'bad_userid'
        | 'no_path'
        | 'method'
        | 'wrong_password'
        | 'no_password';
    }
);

/** Passwords as they are at the moment. */
export interface Passwords {
  /** Of the caller `immuta`, whose password is plain. */
  readonly current: string;
  /** One that was right and is not any more. */
  readonly retired: string;
  /** Of the caller `hashed`. */
  readonly hashed: string;
}

const BAD_USERIDS = [
  '',
  '?userid=',
  '?userid=a&userid=b',
  '?userid=a%0Ab',
  '?userid=%FF',
  `?userid=${'x'.repeat(300)}`,
];
/** So many are asked for most of the time. */
const OFTEN = 500;

/** A generator of numbers from 0 inclusive to 1 exclusive (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The next request. */
export function nextRequest(random: () => number, people: number, passwords: Passwords): Wanted {
  const credentials = `immuta:${passwords.current}`;
  const some = (below: number) => Math.floor(random() * below);
  const get = (target: string, proof: string | undefined = credentials): Asked => ({
    method: 'GET',
    target,
    credentials: proof,
  });
  const drawn = random();
  const person = drawn < 0.64 ? some(OFTEN) : some(people);
  // Case is no matter in a uid.
  const target = `/user-info?userid=${some(3) === 0 ? 'U' : 'u'}${person}`;
  if (drawn < 0.84) return { kind: 'person', person, asked: get(target) };
  if (drawn < 0.87) return { kind: 'person', person, asked: get(target, `hashed:${passwords.hashed}`) };
  if (drawn < 0.92) return { kind: 'unknown', asked: get(`/user-info?userid=nobody${some(5000)}`) };
  if (drawn < 0.95) return { kind: 'wrong_password', asked: get(target, `immuta:guess ${some(1e9)}`) };
  if (drawn < 0.96) return { kind: 'wrong_password', asked: get(target, `immuta:${passwords.retired}`) };
  if (drawn < 0.961) return { kind: 'wrong_password', asked: get(target, `hashed:guess ${some(1e9)}`) };
  if (drawn < 0.98)
    return { kind: 'bad_userid', asked: get(`/user-info${BAD_USERIDS[some(BAD_USERIDS.length)]}`) };
  if (drawn < 0.985) return { kind: 'no_password', asked: { method: 'GET', target } };
  if (drawn < 0.99) return { kind: 'no_path', asked: get('/elsewhere') };
  if (drawn < 0.995) return { kind: 'method', asked: { ...get(target), method: 'POST' } };
  return { kind: 'head', asked: { ...get(target), method: 'HEAD' } };
}
