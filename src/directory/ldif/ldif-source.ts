/**
 * Entries from an LDIF file, searched as a server would. Takes the file as written: no overlay computes memberOf, an
 * entry of class `referral` and a search reference that was printed are referrals. Reading the file again is the
 * config's reload.
 */
import { type Dn, equalDn, isAtOrUnder, isUnder, keyOfDn, tryParseDn } from '../../names/dn.ts';
import { isSliceOver, takeTurn } from '../../slices.ts';
import { canonicalName, matchingRuleOf } from '../entries/attribute-types.ts';
import { incomplete } from '../entries/completeness.ts';
import { type Entry, plainValues } from '../entries/entry.ts';
import type { EntrySource, Search, SearchOutcome } from '../entries/entry-source.ts';
import { suffixesOf } from '../entries/suffix.ts';
import { comparable } from '../entries/value-comparison.ts';
import { dnOfUri } from '../forests/references.ts';
import type { DirectorySettings } from '../settings/settings.ts';
import { VENDORS } from '../settings/vendors.ts';
import { type Candidates, EqualityIndexes } from './equality-indexes.ts';
import { comparedValues, matches, type Reaches } from './filter-matching.ts';
import { parseLdif } from './known-ldif.ts';
import { type LdifContent, LdifError } from './ldif.ts';
import { problemsIn } from './ldif-concerns.ts';
import type { LdifEntry } from './ldif-record.ts';
import { isBackLink, notEvaluated } from './matching-rules.ts';
import type { LdifReference } from './tool-output.ts';

type ReadSettings = Pick<DirectorySettings, 'vendor' | 'referrals' | 'users' | 'memberships' | 'beside'>;

// MS-ADTS 6.1.1.1: the naming contexts of every forest that hold no people.
const WITHOUT_PEOPLE = /^(?:cn=configuration|dc=domaindnszones|dc=forestdnszones)$/;

/** The entries of a file. */
export class LdifSource implements EntrySource {
  readonly bound = true;
  readonly #settings: ReadSettings;
  /** Kept for whoever parses the same text again. */
  readonly content: LdifContent;
  readonly #entries: readonly LdifEntry[];
  readonly #referrals: readonly LdifEntry[];
  readonly #references: readonly LdifReference[];
  readonly #byDn: ReadonlyMap<string, LdifEntry>;
  readonly #indexes: EqualityIndexes;

  /**
   * Throws {@link LdifError} where the text is no LDIF, or an entry that may be a person's or a group's is not sound.
   * @param text the file's content, or what was made of it
   */
  constructor(settings: ReadSettings, text: string | LdifContent) {
    const content = typeof text === 'string' ? parseLdif(text) : text;
    const problems = problemsIn(content, settings);
    if (problems.length > 0) throw new LdifError(problems);
    this.content = content;
    this.#settings = settings;
    this.#entries = content.entries.filter((entry) => !isDeleted(entry));
    this.#referrals = this.#entries.filter(isReferral);
    this.#byDn = new Map(this.#entries.map((entry) => [keyOfDn(entry.name), entry]));
    this.#indexes = new EqualityIndexes(this.#entries, (key) => this.#at(key));
    this.#references = content.references.filter((reference) => !this.#isElsewhere(reference));
  }

  async connect(): Promise<void> {}

  async close(): Promise<void> {}

  ignoresCase(attribute: string): boolean {
    // What no standard defines is compared here, and without regard to case.
    const rule = matchingRuleOf(attribute) ?? 'caseIgnore';
    return rule === 'caseIgnore' || VENDORS[this.#settings.vendor].ignoresCase;
  }

  async search(search: Search): Promise<SearchOutcome> {
    const base = tryParseDn(search.base);
    if (base === undefined) throw incomplete('base', `${search.base} is no DN`);
    if (this.#referrals.some(({ name }) => isAtOrUnder(base, name))) {
      throw incomplete('referral', `${search.base} lies at or below a referral`);
    }
    // The root is no entry, and is always there (RFC 4512 section 5.1).
    if (base.rdns.length > 0 && !this.#byDn.has(keyOfDn(base))) return { base: 'absent' };
    if (this.#settings.referrals === 'error' && search.references !== 'ignored') {
      const referral = this.#referrals.find(({ name }) => isInScope(name, base, search.scope));
      if (referral) throw incomplete('referral', `${referral.dn} is a referral`);
      const reference = this.#references.find((each) => mayReferFrom(each, base, search.scope));
      if (reference) {
        throw incomplete('referral', `line ${reference.line} refers to ${reference.uris[0]?.slice(0, 200)}`);
      }
    }
    const unknown = notEvaluated(search.filter);
    if (unknown !== undefined) throw incomplete('result', `an LDIF file cannot be searched: ${unknown}`);
    const { entries, areCertain } = await this.#candidates(base, search);
    const found: Entry[] = [];
    for (const entry of entries) {
      if (isSliceOver()) await takeTurn();
      if (!isInScope(entry.name, base, search.scope) || !this.#isOwn(entry)) continue;
      if (areCertain || matches(entry, search.filter, this.#reaches))
        found.push(selected(entry, search.attributes));
    }
    return { base: 'present', entries: found };
  }

  async *pages(search: Search, size: number): AsyncGenerator<readonly Entry[]> {
    const outcome = await this.search(search);
    if (outcome.base === 'absent') {
      throw incomplete('base', `there is no entry ${search.base}`);
    }
    for (let i = 0; i < outcome.entries.length; i += size) yield outcome.entries.slice(i, i + size);
  }

  // Whether what it refers to stands in the file all the same, in another directory that is asked, or is nobody.
  #isElsewhere({ uris }: LdifReference): boolean {
    const { vendor, beside = [] } = this.#settings;
    const { hasForest } = VENDORS[vendor];
    const others = hasForest ? suffixesOf(beside.flatMap(({ bases }) => bases)) : [];
    return uris.some((uri) => {
      const dn = dnOfUri(uri);
      if (dn === undefined) return false;
      const isWithoutPeople = hasForest && WITHOUT_PEOPLE.test(dn.keys[0] ?? '');
      return isWithoutPeople || this.#byDn.has(keyOfDn(dn)) || others.some((other) => equalDn(dn, other));
    });
  }

  // A DN that an entry names and the file lacks leads nowhere, save where it is a group of the entry's own.
  readonly #reaches: Reaches = (entry, attribute, key) => {
    const name = canonicalName(attribute);
    const met = new Set<string>();
    const queue = [entry];
    for (const next of queue) {
      for (const value of comparedValues(next, name)) {
        const found = comparable('distinguishedName', value);
        if (found === key) return true;
        if (found === undefined || met.has(String(found))) continue;
        met.add(String(found));
        const further = this.#byDn.get(String(found));
        if (further !== undefined) queue.push(further);
        else if (isBackLink(name))
          throw incomplete(
            'entry',
            `${entry.dn} may be in what it asks for: there is no entry ${String(value)}`,
          );
      }
    }
    return false;
  };

  // Not at or below a referral: such entries would be another server's.
  #isOwn(entry: LdifEntry): boolean {
    return !this.#referrals.some(({ name }) => isAtOrUnder(entry.name, name));
  }

  async #candidates(base: Dn, { scope, filter }: Search): Promise<Candidates> {
    if (scope === 'base') return { entries: this.#at(keyOfDn(base)), areCertain: false };
    return (await this.#indexes.candidates(filter)) ?? { entries: this.#entries, areCertain: false };
  }

  #at(key: string): readonly LdifEntry[] {
    const entry = this.#byDn.get(key);
    return entry === undefined ? [] : [entry];
  }
}

// Without a DN it refers to the whole of what was searched, wherever that was.
function mayReferFrom({ uris }: LdifReference, base: Dn, scope: Search['scope']): boolean {
  if (scope === 'base') return false;
  return uris.every((uri) => {
    const dn = dnOfUri(uri);
    return dn === undefined || isAtOrUnder(dn, base) || isUnder(base, dn);
  });
}

function isReferral(entry: Entry): boolean {
  return hasText(entry, 'objectClass', 'referral');
}

// What servers keep for a while, and show to nobody who does not ask for it.
function isDeleted(entry: Entry): boolean {
  return hasText(entry, 'objectClass', 'nstombstone') || hasText(entry, 'isDeleted', 'true');
}

function hasText(entry: Entry, attribute: string, text: string): boolean {
  return plainValues(entry, attribute).some(
    (value) => typeof value === 'string' && value.toLowerCase() === text,
  );
}

function isInScope(dn: Dn, base: Dn, scope: Search['scope']): boolean {
  const depth = dn.keys.length - base.keys.length;
  if (depth === 0) return scope !== 'one' && equalDn(dn, base);
  return isUnder(dn, base) && (scope === 'sub' || (scope === 'one' && depth === 1));
}

// An attribute asked for brings its values under options too (RFC 4512 section 2.5.2).
function selected(entry: Entry, attributes: readonly string[]): Entry {
  const names = new Set(attributes.map(canonicalName));
  return { dn: entry.dn, forms: entry.forms.filter((form) => names.has(canonicalName(form.type))) };
}
