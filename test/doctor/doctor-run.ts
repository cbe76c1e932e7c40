/** Runs `doctor --json` as an operator does, on a config in a folder of its own, and reads what it says. */
import { expect } from 'chai';
import type { Examination } from '../../src/doctor/examination.ts';
import type { Step, StepName } from '../../src/doctor/step.ts';
import { runKept } from '../acceptance/kept-program.ts';
import { folderWith } from '../acceptance/running-service.ts';

export interface Diagnosis extends Examination {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The config's section that is proposed. */
  readonly proposal: string | null;
  /** The steps that failed. */
  readonly failed: readonly Step[];
}

/** The files beside the config, by name, and the one directory's section; PASSWORD is in the environment. */
export interface Case {
  readonly section: string;
  readonly files: Readonly<Record<string, string>>;
  readonly password: string;
}

/** Examines the directory; checks that the exit status fits the steps and that the password is nowhere. */
export async function diagnose({ section, files, password }: Case): Promise<Diagnosis> {
  const folder = folderWith({ ...files, 'config.yaml': configWith(section) });
  const env = { ...process.env, PASSWORD: password, CALLER: 'a caller' };
  const { status, stdout, stderr } = await runKept(['doctor', '--json'], { cwd: folder, env });
  expect(stdout + stderr).to.not.include(password);
  const report = parsed(stdout, stderr);
  const [directory] = report.directories;
  if (directory === undefined) throw new Error('no directory was examined');
  const failed = directory.steps.filter((step) => step.status === 'failed');
  expect(report.ok).to.equal(failed.length === 0);
  expect(status).to.equal(failed.length === 0 ? 0 : 1);
  return { ...directory, status, stdout, stderr, failed };
}

/** The section of a proposal, to be diagnosed again. */
export function sectionOf({ proposal }: Diagnosis): string {
  return (proposal ?? '').replace(/^directories:\n/, '');
}

/** The one step that failed, with its name and its hint. */
export function onlyFailure(diagnosis: Diagnosis, name: StepName): Step & { readonly hint: string } {
  expect(diagnosis.failed.map((step) => step.name)).to.deep.equal([name]);
  const [step] = diagnosis.failed;
  if (step?.hint === undefined) throw new Error('it has no hint');
  return { ...step, hint: step.hint };
}

/** Of the step of this name, the status; of several the first. */
export function statusOf({ steps }: Pick<Examination, 'steps'>, name: StepName): string | undefined {
  return steps.find((step) => step.name === name)?.status;
}

function configWith(section: string): string {
  return `callers:
  immuta: { password: "\${env:CALLER}" }
directories:
${section}
endpoints:
  /user-info: { directories: [corp], mapping: not-written-yet.yaml, callers: [immuta] }
`;
}

function parsed(stdout: string, stderr: string) {
  try {
    return JSON.parse(stdout) as { ok: boolean; directories: (Examination & { proposal: string | null })[] };
  } catch {
    throw new Error(`no JSON came out:\n${stdout}\n${stderr}`);
  }
}
