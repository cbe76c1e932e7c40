/**
 * The config file and the mapping files that it names, read and checked together: one whole setup, or every problem
 * of all of them in one run. Nothing is connected here.
 */
import { createHash } from 'node:crypto';
import type { Config } from './config/config.ts';
import { readText } from './config/files.ts';
import { loadConfig } from './config/load.ts';
import { LdifError, parseLdif } from './directory/ldif/ldif.ts';
import type { DirectorySettings } from './directory/settings.ts';
import { compileMapping } from './mapping/compile.ts';
import type { Mapping } from './mapping/mapping.ts';
import { type Problem, ProblemsError, sortProblems } from './yaml/problem.ts';

/** A config with the mapping of each endpoint. */
export interface Setup {
  readonly config: Config;
  /** By absolute path of the mapping file. */
  readonly mappings: ReadonlyMap<string, Mapping>;
  /** What tells one text of a mapping file from another, by absolute path too. */
  readonly revisions: ReadonlyMap<string, string>;
  /** What is legal but looks like a mistake. */
  readonly warnings: readonly Problem[];
}

/** What came of reading: a setup, or at least which files it would be made of. */
export interface SetupReading {
  /** Undefined where there is an error among the problems. */
  readonly setup: Setup | undefined;
  /** Warnings included. */
  readonly problems: readonly Problem[];
  /** Absolute paths of all files that were read, or could not be. */
  readonly files: readonly string[];
}

/** Throws {@link ProblemsError} with every problem, warnings included, where there is an error among them. */
export async function loadSetup(configFile: string, env: NodeJS.ProcessEnv): Promise<Setup> {
  const { setup, problems } = await readSetup(configFile, env);
  if (setup === undefined) throw new ProblemsError(problems);
  return setup;
}

/** Never throws for what is wrong in the files. */
export async function readSetup(configFile: string, env: NodeJS.ProcessEnv): Promise<SetupReading> {
  const { config, problems: found, mappings: named, files: read } = await loadConfig(configFile, env);
  const problems: Problem[] = [...sortProblems(found)];
  const mappings = new Map<string, Mapping>();
  const revisions = new Map<string, string>();
  const files = new Map(named.map((each) => [each.file, each]));
  for (const { file, shown, unreadable } of files.values()) {
    const { text, failure } = await readText(file);
    if (text === undefined) {
      problems.push(unreadable(`the mapping file ${shown}: ${failure}`));
      continue;
    }
    const compiled = compileMapping(shown, text);
    problems.push(...compiled.problems);
    revisions.set(file, createHash('sha256').update(text).digest('hex').slice(0, 12));
    if (compiled.mapping !== undefined) mappings.set(file, compiled.mapping);
  }
  problems.push(...[...(config?.directories.values() ?? [])].flatMap(ldifProblems));
  const failed = config === undefined || problems.some(({ severity }) => severity === 'error');
  return {
    setup: failed ? undefined : { config, mappings, revisions, warnings: problems },
    problems,
    files: read,
  };
}

function ldifProblems({ source }: DirectorySettings): Problem[] {
  if (source.kind !== 'ldif') return [];
  try {
    parseLdif(source.text);
    return [];
  } catch (error) {
    if (!(error instanceof LdifError)) throw error;
    return error.problems.map(({ line, message }) => ({
      severity: 'error',
      file: source.file,
      position: { line, column: 1 },
      message,
    }));
  }
}
