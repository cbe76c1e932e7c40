/**
 * The program in a process that stays: the first command line loads it, which takes most of the time of a short command,
 * and those behind find it loaded. What a process of its own shows beside (signals, broken pipes, that it ends) is for
 * `runProgram`, with which each command is tested too.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { endWithUs } from '../directories/child-servers.ts';
import type { CommandEnd, CommandLine } from './program-host.ts';
import { type Ended, PROGRAM_FILE, TSX } from './running-service.ts';

const HOST = fileURLToPath(new URL('program-host.ts', import.meta.url));

let host: ChildProcess | undefined;
let before: Promise<unknown> = Promise.resolve();

/** Runs a command to its end as `runProgram` does, in a process that has the program loaded already; one at a time. */
export function runKept(
  args: readonly string[],
  options: { cwd?: string; input?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Ended> {
  const { cwd = process.cwd(), input = '', env = process.env } = options;
  const run = () => runInHost({ args, cwd, input, env });
  const ended = before.then(run, run);
  before = ended;
  return ended;
}

function runInHost(line: CommandLine): Promise<CommandEnd> {
  host ??= startHost();
  const running = host;
  return new Promise((resolve, reject) => {
    let said = '';
    const hear = (chunk: Buffer) => {
      said += chunk.toString();
    };
    const fail = (code: number | null) => {
      host = undefined;
      reject(new Error(`${line.args.join(' ')}: the process that ran it ended with ${code}:\n${said}`));
    };
    running.stderr?.on('data', hear);
    running.once('close', fail);
    running.once('message', (end: CommandEnd) => {
      running.stderr?.off('data', hear);
      running.off('close', fail);
      resolve(end);
    });
    running.send(line);
  });
}

function startHost(): ChildProcess {
  const started = spawn(process.execPath, ['--import', TSX, HOST, PROGRAM_FILE], {
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  });
  endWithUs(started);
  return started;
}
