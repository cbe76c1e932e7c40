/**
 * The way to one server, step by step: DNS, TCP, TLS, bind, the last two at each of its addresses. Each connection is
 * made for one step and ended with it; a bind is sent once, and never where anything before it is not as configured.
 */
import { isIP } from 'node:net';
import { within } from '../../deadline.ts';
import { openSocket } from '../../directory/ldap/transport.ts';
import type { DirectoryLimits, LdapSettings, LdapUrl } from '../../directory/settings/settings.ts';
import { abortedAfter, type Instruments } from '../instruments.ts';
import { failed, ok, type Step, skipped } from '../step.ts';
import { type Address, addressesOf } from './address.ts';
import { bindOnce } from './binding.ts';
import { codeOf, messageOf } from './network-errors.ts';
import { type Offer, offerOf } from './offers.ts';
import { secure } from './securing.ts';

export interface Reaching {
  readonly steps: readonly Step[];
  /** The first address that was bound at. */
  readonly bound: Address | undefined;
  /** Whether one refused the bind, so that it is not sent again. */
  readonly isRefused: boolean;
  /** Those that no help comes from, as texts of addresses, or of the server where it has none that answers. */
  readonly lost: readonly string[];
  /** What the host has in place of what was asked for. */
  readonly offer?: Offer | undefined;
}

type Limits = Pick<DirectoryLimits, 'connect'>;
type Way = Pick<LdapSettings, 'tls' | 'bind'>;

// A domain's name has the addresses of all its controllers.
const MOST_ADDRESSES = 5;
const NOT_SENT_AGAIN = 'not tried: a refused password is not sent again';

/** The step of a server that comes after one that refused the bind. */
export function notSentAgain(on: string): Step {
  return skipped('bind', NOT_SENT_AGAIN, { on });
}

/**
 * Takes the way until it ends.
 * @param mayTurn whether an offer may switch StartTLS on or off
 */
export async function reach(
  url: LdapUrl,
  way: Way,
  { connect: limit }: Limits,
  instruments: Instruments,
  mayTurn: boolean,
): Promise<Reaching> {
  const nowhere = { bound: undefined, isRefused: false, lost: [url.text] };
  const offered = () => offerOf(url, way.tls, limit, mayTurn);

  const { step: named, addresses } = await resolve(url, limit, instruments);
  if (named.status === 'failed') return { ...nowhere, steps: [named] };
  const { step: touched, living, dead } = await touch(url, addresses, limit);
  if (touched.status === 'failed') {
    const offer = await offered();
    return { ...nowhere, steps: [named, withOffer(touched, offer)], offer };
  }
  const steps = [named, touched];
  const lost = dead.map(({ text }) => text);
  let bound: Address | undefined;
  let isRefused = false;
  let mayOffer = false;
  for (const address of living.slice(0, MOST_ADDRESSES)) {
    if (isRefused) {
      steps.push(notSentAgain(address.text));
      continue;
    }
    const visit = await visitAt(address, way, limit, instruments);
    steps.push(...visit.steps);
    if (visit.end === 'bound') bound ??= address;
    else lost.push(address.text);
    if (visit.end === 'refused') isRefused = true;
    mayOffer ||= visit.isOtherProtocol;
  }
  const reaching = { bound, isRefused, lost };
  if (bound !== undefined || isRefused || !mayOffer) return { ...reaching, steps };
  const offer = await offered();
  return {
    ...reaching,
    steps: [...steps.slice(0, -1), ...steps.slice(-1).map((step) => withOffer(step, offer))],
    offer,
  };
}

interface Visit {
  readonly steps: readonly Step[];
  readonly end: 'bound' | 'refused' | 'unreachable';
  /** Whether the host may be spoken to in another way. */
  readonly isOtherProtocol: boolean;
}

async function visitAt(
  address: Address,
  { tls, bind }: Way,
  limit: number,
  instruments: Instruments,
): Promise<Visit> {
  const secured = await secure(address, tls, limit);
  if ('step' in secured)
    return { steps: [secured.step], end: 'unreachable', isOtherProtocol: secured.isOtherProtocol };
  const { step, end } = await bindOnce(secured.socket, address, tls, bind, limit, instruments);
  const isOtherProtocol = end === 'unreachable' && address.url.scheme === 'ldap';
  return { steps: [secured.ok, step], end, isOtherProtocol };
}

function withOffer(step: Step, offer: Offer | undefined): Step {
  return offer === undefined ? step : { ...step, hint: `urls: ${inWords(offer)} answers there` };
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
async function touch(
  url: LdapUrl,
  addresses: readonly string[],
  limit: number,
): Promise<{ step: Step; living: readonly Address[]; dead: readonly Address[] }> {
  const { host, port, text: on } = url;
  const all = addressesOf(url, addresses);
  const touched = await Promise.allSettled(
    all.map(async ({ address }) => {
      const at = { ...url, scheme: 'ldap', address } as const;
      const socket = await abortedAfter(limit, (signal) => openSocket(at, {}, signal));
      socket.destroy();
    }),
  );
  const [living = [], dead = []] = ['fulfilled', 'rejected'].map((status) =>
    all.filter((_, i) => touched[i]?.status === status),
  );
  const found = (step: Step) => ({ step, living, dead });
  if (dead.length === 0) return found(ok('tcp', `port ${port} takes connections`, { on }));
  if (living.length > 0) {
    const [at, notAt] = [living, dead].map((some) => some.map(({ address }) => address).join(', '));
    return found(ok('tcp', `port ${port} takes connections at ${at}, and not at ${notAt}`, { on }));
  }
  const error = touched.find((each) => each.status === 'rejected')?.reason;
  if (codeOf(error) === 'ECONNREFUSED') {
    const hint = `urls: correct the port or the host, or start the server; no LDAP was found on port 636 or 389 of ${host} either`;
    return found(failed('tcp', `nobody listens on port ${port}`, { on, hint }));
  }
  const hint = `urls: correct the host; or a firewall on the way drops what is sent to port ${port}`;
  return found(failed('tcp', `no connection to port ${port}: ${messageOf(error)}`, { on, hint }));
}
