/** The faults, and at which moments each can happen: a cell that makes no sense says why. */
import { SUCCESS } from '../../src/directory/entries/ldap-result.ts';
import type { Act, FaultyProxy } from './faulty-proxy.ts';
import type { Moment } from './moments.ts';

/** The first server of a cell, as its fault can get at it. */
export interface Afflicted {
  readonly proxy: FaultyProxy;
  /** A server like the others, under a certificate with another name. */
  readonly stranger: FaultyProxy;
  /** Where the directory lives after it has moved. */
  readonly newHome: FaultyProxy;
  /** Says at which host and port DNS names the server; undefined for none. */
  name(host: string | undefined, port?: number): void;
}

interface Titled {
  readonly title: string;
}

export type Fault = Titled &
  (
    | { readonly kind: 'network' | 'tls'; readonly byName: boolean; begin(afflicted: Afflicted): void }
    | { readonly kind: 'wire'; readonly act: Act }
    | { readonly kind: 'bind' | 'search'; readonly act: Act }
    | { readonly kind: 'killed' | 'stopped' | 'full' }
  );

/** Of loopback's own broadcast: TCP has no route there, and nothing leaves the machine. */
const WITHOUT_ROUTE = '127.255.255.255';

const BIND_RESULTS = [
  [49, 'invalidCredentials'],
  [48, 'inappropriateAuthentication'],
  [53, 'unwillingToPerform'],
  [51, 'busy'],
  [52, 'unavailable'],
  [80, 'other'],
] as const;

const SEARCH_RESULTS = [
  [1, 'operationsError'],
  [3, 'timeLimitExceeded'],
  [4, 'sizeLimitExceeded'],
  [10, 'referral'],
  [11, 'adminLimitExceeded'],
  [50, 'insufficientAccessRights'],
  [51, 'busy'],
  [52, 'unavailable'],
  [53, 'unwillingToPerform'],
  [80, 'other'],
] as const;

const result = (code: number): Act => ({ kind: 'result', code });

export const FAULTS: readonly Fault[] = [
  { title: 'refused', kind: 'network', byName: false, begin: ({ proxy }) => proxy.refuse() },
  { title: 'no route', kind: 'network', byName: true, begin: ({ name }) => name(WITHOUT_ROUTE) },
  { title: 'reset', kind: 'wire', act: { kind: 'reset' } },
  { title: 'half-close', kind: 'wire', act: { kind: 'half-close' } },
  { title: 'stall', kind: 'wire', act: { kind: 'stall' } },
  { title: 'slow drip', kind: 'wire', act: { kind: 'drip' } },
  { title: 'garbage', kind: 'wire', act: { kind: 'garbage' } },
  { title: 'another protocol', kind: 'wire', act: { kind: 'protocol' } },
  { title: 'cut in a message', kind: 'wire', act: { kind: 'cut' } },
  {
    title: 'TLS failure: no version in common',
    kind: 'tls',
    byName: false,
    begin: ({ proxy }) => {
      proxy.isOld = true;
    },
  },
  ...(['expired', 'otherName', 'unknownIssuer'] as const).map((which): Fault => {
    const titles = { expired: 'expired', otherName: 'wrong name', unknownIssuer: 'unknown issuer' };
    return {
      title: `certificate: ${titles[which]}`,
      kind: 'tls',
      byName: false,
      begin: ({ proxy }) => {
        proxy.certificate = proxy.certificates[which];
      },
    };
  }),
  ...BIND_RESULTS.map(
    ([code, name]): Fault => ({ title: `bind: ${code} ${name}`, kind: 'bind', act: result(code) }),
  ),
  ...SEARCH_RESULTS.map(
    ([code, name]): Fault => ({ title: `search: ${code} ${name}`, kind: 'search', act: result(code) }),
  ),
  { title: 'server killed', kind: 'killed' },
  { title: 'server stopped (SIGSTOP)', kind: 'stopped' },
  { title: 'disk full at the server', kind: 'full' },
  { title: 'DNS gone', kind: 'network', byName: true, begin: ({ name }) => name(undefined) },
  {
    title: 'DNS answers the address of a stranger',
    kind: 'network',
    byName: true,
    begin: ({ name, stranger }) => name('127.0.0.1', stranger.port),
  },
  {
    title: 'DNS answers another address: the server moved',
    kind: 'network',
    byName: true,
    begin: ({ name, proxy, newHome }) => {
      name('127.0.0.1', newHome.port);
      proxy.refuse();
    },
  },
];

/** Why a cell makes no sense. */
export const REASONS = {
  a: 'it keeps a connection from coming about, and here there is one: *connect*, and *at rest* for a connection that is lost',
  b: 'it comes to light in the handshake: *TLS*, and *at rest* for a connection that is lost',
  c: 'a server answers a bind with it: *bind*, and *at rest* for a connection that is lost',
  d: 'a server answers a search with it, and none is asked yet',
  e: 'a server says nothing there that could be slow, or be cut',
  f: 'for who has no connection yet it is the address: nothing has gone wrong',
  g: 'not provoked at Samba, whose files lie on the disk of the machine; a search of tokenGroups writes nothing',
} as const;

export type Reason = keyof typeof REASONS;

/** Undefined where the cell makes sense. */
export function reasonAgainst(fault: Fault, moment: Moment): Reason | undefined {
  const isAnywhere = moment.during !== 'a request';
  switch (fault.kind) {
    case 'network':
      if (fault.title.endsWith('moved') && moment.place === 'connect') return 'f';
      return isAnywhere || moment.place === 'connect' ? undefined : 'a';
    case 'tls':
      return isAnywhere || moment.place === 'tls' ? undefined : 'b';
    case 'bind':
      return isAnywhere || moment.title === 'bind' ? undefined : 'c';
    case 'search':
      return moment.isSearch ? undefined : 'd';
    case 'wire':
      return moment.place === 'connect' && ['drip', 'cut'].includes(fault.act.kind) ? 'e' : undefined;
    case 'full':
      return moment.server === 'samba' ? 'g' : undefined;
    default:
      return undefined;
  }
}

/** Whether the service knows the server by a name, which DNS resolves. */
export function isByName(fault: Fault): boolean {
  return fault.kind === 'network' && fault.byName;
}

/** Whether the server speaks of the account, or of the question: no other server is asked then. */
export function isAnswer(fault: Fault): boolean {
  if (fault.kind !== 'bind' && fault.kind !== 'search') return false;
  const code = fault.act.kind === 'result' ? fault.act.code : SUCCESS;
  return fault.kind === 'bind' ? [48, 49].includes(code) : ![51, 52].includes(code);
}
