/** When the service says that it is ready, and how often. */
import { expect } from 'chai';
import { pino } from 'pino';
import type { Directory } from '../../src/directory/directory.ts';
import { Readiness } from '../../src/observe/readiness.ts';
import { until } from '../until.ts';

const READY = 'ready: every directory was bound';

describe('readiness', () => {
  let logged: (string | undefined)[];
  let readiness: Readiness;

  beforeEach(() => {
    logged = [];
  });

  afterEach(() => readiness.drain());

  /** A directory that is bound once its door is opened. */
  const directory = (name: string) => {
    const state = { bound: false, lastFailure: undefined };
    let isOpen = false;
    const connect = async () => {
      if (!isOpen) throw new Error('closed');
      state.bound = true;
    };
    const own: Pick<Directory, 'name' | 'state' | 'connect'> = { name, state, connect };
    return {
      own: own as Directory,
      open: () => {
        isOpen = true;
      },
      bind: () => {
        state.bound = true;
      },
    };
  };
  const watch = (...directories: Directory[]) => {
    const log = pino(
      {},
      { write: (line: string) => logged.push((JSON.parse(line) as { msg?: string }).msg) },
    );
    readiness = new Readiness(directories, { now: () => 0 }, log);
    return readiness.watch();
  };
  const count = (message: string) => logged.filter((each) => each === message).length;

  it('is told once, however often directories are replaced', async () => {
    const [first, second, third] = ['a', 'b', 'c'].map(directory);
    if (first === undefined || second === undefined || third === undefined)
      throw new Error('three were made');
    first.open();
    await watch(first.own);
    expect(logged).to.deep.equal([READY]);
    readiness.replace([second.own]);
    expect(readiness.report().status).to.equal('ready');
    await until(() => count('a directory cannot be bound: it is tried again') === 1);
    second.open();
    await until(() => second.own.state.bound);
    third.bind();
    readiness.replace([second.own, third.own]);
    await new Promise(setImmediate);
    expect(count(READY)).to.equal(1);
  });

  it('is told where a lookup bound the directory and whoever asks sees it first', () => {
    const first = directory('a');
    void watch(first.own);
    expect(readiness.report().status).to.equal('starting');
    first.bind();
    expect(readiness.report().status).to.equal('ready');
    expect(readiness.report().status).to.equal('ready');
    expect(logged).to.deep.equal([READY]);
  });

  it('is told where a reload replaced what could not be bound', async () => {
    const [closed, open] = [directory('a'), directory('a')];
    void watch(closed.own);
    open.open();
    readiness.replace([open.own]);
    await until(() => logged.includes(READY));
    expect(readiness.report().status).to.equal('ready');
  });
});
