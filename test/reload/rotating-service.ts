/**
 * A service in the process of the tests whose files are rotated while callers ask without a pause: over kept
 * connections and new ones, with a password and with a certificate. Each answer but a 200 is a failure.
 */
import { Agent, type AgentOptions, request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { pino } from 'pino';
import { composeService, type Service } from '../../src/compose.ts';
import { Reloader } from '../../src/reload/reloader.ts';
import { readSetup, type Setup } from '../../src/setup/setup.ts';
import { until } from '../until.ts';
import type { Files, RotatingFolder } from './rotating-files.ts';

/** What a caller shows. */
export interface Proof {
  readonly login?: string | undefined;
  readonly client?: { readonly certificate: string; readonly key: string } | undefined;
}

// As the program has them, but for how often it looks.
const TIMES = { rest: 10, still: 2000, beginning: 30_000, poll: 20 };

export class RotatingService {
  readonly files: RotatingFolder;
  readonly failures: string[] = [];
  answers = 0;
  readonly #logged: Record<string, unknown>[] = [];
  readonly #reloader: Reloader<Setup>;
  #service: Service | undefined;
  #url = '';
  #turned = 0;
  #asking = true;
  #callers: Promise<void>[] = [];

  constructor(files: RotatingFolder) {
    this.files = files;
    const read = () => readSetup(join(files.folder, 'config.yaml'), {});
    // The clock stands still but for what is turned, so that nothing is still before its writer has ended.
    this.#reloader = new Reloader({ first: read, again: read }, TIMES, { now: () => this.#turned });
  }

  async start(): Promise<void> {
    const log = pino({}, { write: (line: string) => void this.#logged.push(JSON.parse(line)) });
    const { setup, problems } = await this.#reloader.first();
    if (setup === undefined) throw new Error(problems.map(({ message }) => message).join('\n'));
    const clock = { now: () => performance.now() };
    const service = composeService(setup, { clock, log, newRequestId: () => 'id' });
    this.#service = service;
    this.#url = await service.start();
    this.#reloader.watch({ swap: service.reload, outcome: service.noteReload, log });
  }

  async end(): Promise<void> {
    this.#asking = false;
    await Promise.all(this.#callers);
    await Promise.all([this.#reloader.end(), this.#service?.stop(0)]);
  }

  /** Lets a caller ask for the same person again and again; resolves once it was answered. */
  async letAsk(proof: Proof, target: string): Promise<void> {
    for (const keepAlive of [true, false]) this.#callers.push(this.#askOn(proof, target, { keepAlive }));
    await this.#answered(2);
  }

  /** Changes the files; resolves once that was taken into use, or refused, with what the log says of it. */
  async rotate(files: Files, how: 'watch' | 'SIGHUP'): Promise<Readonly<Record<string, unknown>>> {
    const before = this.#logged.length;
    await this.files.change(files);
    // The watch may come first; then this reads the same once more, and has its own line.
    let isOver = how !== 'SIGHUP';
    const over = () => {
      isOver = true;
    };
    if (how === 'SIGHUP') void this.#reloader.reload('SIGHUP').then(over);
    for (;;) {
      const outcome = this.#logged
        .slice(before)
        .findLast(({ msg }) => /^reloaded$|^reload refused$/.test(`${msg}`));
      if (outcome !== undefined && isOver) {
        // Whoever asks all the time has seen the new whole by then.
        await this.#answered(2 * this.#callers.length);
        return outcome;
      }
      this.#turned += 1000;
      await sleep(10);
    }
  }

  /** The status and the body, over a connection of its own. */
  ask(target: string, proof: Proof): Promise<{ status: number; body: string }> {
    return this.#ask(target, proof, new Agent(agentOptions(proof, { keepAlive: false })));
  }

  async readyz(): Promise<{ status: number; reload: string }> {
    const url = this.#logged.find(({ msg }) => `${msg}`.includes('health'))?.['url'];
    const answer = await fetch(`${url}/readyz`);
    return { status: answer.status, reload: ((await answer.json()) as { reload: string }).reload };
  }

  /** SHA-256 of the certificate that a new connection is shown. */
  shown(): Promise<string> {
    return new Promise((resolve, reject) => {
      const { port } = new URL(this.#url);
      const options = { host: '127.0.0.1', port: Number(port), rejectUnauthorized: false };
      const socket = connect(options, () => {
        resolve(socket.getPeerCertificate().fingerprint256);
        socket.end();
      });
      socket.once('error', reject);
    });
  }

  async #answered(more: number): Promise<void> {
    const before = this.answers + this.failures.length;
    await until(() => this.answers + this.failures.length >= before + more);
  }

  async #askOn(proof: Proof, target: string, options: AgentOptions): Promise<void> {
    const agent = new Agent(agentOptions(proof, { ...options, maxSockets: 1 }));
    while (this.#asking) {
      try {
        const { status, body } = await this.#ask(target, proof, agent);
        if (status === 200) this.answers++;
        else this.failures.push(`${status} ${body}`);
      } catch (error) {
        this.failures.push(String(error));
      }
      await sleep(50);
    }
    agent.destroy();
  }

  #ask(target: string, { login }: Proof, agent: Agent): Promise<{ status: number; body: string }> {
    const headers =
      login === undefined ? {} : { authorization: `Basic ${Buffer.from(login).toString('base64')}` };
    return new Promise((resolve, reject) => {
      request(`${this.#url}${target}`, { agent, headers }, (response) => {
        let body = '';
        response.on('data', (chunk) => (body += String(chunk)));
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      })
        .on('error', reject)
        .end();
    });
  }
}

function agentOptions({ client }: Proof, options: AgentOptions): AgentOptions {
  const own = client === undefined ? {} : { cert: client.certificate, key: client.key };
  return { ...options, ...own, rejectUnauthorized: false };
}
