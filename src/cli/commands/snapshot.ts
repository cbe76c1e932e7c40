/** `snapshot`: people and groups as LDIF, for plans, explanations and tests without the directory. */
import { composeDirectories, systemSurroundings, type WholeDirectory } from '../../compose.ts';
import type { Endpoint } from '../../config/config.ts';
import type { Directory } from '../../directory/directory.ts';
import type { DirectorySettings } from '../../directory/settings/settings.ts';
import { isFailure, lineOf } from '../../failure.ts';
import type { Mapping } from '../../mapping/mapping.ts';
import { namedFile } from '../../setup/mapping-file.ts';
import { loadSetup, withMapping } from '../../setup/setup.ts';
import { WriteError, writeWhole } from '../../snapshot/atomic-file.ts';
import { attributesOfSettings } from '../../snapshot/directory-settings.ts';
import { sectionOf } from '../../snapshot/records.ts';
import { writeEnd, writeHead } from '../../snapshot/section.ts';
import { plural } from '../../text/plural.ts';
import { printable } from '../../text/printable.ts';
import { anotherMayDoBetter } from '../../user-info/everyone.ts';
import { chooseEndpoint } from '../endpoint.ts';
import { countEveryone, directoriesOf, mappingOf, scopeOf } from '../everyone.ts';
import { print, printProblems } from '../messages.ts';
import { startProgress } from '../progress.ts';

export interface SnapshotOptions {
  readonly config: string;
  readonly endpoint?: string;
  /** A mapping that is not in use yet, and is to be planned from the snapshot. */
  readonly mapping?: string;
}

/** 0 where the file was written; 1 where not, and then an older file of that name is as it was. */
export async function snapshot(
  file: string,
  options: SnapshotOptions,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const setup = await loadSetup(options.config, env);
  const endpoint = chooseEndpoint(setup, options.endpoint);
  if (endpoint === undefined) return 1;
  const mappings = [mappingOf(setup, endpoint.path)];
  if (options.mapping !== undefined) {
    const changed = await withMapping(setup, endpoint.path, namedFile(options.mapping));
    printProblems(changed.warnings);
    mappings.push(mappingOf(changed, endpoint.path));
  }
  const { clock } = systemSurroundings('silent');
  const wanted = directoriesOf(setup, endpoint).map((settings) => allOf(settings, mappings));
  const directories = composeDirectories(wanted, clock);
  const progress = startProgress(() => countEveryone(directories));
  let people = 0;
  let unlisted: string[] = [];
  const writeAll = () => {
    [people, unlisted] = [0, []];
    const text = snapshotText(wanted, directories, endpoint, mappings, {
      met: () => {
        people++;
        progress.step();
      },
      unlisted: (reason) => unlisted.push(reason),
    });
    return writeWhole(file, text);
  };
  try {
    try {
      await writeAll();
    } catch (error) {
      if (!anotherMayDoBetter(error)) throw error;
      progress.restart();
      await writeAll();
    }
    progress.end();
    print(`${file}: ${plural(people, 'person', 'people')}`);
    for (const reason of unlisted)
      print(printable(`groups that nobody is in are not all there, as they could not be listed: ${reason}`));
    return 0;
  } catch (error) {
    progress.end();
    if (isFailure(error)) print(printable(`nothing was written: ${lineOf(error)}`));
    else if (error instanceof WriteError) print(printable(error.message));
    else throw error;
    return 1;
  } finally {
    await Promise.all(directories.map((directory) => directory.close()));
  }
}

/** All that is to be saved of a directory's people. */
function allOf(settings: DirectorySettings, mappings: readonly Mapping[]): WholeDirectory {
  return {
    settings,
    attributes: [...attributesOfSettings(settings), ...mappings.flatMap((mapping) => mapping.attributes)],
    readsIdentities: mappings.some((mapping) => mapping.readsIdentities),
  };
}

async function* snapshotText(
  wanted: readonly WholeDirectory[],
  directories: readonly Directory[],
  { path }: Endpoint,
  mappings: readonly Mapping[],
  notes: { readonly met: () => void; readonly unlisted: (reason: string) => void },
): AsyncGenerator<string> {
  yield writeHead({ takenAt: Date.now(), endpoint: path });
  for (const [i, directory] of directories.entries()) {
    const whole = wanted[i];
    if (whole === undefined) continue;
    const { settings, attributes, readsIdentities } = whole;
    yield* sectionOf(directory, settings, attributes, readsIdentities, scopeOf(mappings), notes);
  }
  yield writeEnd();
}
