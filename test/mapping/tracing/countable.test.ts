import { expect } from 'chai';
import fc from 'fast-check';
import { keyOfOutput } from '../../../src/mapping/outputs/expansion.ts';
import { translate } from '../../../src/mapping/translate.ts';
import { compile, facts, file, personOf, RUNS } from '../generated.ts';
import { NOW } from '../people.ts';

const asTexts = (items: Iterable<unknown>): string[] =>
  [...new Set([...items].map((item) => JSON.stringify(item)))].sort();

describe('mapping: what counts of a translation to those who add up', () => {
  it('is what its lists have, whatever the mapping and the person', () => {
    const seen = { givers: 0, removals: 0, reaching: 0 };
    fc.assert(
      fc.property(file, facts, (written, person) => {
        const translation = translate(compile(written), personOf(person), NOW);
        const given: unknown[] = [];
        translation.givers(({ kind, name, value }, rule) => given.push([kind, name, value, rule]));
        const givers = asTexts(given);
        expect(givers).to.deep.equal(
          asTexts(
            translation.given.map(({ output: { kind, name, value }, rule }) => [kind, name, value, rule]),
          ),
        );
        const removals = asTexts(
          [...translation.removals()].flatMap(([key, removed]) => removed.map((by) => [key, by])),
        );
        expect(removals).to.deep.equal(
          asTexts(translation.removed.map(({ output, by }) => [keyOfOutput(output), by])),
        );
        expect(asTexts(translation.reaching())).to.deep.equal(asTexts(translation.reached));
        seen.givers += givers.length;
        seen.removals += removals.length;
        seen.reaching += translation.reached.length;
      }),
      RUNS,
    );
    for (const count of Object.values(seen)) expect(count).to.be.greaterThan(10);
  });
});
