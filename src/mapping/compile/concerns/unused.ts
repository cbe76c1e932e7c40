/** Tables and declared attributes that nothing in the file uses: most often a slip of the pen in what should. */
import type { Clause } from '../../rule.ts';
import type { Declarations } from '../attributes.ts';
import type { CompiledClause } from '../clause.ts';
import type { Report } from '../report.ts';
import { type Keys, keysOf, listOf } from '../schema.ts';

/** Of a file in which nothing was refused. */
export function warnOfUnused(
  keys: Keys,
  declared: Declarations,
  clauses: readonly CompiledClause<Clause>[],
  report: Report,
): void {
  const bounds = new Set(
    [...listOf(keys['rules']), ...listOf(keys['never'])].flatMap((clause) =>
      Object.values(keysOf(keysOf(clause)['where'])),
    ),
  );
  for (const name of Object.keys(keysOf(keys['tables']))) {
    if (bounds.has(name)) continue;
    report({
      path: ['tables', name],
      on: 'key',
      severity: 'warning',
      message: `nothing uses the table ${name}`,
      hint: `name it in a "where", or remove it`,
    });
  }
  const read = new Set(clauses.flatMap(({ attributes }) => attributes.map(({ name }) => name.toLowerCase())));
  for (const { name, required } of declared.values()) {
    // That one is asked of everybody.
    if (required || read.has(name.toLowerCase())) continue;
    report({
      path: ['attributes', name],
      on: 'key',
      severity: 'warning',
      message: `no rule and no never entry reads the attribute ${name}`,
      hint: 'name it in a condition, or remove its declaration',
    });
  }
}
