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
  MessageTooLongError,
  SEQUENCE,
} from './ber.ts';

// `limits.octets` where nothing else is said.
const LARGEST_MESSAGE = 64 * 1024 * 1024;
const NOTHING = Buffer.alloc(0);
const LONGEST_ID = 6;
const CONTROLS = 0xa0;
// BindResponse, SearchResultDone, ExtendedResponse: all begin with a result code.
const RESULTS: ReadonlySet<number> = new Set([0x61, 0x65, 0x78]);

/** Collects chunks and hands out whole messages. */
export class FrameReader {
  readonly #largest: number;
  /** What came of a message whose length is not known yet. */
  #start = NOTHING;
  /** A message whose length is known, as far as it came. */
  #begun: Buffer | undefined;
  #filled = 0;

  /** @param largest octets of a message */
  constructor(largest = LARGEST_MESSAGE) {
    this.#largest = largest;
  }

  /** Whether nothing is left of what was pushed. */
  get isEmpty(): boolean {
    return this.#start.length === 0 && this.#begun === undefined;
  }

  /** The messages that this chunk completes. Throws {@link MalformedMessageError}. */
  push(chunk: Buffer): Buffer[] {
    const frames: Buffer[] = [];
    let rest = this.#begun === undefined ? this.#started(chunk) : this.#continue(this.#begun, chunk, frames);
    while (rest.length > 0) {
      const header = this.#headerOf(rest);
      if (header === undefined) {
        this.#start = Buffer.from(rest);
        break;
      }
      const needed = header.start + header.length;
      if (rest.length < needed) {
        // One place for all that is to come: a message in many small pieces would else cost a multiple of its size.
        this.#begun = Buffer.allocUnsafeSlow(needed);
        this.#filled = rest.copy(this.#begun);
        break;
      }
      frames.push(checked(rest.subarray(0, needed)));
      rest = rest.subarray(needed);
    }
    return frames;
  }

  #started(chunk: Buffer): Buffer {
    const whole = this.#start.length === 0 ? chunk : Buffer.concat([this.#start, chunk]);
    this.#start = NOTHING;
    return whole;
  }

  #continue(begun: Buffer, chunk: Buffer, frames: Buffer[]): Buffer {
    const taken = chunk.copy(begun, this.#filled);
    this.#filled += taken;
    if (this.#filled < begun.length) return NOTHING;
    this.#begun = undefined;
    frames.push(checked(begun));
    return chunk.subarray(taken);
  }

  #headerOf(data: Buffer): ReturnType<typeof lengthAt> {
    if (data[0] !== SEQUENCE) throw new MalformedMessageError('what the server sent is no LDAP message');
    const header = lengthAt(data, 1);
    if (header === undefined || header.start + header.length <= this.#largest) return header;
    const message = `the server sent a message of more than ${this.#largest} octets (limits.octets)`;
    // Its id, which comes first and has at most six octets, says whose answer it is of.
    const id = data.subarray(header.start, header.start + LONGEST_ID);
    const [tag, length = 0] = id;
    if (id.length < LONGEST_ID || tag !== INTEGER || length === 0 || length > 4)
      throw new MalformedMessageError(message);
    throw new MessageTooLongError(message, id.readUIntBE(2, length));
  }
}

function checked(frame: Buffer): Buffer {
  checkMessage(frame, lengthAt(frame, 1)?.start ?? frame.length);
  return frame;
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
