/**
 * The composition root: a setup becomes a wired service. The only file that names concrete classes; everything else
 * names what it needs in its constructor. Time, randomness and the network come in here.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Clock } from './deadline.ts';
import { BoundedSource } from './directory/bulkhead.ts';
import type { Directory } from './directory/directory.ts';
import { EntryDirectory } from './directory/entry-directory.ts';
import { LdapSource } from './directory/ldap/ldap-source.ts';
import { LdifSource } from './directory/ldif/ldif-source.ts';
import type { DirectorySettings } from './directory/settings.ts';
import { createAdminApp } from './http/admin.ts';
import { createApp } from './http/app.ts';
import { PasswordCallers } from './http/callers.ts';
import type { Served, ServedEndpoint } from './http/served.ts';
import { type Listener, listen } from './http/server.ts';
import type { Mapping } from './mapping/mapping.ts';
import { createLog } from './observe/log.ts';
import { Readiness } from './observe/readiness.ts';
import type { Setup } from './setup.ts';
import { PeopleCache } from './user-info/cache.ts';
import { DirectoryLookup } from './user-info/lookup.ts';
import { UserInfo } from './user-info/user-info.ts';

/** What the service has from the world around it. */
export interface Surroundings {
  readonly clock: Clock;
  readonly log: Logger;
  readonly newRequestId: () => string;
}

/** The process's own clock and randomness, and a log on standard error. */
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
   * Answers what came in, then ends everything.
   * @param linger milliseconds for which connections are still taken
   */
  stop(linger?: number): Promise<void>;
}

// For so many milliseconds after the service ceased to be ready it goes on as before, so that a balancer that has not
// noticed yet loses nothing.
const LINGER = 1000;
const DRAIN_MARGIN = 2000;

/** Wires a service from a setup that was checked as a whole. */
export function composeService(setup: Setup, { clock, log, newRequestId }: Surroundings): Service {
  const { config, mappings } = setup;
  const directories = new Map(
    [...config.directories.values()].map((settings) => [
      settings.name,
      composeDirectory(settings, attributesRead(setup, settings.name), clock),
    ]),
  );
  const people = new PeopleCache(config.cache, clock);
  const endpoints = config.endpoints.map((endpoint): ServedEndpoint => {
    const asked = endpoint.directories.map((name) => found(directories.get(name), name));
    const mapping = found(mappings.get(endpoint.mapping.file), endpoint.mapping.shown);
    const lookup = new DirectoryLookup(asked, () => clock.now());
    return {
      ...endpoint,
      callers: new Set(endpoint.callers),
      userInfo: new UserInfo(lookup, people, mapping),
    };
  });
  const readiness = new Readiness([...directories.values()], clock, log);
  let closed = false;
  const served: Served = {
    endpoints: new Map(endpoints.map((endpoint) => [endpoint.path, endpoint])),
    callers: new PasswordCallers([...config.callers.values()]),
  };
  const app = createApp({
    served: () => served,
    failedLogins: config.listen.failedLogins,
    clock,
    log,
    newRequestId,
    isClosed: () => closed,
  });
  const listeners: Listener[] = [];

  return {
    directories,
    userInfo: new Map(endpoints.map(({ path, userInfo }) => [path, userInfo])),
    async start() {
      const main = await listen(app, config.listen, { log, newRequestId });
      listeners.push(main);
      await listenForAdmin().catch(async (error: unknown) => {
        await main.close(0);
        throw error;
      });
      log.info({ url: main.url, endpoints: endpoints.map(({ path }) => path) }, 'listening');
      void readiness.watch();
      return main.url;
    },
    async stop(linger = LINGER) {
      readiness.drain();
      const [main, ...others] = listeners;
      if (main !== undefined) await sleep(linger);
      closed = true;
      const longest = Math.max(...endpoints.map(({ deadline }) => deadline));
      await main?.close(longest + DRAIN_MARGIN);
      await Promise.all(others.map((listener) => listener.close(0)));
      await Promise.all([...directories.values()].map((directory) => directory.close()));
    },
  };

  async function listenForAdmin(): Promise<void> {
    const { admin } = config;
    try {
      const listener = await listen(
        createAdminApp(readiness),
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

function composeDirectory(
  settings: DirectorySettings,
  attributes: readonly string[],
  clock: Clock,
): Directory {
  const { source, limits } = settings;
  const entries =
    source.kind === 'ldif'
      ? new LdifSource(settings, source.text)
      : new BoundedSource(new LdapSource(settings, source, clock), limits);
  return new EntryDirectory(settings, entries, attributes, clock);
}

/** What the mappings of all the endpoints that ask this directory read; so what was read of a person serves all. */
function attributesRead({ config, mappings }: Setup, directory: string): string[] {
  return config.endpoints
    .filter(({ directories }) => directories.includes(directory))
    .flatMap(({ mapping }) => [...found<Mapping>(mappings.get(mapping.file), mapping.shown).attributes]);
}

function found<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`the setup was not checked: ${name} is missing`);
  return value;
}
