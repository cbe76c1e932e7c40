/**
 * Callers who ask without an end over TLS, each with a proof of its own, over a connection that is kept and over a new
 * one for each request: in a process of its own, so that what their asker does meanwhile makes none of them wait.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { endWithUs } from '../../test/directories/child-servers.ts';

/** Who asks what. */
export interface Asker {
  readonly login?: string | undefined;
  readonly client?: { readonly certificate: string; readonly key: string } | undefined;
  readonly target: string;
}

/** What became of the requests since the last account. */
export interface Account {
  readonly answers: number;
  /** Whatever was no 200, or no answer. */
  readonly failures: readonly string[];
  /** Milliseconds of those that were answered. */
  readonly longest: number;
}

export interface Asking {
  /** Gives the account of until now, and begins another. */
  account(): Promise<Account>;
  end(): void;
}

interface Order {
  readonly port: number;
  readonly askers: readonly Asker[];
}

// Milliseconds between two requests of one asker over one connection.
const PAUSE = 10;

export async function startAsking(port: number, askers: readonly Asker[]): Promise<Asking> {
  const child = fork(fileURLToPath(import.meta.url));
  endWithUs(child);
  child.send({ port, askers } satisfies Order);
  return { account: () => accountOf(child), end: () => void child.kill('SIGKILL') };
}

async function accountOf(child: ChildProcess): Promise<Account> {
  child.send('account');
  const [account] = (await once(child, 'message')) as [Account];
  return account;
}

class Callers {
  readonly #port: number;
  #answers = 0;
  #failures: string[] = [];
  #longest = 0;

  constructor({ port, askers }: Order) {
    this.#port = port;
    for (const asker of askers) for (const keepAlive of [true, false]) void this.#askOn(asker, keepAlive);
  }

  take(): Account {
    const account = { answers: this.#answers, failures: this.#failures, longest: this.#longest };
    [this.#answers, this.#failures, this.#longest] = [0, [], 0];
    return account;
  }

  async #askOn(asker: Asker, keepAlive: boolean): Promise<void> {
    const own = asker.client === undefined ? {} : { cert: asker.client.certificate, key: asker.client.key };
    const agent = new Agent({ keepAlive, maxSockets: 1, rejectUnauthorized: false, ...own });
    for (;;) {
      const sent = performance.now();
      const outcome = await this.#ask(asker, agent);
      if (outcome === '200') {
        this.#answers++;
        this.#longest = Math.max(this.#longest, performance.now() - sent);
      } else this.#failures.push(`${asker.login ?? 'by certificate'}: ${outcome}`);
      await sleep(PAUSE);
    }
  }

  /** The status, or what the network said. */
  #ask({ login, target }: Asker, agent: Agent): Promise<string> {
    const headers =
      login === undefined ? {} : { authorization: `Basic ${Buffer.from(login).toString('base64')}` };
    const where = { host: '127.0.0.1', port: this.#port, path: target, agent, headers };
    return new Promise((resolve) => {
      request(where, (response) => {
        response.resume();
        response.on('error', ({ message }) => resolve(message));
        response.on('end', () => resolve(String(response.statusCode)));
      })
        .on('error', ({ message }) => resolve(message))
        .end();
    });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  let callers: Callers | undefined;
  process.on('message', (message: Order | 'account') => {
    if (message === 'account') process.send?.(callers?.take());
    else callers = new Callers(message);
  });
}
