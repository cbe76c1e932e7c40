/** Services on the lean directory, and how they come to have many people in the cache. */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../../test/directories/child-servers.ts';
import { openClient } from '../measuring/load.ts';
import { type Program, startProgram } from '../measuring/program.ts';
import { targetOf } from './people.ts';

/** Each person is in so many, of so many. */
const EACH = 40;
const GROUPS = 1000;

/** @param parent a folder is made there */
export async function startLeanDirectory(parent: string): Promise<Program> {
  const [port = 0] = await freePorts(1);
  return startProgram(
    fileURLToPath(new URL('lean-directory.js', import.meta.url)),
    [port, GROUPS, EACH].map(String),
    { folder: mkdtempSync(join(parent, 'directory-')), port },
  );
}

/**
 * Asks once for each of so many people, 50 at a time.
 * @throws where an answer is not 200, or none comes, as the service has ended
 */
export async function fill(service: Program, people: number, from = 0): Promise<void> {
  const client = await openClient(service, 50);
  try {
    await client.load(people, (i) => targetOf(from + i));
  } finally {
    client.close();
  }
}
