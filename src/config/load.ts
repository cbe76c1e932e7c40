/**
 * Reads the config file into one frozen {@link Config}, or into every problem at once: syntax, shape, references,
 * files, and what must hold between the parts. Reading the mapping files that it names is left to the caller.
 */
import { resolve } from 'node:path';
import { filesBeside, type NamedFiles, pathHint, readText, shownPath } from '../files/text-file.ts';
import type { Path } from '../yaml/finding.ts';
import { type Problem, sortProblems } from '../yaml/problem.ts';
import { schemaFindings } from '../yaml/schema-findings.ts';
import { buildConfig } from './build.ts';
import { accountFindings } from './checks/accounts.ts';
import { callerFindings } from './checks/callers.ts';
import { directoryFindings, nameFindings } from './checks/directories.ts';
import { endpointFindings } from './checks/endpoints.ts';
import { foreignFindings } from './checks/foreign.ts';
import { globalCatalogFindings } from './checks/global-catalog.ts';
import { listenFindings } from './checks/listen.ts';
import { peopleFindings } from './checks/people.ts';
import type { Config } from './config.ts';
import { type CheckFinding, type Draft, draftOf } from './draft.ts';
import { type Interpolated, interpolate } from './interpolation.ts';
import { readContents } from './named-files.ts';
import { CONFIG_SCHEMA } from './schema.ts';
import { literalSecretFindings, mayHoldSecret, parseMasked } from './secrets.ts';

/** A mapping file and the place that names it. */
export interface NamedMapping {
  /** Absolute path. */
  readonly file: string;
  /** As messages print it. */
  readonly shown: string;
  /** Problems at the place in the config that names the mapping: that it cannot be read, or that it does not fit there. */
  unreadable(failure: string): Problem;
  unfit(message: string): Problem;
}

export interface LoadedConfig {
  /** Undefined where there is an error among the problems. */
  readonly config: Config | undefined;
  /** In the order of the file, warnings included. */
  readonly problems: readonly Problem[];
  /** Each file once; also where `config` is undefined, so that their problems are found in the same run. */
  readonly mappings: readonly NamedMapping[];
  /** Absolute paths of the config file and all files that it names, also of those that could not be read. */
  readonly files: readonly string[];
  /** Those of them that stand for directories. */
  readonly ldif: readonly string[];
}

/** Reads the config file. Never throws for what is wrong in it. */
export async function loadConfig(file: string, env: NodeJS.ProcessEnv): Promise<LoadedConfig> {
  const { text, failure } = await readText(file);
  const ownPath = resolve(file);
  if (text === undefined)
    return {
      config: undefined,
      problems: [unreadable(file, failure)],
      mappings: [],
      files: [ownPath],
      ldif: [],
    };

  const source = parseMasked(file, text);
  if (source.data === undefined && source.isWhole) {
    return {
      config: undefined,
      problems: [{ severity: 'error', file, message: 'the config file is empty' }],
      mappings: [],
      files: [ownPath],
      ldif: [],
    };
  }
  const files = filesBeside(file);
  const interpolated = await interpolate(source.data, env, files);
  const draft = draftOf(interpolated);
  const contents = await readContents(draft, files);
  const all: CheckFinding[] = [
    ...interpolated.findings,
    ...shapeFindings(interpolated, draft, source.isWhole),
    ...nameFindings(draft),
    ...listenFindings(draft),
    ...callerFindings(draft),
    ...directoryFindings(draft),
    ...peopleFindings(draft),
    ...foreignFindings(draft),
    ...globalCatalogFindings(draft),
    ...accountFindings(draft),
    ...endpointFindings(draft),
    ...literalSecretFindings(draft, source),
    ...contents.findings,
  ];
  // Behind a syntax error what seems to be missing, or written in the file itself, may be an echo of it.
  const findings = all.filter(
    ({ absence, severity }) => source.isWhole || (absence !== true && severity !== 'warning'),
  );

  const problems = sortProblems([...source.problems, ...findings.map((finding) => source.problem(finding))]);
  const failed = problems.some(({ severity }) => severity === 'error');
  const mappings = namedMappings(draft, files, (path, message, hint) =>
    source.problem({ path, message, hint }),
  );
  return {
    config: failed ? undefined : buildConfig(file, CONFIG_SCHEMA.parse(interpolated.data), contents, files),
    problems,
    mappings,
    files: [...new Set([ownPath, ...files.readPaths(), ...mappings.map((mapping) => mapping.file)])],
    ldif: draft.keys(['directories']).flatMap((name) => {
      const path = draft.text(['directories', name, 'ldif']);
      return path === undefined ? [] : [files.resolve(path)];
    }),
  };
}

function shapeFindings({ data, isFailed }: Interpolated, draft: Draft, isWhole: boolean): CheckFinding[] {
  return (
    schemaFindings(CONFIG_SCHEMA, data)
      // Nothing can be said about a value that could not be put together, but about its key.
      .filter(({ path, message }) => !isFailed(path) || message.startsWith('unknown key'))
      .map((finding): CheckFinding => {
        if (/^the key ".*" is missing$/.test(finding.message)) return { ...finding, absence: true };
        if (!finding.message.startsWith('unknown key')) return finding;
        // `{ password: a, b }` has the key b: the rest of the password, which no message may hold.
        const isBlank = draft.isBlank(finding.path) && !isFailed(finding.path);
        if (!isBlank && !mayHoldSecret(String(finding.path.at(-1)), isWhole)) return finding;
        return {
          ...finding,
          message: isBlank ? 'an unknown key, without a value' : 'an unknown key',
          hint: finding.hint?.startsWith('did you mean')
            ? finding.hint
            : 'is a ":" missing? Put a text that holds a comma in quotes',
        };
      })
  );
}

function namedMappings(
  draft: Draft,
  files: NamedFiles,
  problemAt: (path: Path, message: string, hint?: string) => Problem,
): NamedMapping[] {
  const byFile = new Map<string, NamedMapping>();
  for (const name of draft.keys(['endpoints'])) {
    const path = ['endpoints', name, 'mapping'];
    const written = draft.text(path);
    if (written === undefined) continue;
    const file = files.resolve(written);
    if (byFile.has(file)) continue;
    const shown = shownPath(file);
    byFile.set(file, {
      file,
      shown,
      unreadable: (failure) => problemAt(path, `the mapping file ${shown}: ${failure}`, pathHint(written)),
      unfit: (message) => problemAt(path, message),
    });
  }
  return [...byFile.values()];
}

function unreadable(file: string, failure: string): Problem {
  return {
    severity: 'error',
    file,
    message: `cannot read the config file: ${failure}`,
    hint: 'name it with --config, or in the environment variable LDAP_USER_INFO_CONFIG',
  };
}
