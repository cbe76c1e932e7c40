/**
 * A search for the groups that list an entry, beside the back links in which the server itself keeps the same: what a
 * back link names below the base counts though the search did not show it, since a list of members, or the whole group,
 * may be hidden. Owns when which of the two is asked.
 */
import { isAtOrUnder, tryParseDn } from '../../names/dn.ts';
import type { Entry } from '../entries/entry.ts';
import { DNS_PER_FILTER } from '../entries/group-entries.ts';
import type { FilterTemplate } from '../filters/filter-template.ts';
import type { GroupGraph } from './group-graph.ts';
import { unitedGraphs } from './group-union.ts';

/** Whether the search asks for `member` and nothing else, so that a back link to it tells the same. */
export function isPlainMemberSearch(template: FilterTemplate): boolean {
  if (template.kind !== 'equality' || template.attribute.toLowerCase() !== 'member') return false;
  const [piece, ...others] = template.value;
  return others.length === 0 && piece !== undefined && 'placeholder' in piece && piece.placeholder === 'dn';
}

/**
 * The graph of back links without the groups that are neither at nor below the base, which are not read.
 * @param attribute with the back links
 */
export function linkedWithin(linked: GroupGraph, attribute: string, base: string): GroupGraph {
  const top = tryParseDn(base);
  const isWithin = (dn: unknown): boolean => {
    const parsed = typeof dn === 'string' ? tryParseDn(dn) : undefined;
    // What is no DN is told by who reads it.
    return parsed === undefined || (top !== undefined && isAtOrUnder(parsed, top));
  };
  const type = attribute.toLowerCase();
  const cut = ({ dn, forms }: Entry): Entry => ({
    dn,
    forms: forms.flatMap((form) => {
      if (form.type !== type) return [form];
      const values = form.values.filter(isWithin);
      return values.length === 0 ? [] : [{ ...form, values }];
    }),
  });
  return {
    ...linked,
    direct: (person, deadline) => linked.direct(cut(person), deadline),
    async parents(groups, deadline) {
      const told = await linked.parents(groups, deadline);
      const within = [...told.value].map(
        ([key, above]) => [key, above.filter(({ dn }) => isWithin(dn))] as const,
      );
      return { value: new Map(within), readAt: told.readAt };
    },
    prepare: (people, deadline) => linked.prepare(people.map(cut), deadline),
  };
}

/**
 * The graph of both that searches for a person's groups, and reads in these what lies above them. A group whose entry
 * tells of none above is searched for too, be it only a sample of many: so it looks where the right to read the back
 * link is missing, and then all of them are.
 */
export function searchedOnce(searched: GroupGraph, linked: GroupGraph): GroupGraph {
  return {
    ...unitedGraphs([searched, linked]),
    async parents(groups, deadline) {
      const told = await linked.parents(groups, deadline);
      const silent = groups.filter(({ key }) => (told.value.get(key) ?? []).length === 0);
      // The same ones each time, so that they are known.
      const sample = [...silent].sort((a, b) => (a.key < b.key ? -1 : 1)).slice(0, DNS_PER_FILTER);
      const proof = await searched.parents(sample, deadline);
      const isHidden = [...proof.value.values()].some((above) => above.length > 0);
      const found = isHidden ? await searched.parents(silent, deadline) : proof;
      return {
        value: new Map([...told.value, ...found.value]),
        readAt: Math.min(told.readAt, found.readAt),
      };
    },
  };
}
