/** Keeps account of the servers that tests started, so that none outlives the test run whatever ends it. */
import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';

const running = new Set<ChildProcess>();
const folders = new Set<string>();

/** Ends the child when this process ends. */
export function endWithUs(child: ChildProcess): void {
  running.add(child);
  child.once('exit', () => running.delete(child));
}

/** Removes the folder when this process ends. */
export function removeWithUs(folder: string): void {
  folders.add(folder);
}

function endAll(): void {
  // A stopped process ends by SIGKILL too.
  for (const child of running) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

process.on('exit', endAll);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    endAll();
    process.exit(1);
  });
}

// Below those that the system gives to whoever asks for any, so that nobody is there when a server comes back; and others
// for each process, so that two that look at the same time do not find the same.
const PORTS_OF_ONE = 1000;
const FIRST_PORT = 10_000 + (process.pid % 22) * PORTS_OF_ONE;
let given = 0;

/** Ports on 127.0.0.1 that nobody listens on now, and that no test that runs beside gets. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = FIRST_PORT + (given++ % PORTS_OF_ONE);
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** Whether somebody listens on this port. */
export function answers(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
