/** `hash-password`: a password from standard input becomes a hash for the config. It is never an argument: those show. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { CONTROL_CHARACTER } from '../../names/code-points.ts';
import { utf8FileText } from '../../names/utf8.ts';
import { hashPassword } from '../../password-hash.ts';
import { print } from '../messages.ts';

/** 0 and the PHC string on standard output; 1 where there is no usable password. */
export async function hashPasswordCommand(): Promise<number> {
  const password = process.stdin.isTTY ? await askTwice() : await readInput();
  const fault = faultOf(password);
  if (password === undefined || fault !== undefined) {
    print(fault ?? 'no password came in');
    return 1;
  }
  process.stdout.write(`${await hashPassword(password)}\n`);
  return 0;
}

function faultOf(password: string | undefined): string | undefined {
  if (password === undefined) return 'the password is not UTF-8, or was not typed the same twice';
  if (password === '') return 'no password came in on standard input';
  if (!CONTROL_CHARACTER.test(password)) return undefined;
  return 'the password holds a line break or another control character; HTTP Basic cannot send it';
}

async function readInput(): Promise<string | undefined> {
  try {
    return utf8FileText(await buffer(process.stdin)).replace(/\r?\n$/, '');
  } catch {
    return undefined;
  }
}

async function askTwice(): Promise<string | undefined> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  const ask = async (words: string): Promise<string> => {
    process.stderr.write(words);
    const answer = await terminal.question('');
    process.stderr.write('\n');
    return answer;
  };
  try {
    const first = await ask('Password (not shown): ');
    return (await ask('Once more: ')) === first ? first : undefined;
  } catch {
    // Ctrl-C and Ctrl-D.
    process.stderr.write('\n');
    return '';
  } finally {
    terminal.close();
  }
}
