/** Values under keys: the compact form against plain maps, also where there are more than one piece holds. */
import { expect } from 'chai';
import fc from 'fast-check';
import { CompactMultimap } from '../src/multimap.ts';

/** Value by value, each with its keys. */
type Written = readonly (readonly [value: string, keys: readonly string[]])[];

function check(written: Written, keys: readonly string[]): void {
  const compact = new CompactMultimap<string>();
  const plain = new Map<string, string[]>();
  for (const [value, under] of written) {
    for (const key of under) {
      compact.add(compact.placeOf(key), value);
      const values = plain.get(key) ?? [];
      if (values[0] !== value) plain.set(key, [value, ...values]);
    }
  }
  for (const key of keys) expect(compact.get(key)).to.deep.equal(plain.get(key) ?? []);
}

describe('a compact multimap', () => {
  it('holds what a map of lists holds, the newest first', () => {
    const keys = ['a', 'b', 'c', 'd'];
    const written = fc.uniqueArray(
      fc.tuple(fc.constantFrom('v', 'w', 'x', 'y', 'z'), fc.array(fc.constantFrom(...keys))),
      { selector: ([value]) => value },
    );
    fc.assert(fc.property(written, (each) => check(each, [...keys, 'nobody'])));
  });

  it('holds a value as often as it came again after others', () => {
    const written: Written = [
      ['v', ['a', 'b', 'a']],
      ['w', ['a']],
      ['v', ['a']],
    ];
    check(written, ['a', 'b']);
  });

  it('holds hundreds of thousands of them', () => {
    const keys = Array.from({ length: 2000 }, (_, i) => `key ${i}`);
    const written = Array.from({ length: 100 }, (_, i) => [`value ${i}`, keys.slice(i * 3)] as const);
    check(written, keys);
  });
});
