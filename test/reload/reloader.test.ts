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
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { pino } from 'pino';
import { Reloader, type ReloadTimes } from '../../src/reload/reloader.ts';

// Milliseconds; what is told after `beginning` is told of no file here, however long the machine takes for a look.
const HINTED = { rest: 10, still: 40, beginning: 3_600_000, poll: 3_600_000 };
const POLLED = { ...HINTED, poll: 50 };

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
  const start = async (times: ReloadTimes, main = 'main', meanwhile = () => {}) => {
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
      const isBroken = text.includes('broken');
      const warnings = [...text.matchAll(/^odd .*$/gm)].map(([message]) => ({
        severity: 'warning' as const,
        file: at(main),
        message,
      }));
      const errors = isBroken
        ? [{ severity: 'error' as const, file: at(main), message: 'it is broken' }]
        : [];
      return {
        setup: isBroken ? undefined : text,
        problems: [...warnings, ...errors],
        files,
        endingLines: files.filter((file) => file.endsWith('.ldif')),
      };
    };
    reloader = new Reloader({ first: read, again: read }, times, { now: () => performance.now() });
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
    await sleep(50);
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
    while (!what()) await sleep(20);
  };
  /** What was logged under this message. Beside it a look may find any file just being written, and say so. */
  const told = (message: string) => logged.filter(({ msg }) => msg === message);

  it('sees a file that is written, and one that takes its place', async () => {
    write('main', 'one');
    expect((await start(HINTED)).setup).to.equal('one');
    write('main', 'two');
    await until(() => swapped.at(-1) === 'two');
    write('new', 'three');
    renameSync(at('new'), at('main'));
    await until(() => swapped.at(-1) === 'three');
    expect(swapped).to.deep.equal(['two', 'three']);
    expect(told('reloaded').map(({ changed }) => changed)).to.deep.equal([[at('main')], [at('main')]]);
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
    expect([swapped, outcomes, told('reloaded')]).to.deep.equal([[], [true], []]);
    expect(told('reload refused')).to.have.length(1);
    expect(told('reload refused')[0]).to.deep.include({
      level: 50,
      problems: [`${at('main')}: error: it is broken`],
    });
    await sleep(100);
    expect(outcomes).to.have.length(1);
    write('main', 'mended');
    await until(() => swapped.at(-1) === 'mended');
    expect(outcomes).to.deep.equal([true, false]);
  });

  for (const [what, mend] of [
    ['in place', () => write('main', 'mended\nfile other\n')],
    [
      'by another file',
      () => {
        write('new', 'mended\nfile other\n');
        renameSync(at('new'), at('main'));
      },
    ],
  ] as const) {
    it(`reads once what was mended ${what}, also where the wrong one did not name the other files`, async () => {
      write('main', 'file other\n');
      write('other', 'other\n');
      await start(HINTED);
      write('main', 'broken\n');
      await until(() => outcomes.length === 1);
      const before = reads;
      mend();
      await until(() => swapped.length === 1);
      expect(reads - before).to.equal(1);
      expect(told('reload refused').map(({ changed }) => changed)).to.deep.equal([[at('main')]]);
      expect(told('reloaded').map(({ changed }) => changed)).to.deep.equal([[at('main')]]);
    });
  }

  it('reads once where a file is named that lay there already', async () => {
    write('main', 'one\n');
    await start(HINTED);
    write('other', 'other\n');
    const before = reads;
    write('main', 'file other\n');
    await until(() => swapped.length === 1);
    expect([reads - before, swapped]).to.deep.equal([1, ['file other\nother\n']]);
    expect(told('reloaded')[0]?.['changed']).to.deep.equal([at('main')]);
  });

  it('tells the errors of what is refused, and of warnings those that are new', async () => {
    write('main', 'odd 1\n');
    await start(HINTED);
    const put = async (message: 'reloaded' | 'reload refused', text: string) => {
      const count = told(message).length;
      write('main', text);
      await until(() => told(message).length > count);
      const { problems, warnings, new_warnings } = told(message).at(-1) ?? {};
      return { problems, warnings, new_warnings };
    };
    const nothing = { problems: undefined, warnings: undefined, new_warnings: undefined };
    const odd = (n: number) => `${at('main')}: warning: odd ${n}`;
    expect(await put('reloaded', 'a\nodd 1\n')).to.deep.equal({ ...nothing, warnings: 1 });
    expect(await put('reload refused', 'odd 1\nodd 2\nbroken\n')).to.deep.equal({
      ...nothing,
      problems: [`${at('main')}: error: it is broken`],
      warnings: 2,
    });
    expect(await put('reloaded', 'b\nodd 1\nodd 2\nodd 2\n')).to.deep.equal({
      ...nothing,
      warnings: 3,
      new_warnings: [odd(2), odd(2)],
    });
    expect(await put('reloaded', 'c\nodd 2\nodd 2\n')).to.deep.equal({ ...nothing, warnings: 2 });
    expect(await put('reloaded', 'd\n')).to.deep.equal(nothing);
    expect(await put('reload refused', 'e\nbroken\n')).to.deep.equal({
      ...nothing,
      problems: [`${at('main')}: error: it is broken`],
    });
    expect(await put('reloaded', 'f\nodd 1\n')).to.deep.equal({
      ...nothing,
      warnings: 1,
      new_warnings: [odd(1)],
    });
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
    expect(JSON.stringify(told('reload refused'))).to.include('it cannot be used');
  });

  it('reloads on demand though nothing changed', async () => {
    write('main', 'one');
    await start(HINTED);
    await reloader.reload('SIGHUP');
    expect([swapped, told('reloaded')[0]?.['cause']]).to.deep.equal([['one'], 'SIGHUP']);
  });

  it('waits for the end of the writing: never half a file', async () => {
    write('main', 'start\n');
    await start({ ...POLLED, still: 1000, poll: 20 });
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

  describe('where a file may be half-written', () => {
    const SLOW = { ...HINTED, still: 60, beginning: 5000 };
    const waits = () => told('a changed file is waited for');
    const untilWaiting = (count = 1) => until(() => waits().length === count);

    it('waits longer for a beginning of what it was, says so once, and takes it when nothing follows', async () => {
      write('main', 'line 1\nline 2\n');
      await start(SLOW);
      write('main', 'line 1\n');
      await untilWaiting();
      expect(waits()[0]).to.deep.include({ level: 40, file: at('main'), changed: [at('main')] });
      expect(String(waits()[0]?.['reason'])).to.include('a beginning of what it was').and.include('5 s');
      write('neighbour', 'a hint');
      await sleep(300);
      expect([swapped, outcomes, waits().length]).to.deep.equal([[], [], 1]);
      await until(() => swapped.length === 1);
      expect(swapped).to.deep.equal(['line 1\n']);
      expect(told('no file is waited for any more')).to.have.length(1);
    });

    for (const [what, first] of [
      ['its first half', 'line 1\nli'],
      ['nothing', ''],
    ] as const) {
      it(`keeps what it has while the file holds ${what}, and does nothing once it is whole again`, async () => {
        const whole = 'line 1\nline 2\n';
        write('main', whole);
        await start(SLOW);
        const before = reads;
        write('main', first);
        await untilWaiting();
        appendFileSync(at('main'), whole.slice(first.length));
        await until(() => told('no file is waited for any more').length > 0);
        expect([reads, swapped]).to.deep.equal([before, []]);
      });
    }

    it('takes the rest, when it comes, without the longer wait', async () => {
      write('main', 'line 1\nline 2\n');
      await start({ ...SLOW, beginning: 3_600_000 });
      write('main', 'line 1\n');
      await untilWaiting();
      appendFileSync(at('main'), 'another line 2\n');
      await until(() => swapped.length === 1);
      expect(swapped).to.deep.equal(['line 1\nanother line 2\n']);
    });

    it('takes at once what is shorter and no beginning, and what took its place likewise', async () => {
      write('main', 'line 1\nline 2\n');
      await start({ ...SLOW, beginning: 3_600_000 });
      write('main', 'line 2\n');
      await until(() => swapped.length === 1);
      write('new', 'ne');
      renameSync(at('new'), at('main'));
      await until(() => swapped.length === 2);
      expect(swapped).to.deep.equal(['line 2\n', 'ne']);
    });

    it('waits for a beginning that was renamed into its place: the disk may have been full', async () => {
      write('main', 'line 1\nline 2\n');
      await start(SLOW);
      write('new', 'line 1\n');
      renameSync(at('new'), at('main'));
      await untilWaiting();
      expect(swapped).to.deep.equal([]);
    });

    it('compares with what was refused last as well, but takes back what is in use without the longer wait', async () => {
      write('main', 'in use\n');
      await start({ ...SLOW, beginning: 3_600_000 });
      write('main', 'in use\nbroken\n');
      await until(() => outcomes.length === 1);
      write('main', 'in use\nbro');
      await untilWaiting();
      write('main', 'in use\n');
      await until(() => swapped.length === 1);
      expect([swapped, outcomes]).to.deep.equal([['in use\n'], [true, false]]);
    });

    it('compares with what was whole for a moment only as well, whatever it was in between', async () => {
      write('main', 'in use\n');
      await start({ ...SLOW, still: 3000, beginning: 3_600_000 });
      write('main', 'new line 1\nnew line 2\n');
      await sleep(1000);
      write('main', '');
      await sleep(1000);
      write('main', 'new line 1\n');
      await untilWaiting();
      expect(swapped).to.deep.equal([]);
      expect(String(waits()[0]?.['reason'])).to.include('a beginning of what it was');
      write('main', 'new line 1\nnew line 3\n');
      await until(() => swapped.length === 1);
      expect(swapped).to.deep.equal(['new line 1\nnew line 3\n']);
    });

    it('takes nothing else meanwhile: the files are one whole', async () => {
      write('main', 'file other\n');
      write('other', 'line 1\nline 2\n');
      await start(SLOW);
      write('other', 'line 1\n');
      write('main', 'new\nfile other\n');
      await untilWaiting();
      await sleep(200);
      expect([swapped, waits()[0]?.['changed']]).to.deep.equal([[], [at('main'), at('other')]]);
      write('other', 'line 1\nline 2\n');
      await until(() => swapped.length === 1);
      expect(swapped).to.deep.equal(['new\nfile other\nline 1\nline 2\n']);
    });

    it('never takes an LDIF that does not end with a newline, on demand neither', async () => {
      const people = 'dn: cn=a\ncn: a\n';
      write('main', 'file people.ldif\n');
      write('people.ldif', people);
      await start({ ...SLOW, beginning: 500 });
      for (const unended of ['dn: cn=b\ncn: b', people.slice(0, -1), '']) {
        logged.length = 0;
        write('people.ldif', unended);
        await untilWaiting();
        expect(waits().at(-1)).to.deep.include({ level: 50, file: at('people.ldif') });
        expect(outcomes.at(-1)).to.equal(true);
        // Who asks is told again.
        logged.length = 0;
        await reloader.reload('SIGHUP');
        expect(waits()).to.have.length(1);
        await sleep(600);
        expect(swapped).to.deep.equal([]);
        // As it was: there is nothing to take.
        write('people.ldif', people);
        await until(() => outcomes.at(-1) === false);
      }
      expect(swapped).to.deep.equal([]);
      write('people.ldif', 'dn: cn=c\ncn: c\n');
      await until(() => swapped.length === 1);
    });

    it('waits no more for a file that is named no more', async () => {
      write('main', 'one\n');
      await start(SLOW);
      write('people.ldif', 'dn: cn=a');
      write('main', 'file people.ldif\n');
      await untilWaiting();
      expect(outcomes).to.deep.equal([true]);
      write('main', 'one\n');
      await until(() => outcomes.at(-1) === false);
      expect(swapped).to.deep.equal([]);
    });

    it('takes an LDIF in UTF-16 whose last line is ended, and none whose is not', async () => {
      const inUtf16 = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le');
      write('main', 'file people.ldif\n');
      writeFileSync(at('people.ldif'), inUtf16('dn: cn=a\r\n'));
      await start(SLOW);
      writeFileSync(at('people.ldif'), inUtf16('dn: cn=bb'));
      await untilWaiting();
      writeFileSync(at('people.ldif'), inUtf16('dn: cn=bb\r\n'));
      await until(() => swapped.length === 1);
    });

    it('tells once of a file that changes for ever, and keeps the old one', async () => {
      write('main', 'one');
      await start({ ...SLOW, still: 2000, beginning: 3000 });
      for (let i = 0; waits().length === 0; i++) {
        write('main', `edition ${i}`);
        await sleep(20);
      }
      for (let i = 0; i < 20; i++) {
        write('main', `later edition ${i}`);
        await sleep(20);
      }
      expect(waits()).to.have.length(1);
      expect(String(waits()[0]?.['reason'])).to.include('time and again');
      expect(swapped).to.deep.equal([]);
      await until(() => swapped.length === 1);
      expect(swapped).to.deep.equal(['later edition 19']);
    });

    it('does not wait for a file that is touched for ever', async () => {
      write('main', 'file other\n');
      write('other', 'one');
      await start({ ...POLLED, still: 60 });
      let seconds = 1_000_000;
      const touching = setInterval(() => utimesSync(at('other'), ++seconds, seconds), 120);
      try {
        write('main', 'new\nfile other\n');
        await until(() => swapped.length === 1);
      } finally {
        clearInterval(touching);
      }
    });

    it('asks its own clock how long a file has been still, and not what the file says of its times', async () => {
      write('main', 'one');
      await start({ ...SLOW, still: 600 });
      write('new', 'two');
      utimesSync(at('new'), 1, 1);
      renameSync(at('new'), at('main'));
      await sleep(500);
      expect(swapped).to.deep.equal([]);
      await until(() => swapped.length === 1);
      write('new', 'three');
      utimesSync(at('new'), 4_000_000_000, 4_000_000_000);
      renameSync(at('new'), at('main'));
      await until(() => swapped.length === 2);
    });

    it('takes changed files at once on demand, but leaves what is cut short to the watch', async () => {
      write('main', 'line 1\nline 2\n');
      await start({ ...SLOW, still: 3_600_000 });
      write('main', 'new 1\nnew 2\n');
      await reloader.reload('SIGHUP');
      expect(swapped).to.deep.equal(['new 1\nnew 2\n']);
      write('main', 'new 1\n');
      await reloader.reload('SIGHUP');
      expect([swapped.length, waits().length]).to.deep.equal([1, 1]);
    });

    it('takes on demand a file that is named now at once as well', async () => {
      write('other', 'other 1\n');
      write('main', 'one\n');
      await start({ ...SLOW, still: 3_600_000 });
      write('main', 'file other\n');
      // The reading on demand gives up after the time for which files must be still.
      await reloader.reload('SIGHUP');
      expect(swapped).to.deep.equal(['file other\nother 1\n']);
    });
  });

  it('does one reload at a time, and none after the end', async () => {
    write('main', 'one');
    await start(HINTED);
    await Promise.all(Array.from({ length: 3 }, (_, i) => reloader.reload(`call ${i}`)));
    expect(told('reloaded').map(({ cause }) => cause)).to.deep.equal(['call 0', 'call 1', 'call 2']);
    const running = reloader.reload('late');
    await reloader.end();
    await running;
    await reloader.reload('too late');
    write('main', 'two');
    await sleep(150);
    expect(swapped).to.deep.equal(['one', 'one', 'one']);
  });
});
