import { expect } from 'chai';
import {
  nameFromUserId,
  parseUserIdPattern,
  UserIdPatternError,
} from '../../../src/directory/people/userids.ts';

describe('userids', () => {
  const name = (patterns: readonly string[], userid: string) =>
    nameFromUserId(patterns.map(parseUserIdPattern), userid);

  for (const [patterns, userid, expected] of [
    [['<userid>'], 'a/b@c\\d', 'a/b@c\\d'],
    [['<name>'], 'ann', 'ann'],
    [['<name>'], 'ann@x', undefined],
    [['<name>'], 'x\\ann', undefined],
    [['<name>'], 'x/ann', undefined],
    [['<name>@acme.example'], 'Ann@ACME.example', 'Ann'],
    [['<name>@acme.example'], '@acme.example', undefined],
    [['<name>@acme.example'], 'ann@acme.example.org', undefined],
    [['<name>@acme.example'], 'a@b@acme.example', undefined],
    [['ACME\\<name>'], 'acme\\ann', 'ann'],
    [['ACME\\<name>'], 'acme\\', undefined],
    [['ab<name>ba'], 'aba', undefined],
    [['ab<name>ba'], 'abba', undefined],
    [['ab<name>ba'], 'abxba', 'x'],
    [['ÄÖ-<name>'], 'äö-ann', 'ann'],
    [['A\u0308-<name>'], 'ä-jose\u0301', 'jos\u00e9'],
    [['STRASSE-<name>'], 'straße-ann', undefined],
    [['\u1E9E-<name>'], '\u00DF-ann', 'ann'],
    [['<name>@a', '<name>@b', '<name>'], 'ann@b', 'ann'],
    [['x<name>', '<name>'], 'xann', 'ann'],
    [['<userid>'], 'jose\u0301', 'jos\u00e9'],
    [['<userid>'], '\u00a0ann  lee\u3000', 'ann lee'],
    [['<userid>'], ' \u2003', undefined],
    [['<name>'], ' ', undefined],
    [['<name>@acme.example'], ' ann @acme.example ', 'ann'],
    [['<name>@acme.example'], ' @acme.example', undefined],
    [['ACME\\<name>'], 'acme\\ ann', 'ann'],
    [['ACME  <name> '], 'acme\u00a0ann', 'ann'],
    [['ACME <name>'], 'acmeann', undefined],
  ] as const) {
    it(`${patterns.join(' or ')} makes ${String(expected)} of ${userid}`, () => {
      expect(name(patterns, userid)).to.equal(expected);
    });
  }

  for (const [pattern, index, message] of [
    ['', 0, 'is missing'],
    ['acme', 0, 'is missing'],
    ['x<user>', 1, 'unknown placeholder <user>'],
    ['<name>-<name>', 7, 'only one'],
    ['<name><userid>', 6, 'only one'],
    ['x<userid>', 1, 'stands alone'],
  ] as const) {
    it(`refuses ${JSON.stringify(pattern)}`, () => {
      const parse = () => parseUserIdPattern(pattern);
      expect(parse).to.throw(UserIdPatternError, message);
      expect(parse).to.throw(UserIdPatternError).with.property('index', index);
    });
  }
});
