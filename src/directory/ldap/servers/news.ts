/** What is told of the servers of a directory as they fail and come back. Owns its words to others; a log is compose's. */

export interface ServerNews {
  /** It failed, and is tried after the others until it answers. */
  left(server: string, reason: string): void;
  /** It answered again. */
  back(server: string): void;
  /** No server could be asked: from now on nobody waits for the directory. */
  failing(reason: string): void;
  /** A probe was answered: it is asked again. */
  answering(): void;
}

/** For those who look once, and tell what they met themselves. */
export const NO_NEWS: ServerNews = { left() {}, back() {}, failing() {}, answering() {} };
