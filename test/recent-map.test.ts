import { expect } from 'chai';
import { type RecentMap, recentMap } from '../src/recent-map.ts';

describe('a memory of what was used lately', () => {
  const MOST = 100;
  const numbered = (map: RecentMap<{ n: number }>, from: number, count: number) => {
    for (let n = from; n < from + count; n++) map.set(`k${n}`, { n });
  };
  const known = (map: RecentMap<{ n: number }>, count: number) =>
    Array.from({ length: count }, (_, n) => map.get(`k${n}`)?.n).filter((n) => n !== undefined);

  it('keeps what it was given last', () => {
    const map = recentMap<{ n: number }>(MOST);
    numbered(map, 0, 30);
    map.set('k7', { n: 700 });
    expect(known(map, 30)).to.have.members([...Array(30).keys()].map((n) => (n === 7 ? 700 : n)));
    expect(map.get('k30')).to.equal(undefined);
  });

  it('is bounded, and forgets what was used least lately', () => {
    const map = recentMap<{ n: number }>(MOST);
    for (let n = 0; n < 1000; n++) {
      numbered(map, n, 1);
      // Asked for all the time.
      expect(map.get('k0')?.n).to.equal(0);
    }
    const lastOnes = Array.from({ length: MOST / 2 - 1 }, (_, i) => 999 - i);
    expect(lastOnes.map((n) => map.get(`k${n}`)?.n)).to.deep.equal(lastOnes);
    expect(known(map, 1000).length).to.be.within(MOST / 2, MOST);
  });

  it('forgets what was not met for long', () => {
    const recent = recentMap<number>(1000);
    recent.set('often', 1, 100);
    for (let i = 0; i < 100; i++) {
      recent.set(`once ${i}`, i, 100);
      expect(recent.get('often')).to.equal(1);
    }
    expect(recent.get('once 99')).to.equal(99);
    expect(recent.get('once 0')).to.equal(undefined);
    expect(recent.get('once 80')).to.equal(undefined);
  });
});
