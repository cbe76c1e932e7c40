/**
 * Lines to a file descriptor without ever waiting for it. pino's own destinations do not fit: the synchronous one stops
 * the service when nobody reads, the other one tries for ever at the end when the disk is full.
 */
import { write } from 'node:fs';

// Milliseconds for which lines are gathered: each write by itself would take longer than an answer from memory.
const GATHERED = 5;
const MOST_WAITING = 2 ** 20;
const LONGEST_FLUSH = 1000;

/** What pino writes to. Lines that find no place are dropped: the service matters more than its log. */
export class LogStream {
  readonly #fd: number;
  #waiting: string[] = [];
  #characters = 0;
  #isWriting = false;
  #gathering: NodeJS.Timeout | undefined;
  #dropped = 0;
  #flushed: (() => void)[] = [];

  constructor(fd: number) {
    this.#fd = fd;
  }

  write(line: string): void {
    if (this.#characters > 0 && this.#characters + line.length > MOST_WAITING) {
      this.#dropped++;
      return;
    }
    this.#push(`${this.#dropped === 0 ? '' : droppedLine(this.#dropped)}${line}`);
    this.#dropped = 0;
    if (!this.#isWriting) this.#gathering ??= setTimeout(() => this.#writeNext(), GATHERED);
  }

  /** Calls back once everything is written, or given up, or a second has passed. */
  flush(done: () => void): void {
    if (this.#gathering !== undefined) this.#writeNext();
    if (!this.#isWriting) {
      done();
      return;
    }
    const timer = setTimeout(done, LONGEST_FLUSH);
    this.#flushed.push(() => {
      clearTimeout(timer);
      done();
    });
  }

  #push(text: string): void {
    this.#waiting.push(text);
    this.#characters += text.length;
  }

  #writeNext(): void {
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    const text = this.#waiting.join('');
    this.#waiting = [];
    this.#isWriting = text !== '';
    if (this.#isWriting) this.#writeAll(Buffer.from(text), text.length);
    else for (const flushed of this.#flushed.splice(0)) flushed();
  }

  #writeAll(octets: Buffer, characters: number): void {
    write(this.#fd, octets, (error, written) => {
      // There is no other place to say that the log cannot be written.
      if (error === null && written < octets.length)
        return this.#writeAll(octets.subarray(written), characters);
      if (error?.code === 'EAGAIN') return void setTimeout(() => this.#writeAll(octets, characters), 10);
      this.#characters -= characters;
      this.#writeNext();
    });
  }
}

// As pino writes a warning. Who counts answers by their lines must know that some are missing.
function droppedLine(count: number): string {
  const time = new Date().toISOString();
  return `${JSON.stringify({ level: 40, time, count, msg: 'log lines were dropped: nobody read them in time' })}\n`;
}
