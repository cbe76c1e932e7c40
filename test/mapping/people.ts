/** People and mappings for the tests of mapping/. */
import type { Answer } from '../../src/mapping/answer.ts';
import { compileMapping } from '../../src/mapping/compile.ts';
import type { Mapping } from '../../src/mapping/mapping.ts';
import type { AttributeValue, Membership, Person } from '../../src/person.ts';
import { renderProblem } from '../../src/yaml/problem.ts';

/** Noon of 2026-11-22 in UTC. */
export const NOW = Date.UTC(2026, 10, 22, 12);

export const UNDER = 'OU=Immuta,OU=Groups,DC=acme,DC=com';

interface Facts {
  /** Names of groups directly under {@link UNDER}, or memberships in full. */
  readonly groups?: readonly (string | Membership)[];
  readonly attributes?: Readonly<Record<string, readonly AttributeValue[]>>;
  readonly dn?: string | undefined;
}

export function person({
  groups = [],
  attributes = {},
  dn = 'CN=John Doe,OU=People,DC=acme,DC=com',
}: Facts): Person {
  return {
    directory: 'corp',
    dn,
    attributes: new Map(Object.entries(attributes).map(([name, values]) => [name.toLowerCase(), values])),
    memberships: groups.map((group) => (typeof group === 'string' ? membership(group) : group)),
    readAt: 0,
  };
}

export function membership(name: string, under = UNDER, via: readonly string[] = []): Membership {
  return { dn: `CN=${name.replace(/[,+"\\<>;=#]/g, '\\$&')},${under}`, name, via };
}

interface Beside {
  readonly under?: string | undefined;
  /** The texts of table files by name. */
  readonly tableFiles?: Readonly<Record<string, string>> | undefined;
}

/** Compiles rules (and what stands beside them) into a mapping; its problems fail the test. */
export function mapping(text: string, { under = UNDER, tableFiles = {} }: Beside = {}): Mapping {
  const files = Object.entries(tableFiles).map(([file, read]) => [file, { file, text: read }] as const);
  const compiled = compileMapping('m.yaml', `version: 1\ngroups: { under: '${under}' }\n${text}`, {
    tableFiles: new Map(files),
  });
  if (compiled.mapping === undefined) throw new Error(compiled.problems.map(renderProblem).join('\n'));
  return compiled.mapping;
}

/** An answer as plain data. */
export function plain({ groups, authorizations }: Answer): {
  groups: readonly string[];
  authorizations: Record<string, readonly string[]>;
} {
  return { groups, authorizations: Object.fromEntries(authorizations) };
}
