/** What http/ is told about what it serves: endpoints and the callers that may ask. */
import type { PasswordHash } from '../password-hash.ts';
import type { UserInfo } from '../user-info/user-info.ts';

/** One who may ask, with the proofs that it must give. Any one of its passwords is enough. */
export interface Caller {
  /** The name in the config. */
  readonly name: string;
  /** The user of HTTP Basic. */
  readonly user: string;
  readonly passwords: readonly string[];
  readonly passwordHashes: readonly PasswordHash[];
}

/** One path with what it answers and who may ask for it. */
export interface ServedEndpoint {
  readonly path: string;
  /** Names of callers. */
  readonly callers: ReadonlySet<string>;
  /** Milliseconds within which a request must be answered. */
  readonly deadline: number;
  readonly userInfo: UserInfo;
}

/** All that is served at one moment: a reload replaces it as a whole. */
export interface Served {
  /** By path. */
  readonly endpoints: ReadonlyMap<string, ServedEndpoint>;
  readonly callers: CallerRecogniser;
}

/** Tells whose credentials these are. */
export interface CallerRecogniser {
  /**
   * The caller, or undefined where the credentials are wrong. Throws a Failure where that cannot be found out now.
   * @param address the socket's address, whose share of slow checks it is
   */
  recognise(credentials: Credentials, address: string): Promise<Caller | undefined>;
}

/** A user and the whole password that was sent, colons included. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}
