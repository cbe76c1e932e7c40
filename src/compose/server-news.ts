/** What becomes of a directory's servers, as lines of the log; which of them fail is directory/ldap/servers/' matter. */
import type { Logger } from 'pino';
import type { ServerNews } from '../directory/ldap/servers/news.ts';

/** A line for each change, and none for what stays as it is. */
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
