/**
 * Cuts a byte stream into LDAP messages (RFC 4511 section 5.1) and checks that each is well-formed BER before the
 * library reads it: that one takes a missing element for empty, and a result without a code for success.
 */

/** What the server sent is no LDAP. The connection is of no use after it. */
export class MalformedMessageError extends Error {}

const LARGEST_MESSAGE = 128 * 1024 * 1024;
const SEQUENCE = 0x30;
const INTEGER = 0x02;
const ENUMERATED = 0x0a;
const CONSTRUCTED = 0x20;
// BindResponse, SearchResultDone, ExtendedResponse: all begin with a result code.
const RESULTS: ReadonlySet<number> = new Set([0x61, 0x65, 0x78]);

interface Element {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

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

function checkMessage(frame: Buffer, start: number): void {
  const [id, operation, ...others] = elementsIn(frame, start, frame.length);
  if (id?.tag !== INTEGER || operation === undefined || others.some(({ tag }) => tag !== 0xa0)) {
    throw new MalformedMessageError('the server sent a message without id or operation');
  }
  for (const element of [operation, ...others]) checkContent(frame, element);
  if (RESULTS.has(operation.tag)) {
    const [code, ...rest] = elementsIn(frame, operation.start, operation.end);
    if (code?.tag !== ENUMERATED || code.end === code.start || rest.length < 2) {
      throw new MalformedMessageError('the server sent a result without a code');
    }
  }
}

function checkContent(frame: Buffer, { tag, start, end }: Element): void {
  if ((tag & CONSTRUCTED) === 0) return;
  for (const element of elementsIn(frame, start, end)) checkContent(frame, element);
}

function elementsIn(frame: Buffer, start: number, end: number): Element[] {
  const elements: Element[] = [];
  let at = start;
  while (at < end) {
    const tag = frame[at] ?? 0;
    const header = lengthAt(frame, at + 1);
    if (header === undefined || header.start + header.length > end) {
      throw new MalformedMessageError('the server sent an element that is longer than its message');
    }
    at = header.start + header.length;
    elements.push({ tag, start: header.start, end: at });
  }
  return elements;
}

// Undefined where the length's own octets are not all there yet. RFC 4511 allows the definite form only.
function lengthAt(data: Buffer, at: number): { start: number; length: number } | undefined {
  const first = data[at];
  if (first === undefined) return undefined;
  if (first < 0x80) return { start: at + 1, length: first };
  const octets = first & 0x7f;
  if (octets === 0 || octets > 4) throw new MalformedMessageError('the server sent an impossible length');
  if (data.length < at + 1 + octets) return undefined;
  return { start: at + 1 + octets, length: data.readUIntBE(at + 1, octets) };
}
