/**
 * Whether memberOf, where a server's plug-in makes it transitive, really is: of some people, what the groups in their
 * memberOf name in theirs. 389 Directory Server was seen to leave out a group that two ways of unequal length lead up to.
 */
import { keyOfDnText } from '../../names/dn-texts.ts';
import { textsOf } from '../entries/entry.ts';
import type { EntrySource } from '../entries/entry-source.ts';
import { equality, type Filter } from '../filters/filter.ts';

/** A group that is above another in its own memberOf, and not in that of somebody in that other. */
export interface TransitiveGap {
  /** The group that is left out. */
  readonly dn: string;
  readonly below: string;
}

export interface TransitiveLook {
  readonly source: EntrySource;
  readonly peopleBases: readonly string[];
  readonly groupBases: readonly string[];
  readonly groupClasses: readonly string[];
  readonly attribute: string;
  /** Of how many people, and of how many groups. */
  readonly most: number;
}

/** Each group that is left out of somebody's, once. Throws {@link Failure}. */
export async function transitiveGaps(look: TransitiveLook): Promise<readonly TransitiveGap[]> {
  const ofClasses = look.groupClasses.map((each) => equality('objectClass', each));
  const above = await valuesOf(look, look.groupBases, { kind: 'or', filters: ofClasses });
  const people = await valuesOf(look, look.peopleBases, { kind: 'present', attribute: look.attribute });
  const gaps = new Map<string, TransitiveGap>();
  for (const held of people.values())
    for (const [key, below] of held)
      for (const [missing, dn] of above.get(key) ?? [])
        if (!held.has(missing) && !gaps.has(missing)) gaps.set(missing, { dn, below });
  return [...gaps.values()];
}

type Dns = ReadonlyMap<string, string>;

/** The DNs in the attribute, with their keys, by the key of the entry. */
async function valuesOf(
  { source, attribute, most }: TransitiveLook,
  bases: readonly string[],
  filter: Filter,
): Promise<ReadonlyMap<string, Dns>> {
  const values = new Map<string, Dns>();
  for (const base of bases) {
    const search = { base, scope: 'sub', filter, attributes: [attribute] } as const;
    for await (const page of source.pages({ ...search, references: 'ignored', connection: 'shared' }, most)) {
      for (const entry of page) {
        const dns = textsOf(entry, attribute).map((dn) => [keyOfDnText(dn), dn] as const);
        values.set(keyOfDnText(entry.dn), new Map(dns));
      }
      if (values.size >= most) return values;
    }
  }
  return values;
}
