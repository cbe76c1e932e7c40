/**
 * What a doctor says: one line of findings for each thing looked at, what to do where it is not well, and which
 * settings that would be. Looking is the other files'; printing, the command's.
 */
import { OperationTimeoutError } from '../directory/ldap/silence.ts';
import { isFailure } from '../failure.ts';
import { SILENT } from './reaching/address.ts';

/** In the order in which they are taken. */
export type StepName =
  | 'dns'
  | 'tcp'
  | 'tls'
  | 'bind'
  | 'vendor'
  | 'bases'
  | 'people'
  | 'paging'
  | 'groups'
  | 'memberships'
  | 'accounts'
  | 'foreign'
  | 'lookup'
  | 'sentinel';

/** A setting that is proposed: a path of keys below the directory's section; without a value it is taken out. */
export interface SettingChange {
  readonly path: readonly string[];
  readonly value: string | boolean | readonly string[] | undefined;
}

/** One thing that was looked at. Texts may hold what servers say, and are to be made printable. */
export interface Step {
  readonly name: StepName;
  readonly status: 'ok' | 'failed' | 'skipped';
  /** The server, base or attribute that was looked at, where there may be several. */
  readonly on?: string | undefined;
  readonly finding: string;
  /** Whether the finding may repeat what a server said after it had the bind password. */
  readonly isQuoted?: true;
  /** What to do; begins with the setting to change, where one is to be changed. */
  readonly hint?: string | undefined;
  readonly changes?: readonly SettingChange[] | undefined;
}

type Details = Partial<Pick<Step, 'on' | 'hint' | 'changes'>>;

export function ok(name: StepName, finding: string, details: Details = {}): Step {
  return { name, status: 'ok', finding, ...details };
}

export function failed(name: StepName, finding: string, details: Details = {}): Step {
  return { name, status: 'failed', finding, ...details };
}

export function skipped(name: StepName, finding: string, details: Details = {}): Step {
  return { name, status: 'skipped', finding, ...details };
}

/** The step that a read which failed makes. Throws what is no {@link Failure}. */
export function failedRead(name: StepName, error: unknown, on?: string): Step {
  if (!isFailure(error)) throw error;
  const { code, cure } = error;
  const isSilent = error.cause instanceof OperationTimeoutError && !error.cause.isSlow;
  const message = cure === undefined ? error.message : error.message.replace(`; ${cure}`, '');
  return {
    ...failed(name, message, { on, hint: cure ?? (isSilent ? SILENT : READ_HINTS[code]) }),
    isQuoted: true,
  };
}

const READ_HINTS: Readonly<Record<string, string>> = {
  directory_refused: 'bind: give this account the right to search here, or bind as another',
  directory_incomplete:
    'urls: ask a server that holds all of this; where it refers to others that you do not need, referrals: ignore',
  directory_timeout:
    'limits.search: give the server more time for one search, or let it index what is searched; or restart it, where it answers nothing any more',
  directory_unavailable: 'urls: the server ended the connection, or answers no more; its own log may say why',
};
