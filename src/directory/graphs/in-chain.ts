/**
 * The rule by which Active Directory follows nesting inside a filter (LDAP_MATCHING_RULE_IN_CHAIN, MS-ADTS 3.1.1.3.4.4.3).
 * Owns the proof that it is followed at all: other servers, and proxies before domain controllers, match nobody by it
 * and say success (seen: slapd 2.5 and its back-ldap).
 */
import type { Clock, Deadline } from '../../deadline.ts';
import { incomplete } from '../entries/completeness.ts';
import type { EntrySource } from '../entries/entry-source.ts';
import { searchAll } from '../entries/reads.ts';
import { equality } from '../filters/filter.ts';
import { type FilterTemplate, placeholdersOf } from '../filters/filter-template.ts';

export const IN_CHAIN = '1.2.840.113556.1.4.1941';

const PROVEN_FOR = 3_600_000;

/** The attributes that the template compares with `<dn>` by the rule. */
export function chainedAttributes(template: FilterTemplate): readonly string[] {
  switch (template.kind) {
    case 'and':
    case 'or':
      return [...new Set(template.filters.flatMap(chainedAttributes))];
    case 'not':
      return chainedAttributes(template.filter);
    case 'extensible':
      return template.rule === IN_CHAIN &&
        template.attribute !== undefined &&
        placeholdersOf(template.value).includes('dn')
        ? [template.attribute]
        : [];
    default:
      return [];
  }
}

/** Proves the rule on groups that are there anyway, once an hour. */
export class InChainProof {
  readonly #source: EntrySource;
  readonly #base: string;
  readonly #attributes: readonly string[];
  readonly #clock: Clock;
  readonly #provenAt = new Map<string, number>();

  /** @param base below which all groups are, those included that lie between a person and a group that is looked for */
  constructor(source: EntrySource, base: string, attributes: readonly string[], clock: Clock) {
    this.#source = source;
    this.#base = base;
    this.#attributes = attributes;
    this.#clock = clock;
  }

  /**
   * Resolves where what the rule finds for this entry is all there is: it was seen to follow, or no group lists the
   * entry, so that there is nothing to follow. Throws {@link Failure} `directory_incomplete`.
   */
  async confirm(dn: string, deadline: Deadline): Promise<void> {
    await Promise.all(this.#attributes.map((attribute) => this.#confirm(attribute, dn, deadline)));
  }

  async #confirm(attribute: string, dn: string, deadline: Deadline): Promise<void> {
    const provenAt = this.#provenAt.get(attribute);
    if (provenAt !== undefined && this.#clock.now() - provenAt < PROVEN_FOR) return;
    const [group] = await searchAll(
      this.#source,
      {
        base: this.#base,
        scope: 'sub',
        filter: equality(attribute, dn),
        attributes: [],
        references: 'ignored',
      },
      deadline,
    );
    if (group === undefined) return;
    const value = Buffer.from(dn);
    const filter = { kind: 'extensible', attribute, rule: IN_CHAIN, dnAttributes: false, value } as const;
    const followed = await searchAll(
      this.#source,
      { base: group.dn, scope: 'base', filter, attributes: [] },
      deadline,
    );
    if (followed.length === 0) {
      throw incomplete(
        'rule',
        `the in-chain rule ${IN_CHAIN} matches nothing here, though ${group.dn} lists ${dn}: this is no Active ` +
          'Directory, or a proxy before one; write memberships.from: token-groups, or a filter without the rule and nested: yes',
      );
    }
    this.#provenAt.set(attribute, this.#clock.now());
  }
}
