/**
 * `doctor`: walks the connection to each directory of the config, step by step, and says what to change; then looks for
 * what the mappings name in the directories that work.
 */
import { styleText } from 'node:util';
import { composeInstruments, systemSurroundings } from '../../compose.ts';
import type { DirectorySettings } from '../../directory/settings/settings.ts';
import { type Examination, examine } from '../../doctor/examination.ts';
import { isWrittenIn, proposedSection } from '../../doctor/proposal.ts';
import { renderExamination, withoutSecrets } from '../../doctor/report.ts';
import { type ConfigAlone, loadConfigAlone, readSetup } from '../../setup/setup.ts';
import { printable } from '../../text/printable.ts';
import { examineAll } from '../../visibility/examination.ts';
import { problemOf } from '../../visibility/remark.ts';
import { type Problem, renderProblem } from '../../yaml/problem.ts';
import { directoriesOf, mappingOf, openDirectories } from '../everyone.ts';
import { print, printProblems } from '../messages.ts';

export interface DoctorOptions {
  readonly config: string;
  /** Only the directories of this endpoint. */
  readonly endpoint?: string;
  readonly json: boolean;
}

/**
 * 0 where every step is ok or skipped, and the directories have what `never` and `unless` name. Throws ProblemsError
 * where the config holds errors; a mapping that does is only not looked at.
 */
export async function doctor(options: DoctorOptions, env: NodeJS.ProcessEnv): Promise<number> {
  const loaded = await loadConfigAlone(options.config, env);
  if (!options.json) printProblems(loaded.warnings);
  const directories = chosen(loaded, options.endpoint);
  if (directories === undefined) return 1;
  const instruments = composeInstruments();
  const findings: { examination: Examination; proposal: string | undefined }[] = [];
  for (const settings of directories) {
    const found = await examine(settings, instruments, isWrittenIn(loaded.text, settings.name));
    const examination = withoutSecrets(found, secretsOf(settings));
    const { works, changes, directory } = examination;
    const proposal = works ? proposedSection(loaded.text, directory, changes) : undefined;
    findings.push({ examination, proposal });
    if (!options.json) process.stdout.write(textOf(examination, proposal));
  }
  const isFaultless = findings.every(({ examination }) =>
    examination.steps.every(({ status }) => status !== 'failed'),
  );
  const named = findings.every(({ examination }) => examination.answers)
    ? await lookForNamed(options, env)
    : { problems: [], skipped: 'a step before failed' };
  const isWell = isFaultless && named.problems.every(({ severity }) => severity !== 'error');
  if (options.json) {
    const all = findings.map(({ examination, proposal = null }) => ({ ...examination, proposal }));
    process.stdout.write(`${JSON.stringify({ ok: isWell, directories: all, mappings: named }, null, 2)}\n`);
  } else process.stdout.write(textOfNamed(named));
  return isWell ? 0 : 1;
}

/** What the mappings name and the directories do not show. */
interface Named {
  readonly problems: readonly Problem[];
  /** Why nobody looked. */
  readonly skipped?: string;
}

async function lookForNamed(
  { config: file, endpoint }: DoctorOptions,
  env: NodeJS.ProcessEnv,
): Promise<Named> {
  const { setup } = await readSetup(file, env);
  if (setup === undefined) return { problems: [], skipped: 'they hold errors, which check tells' };
  const endpoints = setup.config.endpoints.filter(({ path }) => endpoint === undefined || path === endpoint);
  const { clock } = systemSurroundings('silent');
  const settings = [...new Set(endpoints.flatMap((each) => directoriesOf(setup, each)))];
  const directories = openDirectories(settings, [], clock);
  try {
    const viewed = endpoints.map((each) => ({
      mapping: mappingOf(setup, each.path),
      directories: directories.filter(({ name }) => each.directories.includes(name)),
    }));
    return { problems: (await examineAll(viewed)).map(problemOf) };
  } finally {
    await Promise.all(directories.map((directory) => directory.close()));
  }
}

function textOfNamed({ problems, skipped }: Named): string {
  const lines =
    skipped !== undefined
      ? [`skipped  ${skipped}`]
      : problems.length === 0
        ? ['ok       the directories show what they name']
        : problems.map(renderProblem);
  return ['mappings', ...lines.map((line) => `  ${line}`), ''].join('\n');
}

function chosen(
  { config }: ConfigAlone,
  endpoint: string | undefined,
): readonly DirectorySettings[] | undefined {
  const all = [...config.directories.values()];
  if (endpoint === undefined) return all;
  const named = config.endpoints.find(({ path }) => path === endpoint)?.directories;
  if (named !== undefined) {
    const asked = all.filter(({ name }) => named.includes(name));
    const forests = asked.flatMap(({ foreign = [] }) => foreign.map(({ name }) => name));
    return all.filter(({ name }) => named.includes(name) || forests.includes(name));
  }
  print(
    `the config has no endpoint ${endpoint}; it has: ${config.endpoints.map(({ path }) => path).join(', ')}`,
  );
  return undefined;
}

function textOf(examination: Examination, proposal: string | undefined): string {
  const report = renderExamination(examination);
  const shown = process.stdout.isTTY ? coloured(report) : report;
  const { changes, noHelp } = examination;
  const which = changes.length === 0 ? 'The config works as it is' : 'A config that works';
  const but =
    noHelp.length === 0 ? '' : `, but no help would come from ${noHelp.join(', ')} where others fail`;
  const end =
    proposal === undefined
      ? 'No config is proposed before the failed steps are mended.\n'
      : `${which}${printable(but)}:\n\n${proposal}`;
  return `${shown}\n${end}\n`;
}

const COLOURS = { ok: 'green', failed: 'red', skipped: 'yellow' } as const;

function coloured(report: string): string {
  return report.replace(/^ {2}(ok|failed|skipped)/gm, (_line, status: keyof typeof COLOURS) => {
    return `  ${styleText(COLOURS[status], status)}`;
  });
}

function secretsOf({ source, foreign = [] }: DirectorySettings): readonly string[] {
  const own = source.kind === 'ldap' && source.bind.kind === 'simple' ? [source.bind.password] : [];
  return [...own, ...foreign.flatMap(secretsOf)];
}
