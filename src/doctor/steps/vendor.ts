/**
 * Whose directory it is, by what servers say of themselves, and where a proxy speaks for another by what people in it
 * show; and whether that is what the config says. The signs are data; those of OpenLDAP and Samba are tested, the others
 * as their vendors document them.
 */
import type { EntrySource } from '../../directory/entries/entry-source.ts';
import { commonSuffix } from '../../directory/entries/suffix.ts';
import type { Filter } from '../../directory/filters/filter.ts';
import type { DirectorySettings, LdapUrl } from '../../directory/settings/settings.ts';
import { nestsByDefault, type VendorDefaults } from '../../directory/settings/vendor.ts';
import { VENDORS, type VendorName } from '../../directory/settings/vendors.ts';
import { isFailure } from '../../failure.ts';
import { type Patient, sampleOf } from '../patient.ts';
import { failed, ok, type Step } from '../step.ts';
import type { RootDse } from './root-dse.ts';

interface Sign {
  readonly vendor: VendorName;
  /** A host name of a hosted directory. */
  readonly host?: RegExp;
  /** An attribute of the root DSE, and what one of its values is. */
  readonly attribute?: string;
  readonly value?: RegExp;
}

const SIGNS: readonly Sign[] = [
  { vendor: 'okta', host: /\.ldap\.okta(?:-emea|preview)?\.com$/i },
  { vendor: 'jumpcloud', host: /^ldap\.jumpcloud\.com$/i },
  { vendor: 'onelogin', host: /^ldap\.[\w.]*onelogin\.com$/i },
  { vendor: 'google', host: /^ldap\.google\.com$/i },
  // MS-ADTS 3.1.1.3.4.3: LDAP_CAP_ACTIVE_DIRECTORY_OID
  { vendor: 'active-directory', attribute: 'supportedCapabilities', value: /^1\.2\.840\.113556\.1\.4\.800$/ },
  // The same, LDAP_CAP_ACTIVE_DIRECTORY_ADAM_OID
  { vendor: 'ad-lds', attribute: 'supportedCapabilities', value: /^1\.2\.840\.113556\.1\.4\.1851$/ },
  { vendor: 'edirectory', attribute: 'vendorVersion', value: /eDirectory/i },
  { vendor: 'oracle', attribute: 'vendorName', value: /^(?:Oracle|Sun Microsystems)/i },
  { vendor: 'oracle', attribute: 'orcldirectoryversion', value: /./ },
  { vendor: 'freeipa', attribute: 'ipaDomainLevel', value: /./ },
  { vendor: 'freeipa', attribute: 'ipaTopologyPluginVersion', value: /./ },
  { vendor: '389ds', attribute: 'vendorName', value: /^(?:389 Project|Red Hat|Fedora Project)/i },
  { vendor: 'pingdirectory', attribute: 'vendorName', value: /^(?:Ping Identity|UnboundID)/i },
  { vendor: 'openldap', attribute: 'objectClass', value: /^OpenLDAProotDSE$/i },
  { vendor: 'openldap', attribute: 'structuralObjectClass', value: /^OpenLDAProotDSE$/i },
];

/** Whose server passes searches on to others (slapd-ldap(5), slapd-meta(5)), with a root DSE of its own. */
const PROXIES: ReadonlySet<VendorName | undefined> = new Set(['openldap']);
/** What people of a directory show whatever server stands before it (MS-ADTS 3.1.1.1.6). */
const PEOPLE_SIGNS: readonly { readonly vendor: VendorName; readonly attributes: readonly string[] }[] = [
  { vendor: 'active-directory', attributes: ['objectSid', 'sAMAccountName', 'primaryGroupID'] },
];
const BEHIND_A_PROXY =
  'a proxy takes DNs alone to bind (bind.dn), drops ranged values and matches nobody by the in-chain rule: keep ' +
  'memberships.from: token-groups; where it refers to parts of the forest that it does not show, write a base below the ' +
  'root or referrals: ignore; where the domains of the forest cannot be read, memberships.partial: yes says that this one is enough';

/** Whose directory it is. */
export interface RecognisedVendor {
  readonly vendor: VendorName | undefined;
  /** Whether another's server stands before it. */
  readonly isBehindProxy: boolean;
}

// One of these looks like the other, or is built on it.
const ALIKE: readonly (readonly VendorName[])[] = [
  ['active-directory', 'entra-ds'],
  ['389ds', 'freeipa'],
  ['openldap', 'okta', 'jumpcloud', 'onelogin', 'google'],
];

/** The vendor that the server is known by, or the people below these bases. */
export async function recognise(
  rootDse: RootDse,
  url: LdapUrl | undefined,
  { source, settings }: Pick<Patient, 'source' | 'settings'>,
): Promise<RecognisedVendor> {
  const vendor = SIGNS.find(({ host, attribute, value }) => {
    if (host !== undefined) return url !== undefined && host.test(url.host);
    return rootDse.texts(attribute ?? '').some((text) => value?.test(text));
  })?.vendor;
  if (!PROXIES.has(vendor)) return { vendor, isBehindProxy: false };
  for (const sign of PEOPLE_SIGNS) {
    if (await isShown(source, settings.users.bases, sign.attributes))
      return { vendor: sign.vendor, isBehindProxy: true };
  }
  return { vendor, isBehindProxy: false };
}

async function isShown(
  source: EntrySource,
  bases: readonly string[],
  attributes: readonly string[],
): Promise<boolean> {
  const filters = attributes.map((attribute): Filter => ({ kind: 'present', attribute }));
  for (const base of bases) {
    try {
      const search = { base, scope: 'sub', filter: { kind: 'and', filters }, attributes: [] } as const;
      if ((await sampleOf(source, search, 1)).entries.length > 0) return true;
    } catch (error) {
      // What cannot be read tells nothing; the steps for bases and people say why.
      if (!isFailure(error)) throw error;
    }
  }
  return false;
}

/** Whether the config's vendor is the directory's. */
export function compareVendors(
  configured: VendorName,
  { vendor: seen, isBehindProxy }: RecognisedVendor,
): Step {
  if (seen === undefined)
    return ok('vendor', `not known by any sign; ${configured} is taken, as the config says`);
  const what = isBehindProxy ? `${seen}, behind a proxy with a root DSE of its own` : seen;
  const advice = isBehindProxy ? { hint: BEHIND_A_PROXY } : {};
  if (seen === configured) return ok('vendor', what, advice);
  if (ALIKE.some((alike) => alike.includes(seen) && alike.includes(configured)))
    return ok('vendor', `${configured}; it looks like ${what}`, advice);
  const changes = [{ path: ['vendor'], value: seen }];
  const hint = `vendor: write ${seen}${isBehindProxy ? `; ${BEHIND_A_PROXY}` : ''}`;
  // Its defaults are right in many directories, but not where the primary group is no membership.
  if (configured === 'generic' && seen !== 'active-directory')
    return ok('vendor', `${what}; the config says generic`, { hint: `${hint}, whose defaults fit it` });
  return failed('vendor', `${what}, and the config says ${configured}`, { hint, changes });
}

/**
 * The settings as the config would give them with another vendor.
 * @param isWritten whether the config itself has the key
 */
export function withVendor(
  settings: DirectorySettings,
  vendor: VendorName,
  isWritten: (path: readonly string[]) => boolean,
): DirectorySettings {
  const defaults: VendorDefaults = VENDORS[vendor];
  const { users, memberships } = settings;
  const membershipOr = <Value>(key: string, value: Value, usual: Value): Value =>
    isWritten(['memberships', key]) ? value : usual;
  const from = membershipOr('from', memberships.from, [defaults.from]);
  const attribute = membershipOr('attribute', memberships.attribute, defaults.membershipAttribute);
  const keepsPosix = isWritten(['memberships', 'primary']) || isWritten(['memberships', 'filter']);
  const keepsLogin = users.attribute === undefined || isWritten(['users', 'attribute']);
  return {
    ...settings,
    vendor,
    users: {
      ...users,
      ...(keepsLogin ? {} : { attribute: defaults.loginAttribute }),
      people: defaults.people,
    },
    memberships: {
      ...memberships,
      from,
      base: memberships.base ?? (from.includes('search') ? commonSuffix(users.bases) : undefined),
      nested: membershipOr('nested', memberships.nested, nestsByDefault(defaults, from, attribute)),
      attribute,
      filter: membershipOr('filter', memberships.filter, defaults.groupFilter),
      posixGroup: keepsPosix ? memberships.posixGroup : defaults.posixGroup,
      uidAttribute: membershipOr('uid_attribute', memberships.uidAttribute, defaults.uidAttribute),
    },
  };
}
