/**
 * Where one search was sent already, and where it may be sent once more: to other servers, and to the same one where
 * it is not at work on it already. Whether there is time for that is ldap-source.ts's.
 */
import { isSlow } from '../search-operations.ts';
import type { Servers } from './servers.ts';

export class Attempts {
  readonly #servers: Pick<Servers, 'hasOther'>;
  readonly #asked = new Set<string>();
  readonly #mayBeRepeated = new Set<string>();
  readonly #repeated = new Set<string>();

  constructor(servers: Pick<Servers, 'hasOther'>) {
    this.#servers = servers;
  }

  /** Notes that the search goes to this server now; false where it must not. */
  begin(server: string): boolean {
    if (!this.#asked.has(server)) {
      this.#asked.add(server);
      return true;
    }
    if (!this.#mayBeRepeated.delete(server)) return false;
    this.#repeated.add(server);
    return true;
  }

  /**
   * Notes how it ended there.
   * @returns whether there is a further server to try, or the same one again
   */
  failed(server: string, error: Error): boolean {
    // A connection may have been dead already, and who is busy did nothing; a search that takes long would run twice.
    if (!isSlow(error) && !this.#repeated.has(server)) this.#mayBeRepeated.add(server);
    return this.#mayBeRepeated.size > 0 || this.#servers.hasOther(this.#asked);
  }
}
