/**
 * Cuts a byte stream into LDAP messages (RFC 4511 section 5.1) and checks that each is well-formed BER before the
 * library reads it: that one takes a missing element for empty, and a result without a code for success.
 */

import {
  CONSTRUCTED,
  contentOf,
  ENUMERATED,
  endOf,
  INTEGER,
  lengthAt,
  MalformedMessageError,
  SEQUENCE,
} from './ber.ts';

const LARGEST_MESSAGE = 128 * 1024 * 1024;
const CONTROLS = 0xa0;
// BindResponse, SearchResultDone, ExtendedResponse: all begin with a result code.
const RESULTS: ReadonlySet<number> = new Set([0x61, 0x65, 0x78]);

/** Collects chunks and hands out whole messages. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #size = 0;
  #needed = 2;

  /** Whether nothing is left of what was pushed. */
  get isEmpty(): boolean {
    return this.#size === 0;
  }

  /** The messages that this chunk completes. Throws {@link MalformedMessageError}. */
  push(chunk: Buffer): Buffer[] {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    const frames: Buffer[] = [];
    while (this.#size >= this.#needed) {
      // Joined only when a whole message, or its length, is there: long messages come in many chunks.
      const data =
        this.#chunks.length === 1 && this.#chunks[0] ? this.#chunks[0] : Buffer.concat(this.#chunks);
      this.#chunks = [data];
      if (data[0] !== SEQUENCE) throw new MalformedMessageError('what the server sent is no LDAP message');
      const header = lengthAt(data, 1);
      this.#needed = header === undefined ? this.#needed + 1 : header.start + header.length;
      if (this.#needed > LARGEST_MESSAGE)
        throw new MalformedMessageError('the server sent too long a message');
      if (header === undefined || data.length < this.#needed) continue;
      const frame = data.subarray(0, this.#needed);
      checkMessage(frame, header.start);
      frames.push(frame);
      this.#size -= this.#needed;
      this.#chunks = this.#size === 0 ? [] : [data.subarray(this.#needed)];
      this.#needed = 2;
    }
    return frames;
  }
}

// Every message comes by here with all its elements: nothing is made of them, they are only walked over.
function checkMessage(frame: Buffer, start: number): void {
  const id = endOf(frame, start, frame.length);
  const operation = id < frame.length ? endOf(frame, id, frame.length) : id;
  if (frame[start] !== INTEGER || operation === id) throw withoutOperation();
  for (let at = operation; at < frame.length; at = endOf(frame, at, frame.length)) {
    if (frame[at] !== CONTROLS) throw withoutOperation();
  }
  checkContent(frame, id, frame.length);
  if (RESULTS.has(frame[id] ?? 0)) checkResult(frame, contentOf(frame, id), operation);
}

function withoutOperation(): MalformedMessageError {
  return new MalformedMessageError('the server sent a message without id or operation');
}

// A code that is not empty, and at least a DN and a text after it.
function checkResult(frame: Buffer, start: number, end: number): void {
  const code = start < end ? endOf(frame, start, end) : start;
  const dn = code < end ? endOf(frame, code, end) : code;
  const isEmpty = frame[start] !== ENUMERATED || contentOf(frame, start) === code;
  if (isEmpty || dn === end || dn === code) {
    throw new MalformedMessageError('the server sent a result without a code');
  }
}

// The elements from start to end, and what is in those that are made of others.
function checkContent(frame: Buffer, start: number, end: number): void {
  for (let at = start; at < end; ) {
    const next = endOf(frame, at, end);
    if (((frame[at] ?? 0) & CONSTRUCTED) !== 0) checkContent(frame, contentOf(frame, at), next);
    at = next;
  }
}
