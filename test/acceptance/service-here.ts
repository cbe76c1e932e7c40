/** The service in the process of the tests, composed as `serve` does, on a clock that they can turn. */
import { join } from 'node:path';
import { pino } from 'pino';
import { composeService, type Service } from '../../src/compose.ts';
import { loadSetup } from '../../src/setup/setup.ts';
import { type Answered, type AskOptions, folderWith, send } from './running-service.ts';

export interface ServiceHere {
  readonly service: Service;
  readonly adminUrl: string;
  /** Asks for a person. */
  ask(userid: string, options?: AskOptions): Promise<Answered>;
  /** Lets so many milliseconds pass for it. */
  turn(milliseconds: number): void;
  /** What it logged so far. */
  readonly logged: readonly Readonly<Record<string, unknown>>[];
}

/** Starts it on config.yaml of these files. */
export async function serveHere(files: Readonly<Record<string, string>>): Promise<ServiceHere> {
  const folder = folderWith(files);
  const logged: Record<string, unknown>[] = [];
  const log = pino({}, { write: (line: string) => logged.push(JSON.parse(line) as Record<string, unknown>) });
  let turned = 0;
  const service = composeService(await loadSetup(join(folder, 'config.yaml'), {}), {
    clock: { now: () => performance.now() + turned },
    log,
    newRequestId: () => 'id',
  });
  const url = await service.start();
  return {
    service,
    adminUrl: String(logged.find(({ msg }) => String(msg).includes('health'))?.['url']),
    ask: (userid, options = {}) => send(url, `/user-info?userid=${encodeURIComponent(userid)}`, options),
    logged,
    turn: (milliseconds) => {
      turned += milliseconds;
    },
  };
}
