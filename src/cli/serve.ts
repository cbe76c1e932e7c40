/** `serve`: loads the whole setup, or nothing; runs the service; drains on SIGTERM and SIGINT. */
import closeWithGrace from 'close-with-grace';
import { composeService, systemSurroundings } from '../compose.ts';
import { flushLog } from '../observe/log.ts';
import { loadSetup } from '../setup.ts';
import { printProblems } from './messages.ts';

/** Resolves only where the service cannot start; once it runs, the process ends with the drain. */
export async function serve(configFile: string, env: NodeJS.ProcessEnv): Promise<number> {
  const setup = await loadSetup(configFile, env);
  printProblems(setup.warnings);
  const surroundings = systemSurroundings(setup.config.log.level);
  const service = composeService(setup, surroundings);
  await service.start();
  // Its usual meaning, and no reason to end.
  process.on('SIGHUP', () =>
    surroundings.log.warn('reload is not there yet: restart to read the files again'),
  );
  closeWithGrace(
    // The drain bounds itself by the endpoints' deadlines.
    { delay: false, logger: surroundings.log, skip: ['SIGHUP'] },
    async ({ signal, err }: { signal?: string; err?: Error }) => {
      if (err !== undefined) surroundings.log.fatal({ err }, 'an unexpected error ends the service');
      surroundings.log.info({ signal }, 'draining');
      await service.stop();
      surroundings.log.info('drained');
      await flushLog(surroundings.log);
    },
  );
  return new Promise<never>(() => undefined);
}
