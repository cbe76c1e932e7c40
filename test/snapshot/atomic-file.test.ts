/** Files that are there whole or not at all. */
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { WriteError, writeWhole } from '../../src/snapshot/atomic-file.ts';
import { removeWithUs } from '../directories/child-servers.ts';

describe('a file written as a whole', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'whole-'));
    removeWithUs(folder);
  });

  it('holds all chunks, large ones too, and only its owner can read it', async () => {
    const chunks = ['a'.repeat(100_000), 'ü', 'c'];
    await writeWhole(join(folder, 'f'), chunks);
    expect(readFileSync(join(folder, 'f'), 'utf8')).to.equal(chunks.join(''));
    expect(statSync(join(folder, 'f')).mode & 0o777).to.equal(0o600);
    expect(readdirSync(folder)).to.deep.equal(['f']);
  });

  it('takes the place of an older one, whatever its mode was', async () => {
    writeFileSync(join(folder, 'f'), 'older', { mode: 0o644 });
    await writeWhole(join(folder, 'f'), ['newer']);
    expect(readFileSync(join(folder, 'f'), 'utf8')).to.equal('newer');
    expect(statSync(join(folder, 'f')).mode & 0o777).to.equal(0o600);
  });

  it('leaves the older one, and nothing else, where the chunks break off', async () => {
    writeFileSync(join(folder, 'f'), 'older');
    async function* breaking() {
      yield 'a'.repeat(100_000);
      throw new Error('broken off');
    }
    const error = await writeWhole(join(folder, 'f'), breaking()).catch((reason: unknown) => reason);
    expect(error).to.be.an('error').with.property('message', 'broken off');
    expect(readFileSync(join(folder, 'f'), 'utf8')).to.equal('older');
    expect(readdirSync(folder)).to.deep.equal(['f']);
  });

  it('does not take the place of a folder or a device, and asks for no chunk then', async () => {
    let asked = false;
    function* chunks() {
      asked = true;
      yield 'a';
    }
    mkdirSync(join(folder, 'd'));
    execFileSync('mkfifo', [join(folder, 'p')]);
    for (const [name, reason] of [
      ['d', 'it is a folder'],
      ['p', 'it is no ordinary file'],
      ['none/f', 'there is no such folder'],
    ] as const) {
      const error = await writeWhole(join(folder, name), chunks()).catch((failed: unknown) => failed);
      expect(error).to.be.instanceOf(WriteError);
      expect((error as WriteError).message).to.equal(`cannot write ${join(folder, name)}: ${reason}`);
    }
    expect(asked).to.equal(false);
    expect(readdirSync(folder).sort()).to.deep.equal(['d', 'p']);
    expect(statSync(join(folder, 'p')).isFIFO()).to.equal(true);
  });

  it('replaces a symbolic link and not what it leads to', async () => {
    writeFileSync(join(folder, 'target'), 'target');
    symlinkSync(join(folder, 'target'), join(folder, 'f'));
    await writeWhole(join(folder, 'f'), ['newer']);
    expect(readFileSync(join(folder, 'target'), 'utf8')).to.equal('target');
    expect(readFileSync(join(folder, 'f'), 'utf8')).to.equal('newer');
  });
});
