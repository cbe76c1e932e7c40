/** `plan`: what another mapping would change for everyone, before it is in use. */
import { systemSurroundings } from '../../compose.ts';
import type { Endpoint } from '../../config/config.ts';
import type { Clock } from '../../deadline.ts';
import type { Directory } from '../../directory/directory.ts';
import { isRightMissing } from '../../directory/entries/completeness.ts';
import type { DirectorySettings } from '../../directory/settings/settings.ts';
import { type Failure, isFailure, lineOf } from '../../failure.ts';
import type { Mapping } from '../../mapping/mapping.ts';
import { type Comparison, compareMappings } from '../../plan/comparison.ts';
import type { PlannedGroup } from '../../plan/group-review.ts';
import { renderPage } from '../../plan/html.ts';
import { planToJson } from '../../plan/render-json.ts';
import { renderPlan } from '../../plan/render-text.ts';
import { exitStatus, type PlanReport } from '../../plan/report.ts';
import { namedFile } from '../../setup/mapping-file.ts';
import { loadSetup, type Setup, withMapping } from '../../setup/setup.ts';
import { refuseUnwritable, WriteError, writeWhole } from '../../snapshot/atomic-file.ts';
import { plural } from '../../text/plural.ts';
import { printable } from '../../text/printable.ts';
import { meetEveryone } from '../../user-info/everyone.ts';
import { examineMapping } from '../../visibility/examination.ts';
import { problemOf } from '../../visibility/remark.ts';
import { chooseEndpoint } from '../endpoint.ts';
import {
  countEveryone,
  directoriesOf,
  mappingOf,
  openDirectories,
  readSnapshot,
  SourceError,
  savedOf,
  scopeOf,
} from '../everyone.ts';
import { countProblems, print, printProblems } from '../messages.ts';
import { startProgress } from '../progress.ts';
import { printJson } from '../result.ts';

export interface PlanOptions {
  readonly config: string;
  readonly endpoint?: string;
  /** The mapping file that is not in use yet. */
  readonly mapping: string;
  /** A snapshot to read people from, in place of the directories. */
  readonly snapshot?: string;
  /** A snapshot of an earlier time, by which renamed groups are told. */
  readonly previous?: string;
  readonly json: boolean;
  /** Where to write the page. */
  readonly html?: string;
  /** How many people may lose everything. */
  readonly maxEmptied?: number;
}

/** What people are read from. */
interface Source {
  readonly settings: readonly DirectorySettings[];
  /** How many there are, where that is known before. */
  readonly total: number | undefined;
  /** For the reader. */
  readonly words: string;
  /** Names of directories whose groups are not all in the snapshot. */
  readonly unlisted: readonly string[];
}

/** 0 no change, 2 changes, 3 more people lose everything than allowed, 1 where it could not be computed. */
export async function plan(options: PlanOptions, env: NodeJS.ProcessEnv): Promise<number> {
  const setup = await loadSetup(options.config, env);
  const endpoint = chooseEndpoint(setup, options.endpoint);
  if (endpoint === undefined) return 1;
  const changed = await withMapping(setup, endpoint.path, namedFile(options.mapping));
  printProblems(changed.warnings);
  if (changed.warnings.length > 0) print(countProblems(changed.warnings));
  const before = mappingOf(setup, endpoint.path);
  const after = mappingOf(changed, endpoint.path);
  const now = Date.now();
  try {
    if (options.html !== undefined) await refuseUnwritable(options.html);
    const source = await sourceOf(setup, endpoint, options.snapshot, { before, after });
    const { clock } = systemSurroundings('silent');
    const earlierGroups = await groupsOf(setup, endpoint, options.previous, clock);
    const directories = openDirectories(source.settings, [before, after], clock);
    try {
      if (!(await showsWhatIsNamed(after, directories))) return 1;
      const report = await compare(directories, { before, after, now, earlierGroups }, source);
      await show(report, options, source.words, now);
      return exitStatus(report, options.maxEmptied);
    } finally {
      await Promise.all(directories.map((directory) => directory.close()));
    }
  } catch (error) {
    if (!isFailure(error) && !(error instanceof SourceError) && !(error instanceof WriteError)) throw error;
    print(printable(`no plan: ${reasonOf(error)}`));
    return 1;
  }
}

/** Whether the directories show all whose absence would give access; else nobody can say what the mapping would do. */
async function showsWhatIsNamed(mapping: Mapping, directories: readonly Directory[]): Promise<boolean> {
  const problems = (await examineMapping({ mapping, directories })).map(problemOf);
  printProblems(problems);
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  if (errors > 0)
    print(`no plan: ${plural(errors, 'thing')} that ${mapping.file} names cannot be seen, as told above`);
  return errors === 0;
}

async function sourceOf(
  setup: Setup,
  endpoint: Endpoint,
  file: string | undefined,
  { before, after }: { readonly before: Mapping; readonly after: Mapping },
): Promise<Source> {
  const settings = directoriesOf(setup, endpoint);
  if (file === undefined) {
    const names = endpoint.directories.join(', ');
    const words = `${endpoint.path}, directories as they are: ${names}`;
    return { settings, total: undefined, words, unlisted: [] };
  }
  const saved = savedOf(await readSnapshot(file), file, settings, { people: [before, after], groups: after });
  const taken = new Date(saved.snapshot.takenAt).toISOString();
  return {
    settings: saved.settings,
    total: saved.sections.reduce((sum, { people }) => sum + people, 0),
    words: `${endpoint.path}, snapshot of ${taken}`,
    unlisted: saved.sections.flatMap(({ directory, isListed }) => (isListed ? [] : [directory])),
  };
}

async function groupsOf(
  setup: Setup,
  endpoint: Endpoint,
  file: string | undefined,
  clock: Clock,
): Promise<readonly PlannedGroup[]> {
  if (file === undefined) return [];
  const saved = savedOf(await readSnapshot(file), file, directoriesOf(setup, endpoint), {});
  const groups: PlannedGroup[] = [];
  for (const [i, directory] of openDirectories(saved.settings, [], clock).entries())
    for await (const group of directory.groups(saved.sections[i]?.groupsUnder ?? [])) groups.push(group);
  return groups;
}

async function compare(
  directories: readonly Directory[],
  settings: Parameters<typeof compareMappings>[0],
  { total, unlisted }: Source,
): Promise<PlanReport> {
  const progress = startProgress(total ?? (() => countEveryone(directories)));
  let comparison: Comparison = compareMappings(settings);
  try {
    const { ambiguous, skipped } = await meetEveryone(directories, () => {
      comparison = compareMappings(settings);
      progress.restart();
      return ({ userid, person }) => {
        comparison.add(userid, person);
        progress.step();
      };
    });
    for (const userid of ambiguous) comparison.addAmbiguous(userid);
    for (const directory of directories) {
      if (unlisted.includes(directory.name))
        comparison.noteUnlisted(directory.name, 'they could not be listed when the snapshot was taken');
      try {
        for await (const group of directory.groups(scopeOf([settings.after]))) comparison.addGroup(group);
      } catch (error) {
        if (!isRightMissing(error)) throw error;
        comparison.noteUnlisted(directory.name, error.message);
      }
    }
    return comparison.report(skipped);
  } finally {
    progress.end();
  }
}

async function show(
  report: PlanReport,
  { json, html, maxEmptied }: PlanOptions,
  source: string,
  at: number,
): Promise<void> {
  if (html !== undefined) await writeWhole(html, [renderPage(report, { maxEmptied, source, at })]);
  if (json) printJson(planToJson(report, maxEmptied));
  else process.stdout.write(renderPlan(report, maxEmptied));
}

function reasonOf(error: Failure | SourceError | WriteError): string {
  return isFailure(error) ? lineOf(error) : error.message;
}
