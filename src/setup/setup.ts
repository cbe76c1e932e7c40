/**
 * The config file and the mapping files that it names, read and checked together: one whole setup, or every problem
 * of all of them in one run. Nothing is connected here.
 */
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { parseLdif, parseLdifInSlices } from '../directory/ldif/known-ldif.ts';
import type { LdifContent } from '../directory/ldif/ldif.ts';
import { problemsIn } from '../directory/ldif/ldif-concerns.ts';
import type { DirectorySettings } from '../directory/settings/settings.ts';
import { VENDORS } from '../directory/settings/vendors.ts';
import { readText } from '../files/text-file.ts';
import type { Mapping } from '../mapping/mapping.ts';
import { unfitForPlainNames } from '../visibility/plain-names.ts';
import { type Problem, ProblemsError, sortProblems } from '../yaml/problem.ts';
import { checkMapping, type MappingCheck } from './checked-mapping.ts';
import { type NamedFile, readMapping } from './mapping-file.ts';
import type { OpenPeople } from './mapping-tests.ts';

/** A config with the mapping of each endpoint. */
export interface Setup {
  readonly config: Config;
  /** By absolute path of the mapping file. */
  readonly mappings: ReadonlyMap<string, Mapping>;
  /** What tells one text of a mapping file from another, by absolute path too. */
  readonly revisions: ReadonlyMap<string, string>;
  /** What is legal but looks like a mistake. */
  readonly warnings: readonly Problem[];
  /** Of the directories that are files: kept, so that whoever opens them need not parse them again. */
  readonly ldif: readonly LdifContent[];
}

/** What came of reading: a setup, or at least which files it would be made of. */
export interface SetupReading {
  /** Undefined where there is an error among the problems. */
  readonly setup: Setup | undefined;
  /** Warnings included. */
  readonly problems: readonly Problem[];
  /** Absolute paths of all files that were read, or could not be. */
  readonly files: readonly string[];
  /** Those of them that are LDIF: whole only where their last line has its newline. */
  readonly endingLines: readonly string[];
}

/** A config whose mappings nobody looks at. */
export interface ConfigAlone {
  readonly config: Config;
  /** The file's own text, secrets and all. */
  readonly text: string;
  readonly warnings: readonly Problem[];
}

/** Reads the config file without its mappings. Throws as {@link loadSetup}. */
export async function loadConfigAlone(configFile: string, env: NodeJS.ProcessEnv): Promise<ConfigAlone> {
  const [{ config, problems }, { text }] = await Promise.all([
    loadConfig(configFile, env),
    readText(configFile),
  ]);
  const all = [...problems, ...[...(config?.directories.values() ?? [])].flatMap(ldifProblems)];
  if (config === undefined || text === undefined || all.some(({ severity }) => severity === 'error'))
    throw new ProblemsError(sortProblems(all));
  return { config, text, warnings: all };
}

/** Throws {@link ProblemsError} with every problem, warnings included, where there is an error among them. */
export async function loadSetup(
  configFile: string,
  env: NodeJS.ProcessEnv,
  openPeople?: OpenPeople,
): Promise<Setup> {
  const { setup, problems } = await readSetup(configFile, env, openPeople);
  if (setup === undefined) throw new ProblemsError(problems);
  return setup;
}

/**
 * Never throws for what is wrong in the files.
 * @param openPeople opens the LDIF files from which tests take people; without it the tests beside the mappings are not
 * run, and a mapping whose tests fail is taken all the same
 */
export function readSetup(
  configFile: string,
  env: NodeJS.ProcessEnv,
  openPeople?: OpenPeople,
): Promise<SetupReading> {
  return readSetupBy((order) => checkMapping(order, openPeople), configFile, env);
}

/** The same with mapping files that are read and tested in another way. */
export async function readSetupBy(
  check: MappingCheck,
  configFile: string,
  env: NodeJS.ProcessEnv,
): Promise<SetupReading> {
  const { config, problems: found, mappings: named, files: read, ldif } = await loadConfig(configFile, env);
  // Not grown by push(...), which bears no hundred thousands: a large file can be wrong in every line.
  let problems: readonly Problem[] = sortProblems(found);
  const mappings = new Map<string, Mapping>();
  const revisions = new Map<string, string>();
  const files = new Map(named.map((each) => [each.file, each]));
  const further: string[] = [];
  const endingLines = [...ldif];
  const directories = [...(config?.directories.values() ?? [])];
  const contents: LdifContent[] = [];
  for (const { source } of directories)
    if (source.kind === 'ldif') contents.push(await parseLdifInSlices(source.text));
  const writable = writableByPeople(directories);
  for (const { file, shown, unreadable } of files.values()) {
    const checked = await check({ named: { file, shown }, writableByPeople: writable });
    const { text, failure, mapping, tests } = checked;
    further.push(...checked.tableFiles);
    if (text === undefined) {
      problems = [...problems, unreadable(failure ?? '')];
      continue;
    }
    problems = problems.concat(checked.problems);
    revisions.set(file, checked.revision);
    if (mapping !== undefined) mappings.set(file, mapping);
    if (tests === undefined) continue;
    problems = problems.concat(tests.problems);
    further.push(...tests.files);
    endingLines.push(...tests.ldif);
  }
  for (const { directories, mapping: named } of config?.endpoints ?? []) {
    const mapping = mappings.get(named.file);
    const asked = directories.flatMap((name) => config?.directories.get(name) ?? []);
    const unfit = mapping && unfitForPlainNames(mapping, asked);
    const place = files.get(named.file);
    if (unfit !== undefined && place !== undefined) problems = [...problems, place.unfit(unfit)];
  }
  problems = problems.concat(directories.flatMap(ldifProblems));
  const failed = config === undefined || problems.some(({ severity }) => severity === 'error');
  return {
    setup: failed ? undefined : { config, mappings, revisions, warnings: problems, ldif: contents },
    problems,
    files: [...new Set([...read, ...further])],
    endingLines,
  };
}

/**
 * The same with another mapping for one endpoint. Throws {@link ProblemsError} with every problem of that file where
 * there is an error among them.
 */
export async function withMapping(setup: Setup, endpointPath: string, named: NamedFile): Promise<Setup> {
  const { directories } = setup.config.endpoints.find(({ path }) => path === endpointPath) ?? {};
  const asked = (directories ?? []).flatMap((name) => setup.config.directories.get(name) ?? []);
  const { mapping, problems, revision } = await readMapping(named, writableByPeople(asked), Date.now());
  if (mapping === undefined) throw new ProblemsError(problems);
  const unfit = unfitForPlainNames(mapping, asked);
  if (unfit !== undefined)
    throw new ProblemsError([{ severity: 'error', file: named.shown, message: unfit }]);
  const endpoints = setup.config.endpoints.map((endpoint) =>
    endpoint.path === endpointPath ? { ...endpoint, mapping: named } : endpoint,
  );
  return {
    config: { ...setup.config, endpoints },
    mappings: new Map([...setup.mappings, [named.file, mapping]]),
    revisions: new Map([...setup.revisions, [named.file, revision]]),
    warnings: problems,
    ldif: setup.ldif,
  };
}

/** The same with other settings for the directories of these names. */
export function withDirectories(setup: Setup, replaced: readonly DirectorySettings[]): Setup {
  const directories = new Map(setup.config.directories);
  for (const settings of replaced) directories.set(settings.name, settings);
  return { ...setup, config: { ...setup.config, directories } };
}

/**
 * The mapping files that a config names, also where something else in it is wrong. Throws {@link ProblemsError} where it
 * names none.
 */
export async function mappingsNamedIn(
  configFile: string,
  env: NodeJS.ProcessEnv,
): Promise<readonly NamedFile[]> {
  const { mappings, problems } = await loadConfig(configFile, env);
  if (mappings.length === 0) throw new ProblemsError(problems);
  return mappings.map(({ file, shown }) => ({ file, shown }));
}

/** What people may write themselves by the default of a vendor among these directories. */
function writableByPeople(directories: readonly DirectorySettings[]): ReadonlyMap<string, string> {
  return new Map(
    directories.flatMap(({ vendor }) =>
      VENDORS[vendor].writableByPeople.map((name): [string, string] => [name.toLowerCase(), vendor]),
    ),
  );
}

function ldifProblems(settings: DirectorySettings): Problem[] {
  const { source } = settings;
  if (source.kind !== 'ldif') return [];
  return problemsIn(parseLdif(source.text), settings).map(({ line, message, more }) => ({
    severity: 'error',
    file: source.file,
    position: { line, column: 1 },
    message,
    more,
  }));
}
