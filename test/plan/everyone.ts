/** Plans between two mappings over people of a test. */
import type { Mapping } from '../../src/mapping/mapping.ts';
import type { Person } from '../../src/person.ts';
import { compareMappings } from '../../src/plan/comparison.ts';
import type { PlannedGroup } from '../../src/plan/group-review.ts';
import type { EntitlementChange, PlanReport } from '../../src/plan/report.ts';
import { membership, UNDER } from '../mapping/people.ts';

/** Noon of a day that no test's dates are near. */
export const NOW = Date.UTC(2026, 10, 22, 12);

export interface Everyone {
  readonly people: Readonly<Record<string, Person>>;
  readonly groups?: readonly PlannedGroup[];
  readonly earlierGroups?: readonly PlannedGroup[];
  readonly ambiguous?: readonly string[];
}

export function planOf(
  before: Mapping,
  after: Mapping,
  { people, groups = [], earlierGroups = [], ambiguous = [] }: Everyone,
): PlanReport {
  const comparison = compareMappings({ before, after, now: NOW, earlierGroups });
  for (const [userid, each] of Object.entries(people)) comparison.add(userid, each);
  for (const userid of ambiguous) comparison.addAmbiguous(userid);
  for (const group of groups) comparison.addGroup(group);
  return comparison.report(0);
}

export function group(name: string, guid?: string, under = UNDER): PlannedGroup {
  const { dn } = membership(name, under);
  return guid === undefined ? { dn, name } : { dn, name, guid };
}

/** The change of an entitlement by its text. */
export function changeOf(report: PlanReport, text: string): EntitlementChange {
  const found = report.entitlements.find(
    ({ output: { name, value } }) => (value === undefined ? name : `${name}: ${value}`) === text,
  );
  if (found === undefined) throw new Error(`nobody gains or loses ${text}`);
  return found;
}
