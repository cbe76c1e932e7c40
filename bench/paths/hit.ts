/**
 * A person who is in the cache is asked for: with authentication, the request's log line and its audit, at 50
 * connections. Against raw node:http, against the build before, and against itself without audit.
 */
import { buildBefore } from '../controls/build-before.ts';
import { startRaw } from '../controls/raw.ts';
import { bodyOf } from '../measuring/load.ts';
import { type Cost, ratioOf, typical } from '../measuring/rounds.ts';
import { compare } from '../measuring/sides.ts';
import type { Path, Row, Run } from '../path.ts';
import { crowdLdif, targetOf } from '../worlds/people.ts';
import { startService } from '../worlds/service.ts';

const CROWD = { people: 500, groups: 300, each: 40 };

export const hit: Path = {
  name: 'hit',
  measure: async ({ quick, folder }: Run) => {
    const directory = { ldif: crowdLdif(CROWD) };
    const ours = await startService({ folder, name: 'ours', directory });
    const silent = await startService({ folder, name: 'silent', directory, more: 'log: { audit: no }' });
    const raw = await startRaw(folder, await bodyOf(ours, targetOf(0)));
    const built = buildBefore(folder);
    const programs = [ours, raw, silent];
    if ('file' in built)
      programs.push(await startService({ folder, name: 'before', directory, build: built.file }));
    const [our = [], limit = [], unheard = [], before] = await compare(
      programs.map((program) => ({ program })),
      {
        rounds: quick ? 17 : 61,
        connections: 50,
        requests: 500,
        // Until V8 has compiled all of it, and Node no longer looks who calls `new Buffer`.
        warmUp: 11_000,
        target: (i) => targetOf(i % CROWD.people),
      },
    );
    return [
      cpuAgainstRaw(our, limit),
      before === undefined
        ? { name: AGAINST_BEFORE, skipped: 'missing' in built ? built.missing : 'it was not measured' }
        : againstBefore(our, before),
      latencyAgainstRaw(our, limit),
      auditShare(our, unheard),
    ];
  },
};

function cpuAgainstRaw(our: readonly Cost[], limit: readonly Cost[]): Row {
  const requests = (costs: readonly Cost[]) => `${typical(costs).perSecond.toFixed(0)} requests/s`;
  return {
    name: 'hit, audit on: CPU of a request against raw node:http',
    measured: ratioOf('cpu', our, limit),
    unit: '×',
    better: 'less',
    must: 3,
    aim: 1.6,
    told: `${cpu(our)} against ${cpu(limit)}; ${requests(our)} against ${requests(limit)}`,
  };
}

const AGAINST_BEFORE = 'hit: CPU of a request against the build before';

function againstBefore(our: readonly Cost[], before: readonly Cost[]): Row {
  return {
    name: AGAINST_BEFORE,
    measured: ratioOf('cpu', our, before),
    unit: '×',
    better: 'less',
    must: 1 / 4,
    aim: 1 / 8,
    told: `${cpu(our)} against ${cpu(before)}`,
  };
}

function latencyAgainstRaw(our: readonly Cost[], limit: readonly Cost[]): Row {
  const p99 = (costs: readonly Cost[]) => `${typical(costs).p99.toFixed(2)} ms`;
  return {
    name: 'hit: p99 at 50 connections against raw node:http',
    measured: ratioOf('p99', our, limit),
    unit: '×',
    better: 'less',
    must: 3,
    aim: 1.5,
    told: `${p99(our)} against ${p99(limit)}`,
  };
}

function auditShare(our: readonly Cost[], unheard: readonly Cost[]): Row {
  return {
    name: 'hit: share of the audit line in its CPU',
    measured: 100 * (1 - ratioOf('cpu', unheard, our)),
    unit: '%',
    better: 'less',
    must: 25,
    aim: 10,
    told: `${cpu(our)} with audit, ${cpu(unheard)} without`,
  };
}

function cpu(costs: readonly Cost[]): string {
  return `${typical(costs).cpu.toFixed(1)} µs`;
}
