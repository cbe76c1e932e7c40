/** What a doctor looks with, given by the composition root: the network, the clock, connections and directories. */
import type { SrvRecord } from 'node:dns';
import type { Socket } from 'node:net';
import type { Clock } from '../deadline.ts';
import type { Directory } from '../directory/directory.ts';
import type { EntrySource } from '../directory/entries/entry-source.ts';
import type { LdapConnection } from '../directory/ldap/connection.ts';
import type { DirectorySettings } from '../directory/settings/settings.ts';

export interface Instruments {
  readonly clock: Clock;
  /** The addresses of a host. Rejects with the error of node:dns. */
  lookup(host: string): Promise<readonly string[]>;
  /** As `resolveSrv` of node:dns/promises. */
  resolveSrv(name: string): Promise<readonly SrvRecord[]>;
  /** LDAP over a socket that is ready. To be ended by `retire`. */
  speak(socket: Socket, server: string): Pick<LdapConnection, 'bind' | 'retire'>;
  /** To be closed. */
  openSource(settings: DirectorySettings): EntrySource;
  /** To be closed. */
  openDirectory(settings: DirectorySettings): Directory;
}

/** The work's result; rejects where there is none within so many milliseconds. The work itself is not ended. */
export async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds} ms`)), milliseconds);
  });
  return Promise.race([work, expired]).finally(() => clearTimeout(timer));
}

/** Runs work that a signal ends after so many milliseconds. */
export async function abortedAfter<T>(
  milliseconds: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), milliseconds);
  return work(abort.signal).finally(() => clearTimeout(timer));
}
