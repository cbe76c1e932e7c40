/**
 * Facts of the directory that a trace names, as text that is made only when somebody reads it: most answers are never
 * explained.
 */
import { compareByCodePoint } from '../../names/code-points.ts';
import type { Membership } from '../../person.ts';

/** `group imm_emea_sales, via IMM-ALL-SALES`, or `departmentNumber=4100, table departments`. */
export interface Fact {
  readonly text: string;
}

export function plainFact(text: string): Fact {
  return { text };
}

/** @param table the table that translated the name */
export function groupFact({ name, via }: Membership, table?: string): Fact {
  return {
    get text() {
      return [`group ${name}`, ...(via.length > 0 ? [`via ${via.join(' > ')}`] : []), ...ofTable(table)].join(
        ', ',
      );
    },
  };
}

export function attributeFact(name: string, value: string, table?: string): Fact {
  return {
    get text() {
      return [`${name}=${value}`, ...ofTable(table)].join(', ');
    },
  };
}

/** Facts of which each alone is enough; the first three are named. */
export function anyFact(facts: readonly Fact[]): Fact {
  const [only] = facts;
  if (only !== undefined && facts.length === 1) return only;
  return {
    get text() {
      const texts = [...new Set(facts.map(({ text }) => text))].sort(compareByCodePoint);
      const more = texts.length > 3 ? ` and ${texts.length - 3} more` : '';
      return texts.slice(0, 3).join(' or ') + more;
    },
  };
}

function ofTable(table: string | undefined): string[] {
  return table === undefined ? [] : [`table ${table}`];
}
