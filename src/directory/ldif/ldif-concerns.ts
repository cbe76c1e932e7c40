/**
 * For whom a fault of one entry matters: a directory's settings say where people and groups are and how they are told.
 * What may be a person or a group must be readable, and so must the values by which these are found; what is certainly
 * neither spoils nothing.
 */
import { type Dn, isAtOrUnder, isUnder, keyOfDn, tryParseDn } from '../../names/dn.ts';
import { parsedOf } from '../../names/dn-texts.ts';
import { kindOfMessage, Tally } from '../../text/tally.ts';
import { canonicalName } from '../entries/attribute-types.ts';
import { plainValues } from '../entries/entry.ts';
import { equality, type Filter } from '../filters/filter.ts';
import { attributesIn, type FilterTemplate, parseGroupFilterTemplate } from '../filters/filter-template.ts';
import { everybodyFilter } from '../people/login-values.ts';
import { userTemplate } from '../people/users.ts';
import type { DirectorySettings } from '../settings/settings.ts';
import { VENDORS } from '../settings/vendors.ts';
import { type Compared, mayMatch } from './filter-matching.ts';
import type { LdifContent, LdifProblem } from './ldif.ts';
import type { LdifEntry } from './ldif-record.ts';

type SoughtSettings = Pick<DirectorySettings, 'vendor' | 'users' | 'memberships'>;

/** All that is wrong with a file for a directory of these settings, in the order of lines. */
export function problemsIn(content: LdifContent, settings: SoughtSettings): readonly LdifProblem[] {
  const found = content.problems.told().map(({ finding, more }) => ({ ...finding, more }));
  const ofEntries = new Tally<{ readonly line: number; readonly message: string }>();
  const concerns = new Concerns(content, settings);
  for (const record of content.faulty) {
    if (!concerns.mayMatter(record)) continue;
    for (const fault of record.faults) ofEntries.add(kindOfMessage(fault.message), fault);
  }
  for (const entry of content.entries) {
    for (const { type, line } of entry.ranged) {
      if (!concerns.isFoundBy(entry, type)) continue;
      const message = `${JSON.stringify(type)} is here in part only: what follows on this ";range=" is missing, and with it who is meant`;
      ofEntries.add(kindOfMessage(message), { line, message });
    }
  }
  const all = [...found, ...ofEntries.told().map(({ finding, more }) => ({ ...finding, more }))];
  return all.sort((a, b) => a.line - b.line);
}

/** A part of the tree in which entries of one kind are looked for. */
interface SoughtPart {
  /** Undefined for everywhere. */
  readonly bases: readonly Dn[] | undefined;
  readonly filter: Filter;
  /** The attributes, by their canonical names, that are compared there. */
  readonly compared: ReadonlySet<string>;
}

class Concerns {
  readonly #content: LdifContent;
  readonly #membership: string | undefined;
  readonly #parts: readonly SoughtPart[];
  #named: ReadonlySet<string> | undefined;

  constructor(content: LdifContent, { vendor, users, memberships }: SoughtSettings) {
    this.#content = content;
    const people = userTemplate(users);
    const classes = VENDORS[vendor].groupClasses.map((name) => equality('objectClass', name));
    const { from } = memberships;
    const isLed = from.some((strategy) => strategy !== 'search');
    this.#parts = [
      { bases: parsedOf(users.bases), filter: everybodyFilter(people), compared: namesIn(people) },
      ...(from.includes('search') ? groupsSearched(memberships, { kind: 'or', filters: classes }) : []),
      // Wherever they are, something may lead to them.
      ...(isLed
        ? [
            {
              bases: undefined,
              filter: { kind: 'or', filters: classes } as const,
              compared: new Set([canonicalName(memberships.attribute)]),
            },
          ]
        : []),
    ];
    this.#membership = isLed ? memberships.attribute : undefined;
  }

  /** Whether the record may be a person's or a group's, as far as it can be read. */
  mayMatter({ dn, name, forms, unread }: LdifContent['faulty'][number]): boolean {
    const compared: Compared = { dn, name, forms, unread };
    const suffix = name ?? readableSuffix(dn);
    return (
      this.#parts.some(
        ({ bases, filter }) => mayLieIn(suffix, name !== undefined, bases) && mayMatch(compared, filter),
      ) ||
      (name !== undefined && this.#isNamed(name))
    );
  }

  /** Whether the entry is looked for by values of the attribute, so that who lacks some of them is not found. */
  isFoundBy(entry: LdifEntry, type: string): boolean {
    return this.#parts.some(
      ({ bases, filter, compared }) =>
        compared.has(canonicalName(type)) && mayLieIn(entry.name, true, bases) && mayMatch(entry, filter),
    );
  }

  // Whether somebody's memberships name it.
  #isNamed(name: Dn): boolean {
    const membership = this.#membership;
    if (membership === undefined) return false;
    this.#named ??= new Set(
      this.#content.entries.flatMap((entry) =>
        plainValues(entry, membership).flatMap((value) => {
          const dn = typeof value === 'string' ? tryParseDn(value) : undefined;
          return dn === undefined ? [] : [keyOfDn(dn)];
        }),
      ),
    );
    return this.#named.has(keyOfDn(name));
  }
}

function groupsSearched(
  { base, filter }: SoughtSettings['memberships'],
  classes: Filter,
): readonly SoughtPart[] {
  const template = parseGroupFilterTemplate(filter);
  const dn = base === undefined ? undefined : tryParseDn(base);
  const bases = dn && [dn];
  return [
    { bases, filter: everybodyFilter(template), compared: namesIn(template) },
    { bases, filter: classes, compared: new Set() },
  ];
}

function namesIn(template: FilterTemplate): ReadonlySet<string> {
  return new Set(attributesIn(template).map(canonicalName));
}

function mayLieIn(suffix: Dn, isWhole: boolean, bases: readonly Dn[] | undefined): boolean {
  if (bases === undefined) return true;
  return bases.some((base) => {
    if (isAtOrUnder(suffix, base)) return true;
    // What stands before a suffix may be below everything that is below it.
    return !isWhole && isUnder(base, suffix);
  });
}

// The levels at the end of a text that is no DN as a whole; the root where it cannot be told where they begin.
function readableSuffix(text: string): Dn {
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '\\') at++;
    // Quotes stand around a whole value, or they are nothing but characters.
    else if (character === '"') isQuoted = !isQuoted && /= *$/.test(text.slice(0, at));
    else if (!isQuoted && (character === ',' || character === ';')) {
      const suffix = tryParseDn(text.slice(at + 1));
      if (suffix !== undefined) return suffix;
    }
  }
  return { rdns: [], keys: [] };
}
