/** How long the service takes to be ready, and what it holds while nobody asks, with 500 rules: against Node alone. */
import { fileURLToPath } from 'node:url';
import { alternately, median } from '../measuring/rounds.ts';
import { type Start, startOf } from '../measuring/starting.ts';
import type { Path } from '../path.ts';
import { mappingText, patterns, UNDER } from '../worlds/naming.ts';
import { crowdLdif, GROUPS } from '../worlds/people.ts';
import { THIS_BUILD, writeConfig } from '../worlds/service.ts';

const RULES = 500;
const BARE = fileURLToPath(new URL('../controls/bare.js', import.meta.url));

export const starting: Path = {
  name: 'starting',
  measure: async ({ quick, folder: parent }) => {
    const { folder } = await writeConfig({
      folder: parent,
      name: 'ours',
      directory: { ldif: crowdLdif({ people: 10, groups: 10, each: 5 }) },
      mapping: mappingText(RULES, patterns).replace(UNDER, GROUPS),
    });
    const [ours = [], bare = []] = await alternately(quick ? 3 : 15, [
      () => startOf(THIS_BUILD, ['serve', '--config', 'config.yaml'], folder),
      () => startOf(BARE, [], folder),
    ]);
    const ratio = (key: keyof Start) =>
      median(ours.map((start, round) => start[key] / (bare[round]?.[key] ?? Number.NaN)));
    const both = (key: keyof Start, unit: string, one = 1) =>
      [ours, bare]
        .map((starts) => `${(median(starts.map((start) => start[key])) / one).toFixed(0)} ${unit}`)
        .join(' against ');
    return [
      {
        name: `start until ready, ${RULES} rules, against bare Node`,
        measured: ratio('ready'),
        unit: '×',
        better: 'less',
        must: 6,
        aim: 4,
        told: `${both('ready', 'ms')}; CPU ${both('cpu', 'ms')}, ${ratio('cpu').toFixed(1)} ×`,
      },
      {
        name: `idle memory (RSS), ${RULES} rules, against bare Node`,
        measured: ratio('rss'),
        unit: '×',
        better: 'less',
        must: 2.5,
        aim: 2,
        told: both('rss', 'MB', 2 ** 20),
      },
    ];
  },
};
