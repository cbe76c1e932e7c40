/** The log: one JSON object a line on standard error, so that nothing a caller sends can make a line of its own. */
import { destination, type Logger, pino } from 'pino';

/** A pino logger that writes at once, so that the last lines before an exit are not lost. */
export function createLog(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: ['authorization', '*.authorization', 'password', '*.password'],
    },
    destination({ dest: 2, sync: true }),
  );
}
