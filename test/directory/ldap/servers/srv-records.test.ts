/** In which order SRV records are asked (RFC 2782). */
import type { SrvRecord } from 'node:dns';
import { expect } from 'chai';
import { byPreference } from '../../../../src/directory/ldap/servers/srv-records.ts';

describe('the order of SRV records', () => {
  const record = (name: string, priority: number, weight: number): SrvRecord => ({
    name,
    priority,
    weight,
    port: 636,
  });
  const order = (records: readonly SrvRecord[], random: () => number) =>
    byPreference(records, random)
      .map(({ name }) => name)
      .join('');

  it('is by priority, whatever chance says', () => {
    const records = [record('c', 20, 65_535), record('a', 0, 0), record('b', 10, 1)];
    for (const random of [0, 0.5, 0.999]) expect(order(records, () => random)).to.equal('abc');
  });

  it('is by chance within one priority, in proportion to the weights', () => {
    const records = [record('a', 0, 60), record('b', 0, 20), record('c', 0, 20), record('d', 1, 100)];
    const firsts = new Map<string, number>();
    // A lattice in place of chance: every hundredth of the way, the same for the later draws.
    for (let i = 0; i < 1000; i++) {
      const [first = ''] = order(records, () => (i + 0.5) / 1000);
      firsts.set(first, (firsts.get(first) ?? 0) + 1);
    }
    expect(firsts.get('a')).to.be.within(570, 620);
    expect(firsts.get('b')).to.be.within(180, 220);
    expect(firsts.get('c')).to.be.within(180, 220);
    expect(firsts.has('d')).to.equal(false);
  });

  it('gives those of weight 0 a small chance to be first, and loses none', () => {
    const records = [record('a', 0, 0), record('b', 0, 9), record('c', 0, 0)];
    expect(order(records, () => 0)).to.equal('acb');
    expect(order(records, () => 0.999)).to.equal('bac');
    expect(byPreference([], () => 0)).to.deep.equal([]);
  });

  it('is the order of the answer where all have the weight 0', () => {
    const records = [record('a', 0, 0), record('b', 0, 0), record('c', 0, 0)];
    for (const random of [0, 0.999]) expect(order(records, () => random)).to.equal('abc');
  });

  it('is exactly in proportion: the sum of the weights and one more are drawn from', () => {
    const records = [record('a', 0, 1), record('b', 0, 1)];
    const firstFor = (random: number) => order(records, () => random)[0];
    expect([0, 0.66, 0.67, 0.999].map(firstFor)).to.deep.equal(['a', 'a', 'b', 'b']);
  });
});
