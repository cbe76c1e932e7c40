/** The log: one JSON object a line on standard error, so that nothing a caller sends can make a line of its own. */
import { type Logger, pino } from 'pino';
import { LogStream } from './log-stream.ts';

/** A logger that never makes a request wait; what it has not written is lost unless {@link flushLog} is awaited. */
export function createLog(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: ['authorization', '*.authorization', 'password', '*.password'],
    },
    new LogStream(2),
  );
}

/** Resolves once the log is written, at the latest after a second. */
export function flushLog(log: Logger): Promise<void> {
  return new Promise((resolve) => log.flush(() => resolve()));
}
