/**
 * What of a mapping its directories do not show: groups and attributes that they do not have, groups that memberships
 * do not show, and which kinds of groups these are. It reads the groups' list, the schema and a few entries; never a
 * walk over people.
 */
import type { Directory } from '../directory/directory.ts';
import { isFailure } from '../failure.ts';
import type { Mapping } from '../mapping/mapping.ts';
import { plural } from '../text/plural.ts';
import { remarksOnAttributes, remarksOnSettings } from './attributes.ts';
import { remarksOnBases } from './bases.ts';
import { remarksOnGroups } from './groups.ts';
import type { Remark } from './remark.ts';

/** A mapping, and the directories that its endpoint asks. */
export interface Viewed {
  readonly mapping: Mapping;
  readonly directories: readonly Directory[];
}

/** Everything there is to say of endpoints and of their directories, each thing once. */
export async function examineAll(viewed: readonly Viewed[]): Promise<readonly Remark[]> {
  const directories = [...new Set(viewed.flatMap((each) => each.directories))];
  const remarks: Remark[] = [];
  // One after the other: several may be of one server, and people are looked up there meanwhile.
  for (const directory of directories) remarks.push(...(await examineDirectory(directory)));
  for (const each of viewed) remarks.push(...(await examineMapping(each)));
  return [...new Map(remarks.map((remark) => [JSON.stringify(remark), remark])).values()];
}

/** What of the mapping its directories do not show. */
export async function examineMapping({ mapping, directories }: Viewed): Promise<readonly Remark[]> {
  const [groups, attributes] = await Promise.all([
    remarksOnNamedGroups(mapping, directories),
    remarksOnAttributes(mapping, directories),
  ]);
  return [...groups, ...attributes];
}

// Which plain names there are only people tell, all of them.
async function remarksOnNamedGroups(
  mapping: Mapping,
  directories: readonly Directory[],
): Promise<readonly Remark[]> {
  const plain = directories.filter(({ sight }) => !sight.hasGroupEntries);
  if (plain.length === 0) return remarksOnGroups(mapping, directories);
  return plain.map(({ name }) => ({
    severity: 'warning',
    isUntold: true,
    subject: `directory ${name}`,
    message:
      'groups are plain names here (memberships.values: names): whether those exist that the mapping names cannot be told',
    hint: 'plan names the rules that match nobody',
  }));
}

/** Which kinds of groups a directory's memberships do not show, and what else of its settings is not there. */
export async function examineDirectory(directory: Directory): Promise<readonly Remark[]> {
  const [bases, kinds, settings] = await Promise.all([
    remarksOnBases(directory),
    remarksOnKinds(directory),
    remarksOnSettings(directory),
  ]);
  return [...bases, ...kinds, ...settings];
}

async function remarksOnKinds(directory: Directory): Promise<readonly Remark[]> {
  const subject = `directory ${directory.name}`;
  if (!directory.sight.hasGroupEntries) return [];
  try {
    const kinds = await directory.sight.unseenKinds();
    return kinds.map(({ reason, cure, count, isWhole, first }) => ({
      severity: 'warning',
      subject,
      message: `${reason}: ${isWhole ? '' : 'at least '}${plural(count, 'group')} (first: ${first})`,
      hint: cure,
    }));
  } catch (error) {
    if (!isFailure(error)) throw error;
    return [
      {
        severity: 'warning',
        isUntold: true,
        subject,
        message: `it could not be told which kinds of groups memberships do not show: ${error.message}`,
      },
    ];
  }
}
