/** What http/ is told about what it serves: endpoints and the callers that may ask. */
import type { CertificateDemand, ShownCertificate } from '../caller-certificate.ts';
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
  /** What its certificate must show; where it has passwords as well, both proofs are needed. */
  readonly certificate: CertificateDemand | undefined;
}

/** One path with what it answers and who may ask for it. */
export interface ServedEndpoint {
  readonly path: string;
  /** Names of callers. */
  readonly callers: ReadonlySet<string>;
  /** Milliseconds within which a request must be answered. */
  readonly deadline: number;
  readonly userInfo: Pick<UserInfo, 'answer' | 'keep' | 'hit'>;
  /** What tells one text of its mapping from another, for the audit. */
  readonly revision?: string;
}

/** All that is served at one moment: a reload replaces it as a whole. */
export interface Served {
  /** By path. */
  readonly endpoints: ReadonlyMap<string, ServedEndpoint>;
  readonly callers: CallerRecogniser;
}

/** Tells whose proofs these are. */
export interface CallerRecogniser {
  /**
   * The caller, or undefined where a proof is wrong, one that the caller must give is missing, or they are not all
   * one caller's. Throws a Failure where that cannot be found out now.
   */
  recognise(proofs: Proofs, from: Attempt): Promise<Caller | undefined>;
  /** Whether one of these callers, by name, gives a password. */
  anyByPassword(names: ReadonlySet<string>): boolean;
}

/** Where proofs come from, as far as it decides when they are looked at. */
export interface Attempt {
  /** The socket's. */
  readonly address: string;
  /** The socket. */
  readonly connection: object;
  /** Whether nobody waits at its other end any more. */
  isGone(): boolean;
  /**
   * Whether the address has given more wrong proofs than it may, or would have.
   * @param pending how many of its proofs may turn out wrong yet, this one among them
   */
  isBeyondLimit(pending: number): Promise<boolean>;
}

/** What one request brought to prove who asks. */
export interface Proofs {
  readonly credentials: Credentials | undefined;
  /** One that an authority of ours vouches for, and that is valid now. */
  readonly certificate: ShownCertificate | undefined;
}

/** A user and the whole password that was sent, colons included. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}
