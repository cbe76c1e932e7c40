/**
 * A directory that hangs, with a thousand people in memory whose answers are past `fresh`: how long their old answers
 * take, until it is known that the directory fails and from then on.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { missingForSlapd } from '../../test/directories/installed.ts';
import { startSlapd } from '../../test/directories/slapd.ts';
import { Asker } from '../measuring/asker.ts';
import { percentile } from '../measuring/load.ts';
import { needs, type Path } from '../path.ts';
import { crowdLdif, targetOf } from '../worlds/people.ts';
import { startService } from '../worlds/service.ts';

const CROWD = { people: 1000, groups: 100, each: 10 };
const CONNECTIONS = 20;
const FRESH = 5000;
const WAIT = 1000;
/** Milliseconds beyond `wait` that a busy machine may take. */
const MARGIN = 100;

export const hanging: Path = {
  name: 'hanging',
  measure: async ({ folder }) => {
    needs(missingForSlapd());
    const slapd = await startSlapd({ data: crowdLdif(CROWD) });
    try {
      const service = await startService({
        folder,
        name: 'ours',
        directory: slapd,
        limits: 'connect: 2s, search: 3s',
        more: `cache: { fresh: ${FRESH}ms, stale: 1h, wait: ${WAIT}ms }\nlog: { audit: no }`,
      });
      const askers = Array.from({ length: CONNECTIONS }, () => new Asker(service.port));
      /** Everybody once, or fewer where it is over before. */
      const everybody = async (isOver: () => boolean): Promise<Float64Array> => {
        const latencies: number[] = [];
        let next = 0;
        const work = async (asker: Asker) => {
          while (next < CROWD.people && !isOver()) {
            const target = targetOf(next++);
            const sent = performance.now();
            const answered = await asker.ask({ method: 'GET', target, credentials: 'immuta:secret' });
            latencies.push(performance.now() - sent);
            if (answered?.status !== 200) throw new Error(`${target}: ${answered?.head}${answered?.body}`);
          }
        };
        await Promise.all(askers.map(work));
        return Float64Array.from(latencies).sort();
      };
      await everybody(() => false);
      const hits = await everybody(() => false);
      await sleep(FRESH);
      slapd.hang();
      let known = false;
      const isKnown = () => known;
      // Somebody without an old answer waits for the directory, until it is known that this is in vain.
      const becomesKnown = async () => {
        const asker = new Asker(service.port);
        for (let i = 0; !known; i++) {
          const sent = performance.now();
          const target = `/user-info?userid=stranger${i}`;
          await asker.ask({ method: 'GET', target, credentials: 'immuta:secret' });
          known = performance.now() - sent < WAIT / 2;
        }
        asker.close();
      };
      const knowing = becomesKnown();
      const before = await everybody(isKnown);
      await knowing;
      const after = await everybody(() => false);
      for (const asker of askers) asker.close();
      await service.end();
      const [early, late] = [percentile(before, 0.99), percentile(after, 0.99)];
      return [
        {
          name: 'a hanging directory: p99 of an old answer before it is known',
          measured: early,
          unit: 'ms',
          better: 'less',
          must: WAIT + MARGIN,
          aim: WAIT + MARGIN / 2,
          told: `of ${before.length}; cache.wait is ${WAIT} ms`,
        },
        {
          name: 'a hanging directory: p99 of an old answer once it is known',
          measured: late,
          unit: 'ms',
          better: 'less',
          must: 50,
          aim: 10,
          told: `${percentile(hits, 0.99).toFixed(1)} ms of a fresh one, as many at once; of ${after.length}: p50 ${percentile(after, 0.5).toFixed(1)} ms, longest ${percentile(after, 1).toFixed(1)} ms`,
        },
      ];
    } finally {
      await slapd.remove();
    }
  },
};
