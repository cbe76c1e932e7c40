/** One of our commands as a user runs it, from its start to its end. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { endWithUs } from '../../test/directories/child-servers.ts';
import { THIS_BUILD } from '../worlds/service.ts';
import type { Ended } from './last-words.ts';

const LAST_WORDS = new URL('last-words.js', import.meta.url).href;

export interface Ran extends Ended {
  /** From outside, its start with it. */
  readonly seconds: number;
  /** What it wrote to standard output. */
  readonly printed: string;
}

/** Runs it in a folder. Rejects with what it said where it ends with another status than expected. */
export async function runCommand(cwd: string, args: readonly string[], expected: number): Promise<Ran> {
  const started = performance.now();
  const child = spawn(process.execPath, ['--import', LAST_WORDS, THIS_BUILD, ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  endWithUs(child);
  const [, output, errors, used] = child.stdio;
  if (output === null || errors === null || used === undefined || used === null || !('read' in used))
    throw new Error('a command without its streams');
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [status, printed, said, told] = await Promise.all([ended, text(output), text(errors), text(used)]);
  const seconds = (performance.now() - started) / 1000;
  if (status !== expected) throw new Error(`${args.join(' ')} ended with ${status}:\n${said}`);
  return { ...(JSON.parse(told) as Ended), seconds, printed };
}
