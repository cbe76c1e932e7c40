/**
 * The people and groups of the Samba domain that tests start: LDIF for its own tools, which write as the system and so
 * may set what LDAP clients may not. What a person is there for stands beside them.
 */

export const BASE_DN = 'DC=ad,DC=example,DC=test';
export const DOMAIN_SID = 'S-1-5-21-1000000001-1000000002-1000000003';
export const PEOPLE_DN = `OU=People,${BASE_DN}`;
export const GROUPS_DN = `OU=Groups,${BASE_DN}`;
/** A second place for people and groups, some of them with the names of others. */
export const BRANCH_DN = `OU=Branch,${BASE_DN}`;
/** Where the 5,000 members of `crowd` are, contacts all. */
export const CROWD_DN = `OU=Crowd,${BASE_DN}`;
export const SERVICES_DN = `OU=Services,${BASE_DN}`;
/** People and groups of every kind that nest in each other: {@link GROUP_KINDS} tells who is in what. */
export const KINDS_DN = `OU=Kinds,${BASE_DN}`;
/** BUILTIN's groups, which every domain has. */
export const BUILTIN_DN = `CN=Builtin,${BASE_DN}`;

/** Of every account that has one. */
export const ACCOUNT_PASSWORD = 'Passw0rd-of-tests';
/** The account that searches. */
export const LOOKUP_ACCOUNT = `CN=svc-lookup,${SERVICES_DN}`;
/** Accounts whose bind with the right password is refused, by the code that Active Directory gives. */
export const REFUSED_ACCOUNTS = {
  530: `CN=svc-other-hours,${SERVICES_DN}`,
  533: `CN=svc-disabled,${SERVICES_DN}`,
  701: `CN=svc-expired,${SERVICES_DN}`,
  773: `CN=svc-must-change,${SERVICES_DN}`,
  775: `CN=svc-locked,${SERVICES_DN}`,
} as const;
/** The sentinel: sAMAccountName, and the group that it is in. */
export const PROBE = { name: 'svc-probe', group: `CN=probe,${GROUPS_DN}` } as const;

/** Values of CN that must be escaped somewhere, by sAMAccountName. There is a person and a group of each. */
export const AWKWARD_NAMES: Readonly<Record<string, string>> = {
  comma: 'Smith, John',
  plus: 'R+D',
  quote: 'John "Jack" Smith',
  backslash: 'back\\slash',
  hash: '#hash',
  leading: ' leading space',
  utf8: 'Łukasz Żółw 山田',
  rtl: 'שלום עולם',
  filter: 'paren (x) *star*',
};

export const MANY_GROUPS = 1600;
export const CROWD_SIZE = 5000;
export const DIRECT_GROUPS = 40;
export const LEVELS = 5;

/** What one person below {@link KINDS_DN} is in, by whichever way, each as `direct > above > above`. */
export interface Kinds {
  /** Counts whatever the config says. */
  readonly counts: readonly string[];
  /** Counts with `memberships.distribution: yes`, where it may change the shortest way too. */
  readonly withDistribution: readonly string[];
  /** The names of distribution groups that are met where they do not count. */
  readonly uncounted: readonly string[];
}

const DOMAIN_USERS = ['Domain Users', 'Domain Users > Users'];

/** By sAMAccountName, besides what every account of the domain is in. */
export const GROUP_KINDS: Readonly<Record<string, Kinds>> = {
  'kind-primary': kinds([]),
  // security > distribution > security: nothing passes.
  'kind-through': kinds(['below'], ['below', 'below > middle', 'below > middle > above'], ['middle']),
  // The same, and the top by a way of security groups too.
  'kind-both-ways': kinds(
    ['lower', 'lower > bridge', 'lower > bridge > top'],
    ['lower', 'lower > bridge', 'lower > bridge > list', 'lower > bridge > top'],
    ['list'],
  ),
  'kind-list': kinds(
    [],
    ['plain-list', 'plain-list > over-list', 'plain-list > list-of-lists'],
    ['plain-list'],
  ),
  // The primary group became a distribution group; who gets another one stays in Domain Users by a list of members.
  'kind-primary-list': kinds([], ['primary-list', 'primary-list > over-primary'], ['primary-list']),
  'kind-builtin': kinds(['Remote Desktop Users', 'guest-group', 'guest-group > Guests']),
};

function kinds(
  counts: readonly string[],
  withDistribution: readonly string[] = counts,
  uncounted: readonly string[] = [],
): Kinds {
  return {
    counts: [...DOMAIN_USERS, ...counts].sort(),
    withDistribution: [...DOMAIN_USERS, ...withDistribution].sort(),
    uncounted,
  };
}

type Values = Readonly<Record<string, string | readonly string[]>>;

const NORMAL = 0x200;
const DISABLED = 0x2;
const PASSWORD_STAYS = 0x10000;
const LONG_AGO = '130000000000000000';
const DISTRIBUTION = '2';
const GLOBAL = '-2147483646';
const UNIVERSAL = '-2147483640';
const UNIVERSAL_DISTRIBUTION = '8';
const DOMAIN_LOCAL = '-2147483644';
// Far from those that the server gives out by itself.
const CHOSEN_PRIMARY_RID = '100000';
const LIST_PRIMARY_RID = '100001';

/** The entries to add, each after those that it names. */
export function entriesLdif(): string {
  const units = [PEOPLE_DN, GROUPS_DN, BRANCH_DN, CROWD_DN, SERVICES_DN];
  return [
    ...units.map((dn) => record(dn, { objectClass: 'organizationalUnit' })),
    ...services(),
    ...people(),
    ...range(CROWD_SIZE).map((i) => record(dnOf(`crowd-${i}`, CROWD_DN), { objectClass: 'contact' })),
    ...groups(),
  ].join('\n');
}

/** What can be said only once all entries are there. */
export function changesLdif(): string {
  return [
    modify(dnOf('loop-a', GROUPS_DN), 'add', 'member', dnOf('loop-c', GROUPS_DN)),
    // An account must be in its primary group already.
    modify(dnOf('own-primary', PEOPLE_DN), 'replace', 'primaryGroupID', CHOSEN_PRIMARY_RID),
    // Lockouts last for ever.
    modify(BASE_DN, 'replace', 'lockoutDuration', '0'),
    ...[dnOf('locked', PEOPLE_DN), REFUSED_ACCOUNTS[775]].map((dn) =>
      modify(dn, 'replace', 'lockoutTime', LONG_AGO),
    ),
  ].join('\n');
}

function modify(dn: string, operation: string, attribute: string, value: string): string {
  return `dn: ${dn}\nchangetype: modify\n${operation}: ${attribute}\n${attribute}: ${value}\n`;
}

function services(): string[] {
  const service = (dn: string, values: Values = {}, control = NORMAL + PASSWORD_STAYS) =>
    account(dn, dn.slice('CN='.length, dn.indexOf(',')), control, values);
  return [
    service(LOOKUP_ACCOUNT),
    service(REFUSED_ACCOUNTS[530], { logonHours: '\0'.repeat(21) }),
    service(REFUSED_ACCOUNTS[533], {}, NORMAL + PASSWORD_STAYS + DISABLED),
    service(REFUSED_ACCOUNTS[701], { accountExpires: LONG_AGO }),
    service(REFUSED_ACCOUNTS[773], { pwdLastSet: '0' }, NORMAL),
    service(REFUSED_ACCOUNTS[775]),
  ];
}

function people(): string[] {
  const person = (name: string, values: Values = {}, control = NORMAL + PASSWORD_STAYS) =>
    account(dnOf(name, PEOPLE_DN), name, control, values);
  return [
    person(PROBE.name),
    // Only a primary group, and one that is not Domain Users.
    person('alone'),
    person('own-primary'),
    // 5 levels of nesting; a cycle of three; 1,600 direct groups; 40 direct groups over 5 levels.
    person('deep'),
    person('looped'),
    person('many'),
    person('wide'),
    person('crowd-member'),
    person('all-kinds'),
    person('disabled', {}, NORMAL + PASSWORD_STAYS + DISABLED),
    person('expired', { accountExpires: LONG_AGO }),
    person('locked'),
    ...Object.entries(AWKWARD_NAMES).map(([name, cn]) =>
      account(dnOf(cn, PEOPLE_DN), name, NORMAL + PASSWORD_STAYS, {}),
    ),
    account(dnOf('twin', PEOPLE_DN), 'twin1', NORMAL + PASSWORD_STAYS, {}),
    account(dnOf('twin', BRANCH_DN), 'twin2', NORMAL + PASSWORD_STAYS, {}),
  ];
}

function groups(): string[] {
  const person = (name: string) => dnOf(name, PEOPLE_DN);
  const group = (cn: string, members: readonly string[], values: Values = {}, base = GROUPS_DN) =>
    record(dnOf(cn, base), {
      objectClass: 'group',
      sAMAccountName: `g-${cn.replace(/[^a-z0-9-]/g, '')}`,
      member: members,
      ...values,
    });
  const nested = (name: string, lowest: readonly string[]) =>
    range(LEVELS).map((i) => group(`${name}-${i + 1}`, i === 0 ? lowest : [dnOf(`${name}-${i}`, GROUPS_DN)]));
  return [
    group('probe', [person(PROBE.name)]),
    group('chosen-primary', [person('own-primary')], { objectSid: `${DOMAIN_SID}-${CHOSEN_PRIMARY_RID}` }),
    ...nested('level', [person('deep')]),
    group('loop-a', [person('looped')]),
    group('loop-b', [dnOf('loop-a', GROUPS_DN)]),
    group('loop-c', [dnOf('loop-b', GROUPS_DN)]),
    ...range(MANY_GROUPS).map((i) => group(`many-${i}`, [person('many')])),
    ...range(DIRECT_GROUPS).map((i) => group(`direct-${i}`, [person('wide')])),
    ...nested(
      'above',
      range(DIRECT_GROUPS).map((i) => dnOf(`direct-${i}`, GROUPS_DN)),
    ),
    group('crowd', [
      person('crowd-member'),
      ...range(CROWD_SIZE - 1).map((i) => dnOf(`crowd-${i}`, CROWD_DN)),
    ]),
    group('universal', [person('all-kinds')], { groupType: UNIVERSAL }),
    group('domain-local', [person('all-kinds')], { groupType: DOMAIN_LOCAL }),
    group('mailing-list', [person('all-kinds')], { groupType: DISTRIBUTION }),
    ...Object.entries(AWKWARD_NAMES).map(([name, cn]) =>
      group(cn, [dnOf(cn, PEOPLE_DN)], { sAMAccountName: `g-${name}` }),
    ),
    group('twin', [person('twin')], { sAMAccountName: 'g-twin1' }),
    group('twin', [dnOf('twin', BRANCH_DN)], { sAMAccountName: 'g-twin2' }, BRANCH_DN),
  ];
}

/** The entries of {@link GROUP_KINDS}, for a server that a test starts for itself. */
export function kindsLdif(): string {
  const here = (cn: string) => dnOf(cn, KINDS_DN);
  const group = (cn: string, members: readonly string[], groupType = GLOBAL, values: Values = {}) =>
    record(here(cn), {
      objectClass: 'group',
      sAMAccountName: `g-${cn}`,
      groupType,
      ...values,
      ...(members.length === 0 ? {} : { member: members.map(here) }),
    });
  return [
    record(KINDS_DN, { objectClass: 'organizationalUnit' }),
    ...Object.keys(GROUP_KINDS).map((name) => account(here(name), name, NORMAL + PASSWORD_STAYS, {})),
    group('below', ['kind-through']),
    group('middle', ['below'], UNIVERSAL_DISTRIBUTION),
    group('above', ['middle'], DOMAIN_LOCAL),
    group('lower', ['kind-both-ways']),
    group('bridge', ['lower'], UNIVERSAL),
    group('list', ['bridge'], UNIVERSAL_DISTRIBUTION),
    group('top', ['list', 'bridge'], DOMAIN_LOCAL),
    group('plain-list', ['kind-list'], DISTRIBUTION),
    group('over-list', ['plain-list'], DOMAIN_LOCAL),
    group('list-of-lists', ['plain-list'], UNIVERSAL_DISTRIBUTION),
    group('guest-group', ['kind-builtin']),
    group('primary-list', ['kind-primary-list'], GLOBAL, { objectSid: `${DOMAIN_SID}-${LIST_PRIMARY_RID}` }),
    group('over-primary', ['primary-list'], DOMAIN_LOCAL),
  ].join('\n');
}

/** What can be said of them only once they are there. */
export function kindsChangesLdif(): string {
  return [
    modify(dnOf('Remote Desktop Users', BUILTIN_DN), 'add', 'member', dnOf('kind-builtin', KINDS_DN)),
    modify(dnOf('Guests', BUILTIN_DN), 'add', 'member', dnOf('guest-group', KINDS_DN)),
    modify(dnOf('kind-primary-list', KINDS_DN), 'replace', 'primaryGroupID', LIST_PRIMARY_RID),
    modify(dnOf('primary-list', KINDS_DN), 'replace', 'groupType', DISTRIBUTION),
  ].join('\n');
}

function account(dn: string, name: string, control: number, values: Values): string {
  return record(dn, {
    objectClass: 'user',
    sAMAccountName: name,
    userPrincipalName: `${name}@ad.example.test`,
    userAccountControl: String(control),
    clearTextPassword: ACCOUNT_PASSWORD,
    ...values,
  });
}

/** The DN of an entry that is named so (RFC 4514 section 2.4). */
export function dnOf(cn: string, base: string): string {
  const escaped = cn.replace(/[,+"\\<>;=]/g, '\\$&').replace(/^[# ]/, '\\$&');
  return `CN=${escaped},${base}`;
}

function record(dn: string, values: Values): string {
  const lines = Object.entries(values).flatMap(([attribute, value]) =>
    [value].flat().map((each) => {
      const octets = Buffer.from(each, attribute === 'clearTextPassword' ? 'utf16le' : 'utf8');
      return `${attribute}:: ${octets.toString('base64')}`;
    }),
  );
  return [`dn:: ${Buffer.from(dn).toString('base64')}`, ...lines, ''].join('\n');
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
