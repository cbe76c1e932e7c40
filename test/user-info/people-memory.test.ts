/** People in memory under their bounds: who goes, when, and how much at once. */
import { expect } from 'chai';
import { compileMapping } from '../../src/mapping/compile.ts';
import type { Membership } from '../../src/person.ts';
import { AnswerText } from '../../src/user-info/answer-text.ts';
import type { Found } from '../../src/user-info/lookup.ts';
import { PeopleMemory } from '../../src/user-info/people-memory.ts';

const MEMORY = 1_000_000;

describe('people in memory', () => {
  let past: (found: Found) => boolean;
  const begin = (bounds: { people?: number; memory?: number } = {}) =>
    new PeopleMemory({ people: 1e6, memory: MEMORY, ...bounds }, (found) => past(found));
  beforeEach(() => {
    past = () => false;
  });

  const membership = (name: string): Membership => ({ dn: `cn=${name},dc=example`, name, via: [] });
  const found = (i: number, groups: readonly Membership[] = [], readAt = 0): Found => ({
    person: {
      directory: 'corp',
      dn: `uid=${i}`,
      attributes: new Map([['uid', [`user ${i}`]]]),
      memberships: groups,
      readAt,
    },
    readAt,
    attributes: new Set(),
    identities: false,
  });
  const nobody: Found = { person: undefined, readAt: 0, attributes: new Set(), identities: false };
  const common = Array.from({ length: 40 }, (_, i) => membership(`common-${i}`));
  const own = (i: number) => Array.from({ length: 40 }, (_, j) => membership(`group-${i}-${j}`));
  const fill = (memory: PeopleMemory, count: number, groupsOf: (i: number) => readonly Membership[]) => {
    for (let i = 0; i < count; i++) memory.set(String(i), found(i, groupsOf(i)));
  };
  const mapping = compileMapping('m.yaml', 'version: 1\ngroups: { under: everywhere }\nrules: []\n').mapping;
  const answer = (memory: PeopleMemory, key: string, text: string) => {
    if (mapping === undefined) throw new Error('the mapping of this test is wrong');
    const made = { text: new AnswerText(text), changesAt: undefined };
    return memory.get(key)?.answerFor(mapping, 0, () => made).octets;
  };

  it('are as many as their octets allow, the last ones', () => {
    const memory = begin();
    fill(memory, 10_000, () => common);
    expect(memory.octets)
      .to.be.lessThan(MEMORY)
      .and.greaterThan(MEMORY * 0.9);
    expect(memory.size).to.be.lessThan(2000).and.greaterThan(500);
    expect(memory.peek('9999')).to.not.equal(undefined);
    expect(memory.peek('0')).to.equal(undefined);
  });

  it('are fewer where they have little alike', () => {
    const [alike, different] = [begin(), begin()];
    fill(alike, 3000, () => common);
    fill(different, 3000, own);
    expect(different.size)
      .to.be.lessThan(alike.size / 4)
      .and.greaterThan(20);
    expect(different.octets).to.be.lessThan(MEMORY);
  });

  it('make room for answers too', () => {
    const memory = begin();
    fill(memory, 300, () => []);
    for (let i = 0; i < 300; i++) answer(memory, String(i), `${i}`.padEnd(10_000));
    expect(memory.octets).to.be.lessThan(MEMORY);
    expect(memory.size).to.be.lessThan(110).and.greaterThan(80);
  });

  it('share an answer', () => {
    const memory = begin();
    fill(memory, 300, () => []);
    for (let i = 0; i < 300; i++)
      expect(answer(memory, String(i), 'x'.repeat(10_000))).to.have.length(10_000);
    expect(memory.size).to.equal(300);
  });

  it('take nothing once they are gone, by whatever way', async () => {
    const memory = begin({ people: 50 });
    fill(memory, 60, own);
    memory.set('59', nobody);
    for (let i = 10; i < 60; i++) answer(memory, String(i), `an answer ${i}`);
    const held = memory.get('40');
    memory.delete('40');
    if (held !== undefined && mapping !== undefined)
      held.answerFor(mapping, 0, () => ({ text: new AnswerText('late'), changesAt: undefined }));
    memory.renew({ people: 1e6, memory: MEMORY }, (key) => key !== '41');
    await memory.sweep();
    for (let i = 10; i < 60; i++) answer(memory, String(i), `another answer ${i}`);
    expect(memory.size).to.equal(48);
    expect(memory.octets).to.be.greaterThan(0);
    past = () => true;
    await memory.sweep();
    expect([memory.size, memory.octets]).to.deep.equal([0, 0]);
  });

  it('never keep one who alone is too much', () => {
    const memory = begin({ memory: 2000 });
    memory.set('much', found(1, own(1)));
    expect([memory.size, memory.octets]).to.deep.equal([0, 0]);
    memory.set('little', found(2));
    expect(memory.size).to.equal(1);
  });

  it('go a slice at a time', async () => {
    const memory = begin({ memory: 1e9 });
    fill(memory, 10_000, () => []);
    past = ({ person }) => person?.dn !== 'uid=5000';
    const swept = memory.sweep();
    const seen = [memory.size];
    while (memory.size > 1) {
      await new Promise(setImmediate);
      seen.push(memory.size);
      memory.get('9000');
    }
    await swept;
    expect(seen.length).to.be.greaterThan(8);
    for (const [i, size] of seen.entries()) expect((seen[i - 1] ?? 10_000) - size).to.be.at.most(1000);
    expect(memory.peek('5000')).to.not.equal(undefined);
  });

  it('go to the last one though the order changes at the very place between two slices', async () => {
    const memory = begin({ memory: 1e9 });
    fill(memory, 5000, () => []);
    past = ({ person }) => person?.dn === 'uid=4999';
    const swept = memory.sweep();
    memory.get('999');
    await swept;
    expect(memory.size).to.equal(4999);
  });

  it('go a slice at a time where a reload makes the bounds narrow', async () => {
    const memory = begin({ memory: 1e9 });
    fill(memory, 10_000, () => []);
    memory.renew({ people: 10, memory: 1e9 }, () => true);
    expect(memory.size).to.be.greaterThan(8000);
    await memory.sweep();
    expect(memory.size).to.equal(10);
    expect(memory.peek('9999')).to.not.equal(undefined);
  });
});
