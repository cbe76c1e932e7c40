/** What was found about a mapping and its directories, in words that check, doctor, plan and the log of serve share. */
import type { Origin } from '../mapping/translation.ts';
import type { Problem } from '../yaml/problem.ts';

export interface Remark {
  /** An error where access may be given that should not be. */
  readonly severity: 'error' | 'warning';
  /** Whether it only says that something could not be found out. */
  readonly isUntold?: true;
  /** The mapping file, or `directory corp`. */
  readonly subject: string;
  /** The rule or entry that is meant. */
  readonly origin?: Origin;
  readonly message: string;
  /** What to do. */
  readonly hint?: string | undefined;
}

/** The remark as compilers print it: `mappings/acme.yaml:57:1: error: …`. */
export function problemOf({ severity, subject, origin, message, hint }: Remark): Problem {
  return {
    severity,
    file: origin?.file ?? subject,
    ...(origin && { position: { line: origin.line, column: 1 } }),
    message,
    ...(hint !== undefined && { hint }),
  };
}
