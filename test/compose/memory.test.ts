/** How much memory people have where the config says it, and where it does not. */
import { execFileSync } from 'node:child_process';
import { getHeapStatistics } from 'node:v8';
import { expect } from 'chai';
import { giveBackGarbage, isTooMuch, settingsOfCache, usableMemory } from '../../src/compose/memory.ts';

const MIB = 2 ** 20;
const times = { people: 10, fresh: 1, stale: 2, unknown: 3, wait: 4 };

function usableWith(flags: readonly string[], NODE_OPTIONS: string): number {
  const script = "import { usableMemory } from './src/compose/memory.ts'; console.log(usableMemory());";
  const args = [...flags, '--import', 'tsx', '--input-type=module', '-e', script];
  const env = { ...process.env, NODE_OPTIONS };
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8', env }));
}

describe('the memory of people', () => {
  it('is what the config says', () => {
    const written = { ...times, memory: 7 * MIB };
    expect(settingsOfCache(written, 900 * MIB)).to.deep.equal(written);
  });

  it('is else a third of what the process may use', () => {
    expect(settingsOfCache({ ...times, memory: undefined }, 900 * MIB).memory).to.equal(300 * MIB);
  });

  it('hangs on the limit of the heap, and of the container where that is less', () => {
    expect(usableMemory()).to.be.at.most(getHeapStatistics().heap_size_limit);
    expect(usableWith(['--max-old-space-size=200'], '')).to.equal(200 * MIB);
    expect(usableWith([], '--enable-source-maps --max_old_space_size=300')).to.equal(300 * MIB);
    expect(usableWith(['--max-old-space-size=200'], '--max-old-space-size=300')).to.equal(200 * MIB);
  });

  it('is too much where it leaves little for the rest', () => {
    expect(isTooMuch({ ...times, memory: 200 * MIB }, 256 * MIB)).to.equal(true);
    expect(isTooMuch({ ...times, memory: 100 * MIB }, 256 * MIB)).to.equal(false);
    expect(isTooMuch({ ...times, memory: undefined }, 256 * MIB)).to.equal(false);
  });
});

describe('what starting took', () => {
  it('is given back', async () => {
    const left = (() => new WeakRef({ text: 'of no use any more' }))();
    await giveBackGarbage();
    expect(left.deref()).to.equal(undefined);
  });
});
