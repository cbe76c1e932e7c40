/**
 * The people of an endpoint for the commands that go through all of them: from its directories, or from a snapshot in
 * their place.
 */
import { composeDirectories } from '../compose.ts';
import type { Endpoint } from '../config/config.ts';
import type { Clock } from '../deadline.ts';
import type { Directory } from '../directory/directory.ts';
import { type FilterTemplate, parseGroupFilterTemplate } from '../directory/filters/filter-template.ts';
import { parseLdif } from '../directory/ldif/known-ldif.ts';
import { problemsIn } from '../directory/ldif/ldif-concerns.ts';
import { ldifText } from '../directory/ldif/ldif-octets.ts';
import { notEvaluated } from '../directory/ldif/matching-rules.ts';
import { userTemplate } from '../directory/people/users.ts';
import type { DirectorySettings } from '../directory/settings/settings.ts';
import { readText } from '../files/text-file.ts';
import type { Mapping } from '../mapping/mapping.ts';
import type { Setup } from '../setup/setup.ts';
import { revisionOfSettings, savedDirectory } from '../snapshot/directory-settings.ts';
import {
  isSnapshot,
  parseSnapshot,
  type Section,
  type Snapshot,
  SnapshotError,
} from '../snapshot/section.ts';
import { missingAttributes, missingGroups, missingIdentities } from '../snapshot/sufficiency.ts';
import { plural } from '../text/plural.ts';

/** A snapshot file, or its use for what is asked of it, is not sound; the message says what to do. */
export class SourceError extends Error {}

/** A snapshot in place of an endpoint's directories. */
export interface Saved {
  readonly settings: readonly DirectorySettings[];
  readonly snapshot: Snapshot;
  /** The sections of the endpoint's directories, in their order. */
  readonly sections: readonly Section[];
}

/** The settings of the endpoint's directories. */
export function directoriesOf({ config }: Setup, { directories }: Endpoint): readonly DirectorySettings[] {
  return directories.flatMap((name) => config.directories.get(name) ?? []);
}

/** The mapping of the endpoint. */
export function mappingOf({ config, mappings }: Setup, path: string): Mapping {
  const file = config.endpoints.find((endpoint) => endpoint.path === path)?.mapping.file;
  const mapping = file === undefined ? undefined : mappings.get(file);
  if (mapping === undefined) throw new Error(`the setup was not checked: ${path} has no mapping`);
  return mapping;
}

/** Directories with what the mappings read of people. */
export function openDirectories(
  settings: readonly DirectorySettings[],
  mappings: readonly Mapping[],
  clock: Clock,
): readonly Directory[] {
  const attributes = mappings.flatMap((mapping) => mapping.attributes);
  const readsIdentities = mappings.some((mapping) => mapping.readsIdentities);
  return composeDirectories(
    settings.map((each) => ({ settings: each, attributes, readsIdentities })),
    clock,
  );
}

/** How many people there are to go through. */
export async function countEveryone(directories: readonly Directory[]): Promise<number> {
  const counts = await Promise.all(directories.map((directory) => directory.countPeople()));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** The DNs below which the mappings' groups lie; empty for everywhere. */
export function scopeOf(mappings: readonly Mapping[]): readonly string[] {
  if (mappings.some(({ scope }) => scope.under.length === 0)) return [];
  return [...new Set(mappings.flatMap(({ scope }) => scope.written))];
}

/** Reads a snapshot file. Throws {@link SourceError}. */
export async function readSnapshot(file: string): Promise<Snapshot> {
  try {
    return parseSnapshot(await readLdif(file));
  } catch (error) {
    if (!(error instanceof SnapshotError)) throw error;
    throw new SourceError(`${file}: ${error.message}`);
  }
}

/** The text of a file. Throws {@link SourceError}. */
export async function readLdif(file: string): Promise<string> {
  const { text, failure } = await readText(file, { decode: ldifText, most: Number.POSITIVE_INFINITY });
  if (text === undefined) throw new SourceError(`cannot read ${file}: ${failure}`);
  return text;
}

/**
 * The settings of directories with an LDIF file in their place: a snapshot, or for one directory any other file, which
 * is read by that directory's own settings. Throws {@link SourceError}.
 */
export async function directoriesFrom(
  file: string,
  directories: readonly DirectorySettings[],
  mappings: readonly Mapping[],
): Promise<readonly DirectorySettings[]> {
  const text = await readLdif(file);
  if (isSnapshot(text))
    return savedOf(await readSnapshot(file), file, directories, { people: mappings }).settings;
  const [only, ...others] = directories;
  if (only === undefined || others.length > 0) {
    const names = directories.map(({ name }) => name).join(', ');
    throw new SourceError(`${file} is no snapshot, and cannot stand for several directories: ${names}`);
  }
  if (only.foreign !== undefined) {
    const forests = only.foreign.map(({ name }) => name).join(', ');
    throw new SourceError(
      `${file} is no snapshot, and cannot tell what the resource forests of ${only.name} (${forests}) list`,
    );
  }
  const problems = ldifProblemsIn(text, only);
  if (problems !== undefined) throw new SourceError(`${file} is no sound LDIF: ${problems}`);
  refuseFilters(file, only);
  // The sentinel proves the right to read, which nobody needs for what is in a file.
  return [{ ...only, source: { kind: 'ldif', file, text }, sentinel: undefined }];
}

// What a server can search by may be more than what a file can.
function refuseFilters(file: string, { users, memberships }: DirectorySettings): void {
  const filters: FilterTemplate[] = [userTemplate(users)];
  if (memberships.from.includes('search')) filters.push(parseGroupFilterTemplate(memberships.filter));
  const reason = filters.map(notEvaluated).find((each) => each !== undefined);
  if (reason !== undefined)
    throw new SourceError(`${file} cannot be searched by the filters of the config: ${reason}`);
}

/** What a snapshot must hold. */
export interface Needs {
  /** All that these read of people; undefined where no people are read. */
  readonly people?: readonly Mapping[];
  /** Every group that may count for this one, whoever is in it. */
  readonly groups?: Mapping;
}

/** A snapshot in place of the directories. Throws {@link SourceError} where it lacks anything that is needed. */
export function savedOf(
  snapshot: Snapshot,
  file: string,
  directories: readonly DirectorySettings[],
  needs: Needs,
): Saved {
  const sections = directories.map((settings) => {
    const section = snapshot.sections.find(({ directory }) => directory === settings.name);
    if (section === undefined) throw new SourceError(`${file} has nothing of the directory ${settings.name}`);
    if (needs.people !== undefined && section.settings !== revisionOfSettings(settings)) {
      throw new SourceError(
        `${file} was taken by other settings: users or memberships of the directory ${settings.name} are not in the config as they were then; take the snapshot again`,
      );
    }
    const missing = [
      ...(needs.people === undefined ? [] : missingAttributes(section, settings, needs.people)),
      ...(needs.people === undefined ? [] : missingIdentities(section, needs.people)),
      ...(needs.groups === undefined ? [] : missingGroups(section, needs.groups)),
    ];
    if (missing.length > 0) {
      throw new SourceError(
        `${file} lacks ${missing.join(', ')} of the directory ${settings.name}; take the snapshot again, with --mapping for a mapping that is not in use yet`,
      );
    }
    return { settings, section };
  });
  const saved = sections.map(({ settings, section }) => savedDirectory(settings, section, file));
  const unsound = sections
    .map(({ section }, i) => ldifProblemsIn(section.text, saved[i]))
    .find((each) => each !== undefined);
  if (unsound !== undefined) throw new SourceError(`${file} is no sound LDIF: ${unsound}`);
  return {
    settings: saved,
    snapshot,
    sections: sections.map(({ section }) => section),
  };
}

function ldifProblemsIn(text: string, settings: DirectorySettings | undefined): string | undefined {
  const [first, ...others] = settings === undefined ? [] : problemsIn(parseLdif(text), settings);
  if (first === undefined) return undefined;
  const more = others.reduce((sum, each) => sum + 1 + each.more, first.more);
  return `line ${first.line}: ${first.message}${more === 0 ? '' : ` (and ${plural(more, 'more problem')})`}`;
}
