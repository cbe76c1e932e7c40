/**
 * Who gives these proofs: the one caller whose every proof is there and right. Whether a password is right is
 * passwords.ts's; whether a certificate counts at all is client-certificate.ts's.
 */
import { type CertificateTest, certificateTest, type ShownCertificate } from '../../caller-certificate.ts';
import type { Attempt, Caller, CallerRecogniser, Proofs } from '../served.ts';
import { CallerPasswords } from './passwords.ts';

/** The callers of one config. */
export class KnownCallers implements CallerRecogniser {
  readonly #byUser: ReadonlyMap<string, Caller>;
  readonly #passwords: CallerPasswords;
  readonly #tests: readonly { readonly caller: Caller; readonly test: CertificateTest }[];

  constructor(callers: readonly Caller[]) {
    this.#byUser = new Map(
      callers.filter(givesPassword).map((caller) => [caller.user.normalize('NFC'), caller]),
    );
    this.#passwords = new CallerPasswords(callers);
    this.#tests = callers.flatMap((caller) =>
      caller.certificate === undefined ? [] : [{ caller, test: certificateTest(caller.certificate) }],
    );
  }

  /**
   * A certificate that is no caller's proves nothing and contradicts nothing: many clients send theirs to every server.
   * One that is a caller's must be the same caller's as the password.
   *
   * An unknown user is told no sooner than a wrong password, nor who lacks the certificate that is needed too: the
   * one would tell who is known, the other which password is right.
   */
  async recognise({ credentials, certificate }: Proofs, from: Attempt): Promise<Caller | undefined> {
    const owners = this.#ownersOf(certificate);
    if (credentials === undefined) {
      const [caller, ...others] = owners.filter((owner) => !givesPassword(owner));
      return others.length === 0 ? caller : undefined;
    }
    const { user, password } = credentials;
    const caller = this.#byUser.get(user.normalize('NFC'));
    const isLookedAt =
      caller !== undefined &&
      (owners.includes(caller) || (caller.certificate === undefined && owners.length === 0));
    const isRight = isLookedAt
      ? await this.#passwords.prove(caller, password, from)
      : await this.#passwords.refuse(user, password, from);
    return isRight ? caller : undefined;
  }

  anyByPassword(names: ReadonlySet<string>): boolean {
    return [...this.#byUser.values()].some(({ name }) => names.has(name));
  }

  #ownersOf(certificate: ShownCertificate | undefined): Caller[] {
    if (certificate === undefined) return [];
    return this.#tests.filter(({ test }) => test.passes(certificate)).map(({ caller }) => caller);
  }
}

function givesPassword({ passwords, passwordHashes }: Caller): boolean {
  return passwords.length > 0 || passwordHashes.length > 0;
}
