/** How long a program takes from being started until it says that it is ready, and what it then holds. */
import { spawn } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { endWithUs } from '../../test/directories/child-servers.ts';
import { usedBy } from './program.ts';

const PRELOAD = new URL('preload.js', import.meta.url).href;
/** Milliseconds after which what starting left behind is as it stays. */
const SETTLED = 1500;

export interface Start {
  /** Milliseconds until it wrote `listening` to standard error. */
  readonly ready: number;
  /** Milliseconds of its CPU until then. */
  readonly cpu: number;
  /** Bytes that are resident a while later. */
  readonly rss: number;
}

/** Starts it, looks, and ends it. */
export async function startOf(file: string, args: readonly string[], cwd: string): Promise<Start> {
  const started = performance.now();
  const child = spawn(process.execPath, ['--import', PRELOAD, file, ...args], {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  endWithUs(child);
  try {
    const ready = await new Promise<number>((resolve, reject) => {
      let said = '';
      child.stderr?.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes('listening')) resolve(performance.now() - started);
      });
      child.once('exit', () => reject(new Error(`${file} did not start:\n${said}`)));
    });
    const { cpu } = await usedBy(child);
    await setTimeout(SETTLED);
    const { rss } = await usedBy(child);
    return { ready, cpu: cpu / 1000, rss };
  } finally {
    child.kill('SIGKILL');
  }
}
