/** A person of whom nothing is known, nor of any group: the searches that `from: search` takes over five levels of nesting. */
import { missingForSlapd } from '../../test/directories/installed.ts';
import { startSlapd } from '../../test/directories/slapd.ts';
import { openLookups } from '../measuring/lookups.ts';
import { needs, type Path } from '../path.ts';
import { ALL_GROUPS, nestedUserid, nestingLdif } from '../worlds/nesting.ts';

export const search: Path = {
  name: 'search',
  measure: async () => {
    needs(missingForSlapd());
    const slapd = await startSlapd({ more: nestingLdif(1) });
    const lookups = openLookups(slapd, { from: ['search'], nested: true }, 0);
    try {
      return [
        {
          name: 'search, five levels, nothing kept: searches',
          measured: await lookups.find(nestedUserid(0), ALL_GROUPS),
          unit: 'searches',
          better: 'less',
          must: 7,
          aim: 6,
          told: 'one for the person, one for the direct groups, one for what lies above each level',
        },
      ];
    } finally {
      await lookups.close();
      await slapd.remove();
    }
  },
};
