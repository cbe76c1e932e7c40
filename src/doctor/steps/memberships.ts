/**
 * Whether groups can be read, and whether the memberships of a sample of people can, by the strategy that the config
 * says. Plain absence is how a lost right looks, so that nobody has any is no good sign; where another strategy shows
 * memberships, it is proposed.
 */
import { type Entry, plainValues, showsAttribute } from '../../directory/entries/entry.ts';
import { commonSuffix } from '../../directory/entries/suffix.ts';
import { ANY_ENTRY, type Filter } from '../../directory/filters/filter.ts';
import { parseGroupFilterTemplate, substitute } from '../../directory/filters/filter-template.ts';
import type { DirectorySettings } from '../../directory/settings/settings.ts';
import type { MembershipStrategy } from '../../directory/settings/vendor.ts';
import { VENDORS } from '../../directory/settings/vendors.ts';
import { plural } from '../../text/plural.ts';
import { binder, commonestParent, groupsFilter, type Patient, sampleOf, searchTime } from '../patient.ts';
import { failed, failedRead, ok, type Step, skipped } from '../step.ts';
import { whereMost } from './bases.ts';
import { findHiddenMember, type HiddenMember } from './hidden-members.ts';
import { commonestOf } from './people.ts';
import { timeGroupSearch } from './search-times.ts';

export interface Memberships {
  readonly step: Step;
  readonly settings: DirectorySettings;
}

const MOST_GROUPS = 500;
const MOST_PEOPLE = 20;
const ANY_MEMBER = '(|(member=<dn>)(uniqueMember=<dn>)(memberUid=<uid>))';
const MEMBERSHIP_ATTRIBUTES = ['memberOf', 'isMemberOf'];

/** Whether there are groups where the settings look for them. */
export async function examineGroups(patient: Patient): Promise<Memberships> {
  const { settings } = patient;
  if (settings.memberships.hasPlainNames)
    return { step: skipped('groups', 'they are plain names here (memberships.values: names)'), settings };
  const bases = groupBases(patient);
  const on = bases.join(' and ');
  try {
    for (const base of bases) {
      const search = { base, scope: 'sub', filter: groupsFilter(settings), attributes: [] } as const;
      const { entries, isWhole } = await sampleOf(patient.source, search, MOST_GROUPS);
      if (entries.length === 0) continue;
      const number = plural(entries.length, 'group');
      return { step: ok('groups', isWhole ? number : `at least ${number}`, { on }), settings };
    }
  } catch (error) {
    return { step: failedRead('groups', error, on), settings };
  }
  const grant = `give ${binder(settings)} the right to read the entries of groups`;
  const elsewhere = await whereMost(patient, groupsFilter(settings), sampleOf);
  if (elsewhere === undefined || settings.memberships.base === undefined)
    return {
      step: failed('groups', 'no group is seen', { on, hint: `memberships.base: ${grant}` }),
      settings,
    };
  const { dn, count, of } = elsewhere;
  const hint = `memberships.base: write ${dn}, below which ${count} of a sample of ${of} groups are; or ${grant}`;
  return {
    step: failed('groups', 'no group is seen', {
      on,
      hint,
      changes: [{ path: ['memberships', 'base'], value: dn }],
    }),
    settings: { ...settings, memberships: { ...settings.memberships, base: dn } },
  };
}

/** Whether the memberships of the sample are seen. */
export async function examineMemberships(patient: Patient, sample: readonly Entry[]): Promise<Memberships> {
  const { settings } = patient;
  if (sample.length === 0) return { step: skipped('memberships', 'nobody was found to look at'), settings };
  const blind = withoutPrimaryGroup(settings, sample);
  if (blind !== undefined) return { step: blind, settings };
  try {
    return await byStrategies(patient, settings.memberships.from, sample);
  } catch (error) {
    return { step: failedRead('memberships', error), settings };
  }
}

// Everybody has one, and a lookup of whoever does not show it fails.
function withoutPrimaryGroup(settings: DirectorySettings, sample: readonly Entry[]): Step | undefined {
  const { primaryGroup } = settings.memberships;
  if (primaryGroup === undefined) return undefined;
  for (const attribute of [primaryGroup.rid, primaryGroup.sid]) {
    const count = sample.filter((entry) => !showsAttribute(entry, attribute)).length;
    if (count === 0) continue;
    const finding = `${count} of ${plural(sample.length, 'person', 'people')} do not show ${attribute}, and everybody has it`;
    const hint = `bind.dn: give ${binder(settings)} the right to read ${attribute} of people, or name an account that has it`;
    return failed('memberships', finding, { hint });
  }
  return undefined;
}

// Of several strategies one is enough that shows memberships; what the others do not show is told beside it.
async function byStrategies(
  patient: Patient,
  from: readonly MembershipStrategy[],
  sample: readonly Entry[],
): Promise<Memberships> {
  const examined: Memberships[] = [];
  for (const strategy of from) examined.push(await byStrategy(patient, strategy, sample));
  const best = examined.find(({ step }) => step.status === 'ok') ?? examined[0];
  if (best === undefined) throw new TypeError('memberships.from names no strategy');
  if (examined.length === 1 || best.step.status !== 'ok') return best;
  const hint = examined.map(({ step }) => step.hint).find((each) => each !== undefined);
  const findings = examined.map(({ step }) => step.finding).join('; ');
  return { step: ok('memberships', findings, { hint }), settings: patient.settings };
}

function byStrategy(
  patient: Patient,
  from: MembershipStrategy,
  sample: readonly Entry[],
): Promise<Memberships> {
  switch (from) {
    case 'attribute':
      return byAttribute(patient, sample);
    case 'search':
      return bySearch(patient, sample);
    case 'token-groups':
      return byTokens(patient, sample);
  }
}

async function byAttribute(patient: Patient, sample: readonly Entry[]): Promise<Memberships> {
  const { settings } = patient;
  const { attribute } = settings.memberships;
  const count = sample.filter((entry) => showsAttribute(entry, attribute)).length;
  const people = `${count} of ${plural(sample.length, 'person', 'people')}`;
  if (count > 0) return { step: ok('memberships', `${people} show ${attribute}`), settings };
  const grant = `give ${binder(settings)} the right to read ${attribute} of people`;
  const finding = `nobody of ${plural(sample.length, 'person', 'people')} shows ${attribute}`;
  const other = commonestOf(sample, MEMBERSHIP_ATTRIBUTES);
  if (other !== undefined) {
    const hint = `memberships.attribute: write ${other}, which they show; or ${grant}`;
    return proposing(settings, finding, hint, { attribute: other }, [['attribute', other]]);
  }
  const { groups, filter } = await groupsByFilters(patient, sample);
  if (groups.length === 0) {
    const hint = `memberships.attribute: ${grant}; if it is right that none of them is in any group, a sentinel proves it`;
    return { step: failed('memberships', finding, { hint }), settings };
  }
  // Where the config names none, all of the tree is searched. What a narrower one would cut off is not known.
  const whole = settings.memberships.base ?? commonSuffix(settings.users.bases);
  const base = whole ?? commonSuffix(groups.map(({ dn }) => dn)) ?? commonestParent(groups)?.dn ?? '';
  const hint = `memberships.attribute: ${grant}, where the server keeps it at all; or memberships.from: write search`;
  return proposing(
    settings,
    `${finding}, but groups list them as members`,
    hint,
    { from: ['search'], base, filter },
    [
      ['from', 'search'],
      ...(whole === undefined ? [['base', base] as const] : []),
      ...(settings.memberships.filter === filter ? [] : [['filter', filter] as const]),
    ],
  );
}

async function bySearch(patient: Patient, sample: readonly Entry[]): Promise<Memberships> {
  const { settings } = patient;
  const { filter } = settings.memberships;
  const groups = await groupsOf(patient, sample, filter);
  const asked = plural(Math.min(sample.length, MOST_PEOPLE), 'person', 'people');
  const [person] = sample;
  if (groups.length > 0 && person !== undefined) {
    const found = `${plural(groups.length, 'group')} list someone of ${asked}`;
    if (settings.source.kind === 'ldif') return { step: ok('memberships', found), settings };
    const hidden = await findHiddenMember(patient, groupBases(patient));
    if (hidden !== undefined) return { step: hiding(settings, hidden), settings };
    const { finding: times, hint } = await timeGroupSearch(patient, groupBases(patient), person);
    return { step: ok('memberships', `${found}; ${times}`, { hint }), settings };
  }
  const finding = `no group lists anybody of ${asked}`;
  const grant = `give ${binder(settings)} the right to search the groups by their members, and to see the groups`;
  const shown = commonestOf(sample, MEMBERSHIP_ATTRIBUTES);
  if (shown !== undefined) {
    const hint = `memberships.from: write attribute, since people show ${shown}; or ${grant}`;
    return proposing(settings, finding, hint, { from: ['attribute'], attribute: shown }, [
      ['from', 'attribute'],
      ['attribute', shown],
    ]);
  }
  const other = await groupsByFilters(patient, sample);
  if (other.groups.length > 0) {
    const hint = `memberships.filter: correct it; ${other.filter} finds groups that list them`;
    return proposing(settings, finding, hint, { filter: other.filter }, [['filter', other.filter]]);
  }
  const hint = `memberships.base: ${grant}; if it is right that none of them is in any group, a sentinel proves it`;
  return { step: failed('memberships', finding, { hint }), settings };
}

// What lies above the member would be missing for everybody in it.
function hiding(settings: DirectorySettings, { group, member }: HiddenMember): Step {
  const finding = `${group} is found by its member ${member}, and does not show it`;
  const hint = `bind.dn: give ${binder(settings)} the right to read every value of the attributes that list members, not to search for them alone`;
  return failed('memberships', finding, { hint });
}

async function byTokens(patient: Patient, sample: readonly Entry[]): Promise<Memberships> {
  const { settings } = patient;
  const people = sample.slice(0, MOST_PEOPLE);
  let tokens = 0;
  for (const { dn } of people) {
    const search = { base: dn, scope: 'base', filter: ANY_ENTRY, attributes: ['tokenGroups'] } as const;
    const outcome = await patient.source.search(search, searchTime(patient));
    const entry = outcome.base === 'present' ? outcome.entries[0] : undefined;
    if (entry !== undefined && plainValues(entry, 'tokenGroups').length > 0) tokens++;
  }
  const asked = plural(people.length, 'person', 'people');
  // Everybody has at least a primary group.
  if (tokens === people.length) return { step: ok('memberships', `${asked} show tokenGroups`), settings };
  const finding = `${people.length - tokens} of ${asked} show no tokenGroups`;
  const hint = `memberships.from: write attribute; or give ${binder(settings)} the right to read tokenGroups (in Active Directory by the group Windows Authorization Access)`;
  return proposing(settings, finding, hint, { from: ['attribute'] }, [['from', 'attribute']]);
}

function proposing(
  settings: DirectorySettings,
  finding: string,
  hint: string,
  memberships: Partial<DirectorySettings['memberships']>,
  values: readonly (readonly [string, string])[],
): Memberships {
  const changes = values.map(([key, value]) => ({ path: ['memberships', key], value }));
  return {
    step: failed('memberships', finding, { hint, changes }),
    settings: { ...settings, memberships: { ...settings.memberships, ...memberships } },
  };
}

// The vendor's own filter asks for no more than its groups have.
async function groupsByFilters(
  patient: Patient,
  sample: readonly Entry[],
): Promise<{ readonly groups: readonly Entry[]; readonly filter: string }> {
  const filter = VENDORS[patient.settings.vendor].groupFilter;
  const groups = await groupsOf(patient, sample, filter);
  return groups.length > 0
    ? { groups, filter }
    : { groups: await groupsOf(patient, sample, ANY_MEMBER), filter: ANY_MEMBER };
}

async function groupsOf(
  patient: Patient,
  sample: readonly Entry[],
  template: string,
): Promise<readonly Entry[]> {
  const { uidAttribute } = patient.settings.memberships;
  const parsed = parseGroupFilterTemplate(template);
  const filters = sample.slice(0, MOST_PEOPLE).flatMap((entry): Filter[] => {
    const uid = plainValues(entry, uidAttribute).filter((value) => typeof value === 'string');
    const filter = substitute(parsed, { dn: [entry.dn], uid });
    return filter === undefined ? [] : [filter];
  });
  if (filters.length === 0) return [];
  const found: Entry[] = [];
  for (const base of groupBases(patient)) {
    const search = { base, scope: 'sub', filter: { kind: 'or', filters }, attributes: [] } as const;
    found.push(...(await sampleOf(patient.source, search, MOST_GROUPS)).entries);
  }
  return found;
}

function groupBases({ settings, rootDse }: Patient): readonly string[] {
  if (settings.memberships.base !== undefined) return [settings.memberships.base];
  if (rootDse.trees.length > 0) return rootDse.trees;
  const suffix = commonSuffix(settings.users.bases);
  return suffix === undefined ? settings.users.bases : [suffix];
}
