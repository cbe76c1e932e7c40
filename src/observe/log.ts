/** The log: one JSON object a line on standard error, so that nothing a caller sends can make a line of its own. */
import { type DestinationStream, type Logger, pino } from 'pino';
import { withEscapes } from './line-escapes.ts';
import { LogStream } from './log-stream.ts';

/** Where lines go; `flush` calls back once they are written. */
export interface LogDestination extends DestinationStream {
  flush?(done: () => void): void;
}

// Nothing logs these on purpose; errors of libraries carry what they like. No deeper, for an authorization in an
// audited answer may have any name.
const SECRETS = ['authorization', 'password', 'passwords', 'secret'];

/** A logger that never makes a request wait; what it has not written is lost unless {@link flushLog} is awaited. */
export function createLog(level: string, destination: LogDestination = new LogStream(2)): Logger {
  const printing: LogDestination = {
    write: (line) => destination.write(withEscapes(line)),
    flush: (done) => (destination.flush === undefined ? done() : destination.flush(done)),
  };
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: [...SECRETS.flatMap((name) => [name, `*.${name}`]), '*.headers.authorization'],
    },
    printing,
  );
}

/** Resolves once the log is written, at the latest after a second. */
export function flushLog(log: Logger): Promise<void> {
  return new Promise((resolve) => log.flush(() => resolve()));
}
