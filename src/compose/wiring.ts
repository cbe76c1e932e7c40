/**
 * What a setup becomes: its directories, endpoints and callers, wired to each other. What a reload may keep of an
 * earlier wiring is decided here; taking it into use, and ending what it replaces, is compose.ts.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import type { Clock } from '../deadline.ts';
import type { Directory } from '../directory/directory.ts';
import type { EntrySource } from '../directory/entries/entry-source.ts';
import { EntryDirectory } from '../directory/entry-directory.ts';
import { BindBackoff } from '../directory/ldap/bind-backoff.ts';
import type { ResourceForest } from '../directory/memberships/resource-forest.ts';
import type { GroupOptions } from '../directory/memberships/strategies.ts';
import type { DirectorySettings } from '../directory/settings/settings.ts';
import type { DomainDirectory } from '../directory/sids/sid-domains.ts';
import { KnownCallers } from '../http/callers/callers.ts';
import type { Served, ServedEndpoint } from '../http/served.ts';
import type { Mapping } from '../mapping/mapping.ts';
import { secretOf, showSamePeople } from '../reload/same-people.ts';
import type { Setup } from '../setup/setup.ts';
import type { PeopleCache } from '../user-info/cache.ts';
import { DirectoryLookup } from '../user-info/lookup.ts';
import { UserInfo } from '../user-info/user-info.ts';
import type { Viewed } from '../visibility/examination.ts';
import { type OpenedSource, openSource } from './directories.ts';
import { healthNewsOf, newsOf } from './directory-news.ts';

/** One configured directory, with what a reload may keep of it. */
export interface WiredDirectory {
  readonly settings: DirectorySettings;
  readonly source: EntrySource;
  readonly servers: OpenedSource['servers'];
  readonly directory: Directory & DomainDirectory & ResourceForest;
  /** What was read under one identity is good for all directories that have it. */
  readonly identity: string;
  /** Names in lower case. */
  readonly attributes: ReadonlySet<string>;
  readonly groupOptions: GroupOptions;
}

/** All that a setup becomes, and a reload replaces. */
export interface Wiring {
  readonly setup: Setup;
  readonly directories: ReadonlyMap<string, WiredDirectory>;
  readonly endpoints: ReadonlyMap<string, ServedEndpoint & { readonly userInfo: UserInfo }>;
  readonly callers: Served['callers'];
}

/** Makes one wiring after another of one service. */
export class Wirer {
  readonly #times: { readonly clock: Clock; readonly wallNow: () => number };
  readonly #people: PeopleCache;
  readonly #current: () => Wiring;
  readonly #log: Logger;
  readonly #backoffs = new Map<string, BindBackoff>();
  #lastIdentity = 0;

  /** @param current the wiring in use, whose directories know each other; asked once people are looked up */
  constructor(
    times: { readonly clock: Clock; readonly wallNow: () => number },
    people: PeopleCache,
    current: () => Wiring,
    log: Logger,
  ) {
    this.#times = times;
    this.#people = people;
    this.#current = current;
    this.#log = log;
  }

  /**
   * Wires a setup that was checked as a whole.
   * @param before what of it did not change stays: connections, the memory of refused binds, people who were read
   */
  wire(setup: Setup, before?: Wiring): Wiring {
    const { config, mappings, revisions } = setup;
    const { clock, wallNow } = this.#times;
    const directories = new Map<string, WiredDirectory>();
    for (const settings of config.directories.values()) {
      const { name, foreign = [] } = settings;
      // Those of this wiring: what is still being answered by it does not mix two.
      const forests = () =>
        foreign.map((forest) => found(directories.get(forest.name), forest.name).directory);
      directories.set(name, this.#wireDirectory(settings, setup, forests, before?.directories.get(name)));
    }
    const endpoints = config.endpoints.map((endpoint) => {
      const asked = endpoint.directories.map((name) => {
        const { settings, ...wired } = found(directories.get(name), name);
        const { identities } = wired.groupOptions;
        return { ...wired, identities, unknown: settings.users.unknown };
      });
      const mapping = found(mappings.get(endpoint.mapping.file), endpoint.mapping.shown);
      const { deadline } = endpoint;
      return {
        ...endpoint,
        callers: new Set(endpoint.callers),
        revision: found(revisions.get(endpoint.mapping.file), endpoint.mapping.shown),
        userInfo: new UserInfo(new DirectoryLookup(asked, () => clock.now()), this.#people, mapping, {
          clock,
          wallNow,
          deadline,
        }),
      };
    });
    const callers =
      before !== undefined && isDeepStrictEqual(before.setup.config.callers, config.callers)
        ? before.callers
        : new KnownCallers([...config.callers.values()]);
    return { setup, directories, endpoints: new Map(endpoints.map((each) => [each.path, each])), callers };
  }

  #wireDirectory(
    settings: DirectorySettings,
    setup: Setup,
    foreign: () => readonly ResourceForest[],
    before: WiredDirectory | undefined,
  ): WiredDirectory {
    const read = mappingsAsking(setup, settings.name);
    const attributes = read.flatMap((mapping) => mapping.attributes);
    const asked = new Set(attributes.map((attribute) => attribute.toLowerCase()));
    const identities = [...read, ...mappingsReadingGroupsOf(setup, settings.name)].some(
      ({ readsIdentities }) => readsIdentities,
    );
    const groupOptions = { fresh: setup.config.cache.fresh, identities };
    // Connections that are bound by another password of the account are as good as new ones.
    const isSame =
      before !== undefined && isDeepStrictEqual(withoutSecret(before.settings), withoutSecret(settings));
    if (
      isSame &&
      isDeepStrictEqual(before.settings, settings) &&
      isDeepStrictEqual(before.attributes, asked) &&
      isDeepStrictEqual(before.groupOptions, groupOptions)
    )
      return before;
    const { entries: source, servers } = isSame
      ? { entries: before.source, servers: before.servers }
      : this.#openSource(settings);
    const isSameView = before !== undefined && showSamePeople(before.settings, settings);
    return {
      settings,
      source,
      servers,
      directory: new EntryDirectory(
        settings,
        source,
        attributes,
        this.#times.clock,
        { ...groupOptions, beside: () => this.#beside(settings), foreign },
        healthNewsOf(settings.name, this.#log),
      ),
      identity: isSameView ? before.identity : String(++this.#lastIdentity),
      attributes: asked,
      groupOptions,
    };
  }

  #openSource(settings: DirectorySettings): OpenedSource {
    const news = newsOf(settings.name, this.#log);
    return openSource(settings, this.#times.clock, this.#backoffFor(settings), news);
  }

  #backoffFor(settings: DirectorySettings): BindBackoff {
    const secret = secretOf(settings);
    const backoff = this.#backoffs.get(secret ?? '') ?? new BindBackoff(this.#times.clock);
    if (secret !== undefined) this.#backoffs.set(secret, backoff);
    return backoff;
  }

  /**
   * Once this wiring is in use: directories that stay bind by its secrets from now on, refusals of others are forgotten, and
   * it is told whose people are not known any more.
   */
  settle(wiring: Wiring, before: Wiring): void {
    const used = secretsOf(wiring);
    for (const secret of [...this.#backoffs.keys()]) if (!used.has(secret)) this.#backoffs.delete(secret);
    for (const [name, { settings, source, servers, identity }] of wiring.directories) {
      const old = before.directories.get(name);
      if (old !== undefined && old.identity !== identity)
        this.#log.warn(
          { directory: name },
          'what was read of its people is forgotten: by the new settings they may be others',
        );
      if (old?.source !== source || secretOf(old.settings) === secretOf(settings)) continue;
      if (settings.source.kind !== 'ldap') continue;
      void servers?.useSecret(settings.source, this.#backoffFor(settings)).then((failure) => {
        if (failure === undefined) return;
        this.#log.warn(
          { directory: name, code: failure.code, reason: failure.message },
          'no connection is bound by the new password yet; those that are bound by the one before are used on',
        );
      });
    }
  }

  #beside({ beside = [] }: DirectorySettings): DomainDirectory[] {
    return beside.flatMap(({ name }) => this.#current().directories.get(name)?.directory ?? []);
  }
}

/** A line for each server that failed and is not back, and for each directory whose last bind was refused. */
export function troublesOf({ directories }: Wiring): string[] {
  return [...directories].flatMap(([name, { servers }]) => {
    const failed = (servers?.failed ?? []).map(
      ({ server, reason }) => `directory ${name}: ${server} failed, and is asked after the others: ${reason}`,
    );
    const reason = servers?.refusedBind;
    return reason === undefined
      ? failed
      : [...failed, `directory ${name}: the last bind was refused: ${reason}`];
  });
}

export function directoriesOf({ directories }: Wiring): Directory[] {
  return [...directories.values()].map(({ directory }) => directory);
}

/** Each endpoint's mapping with the directories that it asks. */
export function viewedBy({ setup: { config, mappings }, directories }: Wiring): Viewed[] {
  return config.endpoints.map((endpoint) => ({
    mapping: found(mappings.get(endpoint.mapping.file), endpoint.mapping.shown),
    directories: endpoint.directories.map((name) => found(directories.get(name), name).directory),
  }));
}

function secretsOf({ directories }: Wiring): ReadonlySet<string | undefined> {
  return new Set([...directories.values()].map(({ settings }) => secretOf(settings)));
}

/** The longest time that an endpoint gives a request, in milliseconds. */
export function longestDeadline({ endpoints }: Wiring): number {
  return Math.max(...[...endpoints.values()].map(({ deadline }) => deadline));
}

/** The mappings of all the endpoints that ask this directory: what was read of a person serves them all. */
function mappingsAsking({ config, mappings }: Setup, directory: string): Mapping[] {
  return config.endpoints
    .filter(({ directories }) => directories.includes(directory))
    .map(({ mapping }) => found(mappings.get(mapping.file), mapping.shown));
}

// The groups of a resource forest are read for those who ask for the people that it lists.
function mappingsReadingGroupsOf(setup: Setup, forest: string): Mapping[] {
  return [...setup.config.directories.values()]
    .filter(({ foreign = [] }) => foreign.some(({ name }) => name === forest))
    .flatMap(({ name }) => mappingsAsking(setup, name));
}

// The resource forests have sources of their own.
function withoutSecret({ foreign: _, source, ...settings }: DirectorySettings): DirectorySettings {
  const isByPassword = source.kind === 'ldap' && source.bind.kind === 'simple';
  if (!isByPassword) return { ...settings, source };
  return { ...settings, source: { ...source, bind: { ...source.bind, password: '' } } };
}

function found<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`the setup was not checked: ${name} is missing`);
  return value;
}
