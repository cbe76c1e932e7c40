/**
 * What a mapping asks of groups that plain names cannot tell (`memberships.values: names`): where they lie, and what
 * survives a rename. It could never be true, so that a rule would give nothing and a never take nothing.
 */
import type { DirectorySettings } from '../directory/settings/settings.ts';
import type { GroupTest } from '../mapping/condition.ts';
import type { Mapping } from '../mapping/mapping.ts';

/** Why the mapping cannot serve an endpoint that asks these directories; undefined where it can. */
export function unfitForPlainNames(
  mapping: Mapping,
  directories: readonly DirectorySettings[],
): string | undefined {
  const named = directories.find(({ memberships }) => memberships.hasPlainNames);
  if (named === undefined) return undefined;
  const why = `the directory ${JSON.stringify(named.name)} has groups by plain names (memberships.values: names)`;
  if (mapping.scope.under.length > 0) return `${why}, which lie below no DN: groups.under must be everywhere`;
  const [written] = [...mapping.rules, ...mapping.never]
    .flatMap(({ ways, unless }) => [...ways.flat(), ...unless])
    .flatMap((condition) =>
      condition.on === 'group' && condition.tests.some(needsEntry) ? condition.written : [],
    );
  return written === undefined ? undefined : `${why}, of which ${JSON.stringify(written)} can never be true`;
}

function needsEntry(test: GroupTest): boolean {
  switch (test.kind) {
    case 'dn':
    case 'sid':
    case 'guid':
      return true;
    default:
      return test.under !== undefined;
  }
}
