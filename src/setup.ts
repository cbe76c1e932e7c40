/**
 * The config file and the mapping files that it names, read and checked together: one whole setup, or every problem
 * of all of them in one run. Nothing is connected here.
 */
import { readFile } from 'node:fs/promises';
import type { Config } from './config/config.ts';
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
  /** What is legal but looks like a mistake. */
  readonly warnings: readonly Problem[];
}

/** Throws {@link ProblemsError} with every problem, warnings included, where there is an error among them. */
export async function loadSetup(configFile: string, env: NodeJS.ProcessEnv): Promise<Setup> {
  const { config, problems: found, mappings: named } = await loadConfig(configFile, env);
  const problems: Problem[] = [...sortProblems(found)];
  const mappings = new Map<string, Mapping>();
  const files = new Map(named.map((each) => [each.file, each]));
  for (const { file, shown, unreadable } of files.values()) {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => error);
    if (typeof text !== 'string') {
      const why = text.code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${text.code})`;
      problems.push(unreadable(`the mapping file ${shown}: ${why}`));
      continue;
    }
    const compiled = compileMapping(shown, text);
    problems.push(...compiled.problems);
    if (compiled.mapping !== undefined) mappings.set(file, compiled.mapping);
  }
  problems.push(...[...(config?.directories.values() ?? [])].flatMap(ldifProblems));
  if (config === undefined || problems.some(({ severity }) => severity === 'error'))
    throw new ProblemsError(problems);
  return { config, mappings, warnings: problems };
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
