/** What instants directories write, read once for accounts and for rules. More spellings: test/mapping/values/date-format.test.ts. */
import { expect } from 'chai';
import { parseFileTime } from '../../src/time/file-time.ts';
import { parseGeneralizedTime } from '../../src/time/generalized-time.ts';

describe('time: generalized times', () => {
  const times: readonly [text: string, at: string | undefined][] = [
    ['20240229123015Z', '2024-02-29T12:30:15.000Z'],
    ['2024022912.29Z', '2024-02-29T12:17:24.000Z'],
    ['20240229143015+02', '2024-02-29T12:30:15.000Z'],
    ['20240229123015.0Z', '2024-02-29T12:30:15.000Z'],
    ['20161231235960Z', '2017-01-01T00:00:00.000Z'],
    ['20230229123015Z', undefined],
    ['20240229123015', undefined],
    ['20240229243015Z', undefined],
  ];
  for (const [text, at] of times) {
    it(at === undefined ? `are not ${text}` : `${text} is ${at}`, () => {
      const time = parseGeneralizedTime(text);
      expect(time && new Date(time.at).toISOString()).to.equal(at);
    });
  }

  it('tell the year as written', () => {
    expect(parseGeneralizedTime('000001010000Z')?.year).to.equal(0);
    expect(parseGeneralizedTime('20231231230000-0200')?.year).to.equal(2023);
  });
});

describe('time: file times', () => {
  const times: readonly [text: string, at: number | undefined][] = [
    ['116444736000000000', 0],
    ['1', -11_644_473_600_000],
    ['0', Number.POSITIVE_INFINITY],
    ['9223372036854775807', Number.POSITIVE_INFINITY],
    ['9223372036854775808', undefined],
    ['-1', undefined],
    ['', undefined],
  ];
  for (const [text, at] of times) {
    it(`${JSON.stringify(text)} is ${at}`, () => expect(parseFileTime(text)).to.equal(at));
  }
});
