/**
 * How long a refusal takes for a name that is a caller's and for one that is nobody's, each with a password that never
 * came before: whoever measures that must learn nothing. Callers with a plain password, with a hashed one, and with a
 * certificate beside the password, which is not shown.
 */
import { scryptSync } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { makeCertificates } from '../../test/directories/certificates.ts';
import type { Program } from '../measuring/program.ts';
import { median } from '../measuring/rounds.ts';
import type { Path, Row, Skipped } from '../path.ts';
import { crowdLdif } from '../worlds/people.ts';
import { startService } from '../worlds/service.ts';

const [KNOWN, UNKNOWN] = ['immuta', 'nobody'];
// No wrong password is one too many here.
const LIMIT = 'failed_logins: { count: 1000000 }';

export const refusals: Path = {
  name: 'refusals',
  measure: async ({ quick, folder }) => {
    const directory = { ldif: crowdLdif({ people: 10, groups: 3, each: 2 }) };
    const start = (name: string, caller: string, tls = '') =>
      startService({
        folder,
        name,
        directory,
        listen: `${LIMIT}${tls}`,
        callers: `immuta: { ${caller} }`,
      });
    const pairs = quick ? 2000 : 10_000;
    const plain = await start('plain', 'password: secret');
    const rows: (Row | Skipped)[] = [
      await compared('a plain password', plain, pairs, () => connect(plain.port, '127.0.0.1')),
    ];
    await plain.end();
    const hashed = await start('hashed', `password_hash: '${cheapHash()}'`);
    rows.push(
      await compared('a hashed password', hashed, quick ? 300 : 2000, () =>
        connect(hashed.port, '127.0.0.1'),
      ),
    );
    await hashed.end();
    const { caFile, certificateFile, keyFile, ca } = makeCertificates(folder);
    const tls = `, tls: { certificate: ${certificateFile}, key: ${keyFile}, client_ca: ${caFile} }`;
    const both = await start('both', 'password: secret, certificate: { san: caller.example }', tls);
    rows.push(
      await compared('a certificate as well', both, pairs, () =>
        connectTls({ port: both.port, host: '127.0.0.1', ca: [ca] }),
      ),
    );
    return rows;
  },
};

/** The cheapest that is taken, so that what comes beside it has most weight. */
function cheapHash(): string {
  const salt = Buffer.from('0123456789abcdef');
  const hash = scryptSync('secret', salt, 32, { N: 2 ** 10, r: 8, p: 1 });
  const unpadded = (octets: Buffer) => octets.toString('base64').replace(/=+$/, '');
  return `$scrypt$ln=10,r=8,p=1$${unpadded(salt)}$${unpadded(hash)}`;
}

/** @param pairs how often both are asked, in an order that is another each time */
async function compared(what: string, service: Program, pairs: number, open: () => Socket): Promise<Row> {
  const socket = open();
  socket.setNoDelay(true);
  const ask = askOver(socket, service.port);
  const taken: { readonly [user: string]: number[] } = { [KNOWN]: [], [UNKNOWN]: [] };
  let [seed, asked] = [20261128, 0];
  const warmUp = Math.ceil(pairs / 10);
  for (let i = 0; i < warmUp + pairs; i++) {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    for (const user of seed >>> 31 === 0 ? [KNOWN, UNKNOWN] : [UNKNOWN, KNOWN]) {
      const milliseconds = await ask(user, `wrong ${asked++}`);
      if (i >= warmUp) taken[user]?.push(milliseconds);
    }
  }
  socket.destroy();
  const [known = [], unknown = []] = [taken[KNOWN], taken[UNKNOWN]];
  const share = shareOfLonger(known, unknown);
  return {
    name: `refusals, ${what}: a known name told from an unknown one by its time`,
    measured: 100 * Math.max(share, 1 - share),
    unit: '%',
    better: 'less',
    // Half of the guesses are right without any measuring.
    must: 60,
    aim: 53,
    told: `of ${pairs} each; the medians ${(median(known) * 1000).toFixed(0)} µs and ${(median(unknown) * 1000).toFixed(0)} µs, ${(median(known) / median(unknown)).toFixed(3)} ×`,
  };
}

/** How often one of the first took longer than one of the others, of all pairs of them: Mann and Whitney's. */
function shareOfLonger(some: readonly number[], others: readonly number[]): number {
  const sorted = Float64Array.from(others).sort();
  let longer = 0;
  for (const each of some) {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle] ?? 0) < each) low = middle + 1;
      else high = middle;
    }
    longer += low;
  }
  return longer / (some.length * others.length);
}

/** Asks with these credentials, and resolves to the milliseconds that the refusal took. */
function askOver(socket: Socket, port: number): (user: string, password: string) => Promise<number> {
  let settle: (error?: Error) => void = () => undefined;
  let came = '';
  socket.on('data', (chunk) => {
    came += String(chunk);
    const end = came.indexOf('\r\n\r\n');
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(came)?.[1]);
    if (end === -1 || came.length < end + 4 + length) return;
    settle(came.startsWith('HTTP/1.1 401 ') ? undefined : new Error(`answered ${came}`));
  });
  socket.on('error', (error) => settle(error));
  socket.on('close', () => settle(new Error('the server ended the connection')));
  return (user, password) =>
    new Promise((resolve, reject) => {
      came = '';
      const started = performance.now();
      settle = (error) => (error === undefined ? resolve(performance.now() - started) : reject(error));
      const login = Buffer.from(`${user}:${password}`).toString('base64');
      socket.write(
        `GET /user-info?userid=ann HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Basic ${login}\r\n\r\n`,
      );
    });
}
