/**
 * The composition root: a setup becomes a wired service, and another setup takes its place in one step. The only file
 * that names concrete classes; everything else names what it needs in its constructor. Time, randomness and the network
 * come in here.
 */
import { randomUUID } from 'node:crypto';
import { lookup, resolveSrv } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import { type Clock, Deadline } from './deadline.ts';
import { BoundedSource } from './directory/bulkhead.ts';
import type { Directory } from './directory/directory.ts';
import { EntryDirectory } from './directory/entry-directory.ts';
import type { EntrySource } from './directory/entry-source.ts';
import { BindBackoff } from './directory/ldap/bind-backoff.ts';
import { LdapConnection } from './directory/ldap/connection.ts';
import { LdapSource } from './directory/ldap/ldap-source.ts';
import { LdifSource } from './directory/ldif/ldif-source.ts';
import { savedPeopleSettings } from './directory/ldif/saved-people.ts';
import type { DirectorySettings } from './directory/settings.ts';
import type { GroupOptions } from './directory/strategies.ts';
import type { Instruments } from './doctor/instruments.ts';
import { createAdminApp } from './http/admin.ts';
import { createApp } from './http/app.ts';
import { KnownCallers } from './http/callers.ts';
import type { Served, ServedEndpoint } from './http/served.ts';
import { type Listener, listen } from './http/server.ts';
import type { Mapping } from './mapping/mapping.ts';
import type { OpenPeople } from './mapping-tests.ts';
import { createLog } from './observe/log.ts';
import { Readiness } from './observe/readiness.ts';
import { requestLog } from './observe/request-log.ts';
import { type Reading, Reloader } from './reload/reloader.ts';
import { needsRestart, renewedTls } from './reload/restart.ts';
import { secretOf, showSamePeople } from './reload/same-people.ts';
import type { Setup } from './setup.ts';
import { PeopleCache } from './user-info/cache.ts';
import { DirectoryLookup, isKeyOfThese } from './user-info/lookup.ts';
import { UserInfo } from './user-info/user-info.ts';

/** What the service has from the world around it. */
export interface Surroundings {
  readonly clock: Clock;
  readonly log: Logger;
  readonly newRequestId: () => string;
  /** Milliseconds since 1970; the system's clock where it is not given. */
  readonly wallNow?: () => number;
}

/** The process's own clocks and randomness, and a log on standard error. */
export function systemSurroundings(logLevel: string): Surroundings {
  return { clock: { now: () => performance.now() }, log: createLog(logLevel), newRequestId: randomUUID };
}

/** A service that is wired; nothing is connected or listened to before it is asked. */
export interface Service {
  /** By the config's name. */
  readonly directories: ReadonlyMap<string, Directory>;
  /** By endpoint path. */
  readonly userInfo: ReadonlyMap<string, UserInfo>;
  /** Listens, and binds to the directories in the background. Resolves to the URL. Rejects where a port is taken. */
  start(): Promise<string>;
  /**
   * Serves by another setup from the next request on. What did not change stays: connections, the memory of refused
   * binds, people who were read. Throws, and changes nothing, where it cannot be taken into use; what only a restart
   * can change is logged and left as it was.
   */
  reload(setup: Setup): void;
  /** Notes that the files hold something that cannot be taken into use, or no longer do. */
  noteReload(refused: boolean): void;
  /**
   * Answers what came in, then ends everything.
   * @param linger milliseconds for which connections are still taken
   */
  stop(linger?: number): Promise<void>;
}

/** One configured directory, with what a reload may keep of it. */
interface WiredDirectory {
  readonly settings: DirectorySettings;
  readonly source: EntrySource;
  readonly directory: Directory;
  /** What was read under one identity is good for all directories that have it. */
  readonly identity: string;
  /** Names in lower case. */
  readonly attributes: ReadonlySet<string>;
  readonly groupOptions: GroupOptions;
}

/** All that a setup becomes, and a reload replaces. */
interface Wiring {
  readonly setup: Setup;
  readonly directories: ReadonlyMap<string, WiredDirectory>;
  readonly endpoints: ReadonlyMap<string, ServedEndpoint & { readonly userInfo: UserInfo }>;
  readonly callers: Served['callers'];
}

// For so many milliseconds after the service ceased to be ready it goes on as before, so that a balancer that has not
// noticed yet loses nothing.
const LINGER = 1000;
const DRAIN_MARGIN = 2000;
// For one person of a file in memory.
const LDIF_WITHIN = 10_000;
// A doctor's connection is for one bind.
const UNUSED_WITHIN = 10_000;
const RELOAD_TIMES = { rest: 250, poll: 5000 };

/** Wires a service from a setup that was checked as a whole. */
export function composeService(first: Setup, surroundings: Surroundings): Service {
  const { clock, log, newRequestId, wallNow = Date.now } = surroundings;
  const people = new PeopleCache(first.config.cache, clock, (error) => {
    const reason = error instanceof Error ? error.message : String(error);
    log.warn({ reason }, 'a refresh in the background failed; the answer stays as long as it is fresh');
  });
  const backoffs = new Map<string, BindBackoff>();
  let lastIdentity = 0;
  let wiring = wire(first);
  const readiness = new Readiness(directoriesOf(wiring), clock, log);
  const replaced = new Set<WiredDirectory>();
  let closed = false;
  let { tls } = first.config.listen;
  const app = createApp({
    served: () => wiring,
    failedLogins: first.config.listen.failedLogins,
    clock,
    wallNow,
    log,
    observe: requestLog(log, () => wiring.setup.config.log.audit),
    newRequestId,
    isClosed: () => closed,
  });
  const listeners: Listener[] = [];

  return {
    get directories() {
      return new Map([...wiring.directories].map(([name, { directory }]) => [name, directory]));
    },
    get userInfo() {
      return new Map([...wiring.endpoints].map(([path, { userInfo }]) => [path, userInfo]));
    },
    async start() {
      const { config } = first;
      const main = await listen(app, config.listen, { log, newRequestId });
      listeners.push(main);
      await listenForAdmin().catch(async (error: unknown) => {
        await main.close(0);
        throw error;
      });
      log.info({ url: main.url, endpoints: [...wiring.endpoints.keys()] }, 'listening');
      void readiness.watch();
      return main.url;
    },
    reload(setup) {
      const before = wiring;
      const next = wire(setup, before);
      const nextTls = renewedTls(tls, setup.config.listen.tls);
      // The one part of the swap that can fail.
      if (nextTls !== undefined && !isDeepStrictEqual(nextTls, tls)) listeners[0]?.renew(nextTls);
      tls = nextTls;
      wiring = next;
      const kept = new Set([...next.directories.values()].map(({ identity }) => identity));
      people.renew(setup.config.cache, (key) => isKeyOfThese(key, kept));
      log.level = setup.config.log.level;
      for (const part of needsRestart(first.config, setup.config))
        log.warn({ part }, 'changed in the config file, but only a restart changes it in the service');
      const old = new Set(directoriesOf(before));
      const directories = directoriesOf(next);
      if (old.size !== directories.length || directories.some((each) => !old.has(each)))
        readiness.replace(directories);
      for (const secret of [...backoffs.keys()]) if (!secretsOf(next).has(secret)) backoffs.delete(secret);
      void closeReplaced(before, next);
    },
    noteReload: (refused) => readiness.reloaded(refused ? 'refused' : 'ok'),
    async stop(linger = LINGER) {
      readiness.drain();
      const [main, ...others] = listeners;
      if (main !== undefined) await sleep(linger);
      closed = true;
      await main?.close(longestDeadline(wiring) + DRAIN_MARGIN);
      await Promise.all(others.map((listener) => listener.close(0)));
      const all = [...wiring.directories.values(), ...replaced];
      await Promise.all(all.map(({ directory }) => directory.close()));
    },
  };

  function wire(setup: Setup, before?: Wiring): Wiring {
    const { config, mappings, revisions } = setup;
    const directories = new Map(
      [...config.directories.values()].map((settings) => [
        settings.name,
        wireDirectory(settings, setup, before?.directories.get(settings.name)),
      ]),
    );
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
        userInfo: new UserInfo(new DirectoryLookup(asked, () => clock.now()), people, mapping, {
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

  function wireDirectory(
    settings: DirectorySettings,
    setup: Setup,
    before: WiredDirectory | undefined,
  ): WiredDirectory {
    const read = mappingsAsking(setup, settings.name);
    const attributes = read.flatMap((mapping) => mapping.attributes);
    const asked = new Set(attributes.map((attribute) => attribute.toLowerCase()));
    const identities = read.some(({ readsIdentities }) => readsIdentities);
    const groupOptions = { fresh: setup.config.cache.fresh, identities };
    const isSame = before !== undefined && isDeepStrictEqual(before.settings, settings);
    if (
      isSame &&
      isDeepStrictEqual(before.attributes, asked) &&
      isDeepStrictEqual(before.groupOptions, groupOptions)
    )
      return before;
    const source = isSame ? before.source : composeSource(settings);
    const isSameView = before !== undefined && showSamePeople(before.settings, settings);
    return {
      settings,
      source,
      directory: new EntryDirectory(settings, source, attributes, clock, groupOptions),
      identity: isSameView ? before.identity : String(++lastIdentity),
      attributes: asked,
      groupOptions,
    };
  }

  function composeSource(settings: DirectorySettings): EntrySource {
    const secret = secretOf(settings);
    const backoff = backoffs.get(secret ?? '') ?? new BindBackoff(clock);
    if (secret !== undefined) backoffs.set(secret, backoff);
    return openSource(settings, clock, backoff);
  }

  // Requests that came in before the swap are still answered by what it replaced.
  async function closeReplaced(before: Wiring, next: Wiring): Promise<void> {
    const stays = new Set([...next.directories.values()].map(({ source }) => source));
    const gone = [...before.directories.values()].filter(({ source }) => !stays.has(source));
    for (const each of gone) replaced.add(each);
    await sleep(longestDeadline(before) + DRAIN_MARGIN, undefined, { ref: false });
    await Promise.all(gone.map(({ directory }) => directory.close()));
    for (const each of gone) replaced.delete(each);
  }

  async function listenForAdmin(): Promise<void> {
    const { admin } = first.config;
    try {
      const listener = await listen(
        createAdminApp(readiness, { served: () => wiring, clock }),
        { ...admin, tls: undefined },
        { log, newRequestId },
      );
      listeners.push(listener);
      log.info({ url: listener.url }, 'listening for health and readiness');
    } catch (error) {
      // Nobody asked for the default port; two services on one machine are no reason not to start.
      if (admin.written || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      log.warn(
        { host: admin.host, port: admin.port },
        'no admin listener: its port is in use; set admin.port',
      );
    }
  }
}

/** Who reads the files again once they change; it does nothing before it is asked. */
export function composeReloader(read: () => Promise<Reading<Setup>>): Reloader<Setup> {
  return new Reloader(read, RELOAD_TIMES);
}

/** People of an LDIF file that stands alone, for a mapping's tests. Throws an LdifError where it is none. */
export const composeLdifPeople: OpenPeople = (file, text, { attributes, readsIdentities }) => {
  const { clock } = systemSurroundings('silent');
  const settings = savedPeopleSettings(file, text);
  const groupOptions = { fresh: 0, identities: readsIdentities };
  const source = new LdifSource(settings, text);
  const directory = new EntryDirectory(settings, source, attributes, clock, groupOptions);
  return {
    find: (userid) => directory.findPerson(userid.normalize('NFC'), userid, new Deadline(clock, LDIF_WITHIN)),
  };
};

/** A directory, and what its people are to tell beside their login. */
export interface WholeDirectory {
  readonly settings: DirectorySettings;
  readonly attributes: readonly string[];
}

/**
 * Directories to be read as a whole, apart from any service; their groups tell SIDs and GUIDs. They know each other, as
 * those of one endpoint do.
 */
export function composeDirectories(wanted: readonly WholeDirectory[], clock: Clock): readonly Directory[] {
  const directories: EntryDirectory[] = wanted.map(({ settings, attributes }, i) => {
    const source = openSource(settings, clock, new BindBackoff(clock));
    const beside = () => directories.filter((_, other) => other !== i);
    return new EntryDirectory(settings, source, attributes, clock, { fresh: 0, identities: true, beside });
  });
  return directories;
}

/** What `doctor` looks at directories with. */
export function composeInstruments(): Instruments {
  const { clock } = systemSurroundings('silent');
  return {
    clock,
    lookup: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
    resolveSrv,
    speak: (socket, server) => new LdapConnection(socket, server, UNUSED_WITHIN),
    openSource: (settings) => openSource(settings, clock, new BindBackoff(clock)),
    openDirectory: (settings) => {
      const source = openSource(settings, clock, new BindBackoff(clock));
      return new EntryDirectory(settings, source, [], clock, { fresh: 0, identities: true });
    },
  };
}

function openSource(settings: DirectorySettings, clock: Clock, backoff: BindBackoff): EntrySource {
  const { source, limits } = settings;
  if (source.kind === 'ldif') return new LdifSource(settings, source.text);
  const network = { resolveSrv, random: Math.random };
  return new BoundedSource(new LdapSource(settings, source, clock, network, backoff), limits);
}

function directoriesOf({ directories }: Wiring): Directory[] {
  return [...directories.values()].map(({ directory }) => directory);
}

function secretsOf({ directories }: Wiring): ReadonlySet<string | undefined> {
  return new Set([...directories.values()].map(({ settings }) => secretOf(settings)));
}

function longestDeadline({ endpoints }: Wiring): number {
  return Math.max(...[...endpoints.values()].map(({ deadline }) => deadline));
}

/** The mappings of all the endpoints that ask this directory: what was read of a person serves them all. */
function mappingsAsking({ config, mappings }: Setup, directory: string): Mapping[] {
  return config.endpoints
    .filter(({ directories }) => directories.includes(directory))
    .map(({ mapping }) => found(mappings.get(mapping.file), mapping.shown));
}

function found<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`the setup was not checked: ${name} is missing`);
  return value;
}
