/** What a doctor looks with, given by the composition root: the network, the clock, connections and directories. */
import type { Socket } from 'node:net';
import type { Clock } from '../deadline.ts';
import type { Directory } from '../directory/directory.ts';
import type { EntrySource } from '../directory/entries/entry-source.ts';
import type { LdapConnection } from '../directory/ldap/connection.ts';
import type { Network } from '../directory/ldap/servers/resolution.ts';
import type { DirectorySettings } from '../directory/settings/settings.ts';

export interface Instruments extends Pick<Network, 'lookup' | 'resolveSrv'> {
  readonly clock: Clock;
  /** LDAP over a socket that is ready. To be ended by `retire`. */
  speak(socket: Socket, server: string): Pick<LdapConnection, 'bind' | 'retire'>;
  /** To be closed. */
  openSource(settings: DirectorySettings): EntrySource;
  /** To be closed. */
  openDirectory(settings: DirectorySettings): Directory;
}

/** Nothing came in time. */
export class SilenceError extends Error {}

/** Runs work that a signal ends after so many milliseconds, which is a {@link SilenceError}. */
export async function abortedAfter<T>(
  milliseconds: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), milliseconds);
  try {
    return await work(abort.signal);
  } catch (error) {
    if (!abort.signal.aborted) throw error;
    throw new SilenceError(`no answer within ${milliseconds} ms`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
