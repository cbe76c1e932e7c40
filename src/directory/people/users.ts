/**
 * From a name to the one entry that has it. Owns which entries count as found: directories match more loosely than
 * the promise "the person found is the person asked for" allows. Memberships come after.
 */
import type { Deadline } from '../../deadline.ts';
import { Failure } from '../../failure.ts';
import { toNfc } from '../../names/case-folding.ts';
import { keyOfDn } from '../../names/dn.ts';
import { comparisonKey } from '../../names/insignificant-spaces.ts';
import { incomplete, judgeDn } from '../entries/completeness.ts';
import { type Entry, plainValues, showsAttribute } from '../entries/entry.ts';
import type { EntrySource } from '../entries/entry-source.ts';
import { searchAll } from '../entries/reads.ts';
import { parseFilter } from '../filters/filter-parser.ts';
import {
  type FilterTemplate,
  loginComparisons,
  loginTemplate,
  parseUserFilterTemplate,
  type Substitution,
  substitute,
  valueWith,
} from '../filters/filter-template.ts';
import type { UserSettings } from '../settings/settings.ts';
import type { PersonTest } from './person-entry.ts';
import { askedUserId } from './userids.ts';

/** The template of the settings. Throws the errors of its parser where they were not checked before. */
export function userTemplate({ attribute, people, filter }: UserSettings): FilterTemplate {
  const login = filter === undefined ? loginTemplate(attribute ?? 'uid') : parseUserFilterTemplate(filter);
  return people === undefined ? login : { kind: 'and', filters: [parseFilter(people), login] };
}

/** How the users of a directory are found. */
export interface UserSearch {
  readonly bases: readonly string[];
  readonly template: FilterTemplate;
  /** What to read of the person. Must hold the attributes that the template compares, and those of the test. */
  readonly attributes: readonly string[];
  readonly test: PersonTest;
}

/**
 * The entry of the person, or undefined where the directory certainly has none. Throws {@link Failure}:
 * `ambiguous_user` for several, `directory_incomplete` where a match shows no login attribute to check.
 */
export async function findUser(
  source: EntrySource,
  { bases, template, attributes, test }: UserSearch,
  name: string,
  userid: string,
  deadline: Deadline,
): Promise<Entry | undefined> {
  // Not every server compares both forms as equal: 389 Directory Server compares octets.
  const texts = { name: askedUserId(name), userid: askedUserId(userid) };
  const filter = substitute(template, askedFor(texts, toNfc(userid)));
  if (filter === undefined) return undefined;
  const found = await Promise.all(
    bases.map((base) => searchAll(source, { base, scope: 'sub', filter, attributes }, deadline)),
  );
  const wanted = loginComparisons(template).map(({ attribute, value }) => ({
    attribute,
    text: comparisonKey(Buffer.from(valueWith(value, texts)).toString('utf8')),
  }));
  const people = new Map<string, Entry>();
  for (const entry of found.flat()) {
    if (!test.isPerson(entry)) continue;
    if (!wanted.some(({ attribute }) => showsAttribute(entry, attribute))) {
      const names = wanted.map(({ attribute }) => attribute).join(', ');
      throw incomplete('value', `${entry.dn} matched, but has no readable ${names}`);
    }
    if (wanted.some((comparison) => hasValue(entry, comparison))) people.set(keyOf(entry), entry);
  }
  if (people.size > 1) {
    const dns = [...people.values()].map((entry) => entry.dn).join(' and ');
    throw new Failure('ambiguous_user', `${people.size} entries match: ${dns}`);
  }
  return people.values().next().value;
}

// A server that compares more strictly finds the spelling alone that it holds: where the id has spaces that mean
// nothing it may be either.
function askedFor(
  { name, userid }: { readonly name: string; readonly userid: string },
  spelled: string,
): Substitution {
  const both = userid === spelled ? [userid] : [userid, spelled];
  return { name: name === userid ? both : [name], userid: both };
}

function hasValue(entry: Entry, { attribute, text }: { attribute: string; text: string }): boolean {
  return plainValues(entry, attribute).some(
    (value) => typeof value === 'string' && comparisonKey(value) === text,
  );
}

function keyOf(entry: Entry): string {
  return keyOfDn(judgeDn(entry.dn));
}
