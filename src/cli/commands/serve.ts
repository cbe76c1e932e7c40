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
  systemSurroundings,
} from '../../compose.ts';
import { flushLog } from '../../observe/log.ts';
import { ProblemsError } from '../../yaml/problem.ts';
import { printProblems } from '../messages.ts';

/**
 * Resolves only where the service cannot start; once it runs, the process ends with the drain.
 * @param skipTests takes mappings whose tests fail too, at reloads as well
 */
export async function serve(configFile: string, env: NodeJS.ProcessEnv, skipTests: boolean): Promise<number> {
  keepHeapLean();
  const reloader = composeReloader(configFile, env, !skipTests);
  // From the start, as its usual meaning would end the process.
  process.on('SIGHUP', () => void reloader.reload('SIGHUP'));
  const { setup, problems } = await reloader.first();
  if (setup === undefined) throw new ProblemsError(problems);
  printProblems(problems);
  const surroundings = systemSurroundings(setup.config.log.level);
  const { log } = surroundings;
  const service = composeService(setup, surroundings);
  await service.start();
  reloader.watch({
    swap: (next) => service.reload(next),
    outcome: (refused) => service.noteReload(refused),
    log,
  });
  closeWithGrace(
    // The drain bounds itself by the endpoints' deadlines.
    { delay: false, logger: log, skip: ['SIGHUP'] },
    async ({ signal, err }: { signal?: string; err?: Error }) => {
      if (err !== undefined) log.fatal({ err }, 'an unexpected error ends the service');
      log.info({ signal }, 'draining');
      await Promise.all([reloader.end(), service.stop()]);
      log.info('drained');
      await flushLog(log);
    },
  );
  // At once: whoever looks whether it is ready has not looked yet.
  await giveBackGarbage();
  return new Promise<never>(() => undefined);
}
