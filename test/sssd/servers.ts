/** The servers that the world is put into, and for each how SSSD and the service are told to read it. */
import type { DirectorySettings, LdapSettings } from '../../src/directory/settings/settings.ts';
import { type MembershipStrategy, nestsByDefault } from '../../src/directory/settings/vendor.ts';
import { VENDORS, type VendorName } from '../../src/directory/settings/vendors.ts';
import { startDs389 } from '../directories/389ds.ts';
import { startSamba } from '../directories/samba.ts';
import { ACCOUNT_PASSWORD, BASE_DN, DOMAIN_SID, LOOKUP_ACCOUNT } from '../directories/samba-people.ts';
import { LOOKUP_DN, LOOKUP_PASSWORD, startSlapd } from '../directories/slapd.ts';
import { ds389Source, exampleSettings, GROUPS, PEOPLE, slapdSource } from '../directory/example-settings.ts';
import { domainChanges, domainEntries, WORLD_PEOPLE_DN } from './ad-world.ts';
import type { Form } from './differences.ts';
import { groupsLdif, type PosixSchema, peopleLdif } from './ldap-world.ts';
import type { SssdDomain } from './sssd.ts';
import type { World } from './world.ts';

export interface Server {
  readonly name: string;
  readonly form: Form;
  /** The values of `memberships.from` that are tried. */
  readonly strategies: readonly (readonly MembershipStrategy[])[];
  start(world: World): Promise<{
    readonly domain: SssdDomain;
    readonly settings: (from: readonly MembershipStrategy[]) => DirectorySettings;
    remove(): Promise<void>;
  }>;
}

export const SERVERS: readonly Server[] = [
  openldap('rfc2307bis', [['search'], ['attribute'], ['attribute', 'search']]),
  openldap('rfc2307', [['search']]),
  {
    name: '389 DS',
    form: 'rfc2307bis',
    strategies: [['attribute'], ['search'], ['attribute', 'search']],
    start: async (world) => {
      // Groups of the load would be older than the plug-in, which then has no memberOf of them.
      const ds = await startDs389({ data: peopleLdif(world), memberOf: {} });
      ds.change(groupsLdif(world, 'rfc2307bis'));
      return {
        domain: posixDomain(ds.port, 'rfc2307bis'),
        settings: settingsFor('389ds', ds389Source(ds), PEOPLE, GROUPS),
        remove: () => ds.remove(),
      };
    },
  },
  activeDirectory('Samba AD, by token', true),
  activeDirectory('Samba AD', false),
];

function openldap(schema: PosixSchema, strategies: Server['strategies']): Server {
  return {
    name: `OpenLDAP, ${schema}`,
    form: schema,
    strategies,
    start: async (world) => {
      const slapd = await startSlapd({
        data: peopleLdif(world),
        rfc2307bis: schema === 'rfc2307bis',
        // SSSD asks for pages of 1,000 entries; where slapd grants less (result 11), it tells no groups, as a success.
        sizeLimit: 2000,
      });
      slapd.change(groupsLdif(world, schema));
      return {
        domain: posixDomain(slapd.port, schema),
        settings: settingsFor('openldap', slapdSource(slapd), PEOPLE, GROUPS),
        remove: () => slapd.remove(),
      };
    },
  };
}

/** @param byToken whether SSSD reads tokenGroups, or memberOf and what lies above it */
function activeDirectory(name: string, byToken: boolean): Server {
  return {
    name,
    form: 'domain',
    strategies: [['token-groups'], ['attribute'], ['search']],
    start: async (world) => {
      const samba = await startSamba({ more: domainEntries(world) });
      samba.change(domainChanges(world));
      const url = `ldaps://${samba.host}`;
      const source: LdapSettings = {
        kind: 'ldap',
        urls: [{ scheme: 'ldaps', host: samba.host, port: 636, text: url }],
        tls: { ca: samba.certificates.ca },
        bind: { kind: 'simple', dn: LOOKUP_ACCOUNT, password: ACCOUNT_PASSWORD },
      };
      return {
        domain: {
          ldap_uri: url,
          ldap_schema: 'ad',
          ldap_search_base: BASE_DN,
          ldap_default_bind_dn: LOOKUP_ACCOUNT,
          ldap_default_authtok: ACCOUNT_PASSWORD,
          ldap_tls_cacert: samba.certificates.caFile,
          ldap_tls_reqcert: 'demand',
          ldap_id_mapping: 'true',
          ldap_idmap_default_domain: 'world',
          ldap_idmap_default_domain_sid: DOMAIN_SID,
          ldap_use_tokengroups: String(byToken),
          case_sensitive: 'false',
        },
        settings: settingsFor('active-directory', source, WORLD_PEOPLE_DN, BASE_DN),
        remove: () => samba.remove(),
      };
    },
  };
}

/** How SSSD is told to read a server of the schema. */
export function posixDomain(port: number, schema: PosixSchema): SssdDomain {
  return {
    ldap_uri: `ldap://127.0.0.1:${port}`,
    ldap_schema: schema,
    ldap_search_base: 'dc=example,dc=test',
    ldap_default_bind_dn: LOOKUP_DN,
    ldap_default_authtok: LOOKUP_PASSWORD,
  };
}

/** The vendor's defaults, and what a config must say: where people and groups are. */
function settingsFor(vendor: VendorName, source: LdapSettings, people: string, groups: string) {
  const { loginAttribute, membershipAttribute, groupFilter, uidAttribute, ...defaults } = VENDORS[vendor];
  return (from: readonly MembershipStrategy[]): DirectorySettings =>
    exampleSettings(source, {
      vendor,
      users: {
        bases: [people],
        attribute: loginAttribute,
        userids: ['<name>'],
        people: 'people' in defaults ? defaults.people : undefined,
      },
      memberships: {
        from,
        nested: nestsByDefault(VENDORS[vendor], from, membershipAttribute),
        attribute: membershipAttribute,
        base: groups,
        filter: groupFilter,
        uidAttribute,
        primaryGroup: 'primaryGroup' in defaults ? defaults.primaryGroup : undefined,
        posixGroup: 'posixGroup' in defaults ? defaults.posixGroup : undefined,
      },
      limits: { search: 60_000, connect: 10_000 },
    });
}
