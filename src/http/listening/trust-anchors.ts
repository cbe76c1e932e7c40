/**
 * The authorities that vouch for client certificates: which of them stands at the end of a connection's chain, so that a
 * connection stays when others come beside it, or go. What a certificate proves is callers/' matter.
 */
import { X509Certificate } from 'node:crypto';
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';

/** SHA-256 fingerprints, as Node prints them. */
export type TrustAnchors = ReadonlySet<string>;

const CERTIFICATE = /-----BEGIN ([A-Z0-9 ]*CERTIFICATE)-----[\s\S]*?-----END \1-----/g;

/** Of PEM that was checked; none where there is none. */
export function trustAnchorsIn(pem: string | undefined): TrustAnchors {
  const blocks = pem?.match(CERTIFICATE) ?? [];
  return new Set(blocks.map((block) => new X509Certificate(block).fingerprint256));
}

/**
 * Whether the connection shows a certificate, and one of these ends the chain by which it was found right; then the same
 * chain is right under them.
 */
export function isVouchedFor(socket: TLSSocket, anchors: TrustAnchors): boolean {
  if (!socket.authorized) return false;
  // Null, whatever Node's types say, once the connection is being closed.
  let last: DetailedPeerCertificate | null = socket.getPeerCertificate(true);
  const seen = new Set<DetailedPeerCertificate>();
  // The last one is its own issuer. Of a session that was resumed the chain may be cut short: then none is found.
  while (last?.issuerCertificate !== undefined && !seen.has(last)) {
    seen.add(last);
    last = last.issuerCertificate;
  }
  return last !== null && anchors.has(last.fingerprint256);
}
