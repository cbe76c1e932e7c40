/**
 * A person with 40 groups that are in others, 135 in all, whose groups are known already: against the same person's 40
 * groups alone, as memberOf tells them. Both over one connection to the same slapd, one lookup after the other.
 */
import { missingForSlapd } from '../../test/directories/installed.ts';
import { startSlapd } from '../../test/directories/slapd.ts';
import { type Lookups, openLookups } from '../measuring/lookups.ts';
import { alternately, median } from '../measuring/rounds.ts';
import { needs, type Path } from '../path.ts';
import { ALL_GROUPS, LEVELS, nestedUserid, nestingLdif } from '../worlds/nesting.ts';

const PEOPLE = 200;
const AN_HOUR = 3_600_000;
const WARM_UP = 15;

export const nested: Path = {
  name: 'nested',
  measure: async ({ quick }) => {
    needs(missingForSlapd());
    const slapd = await startSlapd({ more: nestingLdif(PEOPLE) });
    const above = openLookups(slapd, { from: ['attribute'], nested: true }, AN_HOUR);
    const alone = openLookups(slapd, { from: ['attribute'], nested: false }, AN_HOUR);
    try {
      let searches = 0;
      const [direct = 0] = LEVELS;
      // The milliseconds of a lookup: everybody once.
      const everybody = (lookups: Lookups, groups: number) => async () => {
        const begun = performance.now();
        for (let i = 0; i < PEOPLE; i++)
          searches = Math.max(searches, await lookups.find(nestedUserid(i), groups));
        return (performance.now() - begun) / PEOPLE;
      };
      const sides = [everybody(above, ALL_GROUPS), everybody(alone, direct)];
      await alternately(WARM_UP, sides);
      searches = 0;
      const [all = [], few = []] = await alternately(quick ? 11 : 31, sides);
      const shown = (times: readonly number[]) => `${median(times).toFixed(3)} ms`;
      return [
        {
          name: 'nested, 40 direct and 135 in all, groups known: searches',
          measured: searches,
          unit: 'searches',
          better: 'less',
          must: 1,
          aim: 1,
        },
        {
          name: 'nested, 40 direct and 135 in all, groups known: time against memberOf alone',
          measured: median(all.map((time, round) => time / (few[round] ?? Number.NaN))),
          unit: '×',
          better: 'less',
          must: 1.5,
          aim: 1.2,
          told: `${shown(all)} against ${shown(few)}`,
        },
      ];
    } finally {
      await above.close();
      await alone.close();
      await slapd.remove();
    }
  },
};
