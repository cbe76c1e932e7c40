/**
 * More people than may be looked up while the directory stands still: how soon those beyond the queue are told so, beside
 * an answer from memory in the same service.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { missingForSlapd } from '../../test/directories/installed.ts';
import { startSlapd } from '../../test/directories/slapd.ts';
import { Asker } from '../measuring/asker.ts';
import { percentile } from '../measuring/load.ts';
import { alternately } from '../measuring/rounds.ts';
import { needs, type Path } from '../path.ts';
import { crowdLdif, targetOf } from '../worlds/people.ts';
import { startService } from '../worlds/service.ts';

const CROWD = { people: 500, groups: 50, each: 10 };
const AT_ONCE = 4;
const WAITING = 20;
const EACH_ROUND = 200;

export const overload: Path = {
  name: 'overload',
  measure: async ({ quick, folder }) => {
    needs(missingForSlapd());
    const slapd = await startSlapd({ data: crowdLdif(CROWD) });
    try {
      const service = await startService({
        folder,
        name: 'ours',
        directory: slapd,
        limits: `connections: 1, concurrent: ${AT_ONCE}, queue: ${WAITING}, search: 10m`,
        more: 'log: { level: error, audit: no }',
        deadline: '9m',
      });
      const asker = new Asker(service.port);
      const ask = async (target: string, due: number): Promise<number> => {
        const sent = performance.now();
        const answered = await asker.ask({ method: 'GET', target, credentials: 'immuta:secret' });
        if (answered?.status !== due) throw new Error(`${target}: ${answered?.head}${answered?.body}`);
        return performance.now() - sent;
      };
      await ask(targetOf(0), 200);
      slapd.hang();
      const held = Array.from({ length: AT_ONCE + WAITING }, () => new Asker(service.port));
      held.forEach((each, i) => {
        void each.ask({ method: 'GET', target: targetOf(100 + i), credentials: 'immuta:secret' });
      });
      let next = 0;
      const beyond = () => targetOf(200 + (next++ % 300));
      // Until all of the others have come: whoever is not refused waits in their place.
      for (let isFull = false; !isFull; ) {
        const probe = new Asker(service.port);
        const answered = await Promise.race([
          probe.ask({ method: 'GET', target: beyond(), credentials: 'immuta:secret' }),
          sleep(1000, undefined),
        ]);
        probe.close();
        isFull = answered?.status === 503;
      }
      const some = async (target: () => string, due: number) => {
        const taken: number[] = [];
        for (let i = 0; i < EACH_ROUND; i++) taken.push(await ask(target(), due));
        return taken;
      };
      await some(beyond, 503);
      const [refused = [], hits = []] = await alternately(quick ? 10 : 50, [
        () => some(beyond, 503),
        () => some(() => targetOf(0), 200),
      ]);
      for (const each of [asker, ...held]) each.close();
      slapd.wake();
      await service.end();
      const p99 = (rounds: readonly (readonly number[])[]) =>
        percentile(
          rounds.flat().sort((a, b) => a - b),
          0.99,
        );
      const told = `${p99(refused).toFixed(2)} ms against ${p99(hits).toFixed(2)} ms of an answer from memory, of ${refused.flat().length}`;
      return [
        {
          name: 'overload: p99 of the 503 beyond the queue',
          measured: p99(refused),
          unit: 'ms',
          better: 'less',
          must: 10,
          aim: 5,
          told,
        },
        {
          name: 'overload: p99 of the 503 against an answer from memory',
          measured: p99(refused) / p99(hits),
          unit: '×',
          better: 'less',
          must: 5,
          aim: 2,
        },
      ];
    } finally {
      await slapd.remove();
    }
  },
};
