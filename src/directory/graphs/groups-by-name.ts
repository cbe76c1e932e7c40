/**
 * The strategy `attribute` where the attribute holds plain names (`memberships.values: names`), as Grouper writes them.
 * There are no entries behind them: nothing lies above, and none has an identity. Their DN is made of the name alone and
 * lies below nothing; what a mapping says of DNs can never be true of them, and is refused where it is loaded.
 */
import { compareByCodePoint } from '../../names/code-points.ts';
import { formatValue } from '../../names/dn.ts';
import { comparisonKey, withoutInsignificantSpaces } from '../../names/insignificant-spaces.ts';
import { dnsIn, type Group, groupOfDn } from '../groups/group.ts';
import type { GroupGraph } from './group-graph.ts';

/** @param attribute holds the names of the groups that a person is in */
export function groupsByName(attribute: string): GroupGraph {
  const readAt = Number.POSITIVE_INFINITY;
  return {
    attributes: [attribute],
    async direct(person) {
      const names = dnsIn(person, attribute).map(withoutInsignificantSpaces);
      const groups = new Map<string, Group>();
      // Of names that differ in case alone one stands, whatever the order in which the directory has them.
      for (const name of names.filter((each) => each !== '').sort(compareByCodePoint)) {
        const group = groupOfName(name);
        if (!groups.has(group.key)) groups.set(group.key, group);
      }
      return { value: [...groups.values()], readAt };
    },
    async parents() {
      return { value: new Map(), readAt };
    },
    async prepare() {},
    parentsTold: () => undefined,
  };
}

function groupOfName(name: string): Group {
  const { dn, sid, guid } = groupOfDn(`cn=${formatValue(name)}`);
  return { dn, key: comparisonKey(name), name, sid, guid };
}
