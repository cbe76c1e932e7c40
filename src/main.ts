#!/usr/bin/env node
/** Arguments → command → exit status. What goes wrong in a command is told here in words. */
import { countProblems, print, printProblems } from './cli/messages.ts';
import { run } from './cli/program.ts';
import { ProblemsError } from './yaml/problem.ts';

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', ({ code }: NodeJS.ErrnoException) => {
    // EPIPE: whoever reads has read enough. Else the result is lost, and standard error may be too.
    if (code !== 'EPIPE' && stream === process.stdout) print(`standard output cannot be written (${code})`);
    process.exitCode = code === 'EPIPE' ? process.exitCode : 1;
  });
}

try {
  process.exitCode = await run(process.argv.slice(2), process.env);
} catch (error) {
  process.exitCode = 1;
  if (error instanceof ProblemsError) {
    printProblems(error.problems);
    print(countProblems(error.problems));
  } else {
    print(`ldap-user-info: ${describe(error)}`);
  }
}

function describe(error: unknown): string {
  const { code, syscall, address, port } = error as NodeJS.ErrnoException & {
    address?: string;
    port?: number;
  };
  if (syscall === 'listen' && code === 'EADDRINUSE')
    return `port ${port} on ${address} is in use by another program`;
  if (syscall === 'listen' && code === 'EACCES')
    return `port ${port} on ${address} may not be used by this user`;
  if (syscall === 'listen') return `cannot listen on ${address}:${port} (${code})`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
