/**
 * Which of the entries that a search finds are people's: an alias, a group or a machine may have the asked name too. Is
 * asked of what came, so that it holds whatever filter found it, costs the server no index, and an entry beside the
 * person makes nobody ambiguous.
 */
import { comparisonKey } from '../../names/insignificant-spaces.ts';
import { type Entry, textsOf } from '../entries/entry.ts';
import type { VendorDefaults } from '../settings/vendor.ts';

/** Classes of people; an entry that has one of them beside that of a group is somebody with a group of their own. */
const PEOPLE = [
  ...['person', 'organizationalPerson', 'residentialPerson', 'inetOrgPerson', 'user'],
  ...['posixAccount', 'shadowAccount', 'account'],
];

/** RFC 2307bis adds it to entries of any kind, so that it tells a group only where nothing else is there. */
const POSIX_GROUP = 'posixgroup';
const WITH_POSIX_GROUP = ['top', POSIX_GROUP, 'namedobject', 'extensibleobject', 'sambagroupmapping'];

/** RFC 4512 section 2.6: an alias names another entry, and is none itself. */
const ALIAS = 'alias';

export interface PersonTest {
  /** What must be read of an entry to tell. */
  readonly attributes: readonly string[];
  /** No only where that is certain. */
  isPerson(entry: Entry): boolean;
}

export function personTest({ groupClasses, strangers = [] }: VendorDefaults): PersonTest {
  const groups = new Set(groupClasses.map(comparisonKey).filter((each) => each !== POSIX_GROUP));
  const people = new Set(PEOPLE.map(comparisonKey));
  return {
    attributes: ['objectClass', ...new Set(strangers.map(({ attribute }) => attribute))],
    isPerson(entry) {
      const classes = textsOf(entry, 'objectClass').map(comparisonKey);
      if (classes.includes(ALIAS)) return false;
      if (classes.some((each) => groups.has(each)) && !classes.some((each) => people.has(each))) return false;
      if (classes.includes(POSIX_GROUP) && classes.every((each) => WITH_POSIX_GROUP.includes(each)))
        return false;
      return !strangers.some(({ attribute, value }) => textsOf(entry, attribute).includes(value));
    },
  };
}
