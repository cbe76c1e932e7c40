/**
 * Whose directory it is, by what servers say of themselves, and whether that is what the config says. The signs are
 * data; those of OpenLDAP and Samba are tested, the others as their vendors document them.
 */
import type { DirectorySettings, LdapUrl } from '../directory/settings.ts';
import { commonSuffix } from '../directory/suffix.ts';
import { nestsByDefault, VENDORS, type VendorDefaults, type VendorName } from '../directory/vendors.ts';
import type { RootDse } from './root-dse.ts';
import { failed, ok, type Step } from './step.ts';

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
  { vendor: 'freeipa', attribute: 'ipaDomainLevel', value: /./ },
  { vendor: 'freeipa', attribute: 'ipaTopologyPluginVersion', value: /./ },
  { vendor: '389ds', attribute: 'vendorName', value: /^(?:389 Project|Red Hat|Fedora Project)/i },
  { vendor: 'pingdirectory', attribute: 'vendorName', value: /^(?:Ping Identity|UnboundID)/i },
  { vendor: 'openldap', attribute: 'objectClass', value: /^OpenLDAProotDSE$/i },
  { vendor: 'openldap', attribute: 'structuralObjectClass', value: /^OpenLDAProotDSE$/i },
];

// One of these looks like the other, or is built on it.
const ALIKE: readonly (readonly VendorName[])[] = [
  ['active-directory', 'entra-ds'],
  ['389ds', 'freeipa'],
  ['openldap', 'okta', 'jumpcloud', 'onelogin', 'google'],
];

/** The vendor that the server is known by. */
export function recognise(rootDse: RootDse, url: LdapUrl | undefined): VendorName | undefined {
  return SIGNS.find(({ host, attribute, value }) => {
    if (host !== undefined) return url !== undefined && host.test(url.host);
    return rootDse.texts(attribute ?? '').some((text) => value?.test(text));
  })?.vendor;
}

/** Whether the config's vendor is the server's. */
export function compareVendors(configured: VendorName, seen: VendorName | undefined): Step {
  if (seen === undefined)
    return ok('vendor', `not known by any sign; ${configured} is taken, as the config says`);
  if (seen === configured) return ok('vendor', seen);
  if (ALIKE.some((alike) => alike.includes(seen) && alike.includes(configured)))
    return ok('vendor', `${configured}; it looks like ${seen}`);
  const changes = [{ path: ['vendor'], value: seen }];
  const hint = `vendor: write ${seen}`;
  // Its defaults are right in many directories, but not where the primary group is no membership.
  if (configured === 'generic' && seen !== 'active-directory')
    return ok('vendor', `${seen}; the config says generic`, { hint: `${hint}, whose defaults fit it` });
  return failed('vendor', `${seen}, and the config says ${configured}`, { hint, changes });
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
  const keepsLogin = users.attribute === undefined || isWritten(['users', 'attribute']);
  return {
    ...settings,
    vendor,
    users: keepsLogin ? users : { ...users, attribute: defaults.loginAttribute },
    memberships: {
      ...memberships,
      from,
      base: memberships.base ?? (from.includes('search') ? commonSuffix(users.bases) : undefined),
      nested: membershipOr('nested', memberships.nested, nestsByDefault(defaults, from, attribute)),
      attribute,
      filter: membershipOr('filter', memberships.filter, defaults.groupFilter),
      uidAttribute: membershipOr('uid_attribute', memberships.uidAttribute, defaults.uidAttribute),
    },
  };
}
