/**
 * The composition root: a setup becomes a wired service, and another setup takes its place in one step. Only it and
 * the files of compose/ name concrete classes; everything else names what it needs in its constructor.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { composeLdifPeople } from './compose/directories.ts';
import { checkMappingsBeside } from './compose/mappings-beside.ts';
import { isTooMuch, settingsOfCache, usableMemory } from './compose/memory.ts';
import { type Surroundings, systemClock } from './compose/surroundings.ts';
import {
  directoriesOf,
  longestDeadline,
  troublesOf,
  viewedBy,
  type WiredDirectory,
  Wirer,
  type Wiring,
} from './compose/wiring.ts';
import type { Directory } from './directory/directory.ts';
import { createAdminApp } from './http/admin.ts';
import { createApp } from './http/app.ts';
import { KnownRequests } from './http/known-requests.ts';
import { messagesOf } from './http/listening/messages.ts';
import { type Listener, listen } from './http/listening/server.ts';
import { Readiness } from './observe/readiness.ts';
import { requestLog } from './observe/request-log.ts';
import { Reloader } from './reload/reloader.ts';
import { needsRestart, renewedTls } from './reload/restart.ts';
import { readSetup, readSetupBy, type Setup } from './setup/setup.ts';
import { type CacheSettings, PeopleCache } from './user-info/cache.ts';
import { isKeyOfThese } from './user-info/lookup.ts';
import type { UserInfo } from './user-info/user-info.ts';
import { VisibilityWatch } from './visibility/watch.ts';

export {
  composeDirectories,
  composeInstruments,
  composeLdifPeople,
  type WholeDirectory,
} from './compose/directories.ts';
export { giveBackGarbage, keepHeapLean } from './compose/memory.ts';
export { type Surroundings, systemSurroundings } from './compose/surroundings.ts';

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
   * Answers what came in, then ends everything; takes no longer than `linger`, the longest deadline of an endpoint and
   * four seconds.
   * @param linger milliseconds for which connections are still taken; as configured where left out
   */
  stop(linger?: number): Promise<void>;
}

const DRAIN_MARGIN = 2000;
// Nobody waits for what a directory is still asked then; one that hangs would hold the process as long as it may.
const LONGEST_FAREWELL = 1500;
const FORGETTING_EVERY = 60_000;
/** Of the memory of people, and beside it. */
const PART_OF_KNOWN_REQUESTS = 1 / 8;
const RELOAD_TIMES = { rest: 250, still: 2000, beginning: 30_000, poll: 5000 };

/** Wires a service from a setup that was checked as a whole. */
export function composeService(first: Setup, surroundings: Surroundings): Service {
  const { clock, log, newRequestId, wallNow = Date.now } = surroundings;
  let cache = cacheOf(first);
  const people = new PeopleCache(cache, clock, (error) => {
    const reason = error instanceof Error ? error.message : String(error);
    log.warn({ reason }, 'a refresh in the background failed; the answer stays as long as it is fresh');
  });
  const wirer = new Wirer({ clock, wallNow }, people, () => wiring, log);
  let wiring: Wiring = wirer.wire(first);
  const visibility = new VisibilityWatch(() => viewedBy(wiring), log);
  const readiness = new Readiness(directoriesOf(wiring), clock, log, () => [
    ...visibility.remarks,
    ...troublesOf(wiring),
  ]);
  const replaced = new Set<WiredDirectory>();
  const listeners: Listener[] = [];
  let { tls } = first.config.listen;
  const exchanges = {
    served: () => wiring,
    clock,
    wallNow,
    observe: requestLog(log, () => wiring.setup.config.log.audit),
    newRequestId,
    isClosed: () => listeners[0]?.isOver ?? false,
  };
  const known = new KnownRequests({ ...exchanges, memory: () => cache.memory * PART_OF_KNOWN_REQUESTS });
  const app = createApp({
    ...exchanges,
    failedLogins: first.config.listen.failedLogins,
    log,
    answered: (request, exchange) => known.note(request, exchange),
  });
  const forgetting = setInterval(() => void people.forgetOld(), FORGETTING_EVERY).unref();

  return {
    get directories() {
      return new Map([...wiring.directories].map(([name, { directory }]) => [name, directory]));
    },
    get userInfo() {
      return new Map([...wiring.endpoints].map(([path, { userInfo }]) => [path, userInfo]));
    },
    async start() {
      const { config } = first;
      const main = await listen(known.inFrontOf(app), config.listen, { log, newRequestId }, messagesOf(app));
      listeners.push(main);
      await listenForAdmin().catch(async (error: unknown) => {
        await main.close(0);
        throw error;
      });
      log.info({ url: main.url, endpoints: [...wiring.endpoints.keys()] }, 'listening');
      // Not before there is a directory to look at.
      void readiness.watch().then(() => visibility.run());
      return main.url;
    },
    reload(setup) {
      const before = wiring;
      const next = wirer.wire(setup, before);
      const nextTls = renewedTls(tls, setup.config.listen.tls);
      // The one part of the swap that can fail.
      if (nextTls !== undefined && !isDeepStrictEqual(nextTls, tls)) listeners[0]?.renew(nextTls);
      tls = nextTls;
      wiring = next;
      cache = cacheOf(setup);
      known.forget();
      const kept = new Set([...next.directories.values()].map(({ identity }) => identity));
      people.renew(cache, (key) => isKeyOfThese(key, kept));
      log.level = setup.config.log.level;
      for (const part of needsRestart(first.config, setup.config))
        log.warn({ part }, 'changed in the config file, but only a restart changes it in the service');
      const old = new Set(directoriesOf(before));
      const directories = directoriesOf(next);
      if (old.size !== directories.length || directories.some((each) => !old.has(each)))
        readiness.replace(directories);
      visibility.again();
      wirer.settle(next, before);
      void closeReplaced(before, next);
    },
    noteReload: (refused) => readiness.reloaded(refused ? 'refused' : 'ok'),
    // While it lingers the service goes on as before, so that a balancer that has not noticed yet loses nothing; each
    // answer ends its connection, so that the next request is sent elsewhere.
    async stop(linger = wiring.setup.config.drain.linger) {
      readiness.drain();
      visibility.end();
      for (const listener of listeners) listener.drain();
      clearInterval(forgetting);
      const [main, ...others] = listeners;
      if (main !== undefined) await sleep(linger);
      const patience = longestDeadline(wiring) + DRAIN_MARGIN;
      const end = performance.now() + patience;
      await main?.close(patience);
      // Probes are answered until here; of them none is waited for that may be on its way.
      await Promise.all(others.map((listener) => listener.close(Math.max(0, end - performance.now()), 0)));
      const all = [...wiring.directories.values(), ...replaced];
      await within(LONGEST_FAREWELL, Promise.all(all.map(({ directory }) => directory.close())));
    },
  };

  function cacheOf({ config: { cache } }: Setup): CacheSettings {
    const usable = usableMemory();
    const mib = (octets = 0): string => `${Math.floor(octets / 2 ** 20)}MiB`;
    if (isTooMuch(cache, usable))
      log.warn(
        { memory: mib(cache.memory), usable: mib(usable) },
        'cache.memory leaves the rest of the service too little: lower it, or raise --max-old-space-size and the limit of the container',
      );
    return settingsOfCache(cache, usable);
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
    let tellsReasons = false;
    try {
      const listener = await listen(
        createAdminApp({ readiness, served: () => wiring, clock, log, tellsReasons: () => tellsReasons }),
        { ...admin, tls: undefined },
        { log, newRequestId },
      );
      tellsReasons = listener.isLoopback;
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

/**
 * Who reads the setup, and again once its files change; it does nothing before it is asked. The first reading is made
 * here, as nobody waits for an answer yet; later ones compile and test mappings in a thread beside this one.
 * @param isTested whether the tests beside the mappings are run
 */
export function composeReloader(
  configFile: string,
  env: NodeJS.ProcessEnv,
  isTested: boolean,
): Reloader<Setup> {
  return new Reloader(
    {
      first: () => readSetup(configFile, env, isTested ? composeLdifPeople : undefined),
      again: (signal) => readSetupBy(checkMappingsBeside({ isTested, signal }), configFile, env),
    },
    RELOAD_TIMES,
    systemClock(),
  );
}

/** Resolves once the work is done, or so many milliseconds have passed. */
async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  const done = new AbortController();
  const timer = sleep(milliseconds, undefined, { signal: done.signal }).catch(() => undefined);
  await Promise.race([work, timer]);
  done.abort();
}
