/** The verdict on what was read: what is an answer, and which failure everything else is. */
import { expect } from 'chai';
import { judgeRange, judgeSearch, sortSids } from '../../../src/directory/entries/completeness.ts';
import { Failure } from '../../../src/failure.ts';
import { domainOfSid } from '../../../src/names/sid.ts';

describe('completeness', () => {
  const verdict = (work: () => unknown): unknown => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return `${error.code}: ${error.message}`;
    }
  };
  const search = (code: number, references: readonly string[] = []) =>
    verdict(() => judgeSearch({ code, diagnostic: 'because', references }, 'dc1', 'set it'));

  it('takes success and noSuchObject for answers, and no other result code', () => {
    expect(search(0)).to.equal('present');
    expect(search(32)).to.equal('absent');
    for (let code = 1; code <= 123; code++)
      if (code !== 32) expect(search(code), `${code}`).to.match(/^directory_/);
    expect(search(4)).to.equal(
      'directory_incomplete: incomplete (result): dc1: result 4 (sizeLimitExceeded): because; set it',
    );
    for (const code of [3, 10, 11, 12, 53, 80])
      expect(search(code)).to.match(/^directory_incomplete: incomplete \(result\)/);
    for (const code of [8, 13, 49, 50]) expect(search(code)).to.match(/^directory_refused/);
    for (const code of [51, 52]) expect(search(code)).to.match(/^directory_unavailable/);
  });

  it('takes no answer for one beside a reference, whatever its code', () => {
    for (const code of [0, 32, 50]) {
      expect(search(code, ['ldap://elsewhere/dc=x'])).to.match(
        /^directory_incomplete: incomplete \(referral\): .* ldap:\/\/elsewhere\/dc=x$/,
      );
    }
  });

  it('says no more of a reference than its first 200 characters', () => {
    const reference = `ldap://elsewhere/${'x'.repeat(300)}`;
    expect(search(0, [reference])).to.match(/ another one, ldap:\/\/elsewhere\/x{183}$/);
  });

  it('says what to set where a limit cut the result, and only there', () => {
    for (const code of [4, 11]) expect(search(code), `${code}`).to.match(/; set it$/);
    for (const code of [1, 3, 10, 12, 53, 80]) expect(search(code), `${code}`).to.match(/: because$/);
  });

  it('takes ranges that follow one another to the last', () => {
    const range = (first: number, next: number | undefined, expected: number) =>
      verdict(() => judgeRange({ first, next }, expected, 'member of cn=x'));
    expect(range(0, 1500, 0)).to.equal(1500);
    expect(range(1500, undefined, 1500)).to.equal(undefined);
    for (const [first, next, expected] of [
      [1499, 3000, 1500],
      [1501, 3000, 1500],
      [1500, 1500, 1500],
      [Number.NaN, undefined, 0],
      [1, undefined, 0],
    ] as const) {
      expect(range(first, next, expected)).to.match(/^directory_incomplete: incomplete \(range\)/);
    }
    expect(verdict(() => judgeRange(undefined, 1500, 'x'))).to.match(/broken range/);
  });

  it('sorts SIDs into own, foreign and everybody’s', () => {
    const sids = [
      'S-1-5-21-1-2-3-513',
      'S-1-5-21-7-8-9-1',
      'S-1-5-21-7-8-9-2',
      'S-1-5-32-544',
      'S-1-5-21-0-0-0-497',
      'S-1-1-0',
      'S-1-5-21-7-8-9-1-1',
      'S-1-5-21-7-8-9',
      'xS-1-5-21-7-8-9-3',
    ];
    const { own, foreign } = sortSids(sids, 'S-1-5-21-1-2-3', domainOfSid);
    expect(own).to.deep.equal(['S-1-5-21-1-2-3-513', 'S-1-5-32-544']);
    expect([...foreign]).to.deep.equal([['S-1-5-21-7-8-9', ['S-1-5-21-7-8-9-1', 'S-1-5-21-7-8-9-2']]]);
  });
});
