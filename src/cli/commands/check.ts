/**
 * `check`: the config, its mapping files and the tests beside them, every problem in one run; with `--live` also each
 * directory, and whether it has what the mappings name.
 */
import { composeLdifPeople, composeService, systemSurroundings } from '../../compose.ts';
import { type Clock, Deadline } from '../../deadline.ts';
import type { Directory } from '../../directory/directory.ts';
import { isFailure, lineOf } from '../../failure.ts';
import { namedFile } from '../../setup/mapping-file.ts';
import { untestedWarning } from '../../setup/mapping-tests.ts';
import { loadSetup, type Setup } from '../../setup/setup.ts';
import { plural } from '../../text/plural.ts';
import { printable } from '../../text/printable.ts';
import { examineAll, type Viewed } from '../../visibility/examination.ts';
import { problemOf } from '../../visibility/remark.ts';
import { countProblems, print, printProblems } from '../messages.ts';

const LIVE_WITHIN = 15_000;

/** 0 where all is well, warnings aside. Throws ProblemsError where it is not. */
export async function check(
  configFile: string,
  env: NodeJS.ProcessEnv,
  { live, skipTests }: { live: boolean; skipTests: boolean },
): Promise<number> {
  const setup = await loadSetup(configFile, env, skipTests ? undefined : composeLdifPeople);
  const { config, mappings } = setup;
  const untested = await Promise.all(
    (skipTests ? [] : [...mappings.keys()]).map((file) => untestedWarning(namedFile(file))),
  );
  const warnings = [...setup.warnings, ...untested.filter((each) => each !== undefined)];
  printProblems(warnings);
  const parts = [
    plural(config.endpoints.length, 'endpoint'),
    plural(config.directories.size, 'directory', 'directories'),
    plural(mappings.size, 'mapping'),
  ];
  process.stdout.write(`${config.file}: ok (${parts.join(', ')}; ${countProblems(warnings)})\n`);
  return live ? await checkLive(setup) : 0;
}

async function checkLive(setup: Setup): Promise<number> {
  const surroundings = systemSurroundings('silent');
  const service = composeService(setup, surroundings);
  try {
    const results = await Promise.all(
      [...service.directories.values()].map((directory) => {
        const sentinel = setup.config.directories.get(directory.name)?.sentinel?.userid;
        return checkDirectory(directory, sentinel, surroundings.clock);
      }),
    );
    // What cannot be reached is told already.
    if (!results.every(Boolean)) return 1;
    const remarks = await examineAll(viewedOf(setup, service.directories));
    printProblems(remarks.map(problemOf));
    for (const directory of service.directories.values()) await tryServers(directory);
    return remarks.some(({ severity }) => severity === 'error') ? 1 : 0;
  } finally {
    await service.stop();
  }
}

/** Each endpoint's mapping with its directories. */
function viewedOf(
  { config, mappings }: Setup,
  directories: ReadonlyMap<string, Directory>,
): readonly Viewed[] {
  return config.endpoints.flatMap(({ mapping: { file }, directories: names }) => {
    const mapping = mappings.get(file);
    const asked = names.flatMap((name) => directories.get(name) ?? []);
    return mapping === undefined ? [] : [{ mapping, directories: asked }];
  });
}

async function checkDirectory(
  directory: Directory,
  sentinel: string | undefined,
  clock: Clock,
): Promise<boolean> {
  try {
    const deadline = new Deadline(clock, LIVE_WITHIN);
    await directory.connect(deadline);
    await directory.confirmSentinel(deadline);
    const found = sentinel === undefined ? '' : `, sentinel ${sentinel} found`;
    process.stdout.write(`directory ${directory.name}: bound${found}\n`);
    return true;
  } catch (error) {
    if (!isFailure(error)) throw error;
    print(printable(`directory ${directory.name}: ${lineOf(error)}`));
    return false;
  }
}

// One that answers hides the others until it fails: what is wrong with those is told while there is time to mend it.
async function tryServers(directory: Directory): Promise<void> {
  const label = `directory ${directory.name}:`;
  let [tried, answering] = [0, 0];
  let rest = '';
  for await (const { problem, isLast } of directory.tryServers()) {
    tried++;
    if (problem === undefined) answering++;
    else print(printable(`${label} warning: no help where others fail: ${problem}`));
    if (isLast) rest = '; those behind it in the list were not tried';
  }
  if (tried > 1) process.stdout.write(`${label} ${answering} of ${tried} servers answer${rest}\n`);
}
