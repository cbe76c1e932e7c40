/** How still files are, by a clock that is turned; on real files, whose times are set. */
import { mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { HalfWritten, type Look } from '../../src/reload/half-written.ts';

const STILL = 2000;

describe('how still a file is that is named now', () => {
  let folder: string;
  let turned: number;
  let files: HalfWritten;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'half-written-'));
    turned = 1_000_000;
    files = new HalfWritten({ now: () => turned }, { still: STILL, beginning: 30_000 });
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const at = (name: string) => join(folder, name);
  const write = (name: string, text: string) => writeFileSync(at(name), text);
  const look = (...names: string[]) => files.look(names.map(at), new Set());
  const isRead = (now: Look) => {
    files.noteRead(now);
    files.noteUse(now);
  };
  /** Sets the time of its content to so many milliseconds after the other file was changed. */
  const setLater = (name: string, other: string, milliseconds: number) => {
    const seconds = (statSync(at(other)).ctimeMs + milliseconds) / 1000;
    utimesSync(at(name), seconds, seconds);
  };
  /** The main file is read, changes, and is still by now. */
  const change = async () => {
    write('main', 'one');
    const first = await files.look([at('main')], new Set(), 0);
    isRead(first);
    write('main', 'two');
    await look('main');
    turned += STILL;
    const before = await look('main');
    expect([before.waits, before.changed]).to.deep.equal([[], [at('main')]]);
    turned += 500;
    return before;
  };

  it('is as still as what names it, where it lay there', async () => {
    write('other', 'lies there');
    const before = await change();
    const after = await look('main', 'other');
    expect(after.waits).to.deep.equal([]);
    expect(files.isOneReading(before, after)).to.equal(true);
  });

  it('is as still as what names it, where it is not there, and has not changed', async () => {
    const before = await change();
    const after = await look('main', 'other');
    expect([after.waits, after.changed]).to.deep.equal([[], [at('main')]]);
    expect(files.isOneReading(before, after)).to.equal(true);
  });

  it('was read by halves, maybe, where it changed after the look before the reading', async () => {
    write('other', 'written');
    const before = await change();
    turned += 10_000;
    setLater('other', 'main', STILL + 1000);
    const after = await look('main', 'other');
    expect(after.waits).to.deep.equal([]);
    expect(files.isOneReading(before, after)).to.equal(false);
  });

  it('is waited for where it was written after what names it, for as long as that takes', async () => {
    write('other', 'written');
    await change();
    const seen = turned - STILL - 500;
    setLater('other', 'main', 1000);
    const { waits } = await look('main', 'other');
    expect(waits.map(({ file, why }) => [file, why])).to.deep.equal([[at('other'), 'changing']]);
    expect(waits[0]?.until).to.be.closeTo(seen + 1000 + STILL, 1);
    turned += 501;
    expect((await look('main', 'other')).waits).to.deep.equal([]);
  });

  it('is never as if it had changed later than it was seen, whatever its times say', async () => {
    write('other', 'written');
    await change();
    setLater('other', 'main', 1e9);
    expect((await look('main', 'other')).waits[0]?.until).to.equal(turned + STILL);
  });

  it('is told by the clock alone once it is watched', async () => {
    write('other', 'one');
    await change();
    isRead(await look('main', 'other'));
    write('main', 'three');
    await look('main', 'other');
    turned += 1000;
    write('other', 'two');
    setLater('other', 'main', -1e9);
    const { waits } = await look('main', 'other');
    expect(waits.find(({ file }) => file === at('other'))?.until).to.equal(turned + STILL);
  });

  it('has not changed where a reading between was refused that did not come to it', async () => {
    write('main', 'one');
    write('other', 'one');
    isRead(await files.look([at('main'), at('other')], new Set(), 0));
    files.noteRead(await files.look([at('main')], new Set(), 0));
    const after = await look('main', 'other');
    expect([after.waits, after.changed]).to.deep.equal([[], []]);
  });
});
