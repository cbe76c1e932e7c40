/**
 * Certificates and private keys in PEM, checked before anything is served or connected with them. Verifying peers
 * belongs to TLS itself.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';

const CERTIFICATE =
  /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[\s\S]*?-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;
const PRIVATE_KEY = /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/;

/** Whether a text that should be a path is PEM itself. */
export function looksLikePem(text: string): boolean {
  return text.includes('-----BEGIN');
}

/** The certificates, at least one. Throws an Error whose message says what the file is in place of that. */
export function parseCertificates(text: string): X509Certificate[] {
  const blocks = text.match(CERTIFICATE) ?? [];
  if (blocks.length === 0) {
    throw new Error(
      PRIVATE_KEY.test(text)
        ? 'it holds a private key and no certificate'
        : 'it holds no PEM certificate (-----BEGIN CERTIFICATE-----)',
    );
  }
  return blocks.map((block, i) => {
    try {
      return new X509Certificate(block);
    } catch {
      throw new Error(`certificate ${i + 1} of ${blocks.length} in it is damaged`);
    }
  });
}

/** The private key. Throws an Error whose message repeats nothing of the file. */
export function parsePrivateKey(text: string): KeyObject {
  if (!PRIVATE_KEY.test(text)) throw new Error('it holds no PEM private key (-----BEGIN PRIVATE KEY-----)');
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(text)) {
    throw new Error('the key is encrypted; write it without a passphrase: openssl pkey -in OLD -out NEW');
  }
  try {
    return createPrivateKey(text);
  } catch {
    throw new Error('the private key in it is damaged, or of an unknown kind');
  }
}
