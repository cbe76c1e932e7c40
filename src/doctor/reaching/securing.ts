/**
 * The encryption of one connection, and why there is none: a server that says nothing, one that hangs up, one that
 * speaks something else, a certificate that is not trusted.
 */
import type { Socket } from 'node:net';
import { type Endpoint, openSocket } from '../../directory/ldap/transport.ts';
import type { LdapTls, LdapUrl } from '../../directory/settings/settings.ts';
import { abortedAfter, SilenceError } from '../instruments.ts';
import { failed, ok, type Step, skipped } from '../step.ts';
import { type Address, SILENT } from './address.ts';
import { shownCertificate } from './certificates.ts';
import { codeOf, isClosed, messageOf } from './network-errors.ts';

export type Secured =
  | { readonly ok: Step; readonly socket: Socket }
  | { readonly step: Step; readonly isOtherProtocol: boolean };

/** Connects, and encrypts where the config demands it; the socket is then the caller's to end. */
export async function secure(
  { url, address, text: on }: Address,
  tls: LdapTls,
  limit: number,
): Promise<Secured> {
  const at = { ...url, address };
  try {
    const socket = await abortedAfter(limit, (signal) => openSocket(at, tls, signal));
    if (url.scheme === 'ldap' && tls.startTls !== true) {
      const hint =
        'urls: write ldaps://, or tls: { starttls: yes }; the bind password goes over the line as it is';
      return { ok: skipped('tls', 'not encrypted (plaintext: yes)', { on, hint }), socket };
    }
    const trust = tls.ca === undefined ? 'by an authority of the system' : 'by an authority in tls.ca';
    const way = url.scheme === 'ldaps' ? 'TLS' : 'StartTLS';
    return {
      ok: ok('tls', `${way}, the certificate is for ${tls.serverName ?? url.host}, signed ${trust}`, { on }),
      socket,
    };
  } catch (error) {
    return explainTls(error, at, on, tls, limit);
  }
}

const DISTRUST: ReadonlySet<string> = new Set([
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'INVALID_CA',
]);

// An alert, or a version that is too old: TLS all the same.
const SPOKEN = /_ALERT_|^ERR_SSL_UNSUPPORTED_PROTOCOL$/;

async function explainTls(
  error: unknown,
  at: Endpoint & LdapUrl,
  on: string,
  tls: LdapTls,
  limit: number,
): Promise<Secured> {
  const code = codeOf(error) ?? '';
  const refuse = (finding: string, hint: string): Secured => ({
    step: failed('tls', finding, { on, hint }),
    isOtherProtocol: false,
  });
  const refuseAll = () => {
    const hint =
      tls.client === undefined
        ? 'tls.certificate: the server may ask for a client certificate; and it must speak TLS 1.2 or newer'
        : 'tls.certificate: the server may not accept this client certificate; and it must speak TLS 1.2 or newer';
    return refuse(`TLS failed: ${messageOf(error)}`, hint);
  };
  if (SPOKEN.test(code)) return refuseAll();
  const shown = error instanceof SilenceError ? undefined : await shownCertificate(at, tls, limit);
  if (shown === undefined) return { step: withoutTls(error, at, on), isOtherProtocol: true };
  if (DISTRUST.has(code)) {
    const whom =
      tls.ca === undefined ? 'the system does not trust it' : 'the file in tls.ca does not hold it';
    return refuse(
      `the server's certificate is signed by ${shown.issuer}, and ${whom}`,
      `tls.ca: name a PEM file that holds the certificate of ${shown.issuer}, once you know that it is the right one`,
    );
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const names = shown.names.length === 0 ? 'no name' : shown.names.join(', ');
    return refuse(
      `the server's certificate is for ${names}, not for ${tls.serverName ?? at.host}`,
      'urls: write one of those names as the host; or tls.server_name, where it is the right server all the same',
    );
  }
  if (code === 'CERT_HAS_EXPIRED') {
    return refuse(
      `the server's certificate ended on ${shown.validTo}`,
      'urls: the server needs a new certificate',
    );
  }
  if (code === 'CERT_NOT_YET_VALID') {
    return refuse(
      "the server's certificate is not valid yet",
      "urls: this machine's clock, or the server's, is wrong",
    );
  }
  return refuseAll();
}

// It may have spoken TLS a minute ago: whether it says nothing, hangs up or says something else are three findings.
function withoutTls(error: unknown, { scheme, port }: LdapUrl, on: string): Step {
  const way = scheme === 'ldaps' ? 'TLS' : 'StartTLS';
  if (error instanceof SilenceError) {
    const hint = `${SILENT}; or correct the port, where it is for something else than ${way}`;
    return failed('tls', `port ${port} takes connections and says nothing to ${way}: ${error.message}`, {
      on,
      hint,
    });
  }
  if (isClosed(error)) {
    const hint = `urls: the port speaks no ${way}, or nothing stands behind it, as where it is a balancer's; correct the port, or start what is to answer there`;
    return failed('tls', `port ${port} takes connections and closes them at ${way}: ${messageOf(error)}`, {
      on,
      hint,
    });
  }
  const hint = `urls: the port speaks no ${way}; correct the port, or how it is spoken to`;
  return failed('tls', `port ${port} answers, but not to ${way}: ${messageOf(error)}`, { on, hint });
}
