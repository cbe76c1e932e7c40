/**
 * `serve`: loads the whole setup, or nothing; runs the service; reloads when a file changes and on SIGHUP; drains on
 * SIGTERM and SIGINT.
 */
import closeWithGrace from 'close-with-grace';
import {
  composeReloader,
  composeService,
  giveBackGarbage,
  keepHeapLean,
  type Service,
  systemSurroundings,
} from '../../compose.ts';
import { flushLog } from '../../observe/log.ts';
import { ProblemsError } from '../../yaml/problem.ts';
import { printProblems } from '../messages.ts';

/**
 * Resolves only where the service cannot start; once it runs, the process ends with the drain, or with 1 at a second
 * signal.
 * @param skipTests takes mappings whose tests fail too, at reloads as well
 */
export async function serve(configFile: string, env: NodeJS.ProcessEnv, skipTests: boolean): Promise<number> {
  keepHeapLean();
  const reloader = composeReloader(configFile, env, !skipTests);
  const surroundings = systemSurroundings('info');
  const { log } = surroundings;
  let service: Service | undefined;
  // From the start: the usual meaning of SIGHUP would end the process, and the first process of a container has no
  // usual meaning of SIGTERM.
  process.on('SIGHUP', () => void reloader.reload('SIGHUP'));
  const ending = closeWithGrace(
    // The drain bounds itself by `drain.linger` and the endpoints' deadlines.
    { delay: false, logger: log, skip: ['SIGHUP', 'beforeExit'] },
    async ({ signal, err }: { signal?: string; err?: Error }) => {
      if (err !== undefined) log.fatal({ err }, 'an unexpected error ends the service');
      log.info({ signal }, 'draining');
      await Promise.all([reloader.end(), service?.stop()]);
      log.info('drained');
      await flushLog(log);
    },
  );
  try {
    const { setup, problems } = await reloader.first();
    if (setup === undefined) throw new ProblemsError(problems);
    printProblems(problems);
    log.level = setup.config.log.level;
    service = composeService(setup, surroundings);
    await service.start();
  } catch (error) {
    ending.uninstall();
    throw error;
  }
  const { reload, noteReload } = service;
  reloader.watch({ swap: reload, outcome: noteReload, log });
  // At once: whoever looks whether it is ready has not looked yet.
  await giveBackGarbage();
  return new Promise<never>(() => undefined);
}
