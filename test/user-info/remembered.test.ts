/** The bytes that are made of a person, and kept. */
import { expect } from 'chai';
import { compileMapping } from '../../src/mapping/compile.ts';
import type { Mapping } from '../../src/mapping/mapping.ts';
import { AnswerText } from '../../src/user-info/answer-text.ts';
import { Remembered } from '../../src/user-info/remembered.ts';
import { found } from './cached-people.ts';

describe('a remembered person', () => {
  const mapping = (id: string): Mapping => {
    const text = `version: 1\ngroups: { under: everywhere }\nrules: [{ id: ${id}, when: { group: a }, give: { groups: [b] } }]\n`;
    const compiled = compileMapping(`${id}.yaml`, text).mapping;
    if (compiled === undefined) throw new Error('the mapping of this test is wrong');
    return compiled;
  };

  const makes = (text: string, changesAt?: number) => () => ({ text: new AnswerText(text), changesAt });

  it('keeps the bytes of the answer for each mapping that made them', () => {
    const remembered = new Remembered(found(0));
    const [one, two] = [mapping('one'), mapping('two')];
    expect(remembered.answerFor(one, 0, makes('1')).bytes.toString()).to.equal('1');
    expect(remembered.answerFor(two, 0, makes('2')).bytes.toString()).to.equal('2');
    expect(remembered.answerFor(one, 0, makes('wrong')).bytes.toString()).to.equal('1');
    expect(remembered.answerFor(two, 0, makes('wrong')).bytes.toString()).to.equal('2');
  });

  it('keeps them no longer than until the next date that changes them', () => {
    const remembered = new Remembered(found(0));
    for (const each of [mapping('one'), mapping('two')]) {
      expect(remembered.answerFor(each, 0, makes('before', 100)).bytes.toString()).to.equal('before');
      expect(remembered.answerFor(each, 99, makes('too early', 100)).bytes.toString()).to.equal('before');
      expect(remembered.answerFor(each, 100, makes('after')).bytes.toString()).to.equal('after');
      expect(remembered.answerFor(each, 1e9, makes('wrong')).bytes.toString()).to.equal('after');
    }
  });
});
