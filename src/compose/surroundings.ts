/** What comes in from the world: time, randomness, and where the log goes. */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Clock } from '../deadline.ts';
import { createLog } from '../observe/log.ts';

/** What the service has from the world around it. */
export interface Surroundings {
  readonly clock: Clock;
  readonly log: Logger;
  readonly newRequestId: () => string;
  /** Milliseconds since 1970; the system's clock where it is not given. */
  readonly wallNow?: () => number;
}

/** The process's own clocks and randomness, and a log on standard error. */
export function systemSurroundings(logLevel: string): Surroundings {
  return { clock: systemClock(), log: createLog(logLevel), newRequestId: randomUUID };
}

/** The process's clock, which no change of the time of day turns. */
export function systemClock(): Clock {
  return { now: () => performance.now() };
}
