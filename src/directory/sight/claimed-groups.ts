/**
 * Groups that people's own attribute names and a search does not find for them, as where a person was renamed and the
 * group still lists the old DN. Many are asked at a time: whom the group lists is certain by one search.
 */
import type { Deadline } from '../../deadline.ts';
import { isWithin, keyOfDnText, parsedOf } from '../../names/dn-texts.ts';
import { orElse } from '../entries/completeness.ts';
import { type Entry, textsOf } from '../entries/entry.ts';
import type { EntrySource } from '../entries/entry-source.ts';
import { someEntries } from '../entries/sampling.ts';
import { equality, type Filter } from '../filters/filter.ts';
import { parseGroupFilterTemplate, substitute } from '../filters/filter-template.ts';
import type { DirectorySettings } from '../settings/settings.ts';
import type { ReadMembershipKeys } from './group-shortfall.ts';

/** Throws {@link Failure} where it cannot tell. */
export interface ClaimedGroups {
  /** Whether somebody's attribute names the group, and no search finds it for them. */
  isLost(groupDn: string): Promise<boolean>;
  /** Of groups that some people's attributes name the DNs of those that are so. */
  lost(): Promise<readonly string[]>;
}

const PEOPLE_READ = 200;
const CLAIMANTS = 500;
const PEOPLE_PER_FILTER = 30;
/** How many groups a sample goes through, and people whose memberships are read: for one group, and for all of them. */
const MOST_GROUPS = 40;
const PEOPLE_ASKED = { ofOne: 12, ofAll: 16 };

export function lookForClaims(
  { memberships, users }: DirectorySettings,
  source: EntrySource,
  time: () => Deadline,
  groupsOf: ReadMembershipKeys,
): ClaimedGroups {
  const { attribute, uidAttribute, base } = memberships;
  const template = parseGroupFilterTemplate(memberships.filter);
  const bases = parsedOf(base === undefined ? [] : [base]);
  return {
    async isLost(groupDn) {
      const claimants = await people(equality(attribute, groupDn), CLAIMANTS);
      return lacks(groupDn, claimants, { left: PEOPLE_ASKED.ofOne });
    },
    async lost() {
      const claims = new Map<string, { readonly dn: string; readonly people: Entry[] }>();
      for (const entry of await people({ kind: 'present', attribute }, PEOPLE_READ)) {
        for (const dn of textsOf(entry, attribute)) {
          if (!isWithin(dn, bases)) continue;
          const key = keyOfDnText(dn);
          const claim = claims.get(key) ?? { dn, people: [] };
          claim.people.push(entry);
          claims.set(key, claim);
        }
      }
      const lost: string[] = [];
      const budget = { left: PEOPLE_ASKED.ofAll };
      for (const claim of [...claims.values()].slice(0, MOST_GROUPS))
        if (await lacks(claim.dn, claim.people, budget)) lost.push(claim.dn);
      return lost;
    },
  };

  function people(filter: Filter, most: number): Promise<readonly Entry[]> {
    return someEntries(source, users.bases, { filter, attributes: [attribute, uidAttribute] }, most);
  }

  async function lacks(
    groupDn: string,
    claimants: readonly Entry[],
    budget: { left: number },
  ): Promise<boolean> {
    const key = keyOfDnText(groupDn);
    for (let i = 0; i < claimants.length; i += PEOPLE_PER_FILTER) {
      const lot = claimants.slice(i, i + PEOPLE_PER_FILTER);
      if ((await listsAll(groupDn, lot)) !== 'no') continue;
      for (const person of lot) {
        if (lot.length > 1 && (await listsAll(groupDn, [person])) === 'yes') continue;
        if (budget.left-- <= 0) return false;
        const held = await orElse(() => groupsOf(person.dn), undefined);
        if (held !== undefined && !held.has(key)) return true;
      }
    }
    return false;
  }

  async function listsAll(groupDn: string, lot: readonly Entry[]): Promise<'yes' | 'no' | 'absent'> {
    const filters = lot.map((person) =>
      substitute(template, { dn: [person.dn], uid: textsOf(person, uidAttribute) }),
    );
    if (!filters.every((filter) => filter !== undefined)) return 'no';
    const search = { base: groupDn, scope: 'base', filter: { kind: 'and', filters } } as const;
    const outcome = await source.search({ ...search, attributes: [], references: 'ignored' }, time());
    // A group that is no more is none that a search could find.
    if (outcome.base === 'absent') return 'absent';
    return outcome.entries.length > 0 ? 'yes' : 'no';
  }
}
