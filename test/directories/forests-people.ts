/**
 * Two forests that trust each other, and who is in them: CORP with the people, RES with groups that list them by their
 * SIDs. LDIF for Samba's own tools, which write as the system. What each is there for stands beside it.
 */

export const FOREST_NAMES = ['corp', 'res'] as const;

export type ForestName = (typeof FOREST_NAMES)[number];

interface ForestFacts {
  readonly zone: string;
  readonly baseDn: string;
  readonly netbios: string;
  /** Of the domain controller, without the zone. */
  readonly host: string;
  /** Its address, in a network of the two forests' own. */
  readonly address: string;
  readonly sid: string;
}

export const FORESTS: Readonly<Record<ForestName, ForestFacts>> = {
  corp: {
    zone: 'corp.acme.test',
    baseDn: 'DC=corp,DC=acme,DC=test',
    netbios: 'CORP',
    host: 'dccorp',
    address: '127.0.0.33',
    sid: 'S-1-5-21-2000000001-2000000002-2000000003',
  },
  res: {
    zone: 'res.beta.test',
    baseDn: 'DC=res,DC=beta,DC=test',
    netbios: 'RES',
    host: 'dcres',
    address: '127.0.0.34',
    sid: 'S-1-5-21-3000000001-3000000002-3000000003',
  },
};

/** Of every account, administrators apart. */
export const FOREST_PASSWORD = 'Passw0rd-of-tests';

const NORMAL_AND_STAYS = '66048';
const GLOBAL = '-2147483646';
const LOCAL = '-2147483644';
const UNIVERSAL = '-2147483640';
const DISTRIBUTION_GLOBAL = '2';
const DISTRIBUTION_LOCAL = '4';
const DISTRIBUTION_UNIVERSAL = '8';

export function personIn(forest: ForestName, cn: string): string {
  return `CN=${cn},OU=People,${FORESTS[forest].baseDn}`;
}

export function groupIn(forest: ForestName, cn: string): string {
  return `CN=${cn},OU=Groups,${FORESTS[forest].baseDn}`;
}

/** The account that searches, an ordinary user. */
export const lookupAccount = (forest: ForestName): string => personIn(forest, 'svc-lookup');

/** CORP. What each person has at RES is said by {@link resLdif}. */
export function corpLdif(): string {
  const [p, g] = [(cn: string) => personIn('corp', cn), (cn: string) => groupIn('corp', cn)];
  return [
    ...units('corp'),
    // ann by every way, ben directly, cara by Domain Users alone, dora by distribution groups beside that.
    ...['ann', 'ben', 'cara', 'dora', 'probe', 'svc-lookup'].map((cn) => person('corp', cn)),
    group('corp', 'corp-global', GLOBAL, [p('ann')]),
    group('corp', 'corp-univ', UNIVERSAL, [p('ann')]),
    group('corp', 'corp-univ-outer', UNIVERSAL, [g('corp-global')]),
    group('corp', 'corp-local', LOCAL, [p('ann'), g('corp-univ')]),
    group('corp', 'corp-dist', DISTRIBUTION_GLOBAL, [p('ann'), p('dora')]),
    group('corp', 'corp-univ-over-dist', UNIVERSAL, [g('corp-dist')]),
    group('corp', 'probes', GLOBAL, [p('probe')]),
  ].join('\n');
}

/**
 * RES, before it knows anybody of CORP: whom the groups list is added by {@link foreignMembers}, so that the
 * foreignSecurityPrincipals are made as they are by administrators' tools.
 */
export function resLdif(): string {
  const g = (cn: string) => groupIn('res', cn);
  return [
    ...units('res'),
    ...['rita', 'svc-lookup'].map((cn) => person('res', cn)),
    group('res', 'res-local', LOCAL, [personIn('res', 'rita')]),
    group('res', 'res-outer', LOCAL, [g('res-local')]),
    group('res', 'res-top', LOCAL, [g('res-outer')]),
    // A cycle.
    group('res', 'res-loop', LOCAL, [g('res-top')]),
    group('res', 'res-dist', DISTRIBUTION_LOCAL),
    group('res', 'res-dist-univ', DISTRIBUTION_UNIVERSAL),
    // Security groups that only a distribution group leads to.
    group('res', 'res-over-dist', LOCAL, [g('res-dist')]),
    ...Object.keys({ ...FOREIGN, [ALIEN.group]: [] })
      .filter((cn) => /^res-(?:via-|probe|alien)/.test(cn))
      .map((cn) => group('res', cn, LOCAL)),
  ].join('\n');
}

/** Whom of CORP, by CN, the groups of RES list; `res-alien` lists somebody whom nobody knows. */
export const FOREIGN: Readonly<Record<string, readonly string[]>> = {
  'res-local': ['ann'],
  'res-outer': ['ben'],
  'res-dist': ['ann', 'dora'],
  'res-via-global': ['corp-global'],
  'res-via-univ': ['corp-univ'],
  'res-via-univ-outer': ['corp-univ-outer'],
  // Domain local groups do not travel in Windows; Samba carries them.
  'res-via-local': ['corp-local'],
  // No token holds distribution groups, nor what is above them.
  'res-via-dist': ['corp-dist'],
  'res-via-over-dist': ['corp-univ-over-dist'],
  'res-via-primary': ['Domain Users'],
  'res-probe': ['probe'],
};

export const ALIEN = { group: 'res-alien', sid: 'S-1-5-21-1-2-3-1104' } as const;

/** Adds them to the groups. @param sids by CN, of CORP */
export function foreignMembers(sids: ReadonlyMap<string, string>): string {
  const sidOf = (cn: string): string => {
    const sid = sids.get(cn);
    if (sid === undefined) throw new Error(`nobody is called ${cn}`);
    return sid;
  };
  const added = (dn: string, of: readonly string[]) =>
    [
      `dn: ${dn}`,
      'changetype: modify',
      'add: member',
      ...of.map((sid) => `member: <SID=${sid}>`),
      '-',
      '',
      '',
    ].join('\n');
  return [
    ...Object.entries(FOREIGN).map(([cn, of]) => added(groupIn('res', cn), of.map(sidOf))),
    added(groupIn('res', ALIEN.group), [ALIEN.sid]),
    added(`CN=Guests,CN=Builtin,${FORESTS.res.baseDn}`, [sidOf('ann')]),
    `dn: ${groupIn('res', 'res-local')}\nchangetype: modify\nadd: member\nmember: ${groupIn('res', 'res-loop')}\n-\n`,
  ].join('');
}

function units(forest: ForestName): string[] {
  return ['People', 'Groups'].map(
    (ou) => `dn: OU=${ou},${FORESTS[forest].baseDn}\nobjectClass: organizationalUnit\n`,
  );
}

function person(forest: ForestName, cn: string): string {
  const password = Buffer.from(FOREST_PASSWORD, 'utf16le').toString('base64');
  return [
    `dn: ${personIn(forest, cn)}`,
    'objectClass: user',
    `sAMAccountName: ${cn}`,
    `userPrincipalName: ${cn}@${FORESTS[forest].zone}`,
    `userAccountControl: ${NORMAL_AND_STAYS}`,
    `clearTextPassword:: ${password}`,
    '',
  ].join('\n');
}

function group(forest: ForestName, cn: string, type: string, members: readonly string[] = []): string {
  return [
    `dn: ${groupIn(forest, cn)}`,
    'objectClass: group',
    `sAMAccountName: ${cn}`,
    `groupType: ${type}`,
    ...members.map((dn) => `member: ${dn}`),
    '',
  ].join('\n');
}
