/** Ways in which a company names its groups, as rules and as what a loop over them would try; and people in such groups. */
import type { Membership, Person } from '../../src/person.ts';

export const UNDER = 'OU=Immuta,OU=Groups,DC=acme,DC=com';

/** A way to name groups. */
interface Convention {
  /** Rule `i` as YAML. */
  rule(i: number): string;
  /** The native expression that reads what rule `i` reads. */
  native(i: number): RegExp;
  /** A name that rule `i` matches. */
  name(i: number, team: string): string;
}

const ROLES = ['Reader', 'Writer', 'Owner'];
const roleOf = (i: number): string => ROLES[i % ROLES.length] ?? '';

function patternRule(i: number, group: string, where: string): string {
  return `  - { id: r${i}, when: { group: '${group}' }, where: { ${where} }, give: { groups: ['R${i} <team>'] } }`;
}

const role = `role: [${ROLES.join(', ')}]`;

/** What stands still first, in the middle, last. */
const PATTERNS: readonly Convention[] = [
  {
    rule: (i) => patternRule(i, `APP${i}_<team>_<role>`, `team: any, ${role}`),
    native: (i) => new RegExp(`^APP${i}_(?<team>.+)_(?<role>${ROLES.join('|')})$`, 'iu'),
    name: (i, team) => `APP${i}_${team}_${roleOf(i)}`,
  },
  {
    rule: (i) => patternRule(i, `<team>-app${i}-<role>`, `team: any, ${role}`),
    native: (i) => new RegExp(`^(?<team>.+)-app${i}-(?<role>${ROLES.join('|')})$`, 'iu'),
    name: (i, team) => `${team}-app${i}-${roleOf(i)}`,
  },
  {
    rule: (i) => patternRule(i, `<team>-app${i}`, "team: { matches: '[a-z0-9]+(-[a-z0-9]+)*' }"),
    native: (i) => new RegExp(`^(?<team>[a-z0-9]+(-[a-z0-9]+)*)-app${i}$`, 'iu'),
    name: (i, team) => `${team}x-app${i}`,
  },
];

/** Rule `i` names one group. */
export const exactNames: Convention = {
  rule: (i) => `  - { id: r${i}, when: { group: 'FIN-Accounting-${i}' }, give: { groups: ['R${i}'] } }`,
  native: (i) => new RegExp(`^FIN-Accounting-${i}$`, 'iu'),
  name: (i) => `FIN-Accounting-${i}`,
};

/** The conventions in turn. */
export const patterns: Convention = {
  rule: (i) => patternOf(i).rule(i),
  native: (i) => patternOf(i).native(i),
  name: (i, team) => patternOf(i).name(i, team),
};

function patternOf(i: number): Convention {
  return PATTERNS[i % PATTERNS.length] as Convention;
}

/** The mapping file with so many rules. */
export function mappingText(rules: number, convention: Convention): string {
  const written = Array.from({ length: rules }, (_, i) => convention.rule(i));
  return `version: 1\ngroups: { under: '${UNDER}' }\nrules:\n${written.join('\n')}\n`;
}

let serial = 0;

/**
 * Names that were never used before, but for those of rules that name one group. Of ten one is named by some rule: most
 * of a directory's groups are for other systems.
 */
export function freshNames(groups: number, rules: number, convention: Convention): string[] {
  return Array.from({ length: groups }, (_, i) => {
    const team = `team${inLetters(serial++)}`;
    const name =
      i % 10 > 0 ? `GRP-Finance-${team}-Controlling-EMEA-${i}` : convention.name((serial * 7) % rules, team);
    return fromWire(name);
  });
}

export function personIn(names: readonly string[]): Person {
  const memberships = names.map(
    (name): Membership => ({ dn: fromWire(`CN=${name},${UNDER}`), name: fromWire(name), via: [] }),
  );
  return { directory: 'corp', dn: 'CN=John,DC=acme,DC=com', attributes: new Map(), memberships, readAt: 0 };
}

/** Somebody else in the same groups, of which directory/ keeps the texts that it has read once. */
export function another(person: Person): Person {
  return { ...person, memberships: person.memberships.map((membership) => ({ ...membership })) };
}

/** The text as a directory's answer has it: of one piece, and not of the pieces that it was made of here. */
function fromWire(text: string): string {
  return Buffer.from(text).toString();
}

function inLetters(number: number): string {
  return number.toString().replace(/[0-9]/g, (digit) => 'abcdefghij'.charAt(Number(digit)));
}
