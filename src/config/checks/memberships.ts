/**
 * What must hold of `memberships` in each of `directories`: a way to find groups that the vendor has, with the keys that
 * are about it and no others. What other forests are asked is foreign.ts's.
 */
import { commonSuffix } from '../../directory/entries/suffix.ts';
import { parseGroupFilterTemplate } from '../../directory/filters/filter-template.ts';
import type { MembershipStrategy, VendorDefaults } from '../../directory/settings/vendor.ts';
import { VENDORS } from '../../directory/settings/vendors.ts';
import { parseDn } from '../../names/dn.ts';
import type { Path } from '../../yaml/finding.ts';
import { MEMBERSHIP_STRATEGIES } from '../directory-schema.ts';
import type { CheckFinding, Draft } from '../draft.ts';
import { ldifFilterFindings, syntaxFindings } from './syntax.ts';
import { vendorOf } from './written-vendor.ts';

export function membershipFindings(draft: Draft, name: string): CheckFinding[] {
  const path = ['directories', name, 'memberships'];
  const findings = [
    ...syntaxFindings(draft, [...path, 'base'], 'DN', parseDn),
    ...syntaxFindings(draft, [...path, 'filter'], 'filter for groups', parseGroupFilterTemplate),
    ...ldifFilterFindings(draft, path.slice(0, 2), [...path, 'filter'], parseGroupFilterTemplate),
  ];
  const from = fromOf(draft, name);
  if (from === undefined) return findings;
  const { strategies, vendor } = from;
  const written = strategies.length === 1 ? strategies.join() : `[${strategies.join(', ')}]`;
  const origin = `from: ${written}${vendor === undefined ? '' : `, the default of the vendor ${vendor}`}`;
  const searches = strategies.includes('search');
  const place: Path = draft.has(path) ? path : ['directories', name];
  const bases = draft.texts(['directories', name, 'users', 'base']).map(({ text }) => text);
  if (searches && !draft.has([...path, 'base']) && commonSuffix(bases) === undefined) {
    findings.push({
      path: place,
      on: 'key',
      message: `memberships.base is missing: groups are searched there (${origin}), and users.base has no one suffix`,
      hint: 'write memberships: { base: OU=Groups,… }',
      absence: true,
    });
  }
  if (!searches && draft.has([...path, 'filter'])) {
    findings.push({
      path: [...path, 'filter'],
      on: 'key',
      message: `memberships.filter is for from: search alone; here it is ${origin}`,
      hint: 'write from: search, or remove the filter',
    });
  }
  findings.push(
    ...tokenGroupsFindings(draft, name, strategies, origin),
    ...primaryFindings(draft, name),
    ...distributionFindings(draft, name),
    ...plainNameFindings(draft, name, strategies, origin),
    ...repeatedFindings(draft, [...path, 'from']),
  );
  if (strategies.every((each) => each === 'search') && draft.has([...path, 'attribute'])) {
    findings.push({
      path: [...path, 'attribute'],
      on: 'key',
      severity: 'warning',
      message: `memberships.attribute says nothing with ${origin}`,
      hint: 'write from: attribute to read it',
    });
  }
  return findings;
}

function tokenGroupsFindings(
  draft: Draft,
  name: string,
  strategies: readonly MembershipStrategy[],
  origin: string,
): CheckFinding[] {
  const path = ['directories', name, 'memberships'];
  const vendor = vendorOf(draft, name);
  const findings: CheckFinding[] = [];
  if (!strategies.includes('token-groups')) return findings;
  const { primaryGroup }: Partial<VendorDefaults> = vendor === undefined ? {} : VENDORS[vendor];
  if (vendor !== undefined && primaryGroup === undefined) {
    findings.push({
      path: [...path, 'from'],
      message: 'only Active Directory knows token-groups',
      hint: 'write vendor: active-directory, or from: attribute',
    });
  }
  // The token holds no distribution groups, which lie in several domains as others do.
  if (draft.says([...path, 'partial']) && !draft.says([...path, 'distribution'])) {
    findings.push({
      path: [...path, 'partial'],
      on: 'key',
      severity: 'warning',
      message: `memberships.partial says nothing with ${origin}`,
    });
  }
  if (/^(?:no|false)$/i.test(draft.text([...path, 'nested']) ?? '')) {
    findings.push({
      path: [...path, 'nested'],
      message: `token-groups gives nested groups always (${origin})`,
      hint: 'write from: attribute beside nested: no',
    });
  }
  return findings;
}

function plainNameFindings(
  draft: Draft,
  name: string,
  strategies: readonly MembershipStrategy[],
  origin: string,
): CheckFinding[] {
  const path = ['directories', name, 'memberships'];
  if (draft.text([...path, 'values']) !== 'names') return [];
  const findings: CheckFinding[] = [];
  if (strategies.some((each) => each !== 'attribute')) {
    findings.push({
      path: [...path, 'values'],
      message: `plain names stand in an attribute; here it is ${origin}`,
      hint: 'write from: attribute beside values: names',
    });
  }
  const vendor = vendorOf(draft, name);
  if (vendor !== undefined && VENDORS[vendor].hasForest) {
    findings.push({
      path: [...path, 'values'],
      message: `the vendor ${vendor} has groups by DN, the primary group among them`,
      hint: 'remove it',
    });
  }
  for (const key of ['nested', 'primary'].filter((each) => draft.says([...path, each]))) {
    findings.push({
      path: [...path, key],
      message: `${key}: yes needs entries of groups, and values: names has none`,
      hint: `write ${key}: no, or leave it out`,
    });
  }
  for (const key of ['base', 'name'].filter((each) => draft.has([...path, each]))) {
    findings.push({
      path: [...path, key],
      on: 'key',
      message: `memberships.${key} is about entries of groups, and values: names has none`,
      hint: 'remove it',
    });
  }
  return findings;
}

function primaryFindings(draft: Draft, name: string): CheckFinding[] {
  const path = ['directories', name, 'memberships', 'primary'];
  const vendor = vendorOf(draft, name);
  if (vendor === undefined || !draft.has(path)) return [];
  const { posixGroup }: Partial<VendorDefaults> = VENDORS[vendor];
  if (posixGroup !== undefined) return [];
  return [
    {
      path,
      on: 'key',
      message: `memberships.primary is about gidNumber, and says nothing with the vendor ${vendor}: the primary group counts there always`,
      hint: 'remove it',
    },
  ];
}

function distributionFindings(draft: Draft, name: string): CheckFinding[] {
  const path = ['directories', name, 'memberships', 'distribution'];
  const vendor = vendorOf(draft, name);
  const { groupType }: Partial<VendorDefaults> = vendor === undefined ? {} : VENDORS[vendor];
  if (!draft.has(path) || vendor === undefined || groupType !== undefined) return [];
  return [
    {
      path,
      on: 'key',
      message: `only Active Directory has distribution groups, and the vendor here is ${vendor}`,
      hint: 'remove it, or write vendor: active-directory',
    },
  ];
}

interface From {
  readonly strategies: readonly MembershipStrategy[];
  /** Whose default it is. */
  readonly vendor?: string;
}

// Undefined where it is not known yet: what is no strategy is the schema's finding.
function fromOf(draft: Draft, name: string): From | undefined {
  const path = ['directories', name, 'memberships', 'from'];
  if (draft.has(path)) {
    const strategies = draft.texts(path).map(({ text }) => text);
    return strategies.length > 0 && strategies.every(isStrategy) ? { strategies } : undefined;
  }
  const vendor = vendorOf(draft, name);
  return vendor && { strategies: [VENDORS[vendor].from], vendor };
}

function repeatedFindings(draft: Draft, path: Path): CheckFinding[] {
  const places = draft.texts(path);
  return places
    .filter(({ text }, i) => places.findIndex((other) => other.text === text) < i)
    .map((place) => ({ path: place.path, message: `${place.text} stands here twice` }));
}

function isStrategy(text: string): text is MembershipStrategy {
  return MEMBERSHIP_STRATEGIES.some((strategy) => strategy === text);
}
