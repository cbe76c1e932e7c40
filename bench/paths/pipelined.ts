/**
 * One connection without credentials sends thousands of requests ahead of the answers: how long a right caller waits
 * meanwhile for an answer from memory, against as many such requests one after another over many connections.
 */
import { Agent, get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../measuring/load.ts';
import type { Program } from '../measuring/program.ts';
import type { Path } from '../path.ts';
import { crowdLdif, targetOf } from '../worlds/people.ts';
import { startService } from '../worlds/service.ts';

const CROWD = { people: 100, groups: 30, each: 10 };
const CONNECTIONS = 64;
const REQUEST = 'GET /user-info?userid=nobody HTTP/1.1\r\nHost: bench\r\n\r\n';
const ANSWER = 'HTTP/1.1 401';

export const pipelined: Path = {
  name: 'pipelined',
  measure: async ({ quick, folder }) => {
    const service = await startService({ folder, name: 'ours', directory: { ldif: crowdLdif(CROWD) } });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const requests = quick ? 5000 : 40_000;
    await waits(service, agent, sleep(500));
    const side = await waits(service, agent, overConnections(service, requests));
    const ahead = await waits(service, agent, aheadOfAnswers(service, requests));
    agent.destroy();
    return [
      {
        name: `${requests.toLocaleString('en')} requests pipelined by nobody: p99 of a right one, to as many side by side`,
        measured: percentile(ahead, 0.99) / percentile(side, 0.99),
        unit: '×',
        better: 'less',
        must: 3,
        aim: 1,
        told: `${percentile(ahead, 0.99).toFixed(1)} ms, longest ${(ahead.at(-1) ?? 0).toFixed(0)}, of ${ahead.length}; over ${CONNECTIONS} connections ${percentile(side, 0.99).toFixed(1)} ms, longest ${(side.at(-1) ?? 0).toFixed(0)}, of ${side.length}`,
      },
    ];
  },
};

/** Milliseconds that each of a right caller's requests took while something else went on, in order of size. */
async function waits(service: Program, agent: Agent, meanwhile: Promise<void>): Promise<Float64Array> {
  const found: number[] = [];
  let isOver = false;
  void meanwhile.then(() => {
    isOver = true;
  });
  for (let i = 0; !isOver; i++) {
    const started = performance.now();
    await ask(service, targetOf(i % CROWD.people), agent);
    found.push(performance.now() - started);
    await sleep(2);
  }
  await meanwhile;
  return Float64Array.from(found).sort();
}

function ask({ port }: Program, path: string, agent: Agent): Promise<void> {
  const headers = { authorization: `Basic ${Buffer.from('immuta:secret').toString('base64')}` };
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', path, agent, headers }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`answered ${answer.statusCode}`));
      answer.resume().on('end', resolve);
    }).on('error', reject);
  });
}

async function aheadOfAnswers(service: Program, requests: number): Promise<void> {
  const socket = await open(service);
  const answered = answersOf(socket, requests, () => {});
  socket.write(REQUEST.repeat(requests));
  await answered;
  socket.destroy();
}

async function overConnections(service: Program, requests: number): Promise<void> {
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const socket = await open(service);
      const answered = answersOf(socket, Math.ceil(requests / CONNECTIONS), () => socket.write(REQUEST));
      socket.write(REQUEST);
      await answered;
      socket.destroy();
    }),
  );
}

function open({ port }: Program): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket)).on('error', reject);
  });
}

/** Resolves once so many answers came; told of each but the last. */
function answersOf(socket: Socket, count: number, next: () => void): Promise<void> {
  let text = '';
  let answers = 0;
  return new Promise((resolve, reject) => {
    socket.on('close', () => reject(new Error(`closed after ${answers} answers`)));
    socket.on('data', (chunk) => {
      const parts = (text + String(chunk)).split(ANSWER);
      // What could be the beginning of the next one.
      text = (parts.at(-1) ?? '').slice(-ANSWER.length + 1);
      for (let i = 1; i < parts.length; i++) {
        if (++answers >= count) return resolve();
        next();
      }
    });
  });
}
