/**
 * The way to one server, step by step: DNS, TCP, TLS, bind. Each connection is made for one step and ended with it; a
 * bind is sent once, and never where anything before it is not as the config demands.
 */
import { isIP, type Socket } from 'node:net';
import { within } from '../../deadline.ts';
import { OperationTimeoutError } from '../../directory/ldap/silence.ts';
import { openSocket } from '../../directory/ldap/transport.ts';
import type {
  DirectoryLimits,
  LdapBind,
  LdapSettings,
  LdapTls,
  LdapUrl,
} from '../../directory/settings/settings.ts';
import { abortedAfter, type Instruments } from '../instruments.ts';
import { failed, ok, type Step, skipped } from '../step.ts';
import { refusalOf } from './bind-refusal.ts';
import { shownCertificate } from './certificates.ts';
import { type Offer, offerOf } from './offers.ts';

export interface Reaching {
  readonly steps: readonly Step[];
  readonly end: 'bound' | 'refused' | 'unreachable';
  /** What the host has in place of what was asked for. */
  readonly offer?: Offer | undefined;
}

type Limits = Pick<DirectoryLimits, 'connect'>;

/**
 * Takes the way until it ends.
 * @param mayTurn whether an offer may switch StartTLS on or off
 */
export async function reach(
  url: LdapUrl,
  { tls, bind }: Pick<LdapSettings, 'tls' | 'bind'>,
  { connect: limit }: Limits,
  instruments: Instruments,
  mayTurn: boolean,
): Promise<Reaching> {
  const steps: Step[] = [];
  const stopped = (step: Step, offer?: Offer): Reaching => {
    const details = offer === undefined ? {} : { hint: `urls: ${inWords(offer)} answers there` };
    return { steps: [...steps, { ...step, ...details }], end: 'unreachable', offer };
  };
  const offered = () => offerOf(url, tls, limit, mayTurn);

  const { step: named, addresses } = await resolve(url, limit, instruments);
  if (named.status === 'failed') return stopped(named);
  steps.push(named);
  const reached = await touch(url, addresses, limit);
  if (reached.status === 'failed') return stopped(reached, await offered());
  steps.push(reached);
  const secured = await secure(url, tls, limit);
  if ('step' in secured) return stopped(secured.step, secured.isOtherProtocol ? await offered() : undefined);
  steps.push(secured.ok);
  const { step, end } = await bindOnce(secured.socket, url, tls, bind, limit, instruments);
  if (end === 'unreachable' && url.scheme === 'ldap') return stopped(step, await offered());
  return { steps: [...steps, step], end };
}

function inWords({ url, startTls }: Offer): string {
  return startTls ? `write ${url.text} with tls: { starttls: yes }, which` : `write ${url.text}, which`;
}

async function resolve(
  { host, text }: LdapUrl,
  limit: number,
  { lookup }: Instruments,
): Promise<{ step: Step; addresses: readonly string[] }> {
  if (isIP(host) !== 0)
    return { step: skipped('dns', 'an address needs no DNS', { on: text }), addresses: [host] };
  try {
    const addresses = [...new Set(await within(limit, lookup(host)))];
    return { step: ok('dns', addresses.join(', '), { on: text }), addresses };
  } catch (error) {
    const code = codeOf(error);
    const finding =
      code === 'ENOTFOUND' || code === 'ENODATA'
        ? `DNS knows no address of ${host}`
        : `DNS does not answer for ${host}: ${messageOf(error)}`;
    const hint = `urls: correct the host, or let DNS know it; ask from this machine with: getent hosts ${host}`;
    return { step: failed('dns', finding, { on: text, hint }), addresses: [] };
  }
}

// Each address is a server to the service: which of them are dead is told, as nothing else would show it.
async function touch(url: LdapUrl, addresses: readonly string[], limit: number): Promise<Step> {
  const { host, port, text: on } = url;
  const touched = await Promise.allSettled(
    addresses.map(async (address) => {
      const at = { ...url, scheme: 'ldap', address } as const;
      const socket = await abortedAfter(limit, (signal) => openSocket(at, {}, signal));
      socket.destroy();
    }),
  );
  const [living, dead] = ['fulfilled', 'rejected'].map((status) =>
    addresses.filter((_, i) => touched[i]?.status === status).join(', '),
  );
  if (dead === '') return ok('tcp', `port ${port} takes connections`, { on });
  if (living !== '')
    return ok('tcp', `port ${port} takes connections at ${living}, and not at ${dead}`, { on });
  const error = touched.find((each) => each.status === 'rejected')?.reason;
  if (codeOf(error) === 'ECONNREFUSED') {
    const hint = `urls: correct the port or the host; no LDAP was found on port 636 or 389 of ${host} either`;
    return failed('tcp', `nobody listens on port ${port}`, { on, hint });
  }
  const hint = `urls: correct the host; or a firewall on the way drops what is sent to port ${port}`;
  return failed('tcp', `no connection to port ${port}: ${messageOf(error)}`, { on, hint });
}

type Secured =
  | { readonly ok: Step; readonly socket: Socket }
  | { readonly step: Step; readonly isOtherProtocol: boolean };

async function secure(url: LdapUrl, tls: LdapTls, limit: number): Promise<Secured> {
  const { text: on } = url;
  try {
    const socket = await abortedAfter(limit, (signal) => openSocket(url, tls, signal));
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
    return explainTls(error, url, tls, limit);
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

async function explainTls(error: unknown, url: LdapUrl, tls: LdapTls, limit: number): Promise<Secured> {
  const { text: on } = url;
  const code = codeOf(error) ?? '';
  const shown = await shownCertificate(url, tls, limit);
  const refuse = (finding: string, hint: string): Secured => ({
    step: failed('tls', finding, { on, hint }),
    isOtherProtocol: false,
  });
  if (shown === undefined) {
    const way = url.scheme === 'ldaps' ? 'TLS' : 'StartTLS';
    const hint = `urls: the port speaks no ${way}; correct the port, or how it is spoken to`;
    return {
      step: failed('tls', `port ${url.port} does not answer to ${way}: ${messageOf(error)}`, { on, hint }),
      isOtherProtocol: true,
    };
  }
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
      `the server's certificate is for ${names}, not for ${tls.serverName ?? url.host}`,
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
  const hint =
    tls.client === undefined
      ? 'tls.certificate: the server may ask for a client certificate; and it must speak TLS 1.2 or newer'
      : 'tls.certificate: the server may not accept this client certificate; and it must speak TLS 1.2 or newer';
  return refuse(`TLS failed: ${messageOf(error)}`, hint);
}

async function bindOnce(
  socket: Socket,
  url: LdapUrl,
  tls: LdapTls,
  bind: LdapBind,
  limit: number,
  { speak }: Instruments,
): Promise<{ step: Step; end: Reaching['end'] }> {
  const { text: on } = url;
  const connection = speak(socket, on);
  try {
    if (bind.kind === 'simple' && bind.password === '') {
      const hint =
        'bind.password: put a password there; without one a server takes the bind for an anonymous one';
      return {
        step: failed('bind', 'the password is empty, and was not sent', { on, hint }),
        end: 'refused',
      };
    }
    const result = await connection.bind(bind, limit);
    if (result.code === 0) return { step: ok('bind', `bound ${who(bind)}`, { on }), end: 'bound' };
    const { finding, hint } = refusalOf(result);
    return { step: failed('bind', `${who(bind)}: ${finding}`, { on, hint }), end: 'refused' };
  } catch (error) {
    return {
      step: failed('bind', `the bind got no answer: ${messageOf(error)}`, {
        on,
        hint: unansweredHint(error, url, tls),
      }),
      end: 'unreachable',
    };
  } finally {
    connection.retire();
  }
}

function unansweredHint(error: unknown, { scheme }: LdapUrl, tls: LdapTls): string {
  if (error instanceof OperationTimeoutError)
    return 'urls: the server takes connections and says nothing: restart it, or name another one; its own log may say more';
  if (scheme === 'ldap' && tls.startTls !== true)
    return 'urls: the port may speak no LDAP, or TLS alone; correct the port, or how it is spoken to';
  return tls.client === undefined
    ? 'tls.certificate: the server may demand a client certificate, and none is set'
    : 'tls.certificate: the server may not accept this client certificate';
}

function who(bind: LdapBind): string {
  switch (bind.kind) {
    case 'simple':
      return `as ${bind.dn}`;
    case 'external':
      return 'by client certificate (SASL EXTERNAL)';
    case 'anonymous':
      return 'anonymously';
  }
}

function codeOf(error: unknown): string | undefined {
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

// A host with several addresses gives an AggregateError, whose own message is empty.
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}
