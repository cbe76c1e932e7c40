/**
 * An LDAP directory of any number of people, in a process of its own: `node lean-directory.js PORT GROUPS EACH`. For the
 * paths that need hundreds of thousands of people in 40 groups each, whom slapd takes minutes to load and the machine
 * gigabytes to hold; what it answers is octet for octet what slapd answers for them. No measure of a directory's speed.
 */
import { createServer } from 'node:net';
import { BerReader } from 'ldapts';
import { bindResponse, searchDone } from '../../test/directories/fake-ldap-server.ts';
import { groupDn, groupsOf, personDn } from './people.ts';

const [port, groups, each] = process.argv.slice(2).map(Number) as [number, number, number];
const BIND = 0x60;
const SEARCH = 0x63;
const UNBIND = 0x42;

createServer((socket) => {
  let waiting: Buffer = Buffer.alloc(0);
  socket.on('error', () => {});
  socket.on('data', (chunk: Buffer) => {
    waiting = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk]);
    const answers: Buffer[] = [];
    for (let message = firstMessage(waiting); message !== undefined; message = firstMessage(waiting)) {
      waiting = waiting.subarray(message.length);
      answers.push(...answersTo(message));
    }
    if (answers.length > 0) socket.write(Buffer.concat(answers));
  });
}).listen(port, '127.0.0.1');

function firstMessage(octets: Buffer): Buffer | undefined {
  const reader = new BerReader(octets);
  const end = reader.readSequence() === null ? Infinity : reader.offset + reader.length;
  return octets.length < end ? undefined : octets.subarray(0, end);
}

function answersTo(message: Buffer): Buffer[] {
  const reader = new BerReader(message);
  reader.readSequence();
  const id = reader.readInt() ?? 0;
  const operation = reader.readSequence();
  if (operation === BIND) return [bindResponse(id, 0)];
  if (operation === UNBIND) return [];
  if (operation !== SEARCH) throw new Error(`an operation that is not answered here: ${operation}`);
  const person = personAskedFor(message);
  return person === undefined ? [searchDone(id, 0)] : [entryOf(id, person), searchDone(id, 0)];
}

/** The N of the first `(uid=uN)` in a search. */
function personAskedFor(search: Buffer): number | undefined {
  const at = search.indexOf(text('uid'));
  if (at < 0) return undefined;
  const value = at + text('uid').length;
  const length = search[value + 1] ?? 0;
  return Number(search.toString('latin1', value + 2, value + 2 + length).slice(1));
}

function entryOf(id: number, person: number): Buffer {
  const attributes = tlv(0x30, attribute('uid', [`u${person}`]), membershipsOf(person));
  return tlv(0x30, tlv(0x02, ...bigEndian(id)), tlv(0x64, text(personDn(person)), attributes));
}

const memberships = new Map<number, Buffer>();

/** People with the same first group are in the same groups. */
function membershipsOf(person: number): Buffer {
  const kind = person % groups;
  const known = memberships.get(kind);
  if (known !== undefined) return known;
  const made = attribute('memberOf', groupsOf(person, { people: 0, groups, each }).map(groupDn));
  memberships.set(kind, made);
  return made;
}

function attribute(name: string, values: readonly string[]): Buffer {
  return tlv(0x30, text(name), tlv(0x31, ...values.map(text)));
}

function text(value: string): Buffer {
  return tlv(0x04, Buffer.from(value));
}

function bigEndian(value: number): [Buffer] {
  const octets = Buffer.alloc(4);
  octets.writeUInt32BE(value);
  return [octets];
}

/** X.690, 8.1: with a length in one octet below 128, else in two octets of its own. */
function tlv(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const head = length < 128 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), content]);
}
