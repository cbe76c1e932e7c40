/** What must hold of `accounts` in each of `directories`: whether the signs that it adds are looked at. */
import type { CheckFinding, Draft } from '../draft.ts';

/** What a config that does not say otherwise does with each. */
const UNWRITTEN: ReadonlyMap<string, string> = new Map([
  ['disabled', 'empty'],
  ['expired', 'empty'],
  ['locked', 'ignore'],
]);

export function accountFindings(draft: Draft): CheckFinding[] {
  return draft.keys(['directories']).flatMap((name) => {
    const accounts = ['directories', name, 'accounts'];
    const findings: CheckFinding[] = [];
    for (let i = 0; draft.isSection([...accounts, 'signs', i]); i++) {
      const path = [...accounts, 'signs', i, 'means'];
      const status = draft.text(path) ?? '';
      const due = draft.text([...accounts, status]) ?? UNWRITTEN.get(status);
      if (due !== 'ignore') continue;
      findings.push({
        path,
        severity: 'warning',
        message: `nothing comes of this sign: what is ${status} is ignored`,
        hint: `write accounts: { ${status}: empty, … }, or remove the sign`,
      });
    }
    return findings;
  });
}
