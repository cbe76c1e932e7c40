/**
 * Whatever is asked, and whatever changes between: what is answered before Express is, octet by octet, what a service
 * answers that knows no request.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import {
  countEntries,
  DIRECTORIES,
  login,
  MAPPINGS,
  startWorld,
  type Variant,
  type World,
} from './known-requests-world.ts';

const RUNS = 25;
const MINUTE = 60_000;

const userid = fc.constantFrom('ann', 'ANN', 'ann%40example.test', 'gina', 'loner', 'nobody', '');
const target = fc
  .tuple(fc.constantFrom('/user-info', '/user-info', '/other', '/nowhere'), userid)
  .map(([path, name]) => `${path}?userid=${name}`);
const header = fc.constantFrom(
  login('immuta', 'pa:ss wörd'),
  login('immuta', 'pa:ss wörd'),
  login('immuta', 'rotated'),
  login('second', 'second'),
  login('stranger', 'stranger'),
  'X-Nothing: 1',
);
const method = fc.constantFrom('GET', 'GET', 'GET', 'HEAD', 'PUT');

const reload: fc.Arbitrary<Variant> = fc.record(
  {
    password: fc.constant('rotated'),
    callers: fc.constantFrom(['immuta', 'second'], ['second']),
    othersCallers: fc.constantFrom(['second'], ['immuta', 'second']),
    endpoints: fc.constantFrom(['/user-info'], ['/other', '/user-info']),
    mapping: fc.constantFrom(...Object.values(MAPPINGS)),
    ldif: fc.constantFrom(...Object.values(DIRECTORIES)),
    cache: fc.constantFrom(
      '{ fresh: 48h, stale: 72h }',
      '{ fresh: 5m, people: 2 }',
      '{ fresh: 10s, stale: 20s }',
    ),
  },
  { requiredKeys: [] },
);

type Step =
  | { readonly kind: 'ask'; readonly lines: readonly string[]; readonly times: number }
  | { readonly kind: 'turn'; readonly milliseconds: number }
  | { readonly kind: 'reload'; readonly variant: Variant }
  | { readonly kind: 'reconnect' };

const ask: fc.Arbitrary<Step> = fc
  .tuple(method, target, header, fc.integer({ min: 1, max: 3 }))
  .map(([verb, where, proof, times]) => ({
    kind: 'ask',
    lines: [`${verb} ${where} HTTP/1.1`, proof],
    times,
  }));
// What is asked most, so that much of it is known.
const usual: fc.Arbitrary<Step> = fc.constantFrom('ann', 'gina').map((name) => ({
  kind: 'ask',
  lines: [`GET /user-info?userid=${name} HTTP/1.1`, login('immuta', 'pa:ss wörd')],
  times: 2,
}));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: usual },
  { weight: 6, arbitrary: ask },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom(1, 9_000, 30_000, 4.5 * MINUTE, 5 * MINUTE, 60 * MINUTE, 12 * 60 * MINUTE)
      .map((milliseconds): Step => ({ kind: 'turn', milliseconds })),
  },
  { weight: 1, arbitrary: reload.map((variant): Step => ({ kind: 'reload', variant })) },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'reconnect' }) },
);

describe('requests that are known, and what happens between them', () => {
  countEntries();
  let known = 0;

  const take = async (world: World, each: Step): Promise<void> => {
    if (each.kind === 'turn') world.turn(each.milliseconds);
    else if (each.kind === 'reload') await world.reload(each.variant);
    else if (each.kind === 'reconnect') await world.reconnect();
    else {
      for (let i = 0; i < each.times; i++) {
        const before = world.sides[0]?.entered() ?? 0;
        const [one, other] = await world.ask(...each.lines);
        expect(one).to.equal(other);
        if (world.sides[0]?.entered() === before) known++;
      }
    }
  };

  it('are answered alike, and audited alike', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
        const world = await startWorld();
        try {
          for (const each of steps) await take(world, each);
          const [one, other] = world.sides.map(({ audit }) => audit());
          expect(one).to.deep.equal(other);
        } finally {
          await world.stop();
        }
      }),
      { numRuns: RUNS },
    );
    // Else it would have shown nothing.
    expect(known).to.be.greaterThan(RUNS);
  });
});
