import { expect } from 'chai';
import { Memory } from '../../../src/mapping/recognising/memory.ts';

describe('mapping: memory', () => {
  it('gives back what was set last', () => {
    const memory = new Memory<number>(3);
    memory.set('a', 1);
    memory.set('a', 2);
    expect(memory.get('a')).to.equal(2);
    expect(memory.get('b')).to.equal(undefined);
  });

  it('never holds more values than it may, however many are set', () => {
    const memory = new Memory<number>(100);
    for (let i = 0; i < 10_000; i++) {
      memory.set(`text ${i}`, i);
      expect(memory.size).to.be.within(1, 100);
      expect(memory.get(`text ${i}`)).to.equal(i);
    }
  });

  it('holds fewer where the texts are long', () => {
    const memory = new Memory<number>(100);
    for (let i = 0; i < 1000; i++) {
      memory.set(`${i}`.padEnd(1280), i);
      expect(memory.size).to.be.within(1, 10);
      expect(memory.get(`${i}`.padEnd(1280))).to.equal(i);
    }
    memory.set('x'.repeat(1e6), 1);
    memory.set('y', 2);
    expect([memory.size, memory.get('y')]).to.deep.equal([1, 2]);
  });

  it('forgets nothing while there is room, nor for a text that it knows', () => {
    const memory = new Memory<number>(3);
    for (const [i, text] of ['a', 'b', 'c', 'a', 'b', 'c'].entries()) memory.set(text, i);
    expect(['a', 'b', 'c'].map((text) => memory.get(text))).to.deep.equal([3, 4, 5]);
  });
});
