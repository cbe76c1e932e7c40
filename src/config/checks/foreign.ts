/**
 * What must hold of `memberships.foreign`: directories that are there, of vendors whose people have SIDs, on servers, and
 * with something that proves the right to read them.
 */
import { commonSuffix } from '../../directory/entries/suffix.ts';
import type { VendorDefaults } from '../../directory/settings/vendor.ts';
import { VENDORS } from '../../directory/settings/vendors.ts';
import { isUnder, tryParseDn } from '../../names/dn.ts';
import type { Path } from '../../yaml/finding.ts';
import type { CheckFinding, Draft, PlacedText } from '../draft.ts';
import { vendorOf } from './written-vendor.ts';

const IN_FILE = "the SIDs of a person's groups are computed by a server";

export function foreignFindings(draft: Draft): CheckFinding[] {
  return draft
    .keys(['directories'])
    .filter((name) => draft.has(foreignPath(name)))
    .flatMap((name) => [
      ...askingFindings(draft, name),
      ...forestsOf(draft, name).flatMap((place, i, all) =>
        forestFindings(draft, name, place, all.slice(0, i)),
      ),
    ]);
}

/** The directories that others ask for groups of their people. */
export function resourceForests(draft: Draft): ReadonlySet<string> {
  return new Set(
    draft.keys(['directories']).flatMap((name) => forestsOf(draft, name).map(({ text }) => text)),
  );
}

/** Whether a directory is there for such questions alone: no endpoint asks it for people. */
export function isOnlyResourceForest(draft: Draft, name: string): boolean {
  const asked = draft.keys(['endpoints']).flatMap((path) => draft.texts(['endpoints', path, 'directories']));
  return resourceForests(draft).has(name) && asked.every(({ text }) => text !== name);
}

function foreignPath(name: string): Path {
  return ['directories', name, 'memberships', 'foreign'];
}

function forestsOf(draft: Draft, name: string): readonly PlacedText[] {
  return draft.texts(foreignPath(name));
}

// The people who are listed elsewhere.
function askingFindings(draft: Draft, name: string): CheckFinding[] {
  const path = foreignPath(name);
  if (draft.has(['directories', name, 'ldif']))
    return [{ path, on: 'key', message: `the directory ${JSON.stringify(name)} is a file: ${IN_FILE}` }];
  if (hasSids(draft, name)) return [];
  const message =
    "groups of other forests list people by their SIDs, which only Active Directory's people have";
  return [{ path, on: 'key', message, hint: 'write vendor: active-directory, or remove foreign' }];
}

function forestFindings(
  draft: Draft,
  name: string,
  place: PlacedText,
  before: readonly PlacedText[],
): CheckFinding[] {
  const { path, text } = place;
  const unknown = draft.unknownName(place, 'directory', ['directories']);
  if (unknown !== undefined) return [unknown];
  const message = faultOf(draft, name, text, before);
  if (message !== undefined) return [{ path, message }];
  return isProven(draft, name, text)
    ? []
    : [
        {
          path,
          severity: 'warning',
          message: `nothing proves that ${JSON.stringify(text)} may be read: lost rights look like "no groups there"`,
          hint: `sentinel of ${name}: name somebody whom a group of ${text} lists, and that group; or give ${text} a sentinel`,
          absence: true,
        },
      ];
}

function faultOf(
  draft: Draft,
  name: string,
  forest: string,
  before: readonly PlacedText[],
): string | undefined {
  if (forest === name) return 'a directory is not its own resource forest: its own groups are read anyway';
  if (before.some(({ text }) => text === forest)) return 'this directory stands here twice';
  if (draft.has(['directories', forest, 'ldif']))
    return 'this directory is a file, and a trust is between servers';
  if (!hasSids(draft, forest)) return 'only groups of Active Directory list people of other forests';
  const [own, other] = [domainOf(draft, name), domainOf(draft, forest)];
  if (own !== undefined && own === other)
    return 'this directory is of the same domain: its groups are read anyway';
  return undefined;
}

function hasSids(draft: Draft, name: string): boolean {
  const vendor = vendorOf(draft, name);
  // An unknown vendor has its own finding.
  if (vendor === undefined) return true;
  const defaults: VendorDefaults = VENDORS[vendor];
  return defaults.primaryGroup !== undefined;
}

function domainOf(draft: Draft, name: string): string | undefined {
  const bases = draft.texts(['directories', name, 'users', 'base']).map(({ text }) => text);
  return commonSuffix(bases)?.toLowerCase();
}

// By its own sentinel, or by one who is found with a group of it.
function isProven(draft: Draft, name: string, forest: string): boolean {
  if (draft.has(['directories', forest, 'sentinel'])) return true;
  const group = tryParseDn(draft.text(['directories', name, 'sentinel', 'group']) ?? '');
  const domain = tryParseDn(domainOf(draft, forest) ?? '');
  return group !== undefined && domain !== undefined && isUnder(group, domain);
}
