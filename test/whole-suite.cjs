/**
 * How `npm test` runs mocha: files beside each other, twice as many at once as the machine has cores, since most wait
 * for servers, and last the short ones, so that no core is left alone with a long one at the end. Single files are run as
 * .mocharc.json says: `npx mocha test/names/dn.test.ts`.
 */
const { readdirSync, readFileSync } = require('node:fs');
const { availableParallelism } = require('node:os');
const { join } = require('node:path');

const common = JSON.parse(readFileSync(join(__dirname, '..', '.mocharc.json'), 'utf8'));
/** What takes a second or more to begin with: servers, and the program in a process of its own. */
const LONG = /requireForests|requireSamba|requireDs389|requireSlapd|runProgram|runKept|startService/g;
/** What takes minutes, most of which it waits. */
const LONGEST = join('faults', 'fault-matrix.test.ts');

const files = readdirSync(__dirname, { recursive: true })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => join(__dirname, name))
  .map((file) => {
    const text = readFileSync(file, 'utf8');
    if (file.endsWith(LONGEST)) return { file, weight: Number.MAX_SAFE_INTEGER };
    return { file, weight: (text.match(LONG)?.length ?? 0) * 1_000_000 + text.length };
  })
  .sort((a, b) => b.weight - a.weight)
  .map(({ file }) => file);

module.exports = { ...common, spec: files, parallel: true, jobs: 2 * availableParallelism() };
