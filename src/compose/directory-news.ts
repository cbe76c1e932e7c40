/** What becomes of a directory and its servers, as lines of the log; what fails is directory/'s matter. */
import type { Logger } from 'pino';
import type { HealthNews } from '../directory/health.ts';
import type { ServerNews } from '../directory/ldap/servers/news.ts';

/** A line for each change of a server, and none for what stays as it is. */
export function newsOf(directory: string, log: Logger): ServerNews {
  return {
    left: (server, reason) =>
      log.warn(
        { directory, server, reason },
        'a server failed, and is asked after the others until it answers',
      ),
    back: (server) => log.info({ directory, server }, 'a server that had failed answers again'),
    failing: (reason) =>
      log.warn({ directory, reason }, 'no server of the directory answers: old answers and 503 come at once'),
    answering: () => log.info({ directory }, 'the directory answers again'),
  };
}

/** The same of its lookups. */
export function healthNewsOf(directory: string, log: Logger): HealthNews {
  return {
    failing: ({ code, message }) =>
      log.warn(
        { directory, code, reason: message },
        'a lookup failed: who is not in memory is not answered while it is so',
      ),
    well: () => log.info({ directory }, 'no lookup has failed for a minute'),
  };
}
