/** The moments at which a fault can happen, in the order of a request: how each is told, and who is asked for there. */
import { PEOPLE_DN } from '../directories/samba-people.ts';
import { GROUPS, PEOPLE } from '../directory/example-settings.ts';
import type { Place } from './faulty-proxy.ts';
import { type AskedSearch, askedSearch, BIND_REQUEST, SEARCH_REQUEST } from './ldap-messages.ts';
import type { ServerKind } from './world.ts';

export interface Moment {
  readonly title: string;
  /** What is going on when the fault happens. */
  readonly during: 'a request' | 'rest' | 'a refresh' | 'a walk';
  readonly place: Place;
  /** Whether the service has a connection by then. */
  readonly isConnected: boolean;
  /** Whether the message there is a search. */
  readonly isSearch: boolean;
  readonly userid: string;
  readonly server: ServerKind;
  readonly startTls: boolean;
}

const IN_A_REQUEST = {
  during: 'a request',
  isConnected: true,
  isSearch: true,
  userid: 'ann',
  server: 'slapd',
  startTls: false,
} as const;

const asking =
  (isIt: (search: AskedSearch) => boolean): Place =>
  (message) => {
    const search = askedSearch(message);
    return search !== undefined && isIt(search);
  };

export const atBind: Place = ({ operation }) => operation === BIND_REQUEST;
export const atAnySearch: Place = ({ operation }) => operation === SEARCH_REQUEST;
const atPerson = asking(({ base, text }) => base === PEOPLE && text.includes('ann'));

/** Whose tokenGroups are read, and their DN. */
const TOKEN_OWNER = { userid: 'deep', dn: `CN=deep,${PEOPLE_DN}` };

export const MOMENTS: readonly Moment[] = [
  { ...IN_A_REQUEST, title: 'connect', place: 'connect', isConnected: false, isSearch: false },
  { ...IN_A_REQUEST, title: 'TLS', place: 'tls', isConnected: false, isSearch: false },
  {
    ...IN_A_REQUEST,
    title: 'StartTLS',
    place: 'starttls',
    isConnected: false,
    isSearch: false,
    startTls: true,
  },
  { ...IN_A_REQUEST, title: 'bind', place: atBind, isConnected: false, isSearch: false },
  { ...IN_A_REQUEST, title: 'person', place: atPerson },
  {
    ...IN_A_REQUEST,
    title: 'second page',
    server: 'paged',
    place: asking(
      ({ base, text, isFurtherPage }) => base === GROUPS && isFurtherPage && text.includes('uid=ann'),
    ),
  },
  {
    ...IN_A_REQUEST,
    title: 'groups',
    place: asking(({ base, text }) => base === GROUPS && text.includes('uid=ann')),
  },
  {
    ...IN_A_REQUEST,
    title: 'tokenGroups',
    server: 'samba',
    userid: TOKEN_OWNER.userid,
    place: asking(({ base, text }) => base === TOKEN_OWNER.dn && text.includes('tokenGroups')),
  },
  {
    ...IN_A_REQUEST,
    title: 'sentinel',
    userid: 'loner',
    place: asking(({ base, text }) => base === PEOPLE && text.includes('svc-probe')),
  },
  { ...IN_A_REQUEST, title: 'at rest', during: 'rest', place: atPerson },
  { ...IN_A_REQUEST, title: 'refresh', during: 'a refresh', place: atPerson },
  {
    ...IN_A_REQUEST,
    title: 'walk',
    server: 'paged',
    during: 'a walk',
    place: asking(({ base, isFurtherPage }) => base === PEOPLE && isFurtherPage),
  },
];
