/** When files are read again, and what comes of it; on real files, with times short enough for a test. */
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { pino } from 'pino';
import { Reloader } from '../../src/reload/reloader.ts';

const HINTED = { rest: 20, poll: 3_600_000 };
const POLLED = { rest: 20, poll: 50 };

describe('the reloader', () => {
  let folder: string;
  let reloader: Reloader<string>;
  let logged: Record<string, unknown>[];
  let swapped: string[];
  let outcomes: boolean[];
  let reads: number;
  let duringRead: () => void;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'reload-'));
    [logged, swapped, outcomes, reads] = [[], [], [], 0];
    duringRead = () => undefined;
  });

  afterEach(async () => {
    await reloader?.end();
    rmSync(folder, { recursive: true, force: true });
  });

  const at = (name: string) => join(folder, name);
  const write = (name: string, text: string) => writeFileSync(at(name), text);

  /** A setup is the text of all files one after the other; the first names the others, `broken` is a mistake. */
  const start = async (times: { rest: number; poll: number }, main = 'main', meanwhile = () => {}) => {
    const read = async () => {
      reads++;
      const files = [at(main)];
      let text = '';
      for (const file of files) {
        const own = tryRead(file);
        text += own;
        for (const [, other = ''] of own.matchAll(/^file (.*)$/gm)) files.push(join(dirname(file), other));
      }
      duringRead();
      const problems = text.includes('broken')
        ? [{ severity: 'error' as const, file: at(main), message: 'it is broken' }]
        : [];
      return { setup: problems.length > 0 ? undefined : text, problems, files };
    };
    reloader = new Reloader(read, times);
    const first = await reloader.first();
    meanwhile();
    reloader.watch({
      swap: (setup) => {
        if (setup.includes('unusable')) throw new Error('it cannot be used');
        swapped.push(setup);
      },
      outcome: (refused) => outcomes.push(refused),
      log: pino({}, { write: (line: string) => logged.push(JSON.parse(line) as Record<string, unknown>) }),
    });
    // The first look, for changes since the first reading.
    await sleep(3 * times.rest);
    return first;
  };
  const tryRead = (file: string) => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return 'broken: not there\n';
    }
  };
  const until = async (what: () => boolean) => {
    for (let tries = 0; !what() && tries < 150; tries++) await sleep(20);
    expect(what(), `waited in vain; swapped ${JSON.stringify(swapped)}`).to.equal(true);
  };
  const messages = () => logged.map(({ msg }) => msg);

  it('sees a file that is written, and one that takes its place', async () => {
    write('main', 'one');
    expect((await start(HINTED)).setup).to.equal('one');
    write('main', 'two');
    await until(() => swapped.at(-1) === 'two');
    write('new', 'three');
    renameSync(at('new'), at('main'));
    await until(() => swapped.at(-1) === 'three');
    expect(messages()).to.deep.equal(['reloaded', 'reloaded']);
    expect(logged[0]?.['changed']).to.deep.equal([at('main')]);
  });

  it("sees Kubernetes' swap of ..data", async () => {
    const version = (name: string, text: string) => {
      mkdirSync(at(name));
      write(`${name}/main`, text);
    };
    version('..2026_1', 'one');
    symlinkSync('..2026_1', at('..data'));
    symlinkSync('..data/main', at('main'));
    expect((await start(HINTED)).setup).to.equal('one');
    for (const [name, text] of [
      ['..2026_2', 'two'],
      ['..2026_3', 'three'],
    ] as const) {
      version(name, text);
      symlinkSync(name, at('..data_tmp'));
      renameSync(at('..data_tmp'), at('..data'));
      await until(() => swapped.at(-1) === text);
    }
  });

  it('sees a folder above the file change, where no hint comes', async () => {
    for (const name of ['a', 'b']) {
      mkdirSync(at(name));
      write(`${name}/main`, name);
    }
    symlinkSync('a', at('current'));
    await start(POLLED, 'current/main');
    unlinkSync(at('current'));
    symlinkSync('b', at('current'));
    await until(() => swapped.at(-1) === 'b');
    write('b/main', 'c');
    await until(() => swapped.at(-1) === 'c');
  });

  it('watches the files that the first one names, and those that it names later', async () => {
    mkdirSync(at('more'));
    write('other', 'other 1\n');
    write('more/third', 'third 1\n');
    write('main', 'file other\n');
    await start(HINTED);
    write('other', 'other 2\n');
    await until(() => swapped.at(-1)?.includes('other 2') === true);
    write('main', 'file more/third\n');
    await until(() => swapped.at(-1)?.includes('third 1') === true);
    write('more/third', 'third 2\n');
    await until(() => swapped.at(-1)?.includes('third 2') === true);
  });

  it('does nothing while nothing changes, nor for a neighbour', async () => {
    write('main', 'one');
    await start(POLLED);
    const before = reads;
    write('neighbour', 'x');
    await sleep(300);
    expect([reads, swapped]).to.deep.equal([before, []]);
  });

  it('keeps the old one where the new one is wrong, says why, and goes on looking', async () => {
    write('main', 'one');
    await start(HINTED);
    write('main', 'broken');
    await until(() => outcomes.length === 1);
    expect([swapped, outcomes, messages()]).to.deep.equal([[], [true], ['reload refused']]);
    expect(logged[0]).to.deep.include({ level: 50, problems: [`${at('main')}: error: it is broken`] });
    await sleep(100);
    expect(outcomes).to.have.length(1);
    write('main', 'mended');
    await until(() => swapped.at(-1) === 'mended');
    expect(outcomes).to.deep.equal([true, false]);
  });

  it('sees a file come back that was missed', async () => {
    write('main', 'file other\n');
    write('other', 'one');
    await start(HINTED);
    rmSync(at('other'));
    await until(() => outcomes.at(-1) === true);
    write('other', 'two');
    await until(() => swapped.at(-1)?.includes('two') === true);
  });

  it('keeps the old one where the new one cannot be taken into use', async () => {
    write('main', 'one');
    await start(HINTED);
    write('main', 'unusable');
    await until(() => outcomes.length === 1);
    expect(outcomes).to.deep.equal([true]);
    expect(JSON.stringify(logged[0])).to.include('it cannot be used');
  });

  it('reloads on demand though nothing changed', async () => {
    write('main', 'one');
    await start(HINTED);
    await reloader.reload('SIGHUP');
    expect([swapped, logged[0]?.['cause']]).to.deep.equal([['one'], 'SIGHUP']);
  });

  it('waits for the end of the writing: never half a file', async () => {
    write('main', 'start\n');
    await start({ rest: 80, poll: 20 });
    write('main', 'line\n');
    for (let i = 0; i < 10; i++) {
      await sleep(20);
      appendFileSync(at('main'), 'line\n');
    }
    await until(() => swapped.length > 0);
    expect(swapped).to.deep.equal(['line\n'.repeat(11)]);
  });

  it('reads again what changed while it was read', async () => {
    write('main', 'one');
    await start(HINTED);
    let times = 0;
    duringRead = () => {
      if (++times === 1) write('main', 'three');
    };
    write('main', 'two');
    await until(() => swapped.length > 0);
    await sleep(150);
    expect(swapped).to.deep.equal(['three']);
  });

  it('sees what changed between the first reading and the watch', async () => {
    write('main', 'one');
    await start(HINTED, 'main', () => write('main', 'two'));
    await until(() => swapped.at(-1) === 'two');
  });

  it('does one reload at a time, and none after the end', async () => {
    write('main', 'one');
    await start(HINTED);
    await Promise.all(Array.from({ length: 3 }, (_, i) => reloader.reload(`call ${i}`)));
    expect(logged.map(({ cause }) => cause)).to.deep.equal(['call 0', 'call 1', 'call 2']);
    const running = reloader.reload('late');
    await reloader.end();
    await running;
    await reloader.reload('too late');
    write('main', 'two');
    await sleep(150);
    expect(swapped).to.deep.equal(['one', 'one', 'one']);
  });
});
