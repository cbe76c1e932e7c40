/** Starts the limit of HTTP, raw-http.ts, on a body. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../../test/directories/child-servers.ts';
import { type Program, startProgram } from '../measuring/program.ts';

const PROGRAM = fileURLToPath(new URL('raw-http.js', import.meta.url));

/** node:http that answers every request with this body. */
export async function startRaw(parent: string, body: string): Promise<Program> {
  const folder = mkdtempSync(join(parent, 'raw-'));
  const file = join(folder, 'body');
  writeFileSync(file, body);
  const [port = 0] = await freePorts(1);
  return startProgram(PROGRAM, [String(port), file], { folder, port });
}
