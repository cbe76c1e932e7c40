/** Settings for the directory of test/directories/people.ldif, and the clock and deadlines that tests use. */
import { readFileSync } from 'node:fs';
import { type Clock, Deadline } from '../../src/deadline.ts';
import type { Directory } from '../../src/directory/directory.ts';
import { BoundedSource } from '../../src/directory/entries/bulkhead.ts';
import { EntryDirectory } from '../../src/directory/entry-directory.ts';
import { LdapSource } from '../../src/directory/ldap/ldap-source.ts';
import { type Network, systemNetwork } from '../../src/directory/ldap/servers/resolution.ts';
import { LdifSource } from '../../src/directory/ldif/ldif-source.ts';
import type {
  DirectorySettings,
  LdapSettings,
  LdapUrl,
  LdifSettings,
} from '../../src/directory/settings/settings.ts';
import type { DomainDirectory } from '../../src/directory/sids/sid-domains.ts';
import type { Person } from '../../src/person.ts';
import type { Ds389 } from '../directories/389ds.ts';
import { LOOKUP_DN, LOOKUP_PASSWORD, PEOPLE_LDIF, type Slapd } from '../directories/slapd.ts';

export const PEOPLE = 'ou=people,dc=example,dc=test';
export const GROUPS = 'ou=groups,dc=example,dc=test';

/** Settings without their source. */
export type Overrides = Partial<Omit<DirectorySettings, 'memberships' | 'users' | 'limits' | 'source'>> & {
  readonly users?: Partial<DirectorySettings['users']>;
  readonly memberships?: Partial<DirectorySettings['memberships']>;
  readonly limits?: Partial<DirectorySettings['limits']>;
};

/** A whole DirectorySettings: memberOf, nested, one base. */
export function exampleSettings(
  source: LdapSettings | LdifSettings,
  { users, memberships, limits, ...others }: Overrides = {},
): DirectorySettings {
  return {
    name: 'example',
    vendor: 'openldap',
    source,
    accounts: { disabled: 'empty', expired: 'empty', locked: 'ignore' },
    referrals: 'error',
    ...others,
    users: {
      bases: [PEOPLE],
      ...(users?.filter === undefined ? { attribute: 'uid' } : {}),
      userids: ['<name>@example.test', '<name>'],
      unknown: 'not_found',
      ...users,
    },
    memberships: {
      from: ['attribute'],
      nested: true,
      attribute: 'memberOf',
      base: GROUPS,
      filter: '(|(member=<dn>)(uniqueMember=<dn>)(memberUid=<uid>))',
      uidAttribute: 'uid',
      limits: { groups: 1000, depth: 32 },
      ...memberships,
    },
    limits: {
      connections: 2,
      concurrent: 64,
      queue: 1000,
      connect: 60_000,
      search: 200_000,
      idle: 60_000,
      age: 600_000,
      entries: 100_000,
      octets: 64 * 2 ** 20,
      ...limits,
    },
  };
}

/** The source of people.ldif, with further LDIF after it. */
export function ldifSource(more = ''): LdifSettings {
  return { kind: 'ldif', file: PEOPLE_LDIF, text: `${readFileSync(PEOPLE_LDIF, 'utf8')}\n${more}` };
}

/** How the lookup account reaches a slapd. */
export function slapdSource(
  slapd: Slapd,
  scheme: 'ldap' | 'ldaps' = 'ldap',
  others: Partial<LdapSettings> = {},
): LdapSettings {
  return {
    kind: 'ldap',
    urls: [ldapUrl(scheme, scheme === 'ldap' ? slapd.port : slapd.securePort)],
    tls: { ca: slapd.certificates.ca },
    bind: { kind: 'simple', dn: LOOKUP_DN, password: LOOKUP_PASSWORD },
    ...others,
  };
}

/** How the lookup account reaches a 389 Directory Server. */
export function ds389Source(ds: Ds389, scheme: 'ldap' | 'ldaps' = 'ldap'): LdapSettings {
  return {
    kind: 'ldap',
    urls: [ldapUrl(scheme, scheme === 'ldap' ? ds.port : ds.securePort)],
    tls: { ca: ds.certificates.ca },
    bind: { kind: 'simple', dn: LOOKUP_DN, password: LOOKUP_PASSWORD },
  };
}

/** A server on 127.0.0.1. */
export function ldapUrl(scheme: 'ldap' | 'ldaps', port: number): LdapUrl {
  return { scheme, host: '127.0.0.1', port, text: `${scheme}://127.0.0.1:${port}` };
}

/** The directory of these settings, wired as the composition root does. */
export function openDirectory(
  settings: DirectorySettings,
  {
    attributes = [],
    clock = realClock,
    network,
    fresh = 0,
    identities = false,
    beside = () => [],
  }: {
    attributes?: readonly string[];
    clock?: Clock;
    network?: Partial<Network>;
    fresh?: number;
    identities?: boolean;
    beside?: () => readonly DomainDirectory[];
  } = {},
): EntryDirectory {
  const source =
    settings.source.kind === 'ldif'
      ? new LdifSource(settings, settings.source.text)
      : new BoundedSource(
          new LdapSource(settings, settings.source, clock, { ...systemNetwork(), ...network }),
          settings.limits,
        );
  return new EntryDirectory(settings, source, attributes, clock, { fresh, identities, beside });
}

export const realClock: Clock = { now: () => performance.now() };

/** So many milliseconds from now; enough for any machine where no number is given. */
export function within(milliseconds = 250_000): Deadline {
  return new Deadline(realClock, milliseconds);
}

/** Whom the directory has for this user id, which it must take. */
export async function findPerson(
  directory: Pick<Directory, 'ask'> | undefined,
  userid: string,
  deadline: Deadline,
): Promise<Person | undefined> {
  const question = directory?.ask(userid);
  if (question === undefined) throw new Error(`no pattern of userids takes ${userid}`);
  return question.find(deadline);
}
