/**
 * What must hold of how people and their groups are read in each of `directories`: filters, patterns, DNs, the
 * sentinel. The syntax of filters and patterns is directory/'s.
 */

import { commonSuffix } from '../directory/entries/suffix.ts';
import {
  type FilterTemplate,
  parseGroupFilterTemplate,
  parseUserFilterTemplate,
} from '../directory/filters/filter-template.ts';
import { notEvaluated } from '../directory/ldif/matching-rules.ts';
import { nameFromUserId, parseUserIdPattern } from '../directory/people/userids.ts';
import type { MembershipStrategy, VendorDefaults } from '../directory/settings/vendor.ts';
import { VENDORS, type VendorName } from '../directory/settings/vendors.ts';
import { CONTROL_CHARACTER } from '../names/code-points.ts';
import { parseDn } from '../names/dn.ts';
import type { Path } from '../yaml/finding.ts';
import type { CheckFinding, Draft } from './draft.ts';
import { isOnlyResourceForest } from './foreign-checks.ts';
import { MEMBERSHIP_STRATEGIES } from './schema.ts';

export function peopleFindings(draft: Draft): CheckFinding[] {
  return draft
    .keys(['directories'])
    .filter((name) => draft.isSection(['directories', name]))
    .flatMap((name) => [
      ...userFindings(draft, ['directories', name, 'users']),
      ...unknownFindings(draft, ['directories', name]),
      ...membershipFindings(draft, name),
      ...sentinelFindings(draft, name),
    ]);
}

function userFindings(draft: Draft, path: Path): CheckFinding[] {
  const findings = [
    ...syntaxFindings(draft, [...path, 'base'], 'DN', parseDn),
    ...syntaxFindings(draft, [...path, 'filter'], 'filter for a user', parseUserFilterTemplate),
    ...syntaxFindings(draft, [...path, 'userids'], 'pattern for user ids', parseUserIdPattern),
    ...ldifFilterFindings(draft, path.slice(0, 2), [...path, 'filter'], parseUserFilterTemplate),
  ];
  if (draft.has([...path, 'attribute']) && draft.has([...path, 'filter'])) {
    findings.push({
      path: [...path, 'filter'],
      on: 'key',
      message: 'attribute and filter stand in one section',
      hint: 'keep one of them',
    });
  }
  return findings;
}

function unknownFindings(draft: Draft, directory: Path): CheckFinding[] {
  const path = [...directory, 'users', 'unknown'];
  if (draft.text(path) !== 'empty' || draft.has([...directory, 'sentinel'])) return [];
  return [
    {
      path,
      message: 'this needs a sentinel: where the right to read is lost, everybody would look unknown',
      hint: 'write sentinel: { userid: …, group: … }, or unknown: not_found',
      absence: true,
    },
  ];
}

function membershipFindings(draft: Draft, name: string): CheckFinding[] {
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

function vendorOf(draft: Draft, name: string): VendorName | undefined {
  const path = ['directories', name, 'vendor'];
  const vendor = draft.has(path) ? draft.text(path) : 'generic';
  return vendor !== undefined && Object.hasOwn(VENDORS, vendor) ? (vendor as VendorName) : undefined;
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

function sentinelFindings(draft: Draft, name: string): CheckFinding[] {
  const path = ['directories', name, 'sentinel'];
  if (!draft.has(path)) {
    // What proves the reading of those is the matter of who asks them.
    if (isOnlyResourceForest(draft, name)) return [];
    return [
      {
        path: ['directories', name],
        on: 'key',
        severity: 'warning',
        message: `the directory ${JSON.stringify(name)} has no sentinel: a lost read right looks like "no groups"`,
        hint: 'sentinel: { userid: …, group: … } names a person who is always found with this group',
        absence: true,
      },
    ];
  }
  return [
    ...syntaxFindings(draft, [...path, 'group'], 'DN', parseDn),
    ...sentinelUserFindings(draft, ['directories', name]),
  ];
}

function sentinelUserFindings(draft: Draft, directory: Path): CheckFinding[] {
  const path = [...directory, 'sentinel', 'userid'];
  const userid = draft.text(path);
  if (userid === undefined) return [];
  if ([...userid].length > 256 || CONTROL_CHARACTER.test(userid)) {
    return [{ path, message: 'a user id has at most 256 characters and no control characters' }];
  }
  const written = draft.texts([...directory, 'users', 'userids']);
  try {
    const patterns = written.map(({ text }) => parseUserIdPattern(text));
    if (patterns.length === 0 || nameFromUserId(patterns, userid) !== undefined) return [];
  } catch {
    return []; // the pattern has its own finding
  }
  return [
    { path, message: 'the sentinel fits none of users.userids', hint: 'write it as callers ask for it' },
  ];
}

// A server would find others, or nobody would be found.
function ldifFilterFindings(
  draft: Draft,
  directory: Path,
  path: Path,
  parse: (text: string) => FilterTemplate,
): CheckFinding[] {
  if (!draft.has([...directory, 'ldif'])) return [];
  return draft.texts(path).flatMap((place) => {
    if (draft.syntax(place, 'filter', parse) !== undefined) return [];
    const reason = notEvaluated(parse(place.text));
    if (reason === undefined) return [];
    const about = draft.isReplaced(path)
      ? 'what stands for this has a comparison that is not known here'
      : reason;
    return [{ path, message: `an LDIF file cannot be searched by this filter: ${about}` }];
  });
}

function syntaxFindings(
  draft: Draft,
  path: Path,
  what: string,
  parse: (text: string) => unknown,
): CheckFinding[] {
  return draft.texts(path).flatMap((place) => draft.syntax(place, what, parse) ?? []);
}
