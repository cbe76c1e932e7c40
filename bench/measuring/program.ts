/** A Node program in a process of its own, with the accounting of preload.ts: our service or a control of it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { answers, endWithUs } from '../../test/directories/child-servers.ts';
import type { Question, Used } from './preload.ts';

const PRELOAD = new URL('preload.js', import.meta.url).href;

export interface Program {
  /** Where it listens, on 127.0.0.1. */
  readonly port: number;
  readonly process: ChildProcess;
  /** Rejects where it has ended. */
  used(question?: Question): Promise<Used>;
  /** What it has written so far. */
  output(): string;
  end(): Promise<void>;
}

export interface ProgramOptions {
  /** Its standard streams go to a file here, as a service's log does. */
  readonly folder: string;
  /** Waited for until somebody listens there. */
  readonly port: number;
  /** The folder that it runs in; `folder` where left out. */
  readonly cwd?: string;
  /** For node itself, as `--max-old-space-size=256`. */
  readonly nodeOptions?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Starts a file of JavaScript and waits until it listens.
 * @throws with what it wrote where it ends before
 */
export async function startProgram(
  file: string,
  args: readonly string[],
  { folder, port, cwd = folder, nodeOptions = [], env = {} }: ProgramOptions,
): Promise<Program> {
  const outputFile = join(mkdtempSync(join(folder, 'output-')), 'output');
  const output = openSync(outputFile, 'a');
  const child = spawn(process.execPath, [...nodeOptions, '--import', PRELOAD, file, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', output, output, 'ipc'],
  });
  closeSync(output);
  endWithUs(child);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const said = () => readFileSync(outputFile, 'utf8');
  while (!(await answers(port))) {
    if (hasEnded(child)) throw new Error(`${file} did not start:\n${said()}`);
    await setTimeout(20);
  }
  return {
    port,
    process: child,
    output: said,
    used: (question) => usedBy(child, question),
    end: () => {
      child.kill('SIGKILL');
      return ended;
    },
  };
}

/** Rejects where the process ends before it answers. */
export function usedBy(child: ChildProcess, question: Question = 'used'): Promise<Used> {
  return new Promise((resolve, reject) => {
    const fail = () => reject(new Error(`it has ended with ${child.exitCode ?? child.signalCode}`));
    if (hasEnded(child)) return fail();
    child.once('exit', fail);
    child.once('message', (used: Used) => {
      child.off('exit', fail);
      resolve(used);
    });
    child.send(question, (error) => {
      if (error) fail();
    });
  });
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
