/** How progress is shown, and that nothing is where nobody looks. */
import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { progressLine, startProgress } from '../../src/cli/progress.ts';

describe('progress', () => {
  const cases: [what: string, done: number, seconds: number, total: number | undefined, line: string][] = [
    [
      'a bar, a rate and the remaining time',
      5000,
      10,
      20_000,
      '[======>                 ] 5,000 of 20,000 people, 500/s, 30 s left',
    ],
    [
      'minutes where it takes long',
      1000,
      10,
      100_000,
      '[>                       ] 1,000 of 100,000 people, 100/s, 16 min 30 s left',
    ],
    ['a full bar at the end', 100, 1, 100, '[========================] 100 of 100 people, 100/s, 0 s left'],
    ['a count and a rate where the total is not known', 1200, 2, undefined, '1,200 people, 600/s'],
    ['no bar where there are more than were counted', 101, 1, 100, '101 people, 101/s'],
    [
      'no remaining time where there is no rate yet',
      0,
      0,
      10,
      '[>                       ] 0 of 10 people, 0/s',
    ],
  ];
  for (const [what, done, seconds, total, line] of cases) {
    it(`has ${what}`, () => {
      expect(progressLine(done, seconds, total)).to.equal(line);
    });
  }

  const streamOf = (isTTY: boolean) => {
    const stream = new PassThrough();
    return {
      stream: Object.assign(stream, { isTTY }) as unknown as NodeJS.WriteStream,
      text: () => String(stream.read() ?? ''),
    };
  };

  it('writes nothing, and counts nothing, where standard error is no terminal', () => {
    const { stream, text } = streamOf(false);
    let asked = false;
    const progress = startProgress(async () => {
      asked = true;
      return 1;
    }, stream);
    for (let i = 0; i < 1000; i++) progress.step();
    progress.end();
    expect([text(), asked]).to.deep.equal(['', false]);
  });

  it('takes its line away at the end, and bears it that nobody can count', async () => {
    const { stream, text } = streamOf(true);
    const progress = startProgress(() => Promise.reject(new Error('no')), stream);
    await Promise.resolve();
    progress.step();
    progress.end();
    expect(text()).to.equal('\r\u001b[K');
  });
});
