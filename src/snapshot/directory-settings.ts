/**
 * A section of a snapshot in place of the directory that it was taken of: the same people, found by the same user ids,
 * with the same accounts and memberships. Owns what must be saved for that.
 */
import { createHash } from 'node:crypto';
import { matchingRuleOf } from '../directory/entries/attribute-types.ts';
import type { TemplateValue } from '../directory/filters/filter-parser.ts';
import {
  type FilterTemplate,
  loginComparisons,
  loginTemplate,
  parseUserFilterTemplate,
} from '../directory/filters/filter-template.ts';
import { parseLdif } from '../directory/ldif/known-ldif.ts';
import { signsThatMatter } from '../directory/people/accounts.ts';
import type { DirectorySettings, UserSettings } from '../directory/settings/settings.ts';
import { type Dn, formatDn, keyOfDn, tryParseDn } from '../names/dn.ts';
import { ldifRecord } from './ldif-text.ts';
import type { Section } from './section.ts';

/** Holds of a person the groups that were seen and do not count, and of a group the reason why it does not. */
export const UNCOUNTED_ATTRIBUTE = 'ldapUserInfoUncounted';

/** The attributes of people, in lower case, that the directory's own settings read, whatever a mapping does. */
export function attributesOfSettings(settings: DirectorySettings): readonly string[] {
  const logins = loginComparisons(templateOf(settings.users)).map(({ attribute }) => attribute);
  const signs = signsThatMatter(settings).map(({ attribute }) => attribute);
  return [...new Set([...logins, ...signs].map((attribute) => attribute.toLowerCase()))];
}

/**
 * The directory's settings with the section as their source. It needs no sentinel: a file shows all that is in it.
 * @param file as messages name it
 */
export function savedDirectory(
  settings: DirectorySettings,
  section: Section,
  file: string,
): DirectorySettings {
  const { users, memberships } = settings;
  const { attribute: _, filter: __, people: ___, ...otherUsers } = users;
  const elsewhere = (settings.foreign ?? []).flatMap((forest) => forest.users.bases);
  const bases = [...users.bases, ...(memberships.base === undefined ? [] : [memberships.base]), ...elsewhere];
  const text = section.text + containersFor([...bases, ...section.groupsUnder], section.text);
  return {
    ...settings,
    source: { kind: 'ldif', file, text },
    users: { ...otherUsers, filter: filterOfSaved(templateOf(users), section.groupClass) },
    // A primary group is saved with the other groups, and of all groups those that count.
    memberships: {
      ...memberships,
      from: ['attribute'],
      attribute: section.membershipAttribute,
      primaryGroup: undefined,
      posixGroup: undefined,
      distribution: true,
      uncountedAttribute: UNCOUNTED_ATTRIBUTE,
    },
    sentinel: undefined,
    // Groups of other forests are saved with the others too.
    foreign: undefined,
    alsoHolds: elsewhere,
    referrals: 'ignore',
  };
}

/**
 * Tells settings by which other people, or other memberships of theirs, would be read from these. A bound on how much
 * may be read is none of them, and what is due to dead accounts and unknown people is not asked before the translation.
 */
export function revisionOfSettings({ vendor, users, memberships, foreign }: DirectorySettings): string {
  const { unknown: _, ...who } = users;
  const { limits: __, ...what } = memberships;
  const elsewhere = foreign?.map((forest) => [forest.name, revisionOfSettings(forest)]);
  const text = JSON.stringify({ vendor, who, what, elsewhere }, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/** The value as the directory's servers show it: SIDs in octets where the attribute has them. */
export function showsOctets(attribute: string): boolean {
  return matchingRuleOf(attribute) === 'octets';
}

function templateOf({ attribute, filter }: UserSettings): FilterTemplate {
  return filter === undefined ? loginTemplate(attribute ?? 'uid') : parseUserFilterTemplate(filter);
}

// What the filter asks beside the login was asked when the people were saved, of attributes that were not.
function filterOfSaved(template: FilterTemplate, groupClass: string): string {
  return `(&${loginPart(template) ?? ''}(!(objectClass=${groupClass})))`;
}

function loginPart(template: FilterTemplate): string | undefined {
  if (loginComparisons(template).length === 0) return undefined;
  switch (template.kind) {
    case 'and':
    case 'or': {
      const parts = template.filters.map(loginPart).filter((part) => part !== undefined);
      return `(${template.kind === 'and' ? '&' : '|'}${parts.join('')})`;
    }
    case 'equality':
      return `(${template.attribute}=${template.value.map(templateText).join('')})`;
    default:
      return undefined;
  }
}

function templateText(piece: TemplateValue[number]): string {
  if (!(piece instanceof Uint8Array)) return `<${piece.placeholder}>`;
  return [...piece].map((octet) => `\\${octet.toString(16).padStart(2, '0')}`).join('');
}

// A search needs its base. What lies above people and groups was not saved, and holds nothing but them.
function containersFor(dns: readonly string[], text: string): string {
  const there = new Set(parseLdif(text).entries.map(({ name }) => keyOfDn(name)));
  const containers = new Map<string, Dn>();
  for (const dn of dns.map(tryParseDn)) {
    for (let depth = 0; dn !== undefined && depth < dn.rdns.length; depth++) {
      const above = { rdns: dn.rdns.slice(depth), keys: dn.keys.slice(depth) };
      const key = keyOfDn(above);
      if (!there.has(key)) containers.set(key, above);
    }
  }
  return [...containers.values()].map((dn) => ldifRecord(formatDn(dn), [['objectClass', ['top']]])).join('');
}
