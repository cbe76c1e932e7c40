/**
 * Whether the groups that a mapping names are in its directories, count there, and are shown by memberships. A group is
 * there if one of the endpoint's directories has it.
 */
import type { Directory } from '../directory/directory.ts';
import type { ListedGroup } from '../directory/groups/group-list.ts';
import type { UnseenGroup } from '../directory/sight/sight.ts';
import { isFailure } from '../failure.ts';
import type { Mapping } from '../mapping/mapping.ts';
import { groupsNamedIn, type NamedGroup } from '../mapping/named.ts';
import { formatDn, isUnder, tryParseDn } from '../names/dn.ts';
import { isSliceOver, takeTurn } from '../slices.ts';
import { didYouMean, vocabularyOf } from '../yaml/suggestion.ts';
import {
  type GroupListing,
  lookedFor,
  readGroupListing,
  stateOf,
  tellsOf,
  urgency,
} from './group-listing.ts';
import type { Remark } from './remark.ts';

interface Meant {
  readonly directory: Directory;
  readonly group: ListedGroup;
}

const MOST_MEANT = 200;
/** Everything that there is to say about the groups of the mapping, and about `groups.under`. */
export async function remarksOnGroups(
  mapping: Mapping,
  directories: readonly Directory[],
): Promise<readonly Remark[]> {
  const wanted: NamedGroup[] = [];
  for (const each of groupsNamedIn(mapping)) {
    if (isSliceOver()) await takeTurn();
    wanted.push(each);
  }
  const listings = await Promise.all(
    directories.map(async (directory) =>
      lookedFor(mapping, await readGroupListing(mapping, directory), wanted),
    ),
  );
  const remarks = [...(await remarksOnScope(mapping, listings))];
  const untold = listings.filter((listing) => listing.untold !== undefined);
  const named: { readonly named: NamedGroup; readonly meant: readonly Meant[] }[] = [];
  for (const each of wanted) {
    if (isSliceOver()) await takeTurn();
    named.push({ named: each, meant: meantBy(each, listings) });
  }
  const absent = named.filter(({ meant }) => meant.length === 0).map((each) => each.named);
  const told = absent.filter((each) => listings.every((listing) => tellsOf(listing, each)));
  if (told.length > 0) remarks.push(...(await remarksOnAbsent(told, listings)));
  for (const listing of untold) {
    const open = absent.filter((each) => !tellsOf(listing, each));
    if (open.length > 0) remarks.push(remarkOnUntold(mapping, listing, open));
  }
  remarks.push(...named.flatMap((each) => remarksOnUncounted(each.named, each.meant)));
  remarks.push(...named.flatMap((each) => remarksOnUncertainNames(each.named, each.meant)));
  remarks.push(...(await remarksOnUnseen(named)));
  return remarks;
}

async function remarksOnScope(
  { scope, file }: Mapping,
  listings: readonly GroupListing[],
): Promise<readonly Remark[]> {
  const remarks: Remark[] = [];
  for (const [i, written] of scope.written.entries()) {
    const dn = scope.under[i];
    if (dn === undefined || listings.some(({ groups }) => groups.some((group) => isBelow(group.dn, dn))))
      continue;
    const seen = await Promise.all(listings.map(({ directory }) => stateOf(directory, written)));
    if (!seen.every((each) => each === 'absent')) continue;
    const names = listings.map(({ directory }) => directory.name).join(', ');
    remarks.push({
      severity: 'error',
      subject: file,
      message: `groups.under: there is no entry ${written} in ${names}, so no group under it counts`,
      hint: didYouMean(written, [
        ...new Set(listings.flatMap(({ groups }) => groups.map((group) => parentOf(group.dn)))),
      ]),
    });
  }
  return remarks;
}

function meantBy(named: NamedGroup, listings: readonly GroupListing[]): readonly Meant[] {
  const meant: Meant[] = [];
  for (const { directory, groups } of listings)
    for (const group of groups)
      if (named.isMeant(group) && meant.push({ directory, group }) === MOST_MEANT) return meant;
  return meant;
}

async function remarksOnAbsent(
  absent: readonly NamedGroup[],
  listings: readonly GroupListing[],
): Promise<readonly Remark[]> {
  const groups = listings.flatMap((listing) => listing.groups);
  const byName = new Map(groups.toReversed().map((group) => [group.name, group]));
  const spellings = vocabularyOf(groups.map(({ name }) => name));
  const places = vocabularyOf([...new Set(groups.map(({ dn }) => dn))]);
  const names = listings.map(({ directory }) => directory.name).join(', ');
  const all = listings.some(({ isCut }) => isCut)
    ? 'no group that counts'
    : `none of the ${groups.length} groups that count`;
  const remarks: Remark[] = [];
  for (const named of absent) {
    if (isSliceOver()) await takeTurn();
    const { name, dn, written } = named;
    const spelling = name === undefined ? undefined : spellings.nearest(name);
    const near = spelling === undefined ? undefined : byName.get(spelling);
    const nearDn = dn === undefined ? undefined : places.didYouMean(dn);
    remarks.push({
      ...headOf(named),
      message: `${subjectOf(named)} names the group ${written}, and ${all} in ${names} is that`,
      hint: near === undefined ? nearDn : `did you mean "${near.name}" (${near.dn})?`,
    });
  }
  return remarks;
}

function remarkOnUntold(
  { file }: Mapping,
  { directory, untold }: GroupListing,
  absent: readonly NamedGroup[],
): Remark {
  const names = absent.slice(0, 5).map(({ written }) => written);
  const more = absent.length > names.length ? ` and ${absent.length - names.length} more` : '';
  return {
    severity: 'warning',
    isUntold: true,
    subject: file,
    message: `it could not be told whether ${directory.name} has the groups ${names.join(', ')}${more}: ${untold}`,
  };
}

function remarksOnUncounted(named: NamedGroup, meant: readonly Meant[]): readonly Remark[] {
  const uncounted = meant.filter(({ group }) => group.uncounted !== undefined);
  const [first] = uncounted;
  // A rule for a kind of groups lives with some that do not count.
  const isTold = named.place === 'rule' ? uncounted.length === meant.length : uncounted.length > 0;
  if (first === undefined || !isTold) return [];
  const others = uncounted.length === 1 ? '' : ` and ${uncounted.length - 1} more`;
  return [
    {
      ...headOf(named),
      message: `${subjectOf(named)} names the group ${named.written}, and ${first.group.dn}${others} counts for nobody: ${first.group.uncounted}`,
    },
  ];
}

function remarksOnUncertainNames(named: NamedGroup, meant: readonly Meant[]): readonly Remark[] {
  const uncertain = isByName(named) ? meant.filter(({ group }) => group.names !== undefined) : [];
  const [first] = uncertain;
  if (first === undefined) return [];
  const others = uncertain.length === 1 ? '' : ` and ${uncertain.length - 1} more`;
  const follows =
    named.place === 'rule' ? 'a rule gives nothing for it' : 'never takes for it, and so does unless';
  return [
    {
      ...headOf(named),
      severity: 'warning',
      message: `${subjectOf(named)} names the group ${named.written}, and which of its names is that of ${first.group.dn}${others} is not certain: ${follows}`,
      hint: 'leave its entry one value of memberships.name, or have the right one in its RDN',
    },
  ];
}

function isByName({ dn, written }: NamedGroup): boolean {
  return dn === undefined && !/^(?:sid|guid):/i.test(written);
}

async function remarksOnUnseen(
  named: readonly { readonly named: NamedGroup; readonly meant: readonly Meant[] }[],
): Promise<readonly Remark[]> {
  // What a rule names by a pattern is told by kind.
  const asked = named.filter(({ named: { place, name, dn, written } }) => {
    return place !== 'rule' || name !== undefined || dn !== undefined || /^(?:sid|guid):/i.test(written);
  });
  const dns = new Map<Directory, Set<string>>();
  // Those that give access where they are not seen come first: only so many are looked at.
  for (const { meant } of [...asked].sort((a, b) => urgency(a.named.place) - urgency(b.named.place)))
    for (const { directory, group } of meant)
      if (group.uncounted === undefined) dns.set(directory, (dns.get(directory) ?? new Set()).add(group.dn));
  const remarks: Remark[] = [];
  for (const [directory, these] of dns) {
    try {
      const unseen = new Map(
        (await directory.sight.unseenGroups([...these])).map((group) => [group.dn, group]),
      );
      remarks.push(...remarksOnUntoldGroups(directory, [...unseen.values()]));
      for (const { named: each, meant } of asked) {
        const group = meant
          .filter((one) => one.directory === directory)
          .map((one) => unseen.get(one.group.dn))
          .find((one) => one !== undefined && one.isUntold === undefined);
        if (group === undefined) continue;
        remarks.push({
          ...headOf(each),
          message: `${subjectOf(each)} names the group ${each.written}, and ${group.dn} is missing from memberships: ${group.reason}`,
          hint: group.cure,
        });
      }
    } catch (error) {
      if (!isFailure(error)) throw error;
      remarks.push({
        severity: 'warning',
        isUntold: true,
        subject: `directory ${directory.name}`,
        message: `it could not be told whether memberships show the groups that are named: ${error.message}`,
      });
    }
  }
  return remarks;
}

function remarksOnUntoldGroups({ name }: Directory, unseen: readonly UnseenGroup[]): readonly Remark[] {
  const untold = unseen.filter(({ isUntold }) => isUntold);
  const [first] = untold;
  if (first === undefined) return [];
  const others = untold.length === 1 ? '' : ` and ${untold.length - 1} more of the groups that are named`;
  return [
    {
      severity: 'warning',
      isUntold: true,
      subject: `directory ${name}`,
      message: `it could not be told whether memberships show ${first.dn}${others}: those whom it lists cannot be answered: ${first.reason}`,
    },
  ];
}

function headOf({ place, origin }: NamedGroup): Pick<Remark, 'severity' | 'subject' | 'origin'> {
  return { severity: place === 'rule' ? 'warning' : 'error', subject: origin.file, origin };
}

/** `never no-gold`, `"unless" of falcon`, `rule falcon` */
export function subjectOf({ place, origin }: Pick<NamedGroup, 'place' | 'origin'>): string {
  return place === 'unless' ? `"unless" of ${origin.id}` : `${place} ${origin.id}`;
}

function isBelow(text: string, ancestor: Parameters<typeof isUnder>[1]): boolean {
  const dn = tryParseDn(text);
  return dn !== undefined && isUnder(dn, ancestor);
}

function parentOf(dn: string): string {
  const parsed = tryParseDn(dn);
  return parsed === undefined ? dn : formatDn({ rdns: parsed.rdns.slice(1), keys: parsed.keys.slice(1) });
}
