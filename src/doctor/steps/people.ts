/** Whether people are found below the bases, by which attribute, and how many; the sample is what later steps look at. */
import { type Entry, plainValues, showsAttribute } from '../../directory/entries/entry.ts';
import type { Filter } from '../../directory/filters/filter.ts';
import { loginComparisons } from '../../directory/filters/filter-template.ts';
import { accountSignsOf } from '../../directory/people/accounts.ts';
import type { DirectorySettings } from '../../directory/settings/settings.ts';
import { VENDORS } from '../../directory/settings/vendors.ts';
import { plural } from '../../text/plural.ts';
import {
  ANYBODY,
  binder,
  type Patient,
  peopleFilter,
  sampleOf,
  samplePeople,
  strangersFilter,
  userTemplate,
} from '../patient.ts';
import { failed, failedRead, ok, type Step } from '../step.ts';
import { whereMost } from './bases.ts';

export interface ExaminedPeople {
  readonly steps: readonly Step[];
  readonly settings: DirectorySettings;
  readonly sample: readonly Entry[];
}

/** Attributes by which people are known somewhere, the likeliest first. */
const LOGIN_ATTRIBUTES = ['sAMAccountName', 'uid', 'userPrincipalName', 'mail', 'cn'];
const MEMBERSHIP_ATTRIBUTES = ['memberOf', 'isMemberOf'];
const MOST = 500;
const MOST_CLASSES = 5;

/** @param bases those that exist */
export async function examinePeople(patient: Patient, bases: readonly string[]): Promise<ExaminedPeople> {
  const { settings } = patient;
  const steps: Step[] = [];
  const sample: Entry[] = [];
  let corrected = settings;
  for (const base of bases) {
    const on = `users.base ${base}`;
    try {
      const found = await sampleBelow(patient, base, peopleFilter(settings));
      if (found.entries.length > 0) {
        sample.push(...found.entries);
        const others = await strangersBelow(patient, base);
        const beside =
          others === undefined ? '' : `; users.filter matches ${others} too, which are never people`;
        steps.push(ok('people', `${numberOf(found)} with ${loginsOf(settings)}${beside}`, { on }));
        continue;
      }
      const other = await findOtherwise({ ...patient, settings }, base);
      steps.push({ ...other.step, on });
      if (other.settings !== undefined) corrected = other.settings;
      sample.push(...other.sample);
    } catch (error) {
      steps.push(failedRead('people', error, on));
    }
  }
  return { steps, settings: corrected, sample: sample.slice(0, MOST) };
}

interface Otherwise {
  readonly step: Step;
  readonly settings?: DirectorySettings;
  readonly sample: readonly Entry[];
}

// Nobody is found by the settings: somebody may be by another attribute, or below another base.
async function findOtherwise(patient: Patient, base: string): Promise<Otherwise> {
  const { settings } = patient;
  const logins = loginsOf(settings);
  const others = await strangersBelow(patient, base);
  if (others !== undefined) {
    const hint = `users.filter: name people, who are here ${settings.users.people}; nothing else is answered as a person`;
    const finding = `users.filter matches ${others}, which are never people, and nobody else`;
    return { step: failed('people', finding, { hint }), sample: [] };
  }
  const anybody = await sampleBelow(patient, base, ANYBODY);
  if (anybody.entries.length > 0) {
    const finding = `${numberOf(anybody)}, none of them with a readable ${logins}`;
    const attribute = commonestOf(anybody.entries, LOGIN_ATTRIBUTES);
    const grant = `give ${binder(settings)} the right to read ${logins}`;
    if (attribute === undefined) {
      return { step: failed('people', finding, { hint: `users.attribute: ${grant}` }), sample: [] };
    }
    if (settings.users.filter !== undefined) {
      const hint = `users.filter: compare an attribute that they have, such as ${attribute}; or ${grant}`;
      return { step: failed('people', finding, { hint }), sample: [] };
    }
    // Another attribute may have other values: where the usual one is hidden, a right is missing, and nothing else.
    const usual = VENDORS[settings.vendor].loginAttribute;
    const isUsual = settings.users.attribute?.toLowerCase() === usual.toLowerCase();
    if (isUsual || !anybody.entries.some((entry) => showsAttribute(entry, usual))) {
      const hint = `users.attribute: ${grant}; or write another one that people are asked for by; ${attribute} is one that they have`;
      return { step: failed('people', finding, { hint }), sample: [] };
    }
    const hint = `users.attribute: write ${usual}, which they have; or ${grant}`;
    const changes = [{ path: ['users', 'attribute'], value: usual }];
    return {
      step: failed('people', finding, { hint, changes }),
      settings: { ...settings, users: { ...settings.users, attribute: usual } },
      sample: anybody.entries,
    };
  }
  const finding = 'nobody is seen below it';
  const elsewhere = await whereMost(patient, peopleFilter(settings), samplePeople);
  const grant = `give ${binder(settings)} the right to search there and to read ${logins}`;
  if (elsewhere === undefined)
    return { step: failed('people', finding, { hint: `users.base: ${grant}` }), sample: [] };
  const { dn, count, of } = elsewhere;
  const hint = `users.base: write ${dn}, below which ${count} of a sample of ${of} people are; or ${grant}`;
  const changes = [{ path: ['users', 'base'], value: dn }];
  const found = await sampleBelow(patient, dn, peopleFilter(settings));
  return {
    step: failed('people', finding, { hint, changes }),
    settings: { ...settings, users: { ...settings.users, bases: [dn] } },
    sample: found.entries,
  };
}

// How many entries that are no people the filter matches, and of which classes.
async function strangersBelow(patient: Patient, base: string): Promise<string | undefined> {
  const filter = strangersFilter(patient.settings);
  if (filter === undefined) return undefined;
  const search = { base, scope: 'sub', filter, attributes: ['objectClass'] } as const;
  const { entries, isWhole } = await sampleOf(patient.source, search, MOST);
  if (entries.length === 0) return undefined;
  // Active Directory names the class of the entry last.
  const classes = new Set(
    entries.map((entry) => String(plainValues(entry, 'objectClass').at(-1) ?? 'entry')),
  );
  const number = plural(entries.length, 'entry', 'entries');
  return `${isWhole ? '' : 'at least '}${number} (${[...classes].sort().slice(0, MOST_CLASSES).join(', ')})`;
}

function sampleBelow(patient: Patient, base: string, filter: Filter) {
  return samplePeople(
    patient.source,
    { base, scope: 'sub', filter, attributes: attributesOf(patient.settings) },
    MOST,
  );
}

function attributesOf(settings: DirectorySettings): readonly string[] {
  const logins = loginComparisons(userTemplate(settings)).map(({ attribute }) => attribute);
  const { attribute, uidAttribute, primaryGroup } = settings.memberships;
  const primary = primaryGroup === undefined ? [] : [primaryGroup.rid, primaryGroup.sid];
  const signs = accountSignsOf(settings).map((sign) => sign.attribute);
  const memberships = [attribute, ...MEMBERSHIP_ATTRIBUTES, uidAttribute, ...primary];
  const all = [...logins, ...LOGIN_ATTRIBUTES, ...memberships, ...signs];
  return [...new Map(all.map((name) => [name.toLowerCase(), name])).values()];
}

/** Of these attributes the one that most of the entries show; undefined where none is shown. */
export function commonestOf(entries: readonly Entry[], attributes: readonly string[]): string | undefined {
  const counts = attributes.map((attribute) => ({
    attribute,
    count: entries.filter((entry) => showsAttribute(entry, attribute)).length,
  }));
  const [most] = counts.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
  return most?.attribute;
}

function loginsOf(settings: DirectorySettings): string {
  return loginComparisons(userTemplate(settings))
    .map(({ attribute }) => attribute)
    .join(' or ');
}

function numberOf({ entries, isWhole }: { entries: readonly Entry[]; isWhole: boolean }): string {
  const number = plural(entries.length, 'person', 'people');
  return isWhole ? number : `at least ${number}`;
}
