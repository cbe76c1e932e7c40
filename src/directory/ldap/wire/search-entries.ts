/**
 * Reads the entries of a search out of their messages (RFC 4511 section 4.5.2). They are almost all that a directory
 * sends, and the library makes two objects and two texts of each value, of which none is needed. All other messages are
 * left to it.
 */
import type { AttributeValue } from '../../../person.ts';
import { type Entry, entryOf } from '../../entries/entry.ts';
import { contentOf, endOf, MalformedMessageError, OCTET_STRING, SEQUENCE, SET } from './ber.ts';
import { valueIn } from './known-texts.ts';

const SEARCH_RESULT_ENTRY = 0x64;

export interface EntryMessage {
  readonly messageId: number;
  readonly entry: Entry;
}

/**
 * The entry in a message that frames.ts found well-formed; undefined where it holds something else. Nothing of what is
 * given out holds on to the message. Throws {@link MalformedMessageError}.
 */
export function entryMessage(message: Buffer): EntryMessage | undefined {
  const id = contentOf(message, 0);
  const operation = endOf(message, id, message.length);
  if (message[operation] !== SEARCH_RESULT_ENTRY) return undefined;
  return { messageId: integerAt(message, id, operation), entry: entryAt(message, operation) };
}

function integerAt(message: Buffer, at: number, end: number): number {
  const start = contentOf(message, at);
  // RFC 4511 section 4.1.1: no greater than 2³¹ - 1.
  if (end - start < 1 || end - start > 4)
    throw new MalformedMessageError('the server sent a message without id');
  return message.readIntBE(start, end - start);
}

function entryAt(message: Buffer, at: number): Entry {
  const octets = new DataView(message.buffer, message.byteOffset, message.length);
  const end = endOf(message, at, message.length);
  const name = expected(message, contentOf(message, at), end, OCTET_STRING);
  const list = endOf(message, name, end);
  const dn = message.toString('utf8', contentOf(message, name), list);
  const attributes: [string, AttributeValue[]][] = [];
  const last = endOf(message, expected(message, list, end, SEQUENCE), end);
  for (let each = contentOf(message, list); each < last; each = endOf(message, each, last))
    attributes.push(attributeAt(message, octets, expected(message, each, last, SEQUENCE), last));
  return entryOf(dn, attributes);
}

function attributeAt(
  message: Buffer,
  octets: DataView,
  at: number,
  limit: number,
): [string, AttributeValue[]] {
  const end = endOf(message, at, limit);
  const type = expected(message, contentOf(message, at), end, OCTET_STRING);
  const set = endOf(message, type, end);
  const description = valueIn(message, octets, contentOf(message, type), set);
  if (typeof description !== 'string') throw broken();
  const last = endOf(message, expected(message, set, end, SET), end);
  const values: AttributeValue[] = [];
  for (let value = contentOf(message, set); value < last; ) {
    const next = endOf(message, expected(message, value, last, OCTET_STRING), last);
    values.push(valueIn(message, octets, contentOf(message, value), next));
    value = next;
  }
  return [description, values];
}

/** The place itself, where an element of this kind begins. */
function expected(message: Buffer, at: number, end: number, tag: number): number {
  if (at >= end || message[at] !== tag) throw broken();
  return at;
}

function broken(): MalformedMessageError {
  return new MalformedMessageError('the server sent a broken entry');
}
