/** Tables of cases for translate: a mapping, a person, and what must come of them. */
import { expect } from 'chai';
import { translate } from '../../src/mapping/translate.ts';
import type { AttributeValue, Membership } from '../../src/person.ts';
import { mapping, NOW, person, plain } from './people.ts';

export interface Case {
  readonly says: string;
  /** The rules, and what stands beside them. */
  readonly file: string;
  readonly under?: string;
  /** The texts of table files by name. */
  readonly tableFiles?: Readonly<Record<string, string>>;
  readonly groups?: readonly (string | Membership)[];
  readonly attributes?: Readonly<Record<string, readonly AttributeValue[]>>;
  /** The person's own. */
  readonly dn?: string;
  /** As `Date.parse` reads it; {@link NOW} where absent. */
  readonly now?: string;
  readonly gives?: readonly string[];
  readonly authorizations?: Readonly<Record<string, readonly string[]>>;
  /** `what: reason` of everything withheld. */
  readonly withholds?: readonly string[];
  /** `output by id` of everything removed. */
  readonly removes?: readonly string[];
  /** When another answer is due, as `Date.parse` reads it; `never` where none is. */
  readonly changes?: string;
}

/** Checks that each mapping gives each person exactly this. */
export function check(title: string, cases: readonly Case[]): void {
  describe(`mapping: ${title}`, () => {
    for (const each of cases) it(each.says, () => checkOne(each));
  });
}

function checkOne({
  file,
  under,
  tableFiles,
  groups = [],
  attributes = {},
  dn,
  now,
  ...expected
}: Case): void {
  const { answer, withheld, removed, changesAt } = translate(
    mapping(file, { under, tableFiles }),
    person({ groups, attributes, dn }),
    now === undefined ? NOW : Date.parse(now),
  );
  const { gives = [], authorizations = {}, withholds, removes, changes } = expected;
  expect(plain(answer)).to.deep.equal({ groups: gives, authorizations });
  if (withholds) expect(withheld.map(({ what, reason }) => `${what}: ${reason}`)).to.deep.equal(withholds);
  if (removes) {
    const texts = removed.map(({ output: { name, value }, by }) => {
      return `${value ?? name} by ${by.kind === 'never' ? by.never.id : by.keep}`;
    });
    expect(texts).to.deep.equal(removes);
  }
  if (changes) expect(changesAt).to.equal(changes === 'never' ? undefined : Date.parse(changes));
}

/** A file of one rule, from its parts but for the id. */
export const rule = (parts: string): string => `rules: [{ id: r, ${parts} }]`;

/** A file that gives `Yes` where the attribute `a` meets the test. */
export const test = (attributeTest: string): string =>
  rule(`when: { attribute: { a: ${attributeTest} } }, give: { groups: [Yes] }`);

/** A file that gives `Yes` to members of `G`, but for this. */
export const unless = (block: string): string =>
  rule(`when: { group: G }, unless: { ${block} }, give: { groups: [Yes] }`);

/** A rule that gives members of `G` what {@link GIVEN} says, and the beginning of a list of `never` entries. */
export const ALL = `rules: [{ id: r, when: { group: G }, give: { groups: [One, Two, 4100], authorizations: { Level: [Gold, Basic], EMEA: [Sales] } } }]
never: `;

export const GIVEN = {
  gives: ['4100', 'One', 'Two'],
  authorizations: { EMEA: ['Sales'], Level: ['Basic', 'Gold'] },
} as const;

/** A value that is not text. */
export const OCTETS = new Uint8Array([0xff, 0xfe]);
