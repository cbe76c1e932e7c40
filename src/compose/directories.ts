/**
 * Directories made of their settings: the sources of entries for the service, and whole directories for the commands
 * that need no service.
 */
import { setFlagsFromString } from 'node:v8';
import { type Clock, Deadline } from '../deadline.ts';
import type { Directory } from '../directory/directory.ts';
import { BoundedSource } from '../directory/entries/bulkhead.ts';
import type { EntrySource } from '../directory/entries/entry-source.ts';
import { EntryDirectory } from '../directory/entry-directory.ts';
import { BindBackoff } from '../directory/ldap/bind-backoff.ts';
import { LdapConnection } from '../directory/ldap/connection.ts';
import { LdapSource } from '../directory/ldap/ldap-source.ts';
import type { ServerNews } from '../directory/ldap/servers/news.ts';
import { systemNetwork } from '../directory/ldap/servers/resolution.ts';
import { LdifSource } from '../directory/ldif/ldif-source.ts';
import { savedPeopleSettings } from '../directory/ldif/saved-people.ts';
import type { DirectorySettings } from '../directory/settings/settings.ts';
import type { DomainDirectory } from '../directory/sids/sid-domains.ts';
import type { Instruments } from '../doctor/instruments.ts';
import type { Mapping } from '../mapping/mapping.ts';
import type { OpenPeople } from '../setup/mapping-tests.ts';
import { isSnapshot, SnapshotError } from '../snapshot/section.ts';
import { missingInSnapshot } from '../snapshot/sufficiency.ts';
import { systemClock } from './surroundings.ts';

// For one person of a file in memory.
const LDIF_WITHIN = 10_000;
// A walk over everybody leaves little behind and throws much away; V8 would let that grow to several times what is in
// use before it looks.
const COLLECT_EARLY = ['--heap-growing-percent=50', '--semi-space-growth-factor=1'];
// A doctor's connection is for one bind.
const UNUSED_WITHIN = 10_000;

/** People of an LDIF file that stands alone, for a mapping's tests. Throws an LdifError where it is none. */
export const composeLdifPeople: OpenPeople = (file, text, mapping) => {
  const problem = isSnapshot(text) ? faultOfSnapshot(file, text, mapping) : undefined;
  if (problem !== undefined) return { problem };
  const { attributes, readsIdentities } = mapping;
  const clock = systemClock();
  const settings = savedPeopleSettings(file, text);
  const groupOptions = { fresh: 0, identities: readsIdentities };
  const source = new LdifSource(settings, text);
  const directory = new EntryDirectory(settings, source, attributes, clock, groupOptions);
  return {
    find: async (userid) => directory.ask(userid)?.find(new Deadline(clock, LDIF_WITHIN)),
  };
};

// What was not saved looks absent, and a test would pass or fail for that.
function faultOfSnapshot(file: string, text: string, mapping: Mapping): string | undefined {
  try {
    const missing = missingInSnapshot(text, mapping);
    if (missing.length === 0) return undefined;
    return `${file} lacks ${missing.join(', ')}, which the mapping reads; take the snapshot again, with --mapping`;
  } catch (error) {
    if (!(error instanceof SnapshotError)) throw error;
    return `${file}: ${error.message}`;
  }
}

/** A directory, and what its people are to tell beside their login. */
export interface WholeDirectory {
  readonly settings: DirectorySettings;
  readonly attributes: readonly string[];
  /** Whether a mapping decides by SIDs or GUIDs of groups; else they are told where they can be read. */
  readonly readsIdentities: boolean;
}

/**
 * Directories to be read as a whole, apart from any service; their groups tell SIDs and GUIDs. They know each other, as
 * those of one endpoint do.
 */
export function composeDirectories(wanted: readonly WholeDirectory[], clock: Clock): readonly Directory[] {
  for (const flag of COLLECT_EARLY) setFlagsFromString(flag);
  const directories: EntryDirectory[] = wanted.map((each, i) => {
    const beside = () => directories.filter((_, other) => other !== i);
    return openWhole(each, clock, beside);
  });
  return directories;
}

/** What `doctor` looks at directories with. */
export function composeInstruments(): Instruments {
  const clock = systemClock();
  return {
    clock,
    ...systemNetwork(),
    speak: (socket, server) => new LdapConnection(socket, server, UNUSED_WITHIN),
    openSource: (settings) => openSource(settings, clock, new BindBackoff(clock)).entries,
    openDirectory: (settings) => openWhole({ settings, attributes: [], readsIdentities: false }, clock),
  };
}

// With its resource forests, of which nobody else knows: they are closed with it.
function openWhole(
  { settings, attributes, readsIdentities }: WholeDirectory,
  clock: Clock,
  beside: () => readonly DomainDirectory[] = () => [],
): EntryDirectory {
  const { entries: source } = openSource(settings, clock, new BindBackoff(clock));
  const forests = (settings.foreign ?? []).map((forest) =>
    openWhole({ settings: forest, attributes: [], readsIdentities }, clock),
  );
  const groupOptions = {
    fresh: 0,
    identities: true,
    identityIsOptional: !readsIdentities,
    beside,
    foreign: () => forests,
  };
  return new EntryDirectory(settings, closedWith(source, forests), attributes, clock, groupOptions);
}

function closedWith(source: EntrySource, others: readonly Pick<Directory, 'close'>[]): EntrySource {
  if (others.length === 0) return source;
  return {
    search: (search, deadline) => source.search(search, deadline),
    pages: (search, size) => source.pages(search, size),
    ignoresCase: (attribute) => source.ignoresCase(attribute),
    connect: (deadline) => source.connect(deadline),
    partitions: source.partitions?.bind(source),
    tryEach: source.tryEach?.bind(source),
    get bound() {
      return source.bound;
    },
    get refusesPages() {
      return source.refusesPages === true;
    },
    get wellSince() {
      return source.wellSince;
    },
    close: async () => {
      await Promise.all([source, ...others].map((each) => each.close()));
    },
  };
}

/** The entries of one directory, over LDAP never more at once than its limits allow; nothing is connected yet. */
export interface OpenedSource {
  readonly entries: EntrySource;
  /** Undefined for a file. */
  readonly servers: Pick<LdapSource, 'failed' | 'refusedBind' | 'useSecret'> | undefined;
}

/** @param backoff what is remembered of binds with its secret that were refused */
export function openSource(
  settings: DirectorySettings,
  clock: Clock,
  backoff: BindBackoff,
  news?: ServerNews,
): OpenedSource {
  const { source, limits } = settings;
  if (source.kind === 'ldif') return { entries: new LdifSource(settings, source.text), servers: undefined };
  const ldap = new LdapSource(settings, source, clock, systemNetwork(), backoff, news);
  return { entries: new BoundedSource(ldap, limits), servers: ldap };
}
