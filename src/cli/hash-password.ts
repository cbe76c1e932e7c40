/** `hash-password`: a password from standard input becomes a hash for the config. It is never an argument: those show. */

import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { CONTROL_CHARACTER } from '../names/code-points.ts';
import { hashPassword } from '../password-hash.ts';
import { print } from './messages.ts';

/** 0 and the PHC string on standard output; 1 where there is no usable password. */
export async function hashPasswordCommand(): Promise<number> {
  const password = process.stdin.isTTY
    ? await askUnseen()
    : (await text(process.stdin)).replace(/\r?\n$/, '');
  if (password === '') {
    print('no password came in on standard input');
    return 1;
  }
  if (CONTROL_CHARACTER.test(password)) {
    print('the password holds a line break or another control character; HTTP Basic cannot send it');
    return 1;
  }
  process.stdout.write(`${await hashPassword(password)}\n`);
  return 0;
}

async function askUnseen(): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  process.stderr.write('Password (not shown): ');
  try {
    return await terminal.question('');
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}
