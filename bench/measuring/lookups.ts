/** Lookups in a directory of this process, whose searches are counted. */
import { BoundedSource } from '../../src/directory/entries/bulkhead.ts';
import { EntryDirectory } from '../../src/directory/entry-directory.ts';
import { LdapSource } from '../../src/directory/ldap/ldap-source.ts';
import type { Slapd } from '../../test/directories/slapd.ts';
import { countedSource } from '../../test/directory/counted-source.ts';
import {
  exampleSettings,
  findPerson,
  type Overrides,
  realClock,
  slapdSource,
  within,
} from '../../test/directory/example-settings.ts';

export interface Lookups {
  /** Looks somebody up, who must be in so many groups where it is said; how many searches that took. */
  find(userid: string, groups?: number): Promise<number>;
  close(): Promise<void>;
}

/** @param fresh milliseconds for half of which groups are kept; 0 keeps nothing */
export function openLookups(slapd: Slapd, memberships: Overrides['memberships'], fresh: number): Lookups {
  const settings = exampleSettings(slapdSource(slapd), { memberships: memberships ?? {} });
  const source = countedSource(
    new BoundedSource(new LdapSource(settings, slapdSource(slapd), realClock), settings.limits),
  );
  source.before = async () => {};
  const directory = new EntryDirectory(settings, source, [], realClock, { fresh, identities: false });
  return {
    async find(userid, groups) {
      source.reset();
      const person = await findPerson(directory, userid, within());
      if (person === undefined || (groups !== undefined && person.memberships.length !== groups))
        throw new Error(`${userid} is in ${person?.memberships.length} groups, not in ${groups}`);
      return source.searches.length;
    },
    close: () => directory.close(),
  };
}
