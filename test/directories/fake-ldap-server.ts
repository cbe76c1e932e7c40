/**
 * A fake LDAP server that misbehaves as told, for what no real one does at will: messages cut in the middle, empty
 * pages, octets that are no LDAP. Decodes just enough of a request to answer it.
 */
import { createServer, type Socket } from 'node:net';
import { BerReader, BerWriter } from 'ldapts';

export interface FakeRequest {
  readonly id: number;
  readonly operation: 'bind' | 'search' | 'extended' | 'other';
  /** The cookie of a paged search; undefined where the search is not paged. */
  readonly cookie: string | undefined;
  /** Its octets as Latin-1 text, for looking whether it names something. */
  readonly text: string;
}

/** Answers a search by writing to the socket, or ends it. */
export type FakeAnswer = (request: FakeRequest, socket: Socket) => void;

export interface FakeLdapServer {
  readonly port: number;
  /** Connections that were made so far. */
  readonly connections: number;
  /** Connections that are open now. */
  readonly open: number;
  /** Requests that came so far. */
  readonly requests: readonly FakeRequest[];
  answer: FakeAnswer;
  /** Answers binds; without it they succeed. */
  answerBind?: FakeAnswer;
  /** Answers extended requests, StartTLS among them; without it they get no answer. */
  answerExtended?: FakeAnswer;
  stop(): Promise<void>;
}

/** Listens on a free loopback port. */
export async function startFakeLdapServer(answer: FakeAnswer): Promise<FakeLdapServer> {
  const sockets = new Set<Socket>();
  const requests: FakeRequest[] = [];
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    let buffered = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      buffered = Buffer.concat([buffered, chunk]);
      // Once TLS is spoken, nothing is understood here any more.
      while (buffered[0] === 0x30) {
        const length = messageLength(buffered);
        if (length === undefined || buffered.length < length) break;
        const request = decode(buffered.subarray(0, length));
        buffered = buffered.subarray(length);
        requests.push(request);
        if (request.operation === 'bind') {
          if (fake.answerBind) fake.answerBind(request, socket);
          else socket.write(bindResponse(request.id, 0));
        }
        if (request.operation === 'extended') fake.answerExtended?.(request, socket);
        if (request.operation === 'search') fake.answer(request, socket);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const fake: FakeLdapServer = {
    port: typeof address === 'object' && address ? address.port : 0,
    get connections() {
      return connections;
    },
    get open() {
      return sockets.size;
    },
    requests,
    answer,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return fake;
}

export function bindResponse(id: number, code: number, diagnostic = ''): Buffer {
  return message(id, 0x61, (writer) => writeResult(writer, code, diagnostic));
}

export function extendedResponse(id: number, code: number, diagnostic = ''): Buffer {
  return message(id, 0x78, (writer) => writeResult(writer, code, diagnostic));
}

export const PAGED_RESULTS = '1.2.840.113556.1.4.319';

/**
 * A SearchResultDone; with a cookie, be it empty, it carries the paged results control.
 * @param controls the names of controls without a value, which come before that one
 */
export function searchDone(
  id: number,
  code: number,
  cookie?: string,
  { diagnostic = '', controls = [] }: { diagnostic?: string; controls?: readonly string[] } = {},
): Buffer {
  const all: (readonly [name: string, value?: Buffer])[] = controls.map((name) => [name]);
  if (cookie !== undefined) {
    const value = new BerWriter();
    value.startSequence();
    value.writeInt(0);
    value.writeBuffer(Buffer.from(cookie), 0x04);
    value.endSequence();
    all.push([PAGED_RESULTS, value.buffer]);
  }
  return message(
    id,
    0x65,
    (writer) => writeResult(writer, code, diagnostic),
    (writer) => {
      if (all.length === 0) return;
      writer.startSequence(0xa0);
      for (const [name, value] of all) {
        writer.startSequence();
        writer.writeString(name);
        if (value !== undefined) writer.writeBuffer(value, 0x04);
        writer.endSequence();
      }
      writer.endSequence();
    },
  );
}

export function searchReference(id: number, uris: readonly string[]): Buffer {
  return message(id, 0x73, (writer) => {
    for (const uri of uris) writer.writeString(uri);
  });
}

export function searchEntry(
  id: number,
  dn: string,
  attributes: Readonly<Record<string, readonly (string | Buffer)[]>>,
): Buffer {
  return message(id, 0x64, (writer) => {
    writer.writeString(dn);
    writer.startSequence();
    for (const [name, values] of Object.entries(attributes)) {
      writer.startSequence();
      writer.writeString(name);
      writer.startSequence(0x31);
      for (const value of values) writer.writeBuffer(Buffer.from(value), 0x04);
      writer.endSequence();
      writer.endSequence();
    }
    writer.endSequence();
  });
}

function writeResult(writer: BerWriter, code: number, diagnostic: string): void {
  writer.writeEnumeration(code);
  writer.writeString('');
  writer.writeString(diagnostic);
}

function message(
  id: number,
  tag: number,
  operation: (writer: BerWriter) => void,
  controls?: (writer: BerWriter) => void,
): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(id);
  writer.startSequence(tag);
  operation(writer);
  writer.endSequence();
  controls?.(writer);
  writer.endSequence();
  return writer.buffer;
}

function messageLength(data: Buffer): number | undefined {
  const reader = new BerReader(data);
  return reader.readSequence() === null ? undefined : reader.offset + reader.length;
}

function decode(data: Buffer): FakeRequest {
  const reader = new BerReader(data);
  reader.readSequence();
  const id = reader.readInt() ?? 0;
  const tag = reader.readSequence();
  const text = data.toString('latin1');
  if (tag === 0x60) return { id, operation: 'bind', cookie: undefined, text };
  if (tag !== 0x63) return { id, operation: tag === 0x77 ? 'extended' : 'other', cookie: undefined, text };
  reader.offset += reader.length;
  let cookie: string | undefined;
  if (reader.peek() === 0xa0) {
    reader.readSequence();
    reader.readSequence();
    const type = reader.readString();
    if (reader.peek() === 0x01) reader.readBoolean();
    const value = new BerReader(reader.readString(0x04, true) ?? Buffer.alloc(0));
    if (type === PAGED_RESULTS) {
      value.readSequence();
      value.readInt();
      cookie = value.readString() ?? '';
    }
  }
  return { id, operation: 'search', cookie, text };
}
