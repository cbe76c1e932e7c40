/** What placeholders may stand for, each kind of bound by itself. */
import { expect } from 'chai';
import {
  type Bound,
  boundOfGiven,
  isWithin,
  refusalBy,
  textsBound,
  textsGivenFor,
  textsNamedBy,
} from '../../../src/mapping/patterns/bound.ts';
import { compileExpression } from '../../../src/mapping/patterns/regular-expression.ts';
import { foldDn, foldText } from '../../../src/mapping/values/folded-text.ts';

const within = (bound: Bound, text: string, isExact = false) => isWithin(bound, foldText(text, isExact));
const LIST = textsBound([
  ['EU', ['EU']],
  ['US', ['US']],
]);

describe('a bound', () => {
  it('of digits takes digits from end to end', () => {
    const digits: Bound = { kind: 'digits' };
    for (const text of ['0', '0042']) expect(within(digits, text), text).to.equal(true);
    for (const text of ['', 'a1', '1a', '1 2', '-1', '1.0', '\u0661'])
      expect(within(digits, text), text).to.equal(false);
    expect(refusalBy(digits)).to.equal('not digits');
  });

  it('of anything takes all but nothing, wildcards and control characters', () => {
    const any: Bound = { kind: 'any' };
    for (const text of ['x', 'a b', 'é']) expect(within(any, text), text).to.equal(true);
    for (const text of ['', 'a*', '*', 'a\u0001b']) expect(within(any, text), text).to.equal(false);
    expect(refusalBy(any)).to.equal('not allowed: it holds a * or a control character');
  });

  it('of what was given out takes a * too, but not nothing', () => {
    expect(boundOfGiven({ kind: 'any' })).to.deep.equal({ kind: 'open' });
    expect([within({ kind: 'open' }, 'a*'), within({ kind: 'open' }, '')]).to.deep.equal([true, false]);
    expect(boundOfGiven({ kind: 'digits' })).to.deep.equal({ kind: 'digits' });
  });

  it('of what a table gives out takes what it gives, and not its codes', () => {
    const table = textsBound([['4100', ['Finance', 'Treasury']]], 'departments');
    const given = boundOfGiven(table);
    expect(textsNamedBy(table)).to.deep.equal(['Finance', 'Treasury']);
    expect([within(given, 'treasury'), within(given, '4100')]).to.deep.equal([true, false]);
    expect(textsGivenFor(given, foldText('TREASURY'))).to.deep.equal(['Treasury']);
    expect(refusalBy(table)).to.equal('not in table departments');
  });

  it('of a list takes its texts without regard to case, unless the attribute is exact', () => {
    expect([within(LIST, 'eu'), within(LIST, 'EU', true), within(LIST, 'eu', true)]).to.deep.equal([
      true,
      true,
      false,
    ]);
    expect(refusalBy(LIST)).to.equal('not in the list');
    expect(textsNamedBy({ kind: 'digits' })).to.equal(undefined);
  });

  it('of DNs takes what means the same, exactly where the attribute is exact', () => {
    const list = textsBound([['CN=Ann, DC=x', ['CN=Ann, DC=x']]]);
    const isTaken = (text: string, isExact: boolean) => isWithin(list, foldDn(text, isExact));
    expect(isTaken('cn=ann,dc=x', false)).to.equal(true);
    expect(isTaken('cn=Ann,dc=x', true)).to.equal(true);
    expect(isTaken('cn=ann,dc=x', true)).to.equal(false);
  });

  it('translates where any of its texts becomes another', () => {
    const translates = (...entries: [string, string[]][]) => textsBound(entries).translates;
    expect(translates(['EU', ['eu']], ['US', ['US']])).to.equal(false);
    expect(translates(['EU', ['EU', 'Europe']], ['US', ['US']])).to.equal(true);
    expect(translates(['US', ['US']], ['EU', ['Europe']])).to.equal(true);
  });

  it('by an expression gives what it matched, in the case that is asked for', () => {
    const compiled = compileExpression('[A-Z]{2}');
    if (!('matches' in compiled)) throw new Error(compiled.message);
    const bound: Bound = { kind: 'matches', expression: compiled, case: 'lower' };
    expect([within(bound, 'EU'), within(bound, 'EUR')]).to.deep.equal([true, false]);
    expect(textsGivenFor(bound, foldText('EU'))).to.deep.equal(['eu']);
    expect(refusalBy(bound)).to.equal(`not matched by ${compiled.source}`);
    expect(textsGivenFor({ kind: 'digits' }, foldText('42'))).to.deep.equal(['42']);
    expect(textsGivenFor(LIST, foldText('nowhere'))).to.deep.equal([]);
  });
});
