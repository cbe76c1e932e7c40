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
   * That an unknown user is told sooner than a wrong password gives nothing away: callers' names are no secret, and a
   * slow check for anybody's guess would be a lever.
   */
  async recognise({ credentials, certificate }: Proofs, from: Attempt): Promise<Caller | undefined> {
    const owners = this.#ownersOf(certificate);
    if (credentials === undefined) {
      const [caller, ...others] = owners.filter((owner) => !givesPassword(owner));
      return others.length === 0 ? caller : undefined;
    }
    const caller = this.#byUser.get(credentials.user.normalize('NFC'));
    if (caller === undefined) return undefined;
    const bothOfOne = owners.includes(caller) || (caller.certificate === undefined && owners.length === 0);
    // Asked only then: whoever lacks the certificate must not learn whether the password is right.
    return bothOfOne && (await this.#passwords.prove(caller, credentials.password, from))
      ? caller
      : undefined;
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
