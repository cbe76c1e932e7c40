/** Bounded, never waiting, and honest about what it dropped. */
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { LogStream } from '../../src/observe/log-stream.ts';
import { folderWith } from '../acceptance/running-service.ts';

describe('the stream of the log', () => {
  const open = () => {
    const file = join(folderWith({}), 'log');
    const stream = new LogStream(openSync(file, 'w'));
    const flushed = () => new Promise<void>((resolve) => stream.flush(resolve));
    return { stream, flushed, lines: () => readFileSync(file, 'utf8').split('\n').slice(0, -1) };
  };

  it('writes lines in their order, however long one is', async () => {
    const { stream, flushed, lines } = open();
    stream.write(`${'x'.repeat(3_000_000)}\n`);
    await flushed();
    stream.write('two\n');
    stream.write('three\n');
    await flushed();
    expect(lines().map((line) => line.length)).to.deep.equal([3_000_000, 3, 5]);
  });

  it('drops what finds no place, and says how many lines', async () => {
    const { stream, flushed, lines } = open();
    for (let i = 0; i < 30; i++) stream.write(`${'x'.repeat(100_000)}\n`);
    await flushed();
    stream.write('next\n');
    await flushed();
    const kept = lines().filter((line) => line.startsWith('x')).length;
    expect(kept).to.be.within(9, 29);
    expect(JSON.parse(lines().at(-2) ?? '')).to.include({ level: 40, count: 30 - kept });
    expect(lines().at(-1)).to.equal('next');
  });
});
