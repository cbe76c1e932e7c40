/** `doctor`: walks the connection to each directory of the config, step by step, and says what to change. */
import { styleText } from 'node:util';
import { composeInstruments } from '../compose.ts';
import type { DirectorySettings } from '../directory/settings.ts';
import { type Examination, examine } from '../doctor/examination.ts';
import { isWrittenIn, proposedSection } from '../doctor/proposal.ts';
import { renderExamination, withoutSecrets } from '../doctor/report.ts';
import { type ConfigAlone, loadConfigAlone } from '../setup.ts';
import { print, printProblems } from './messages.ts';

export interface DoctorOptions {
  readonly config: string;
  /** Only the directories of this endpoint. */
  readonly endpoint?: string;
  readonly json: boolean;
}

/** 0 where every step is ok or skipped. Throws ProblemsError where the config holds errors; mappings are not read. */
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
  const isWell = findings.every(({ examination }) =>
    examination.steps.every(({ status }) => status !== 'failed'),
  );
  if (options.json) {
    const all = findings.map(({ examination, proposal = null }) => ({ ...examination, proposal }));
    process.stdout.write(`${JSON.stringify({ ok: isWell, directories: all }, null, 2)}\n`);
  }
  return isWell ? 0 : 1;
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
  const end =
    proposal === undefined
      ? 'No config is proposed before the failed steps are mended.\n'
      : `${examination.changes.length === 0 ? 'The config works as it is' : 'A config that works'}:\n\n${proposal}`;
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
