/**
 * The inner half of kept-program.ts: a process that has the program loaded and runs one command line after another, each
 * by evaluating the program's first file anew, in a folder, with an environment and with standard streams of its own.
 */
import { PassThrough, Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';

/** What the parent sends, one at a time. */
export interface CommandLine {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly input: string;
  readonly env: NodeJS.ProcessEnv;
}

/** What it gets back, in the order of asking. */
export interface CommandEnd {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

const [program = ''] = process.argv.slice(2);
let runs = 0;

async function runIn({ args, cwd, input, env }: CommandLine): Promise<CommandEnd> {
  const [stdout, stderr] = [standing('stdout'), standing('stderr')];
  Object.defineProperty(process, 'stdin', { value: Readable.from([Buffer.from(input)]), configurable: true });
  process.chdir(cwd);
  process.env = { ...env };
  process.argv = [process.execPath, program, ...args];
  process.exitCode = undefined;
  await import(`${pathToFileURL(program).href}?run=${runs++}`);
  const status = Number(process.exitCode ?? 0);
  process.exitCode = undefined;
  return { status, stdout: stdout(), stderr: stderr() };
}

/** Puts a stream in the place of the standard one, and tells what was written to it. */
function standing(name: 'stdout' | 'stderr'): () => string {
  const stream = new PassThrough();
  const written: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => written.push(chunk));
  Object.defineProperty(process, name, { value: stream, configurable: true });
  return () => {
    for (let chunk = stream.read(); chunk !== null; chunk = stream.read()) written.push(chunk);
    return Buffer.concat(written).toString('utf8');
  };
}

process.on('message', (line: CommandLine) => {
  void runIn(line).then((end) => process.send?.(end));
});
process.on('disconnect', () => process.exit());
