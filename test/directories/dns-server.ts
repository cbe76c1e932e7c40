/** A DNS server on loopback that knows SRV records alone (RFC 1035, RFC 2782), for a resolver that asks only it. */
import { createSocket } from 'node:dgram';
import { promises, type SrvRecord } from 'node:dns';

export interface DnsServer {
  /** Asks this server, once, and nobody else. */
  readonly resolver: promises.Resolver;
  /** The names that were asked for. */
  readonly questions: readonly string[];
  /** By name; a name that is not here does not exist. */
  records: Readonly<Record<string, readonly SrvRecord[]>>;
  /** Whether questions are left without an answer. */
  silent: boolean;
  stop(): Promise<void>;
}

const HEADER = 12;
const SRV = 33;
const INTERNET = 1;
const NO_SUCH_NAME = 3;

/** Listens on a free port. */
export async function startDnsServer(): Promise<DnsServer> {
  const socket = createSocket('udp4');
  const questions: string[] = [];
  socket.on('message', (query, from) => {
    const { name, end } = readName(query, HEADER);
    questions.push(name);
    if (server.silent) return;
    const isSrv = query.readUInt16BE(end) === SRV;
    const records = server.records[name];
    const answers = isSrv ? (records ?? []).map(answer) : [];
    const header = Buffer.from(query.subarray(0, HEADER));
    header.writeUInt16BE(0x8180 | (records === undefined ? NO_SUCH_NAME : 0), 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(answers.length, 6);
    header.writeUInt32BE(0, 8);
    socket.send(
      Buffer.concat([header, query.subarray(HEADER, end + 4), ...answers]),
      from.port,
      from.address,
    );
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const resolver = new promises.Resolver({ timeout: 5000, tries: 1 });
  resolver.setServers([`127.0.0.1:${socket.address().port}`]);
  const server: DnsServer = {
    resolver,
    questions,
    records: {},
    silent: false,
    stop: () => {
      resolver.cancel();
      return new Promise((resolve) => socket.close(() => resolve()));
    },
  };
  return server;
}

function readName(query: Buffer, start: number): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let at = start;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.'), end: at + 1 };
}

// The name is a pointer to the one in the question (RFC 1035 section 4.1.4).
function answer({ priority, weight, port, name }: SrvRecord): Buffer {
  const labels = name.split('.').filter((label) => label !== '');
  const target = Buffer.concat([
    ...labels.flatMap((label) => [Buffer.of(label.length), Buffer.from(label)]),
    Buffer.of(0),
  ]);
  const head = Buffer.alloc(18);
  head.writeUInt16BE(0xc000 | HEADER, 0);
  head.writeUInt16BE(SRV, 2);
  head.writeUInt16BE(INTERNET, 4);
  head.writeUInt16BE(6 + target.length, 10);
  head.writeUInt16BE(priority, 12);
  head.writeUInt16BE(weight, 14);
  head.writeUInt16BE(port, 16);
  return Buffer.concat([head, target]);
}
