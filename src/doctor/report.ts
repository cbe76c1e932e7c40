/** An examination as text for people; what directories said is made harmless, and secrets are masked. */
import { printable } from '../text/printable.ts';
import type { Examination } from './examination.ts';
import type { Step } from './step.ts';

const MASK = '*******';

/** The steps, one a line, each hint below its step. */
export function renderExamination({ directory, steps }: Examination): string {
  return [`directory ${printable(directory)}`, ...steps.flatMap(renderStep), ''].join('\n');
}

/** The examination with the secrets masked wherever a server may have repeated one. */
export function withoutSecrets(examination: Examination, secrets: readonly string[]): Examination {
  const masked = (text: string) =>
    secrets.reduce((rest, secret) => (secret === '' ? rest : rest.replaceAll(secret, MASK)), text);
  // Masked elsewhere, a password that is an ordinary word would be told by the gap that it leaves.
  const steps = examination.steps.map(({ isQuoted, ...step }) =>
    isQuoted ? { ...step, finding: masked(step.finding) } : step,
  );
  return { ...examination, steps };
}

function renderStep({ name, status, on, finding, hint }: Step): string[] {
  const head = `  ${status.padEnd(8)} ${name.padEnd(12)} `;
  const what = on === undefined ? finding : `${on}: ${finding}`;
  const line = `${head}${printable(what)}`;
  return hint === undefined ? [line] : [line, `${' '.repeat(head.length)}→ ${printable(hint)}`];
}
