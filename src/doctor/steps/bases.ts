/** Whether the entries below which people and groups are looked for exist, and where they are if these do not. */
import { ANY_ENTRY, type Filter } from '../../directory/filters/filter.ts';
import type { DirectorySettings } from '../../directory/settings/settings.ts';
import { isFailure } from '../../failure.ts';
import {
  binder,
  commonestParent,
  groupsFilter,
  type Patient,
  peopleFilter,
  sampleOf,
  samplePeople,
  searchTime,
} from '../patient.ts';
import { failed, failedRead, ok, type SettingChange, type Step } from '../step.ts';

/** What came of looking: settings corrected where another place was found. */
export interface Bases {
  readonly steps: readonly Step[];
  readonly settings: DirectorySettings;
  /** The bases of people that exist. */
  readonly people: readonly string[];
}

const MOST = 400;

export async function examineBases(patient: Patient): Promise<Bases> {
  const { settings } = patient;
  const steps: Step[] = [];
  const people: string[] = [];
  let corrected = settings;
  for (const base of settings.users.bases) {
    const step = await examineBase(patient, 'users.base', base);
    if (step.status === 'ok') people.push(base);
    steps.push(step);
  }
  if (people.length < settings.users.bases.length) {
    const found =
      people.length === 0 ? await whereMost(patient, peopleFilter(settings), samplePeople) : undefined;
    if (found !== undefined) people.push(found.dn);
    const bases = [...people];
    const changes = bases.length === 0 ? [] : [{ path: ['users', 'base'], value: oneOrAll(bases) }];
    hintAt(steps, 'users.base', { patient, what: 'people', found, changes });
    if (bases.length > 0) corrected = { ...corrected, users: { ...settings.users, bases } };
  }
  const { base } = settings.memberships;
  if (base !== undefined) {
    const step = await examineBase(patient, 'memberships.base', base);
    steps.push(step);
    if (step.status === 'failed') {
      const found = await whereMost(patient, groupsFilter(settings), sampleOf);
      const changes = found === undefined ? [] : [{ path: ['memberships', 'base'], value: found.dn }];
      hintAt(steps, 'memberships.base', { patient, what: 'groups', found, changes });
      if (found !== undefined)
        corrected = { ...corrected, memberships: { ...settings.memberships, base: found.dn } };
    }
  }
  return { steps, settings: corrected, people };
}

/** Below which entry most of a sample of the server's trees are; undefined where none is seen. */
export async function whereMost(
  { source, rootDse }: Pick<Patient, 'source' | 'rootDse'>,
  filter: Filter,
  sample: typeof sampleOf,
): Promise<{ readonly dn: string; readonly count: number; readonly of: number } | undefined> {
  for (const tree of rootDse.trees) {
    try {
      const search = { base: tree, scope: 'sub', filter, attributes: [] } as const;
      const { entries } = await sample(source, search, MOST);
      const most = commonestParent(entries);
      if (most !== undefined) return { ...most, of: entries.length };
    } catch (error) {
      // A tree that cannot be read holds no proposal.
      if (!isFailure(error)) throw error;
    }
  }
  return undefined;
}

async function examineBase(patient: Patient, key: string, base: string): Promise<Step> {
  const on = `${key} ${base}`;
  try {
    const search = { base, scope: 'base', filter: ANY_ENTRY, attributes: [] } as const;
    const outcome = await patient.source.search(search, searchTime(patient));
    if (outcome.base === 'present' && outcome.entries.length > 0) return ok('bases', 'exists', { on });
    return failed('bases', 'there is no such entry, or no right to see it', { on });
  } catch (error) {
    return failedRead('bases', error, on);
  }
}

interface FoundElsewhere {
  readonly patient: Patient;
  readonly what: string;
  readonly found: { readonly dn: string; readonly count: number; readonly of: number } | undefined;
  readonly changes: readonly SettingChange[];
}

function hintAt(steps: Step[], key: string, { patient, what, found, changes }: FoundElsewhere): void {
  const { settings, rootDse } = patient;
  const trees = rootDse.trees.join(' and ');
  const proposal =
    found === undefined
      ? `write one that exists${trees === '' ? '' : ` below ${trees}`}; or give ${binder(settings)} the right to see it`
      : `write ${found.dn}, below which ${found.count} of a sample of ${found.of} ${what} are; or give ${binder(settings)} the right to see the one that is written`;
  for (const [i, step] of steps.entries()) {
    if (step.status !== 'failed' || !step.on?.startsWith(`${key} `) || step.hint !== undefined) continue;
    steps[i] = { ...step, hint: `${key}: ${proposal}`, changes };
  }
}

function oneOrAll(values: readonly string[]): string | readonly string[] {
  const [first] = values;
  return values.length === 1 && first !== undefined ? first : values;
}
