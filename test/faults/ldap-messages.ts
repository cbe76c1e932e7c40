/** LDAP messages as a proxy sees them: cut out of what passes, and read as far as it takes to tell one from another. */
import { BerReader, BerWriter } from 'ldapts';
import { PAGED_RESULTS } from '../directories/fake-ldap-server.ts';

export const BIND_REQUEST = 0x60;
export const BIND_RESPONSE = 0x61;
export const UNBIND_REQUEST = 0x42;
export const SEARCH_REQUEST = 0x63;
export const SEARCH_DONE = 0x65;
export const EXTENDED_REQUEST = 0x77;

export interface LdapMessage {
  readonly id: number;
  /** The tag of its operation. */
  readonly operation: number;
  readonly octets: Buffer;
}

/** What a search request asks for. */
export interface AskedSearch {
  readonly base: string;
  /** The whole message as text, for looking whether it names something. */
  readonly text: string;
  /** Whether it asks for a page after the first. */
  readonly isFurtherPage: boolean;
}

/** Cuts a stream into messages. */
export class MessageCutter {
  #rest = Buffer.alloc(0);

  push(chunk: Buffer): LdapMessage[] {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const messages: LdapMessage[] = [];
    for (;;) {
      const reader = new BerReader(this.#rest);
      if (reader.readSequence() === null) return messages;
      const end = reader.offset + reader.length;
      if (this.#rest.length < end) return messages;
      const octets = this.#rest.subarray(0, end);
      this.#rest = this.#rest.subarray(end);
      const id = reader.readInt() ?? 0;
      messages.push({ id, operation: reader.peek() ?? 0, octets });
    }
  }
}

/** Undefined where the message is no search. */
export function askedSearch({ operation, octets }: LdapMessage): AskedSearch | undefined {
  if (operation !== SEARCH_REQUEST) return undefined;
  const reader = new BerReader(octets);
  reader.readSequence();
  reader.readInt();
  reader.readSequence(SEARCH_REQUEST);
  const end = reader.offset + reader.length;
  const base = reader.readString() ?? '';
  reader.offset = end;
  return { base, text: octets.toString('utf8'), isFurtherPage: hasCookie(reader) };
}

// Behind the operation come the controls, each with its name, whether it is critical, and its value.
function hasCookie(reader: BerReader): boolean {
  if (reader.peek() !== 0xa0) return false;
  reader.readSequence();
  while (reader.remain > 0 && reader.peek() === 0x30) {
    reader.readSequence();
    const end = reader.offset + reader.length;
    if (reader.readString() === PAGED_RESULTS) {
      if (reader.peek() === 0x01) reader.readBoolean();
      const value = new BerReader(reader.readString(0x04, true) ?? Buffer.alloc(0));
      value.readSequence();
      value.readInt();
      return (value.readString() ?? '') !== '';
    }
    reader.offset = end;
  }
  return false;
}

const REFERRAL = 10;

/** A result of a bind or search (RFC 4511 section 4.1.9); with the code for a referral it names another server. */
export function resultMessage(id: number, operation: number, code: number): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(id);
  writer.startSequence(operation);
  writer.writeEnumeration(code);
  writer.writeString('');
  writer.writeString('as the test wants it');
  if (code === REFERRAL) {
    writer.startSequence(0xa3);
    writer.writeString('ldap://elsewhere.example.test/dc=example,dc=test');
    writer.endSequence();
  }
  writer.endSequence();
  writer.endSequence();
  return writer.buffer;
}
