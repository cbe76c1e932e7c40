/** Which files are not read at all, and in which words that is told. */
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { filesBeside, readText } from '../../src/files/text-file.ts';
import { folderWith } from '../acceptance/running-service.ts';

const MIB = 2 ** 20;

describe('a file that is read as text', () => {
  /** Of which nothing but its length is on the disk. */
  const ofSize = (octets: number): string => {
    const file = join(folderWith({}), 'file');
    writeFileSync(file, '');
    truncateSync(file, octets);
    return file;
  };

  it('may have 8 MiB, and no octet more', async () => {
    expect((await readText(ofSize(8 * MIB))).text).to.have.length(8 * MIB);
    for (const [octets, shown] of [
      [8 * MIB + 1, '8.0'],
      [600 * MIB, '600'],
      [20 * 2 ** 30, '20480'],
    ] as const)
      expect(await readText(ofSize(octets))).to.deep.equal({
        failure: `it has ${shown} MiB, and 8 MiB is the most`,
      });
  });

  it('may have as many as its kind', async () => {
    const decode = (octets: Uint8Array) => String(octets.length);
    const file = ofSize(9 * MIB);
    expect(await readText(file, { decode, most: Number.POSITIVE_INFINITY })).to.deep.equal({
      text: String(9 * MIB),
    });
    const files = filesBeside(file);
    expect(await files.read('file', { decode, most: 5 })).to.deep.equal({
      failure: 'it has 9 MiB, and 0.0 MiB is the most',
    });
  });
});
