/**
 * What every request must get, computed from the made-up people and from nothing that the service said: 200 with exactly
 * these octets, or a refusal that the contract names. What is asked when is requests.ts's.
 */

import type { Answered } from '../measuring/asker.ts';
import { type Crowd, groupsOf } from '../worlds/people.ts';
import type { Wanted } from './requests.ts';

/** Refusals of a lookup that are no answer; the service gives them while it cannot be certain. */
const REFUSED: ReadonlyMap<number, readonly string[]> = new Map([
  [502, ['directory_refused', 'directory_incomplete']],
  [503, ['directory_unavailable', 'overloaded']],
  [504, ['directory_timeout']],
]);

const CODES = {
  unknown: [404, 'unknown_user'],
  bad_userid: [400, 'bad_userid'],
  no_path: [404, 'not_found'],
  method: [405, 'method_not_allowed'],
} as const;

/** How a request ended: as it must, refused as the contract says, or wrongly, with what was seen. */
export type Verdict = 'right' | 'refused' | { readonly wrong: string };

/** The mapping of a revision gives everybody this group, and every other one by its own name. */
export const markOf = (revision: number) => `revision-${revision}`;

export class Oracle {
  readonly #crowd: Crowd;
  /** Revisions of the mapping that may be in use. */
  readonly #revisions = new Set<number>();

  constructor(crowd: Crowd) {
    this.#crowd = crowd;
  }

  /** From now on this mapping may be used. */
  allow(revision: number): void {
    this.#revisions.add(revision);
  }

  /** From now on it must not be used for requests that are sent. */
  forbid(revision: number): void {
    this.#revisions.delete(revision);
  }

  /** What may be used now; to be asked when a request is sent. */
  get revisions(): readonly number[] {
    return [...this.#revisions];
  }

  /** @param revisions that might be used when the request was sent */
  judge(wanted: Wanted, revisions: readonly number[], answered: Answered | undefined): Verdict {
    if (answered === undefined)
      return { wrong: `${wanted.kind}: the connection ended in place of an answer` };
    const { status, body } = answered;
    const code = codeIn(body);
    const seen = { wrong: `${wanted.kind} ${wanted.asked.target}: ${status} ${body}` };
    if ([429, 503].includes(status) && !/\r\nretry-after: \d+/i.test(answered.head)) return seen;
    switch (wanted.kind) {
      case 'person': {
        if (status === 200) {
          const may = new Set([...revisions, ...this.#revisions]);
          return [...may].some((revision) => body === this.#bodyOf(wanted.person, revision)) ? 'right' : seen;
        }
        return isRefusal(status, code) ? 'refused' : seen;
      }
      case 'head':
        if (status === 200) return body === '' ? 'right' : seen;
        return REFUSED.has(status) ? 'refused' : seen;
      case 'wrong_password':
        return (status === 401 && code === 'unauthenticated') ||
          (status === 429 && code === 'too_many_failures')
          ? 'right'
          : // A guess at the hashed password may find too many others waiting.
            status === 503 && code === 'overloaded'
            ? 'refused'
            : seen;
      case 'no_password':
        return status === 401 && code === 'unauthenticated' ? 'right' : seen;
      default: {
        const [due, dueCode] = CODES[wanted.kind];
        if (status === due && code === dueCode) return 'right';
        return wanted.kind === 'unknown' && isRefusal(status, code) ? 'refused' : seen;
      }
    }
  }

  #bodyOf(person: number, revision: number): string {
    const names = groupsOf(person, this.#crowd).map((group) => `Team ${group} EMEA`);
    const sorted = [markOf(revision), ...names].sort();
    return JSON.stringify({ groups: sorted.map((name) => ({ name })), authorizations: {} });
  }
}

function isRefusal(status: number, code: string | undefined): boolean {
  return code !== undefined && REFUSED.get(status)?.includes(code) === true;
}

function codeIn(body: string): string | undefined {
  try {
    return (JSON.parse(body) as { code?: string }).code;
  } catch {
    return undefined;
  }
}
