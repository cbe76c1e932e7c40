/**
 * One sweep in a process of its own, so that nobody else's memory counts: reads the settings of a directory as JSON from
 * standard input, walks over everybody, and prints what it took. Started by paths/sweep.ts.
 */
import { text } from 'node:stream/consumers';
import { composeDirectories } from '../../src/compose.ts';
import type { DirectorySettings } from '../../src/directory/settings/settings.ts';

/** What a sweep took. */
export interface Sweep {
  readonly people: number;
  readonly memberships: number;
  readonly seconds: number;
  /** The most memory that the process ever had, in bytes. */
  readonly peak: number;
}

const settings = JSON.parse(await text(process.stdin)) as DirectorySettings;
const clock = { now: () => performance.now() };
const attributes = ['cn', 'mail', 'departmentNumber', 'employeeType'];
const [directory] = composeDirectories([{ settings, attributes, readsIdentities: false }], clock);
if (directory === undefined) throw new Error('no directory was composed');
const started = performance.now();
let people = 0;
let memberships = 0;
for await (const { person } of directory.people()) {
  people++;
  memberships += person.memberships.length;
}
const seconds = (performance.now() - started) / 1000;
await directory.close();
// Kilobytes, on every system.
const peak = process.resourceUsage().maxRSS * 1024;
process.stdout.write(JSON.stringify({ people, memberships, seconds, peak } satisfies Sweep));
