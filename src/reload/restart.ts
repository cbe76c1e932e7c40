/** What a reload cannot change: sockets that listen, and what was counted by them. */
import { isDeepStrictEqual } from 'node:util';
import type { Config, ServerTls } from '../config/config.ts';

/** The parts of the config that differ and need a restart, by the names that they have in the file. */
export function needsRestart(running: Config, next: Config): string[] {
  const parts: readonly (readonly [name: string, part: (config: Config) => unknown])[] = [
    ['listen.host', ({ listen }) => listen.host],
    ['listen.port', ({ listen }) => listen.port],
    ['listen.tls, where there was none or is none', ({ listen }) => listen.tls === undefined],
    ['listen.failed_logins', ({ listen }) => listen.failedLogins],
    ['admin', ({ admin }) => admin],
  ];
  return parts.filter(([, part]) => !isDeepStrictEqual(part(running), part(next))).map(([name]) => name);
}

/** The certificates that a running listener goes over to; whether it encrypts at all was settled when it began. */
export function renewedTls(
  running: ServerTls | undefined,
  next: ServerTls | undefined,
): ServerTls | undefined {
  return running === undefined || next === undefined ? running : next;
}
