/** Which rules and `never` entries the tests of a mapping reach, and warnings about what they leave out. */
import type { Problem } from '../../yaml/problem.ts';
import { parseYaml } from '../../yaml/source.ts';
import { didYouMean } from '../../yaml/suggestion.ts';
import { keysOf, listOf } from '../compile/schema.ts';
import type { Mapping } from '../mapping.ts';
import type { Origin } from '../translation.ts';
import type { TestSuite } from './suite.ts';

/** A rule or `never` entry that no test reached. */
export interface Unreached {
  readonly kind: 'rule' | 'never';
  readonly origin: Origin;
}

export interface Coverage {
  /** How many rules and `never` entries the mapping has. */
  readonly total: number;
  /** In the order of the file, rules first. */
  readonly unreached: readonly Unreached[];
  /** The share that was reached, 0 to 100. */
  readonly percent: number;
}

/** @param reached what the tests reached, each as often as it comes */
export function coverageOf({ rules, never }: Mapping, reached: Iterable<Origin>): Coverage {
  const ids = new Set([...reached].map(({ id }) => id));
  const all = [
    ...rules.map(({ origin }): Unreached => ({ kind: 'rule', origin })),
    ...never.map(({ origin }): Unreached => ({ kind: 'never', origin })),
  ];
  const unreached = all.filter(({ origin }) => !ids.has(origin.id));
  const percent = all.length === 0 ? 100 : ((all.length - unreached.length) / all.length) * 100;
  return { total: all.length, unreached, percent };
}

/**
 * A warning for each, at its id.
 * @param text that of the mapping file
 */
export function unreachedWarnings(file: string, text: string, unreached: readonly Unreached[]): Problem[] {
  if (unreached.length === 0) return [];
  const source = parseYaml(file, text, { strict: true });
  return unreached.map(({ kind, origin: { id } }) => {
    const key = kind === 'rule' ? 'rules' : 'never';
    const index = listOf(keysOf(source.data)[key]).findIndex((each) => keysOf(each)['id'] === id);
    return source.problem({
      path: [key, index, 'id'],
      severity: 'warning',
      message: `no test covers this ${kind === 'rule' ? 'rule' : 'never entry'}`,
      hint:
        kind === 'rule'
          ? 'write a test of a person to whom it gives something'
          : 'write a test of a person from whom it takes something',
    });
  });
}

/** Warnings of attributes in the tests that the mapping does not read: a mistyped one would test nothing. */
export function unreadAttributes(suite: TestSuite, { attributes }: Mapping): Problem[] {
  const read = new Set(attributes.map((attribute) => attribute.toLowerCase()));
  return suite.tests.flatMap(({ person, path }) =>
    person.kind === 'saved'
      ? []
      : [...person.attributes.keys()]
          .filter((attribute) => !read.has(attribute.toLowerCase()))
          .map((attribute) =>
            suite.problem({
              path: [...path, 'user', attribute],
              on: 'key',
              severity: 'warning',
              message: `the mapping does not read the attribute "${attribute}"`,
              hint: didYouMean(attribute, attributes),
            }),
          ),
  );
}
