/** Settings for the domain of test/directories/samba-people.ts: as its server serves it, and as a file of its entries. */
import type { DirectorySettings, LdapSettings, LdifSettings } from '../../src/directory/settings/settings.ts';
import { VENDORS } from '../../src/directory/settings/vendors.ts';
import type { Samba } from '../directories/samba.ts';
import {
  ACCOUNT_PASSWORD,
  BASE_DN,
  BRANCH_DN,
  LOOKUP_ACCOUNT,
  PEOPLE_DN,
} from '../directories/samba-people.ts';
import { exampleSettings, type Overrides } from './example-settings.ts';

/** A whole DirectorySettings: tokens, the lookup account, everybody but computers. */
export function domainSettings(
  source: LdapSettings | LdifSettings,
  { memberships, users, ...others }: Overrides = {},
): DirectorySettings {
  const { people, primaryGroup } = VENDORS['active-directory'];
  const { attribute, ...find } = { attribute: 'sAMAccountName', ...users };
  return exampleSettings(source, {
    vendor: 'active-directory',
    ...others,
    users: {
      bases: [PEOPLE_DN, BRANCH_DN],
      userids: ['<name>'],
      people,
      ...find,
      ...(find.filter === undefined ? { attribute } : {}),
    },
    memberships: {
      from: ['token-groups'],
      base: BASE_DN,
      filter: '(member=<dn>)',
      primaryGroup,
      limits: { groups: 10_000, depth: 32 },
      ...memberships,
    },
    limits: { connect: 200_000, search: 200_000, ...others.limits },
  });
}

/** How the lookup account reaches the server. */
export function sambaSource({ host, certificates }: Samba): LdapSettings {
  return {
    kind: 'ldap',
    urls: [{ scheme: 'ldaps', host, port: 636, text: `ldaps://${host}` }],
    tls: { ca: certificates.ca },
    bind: { kind: 'simple', dn: LOOKUP_ACCOUNT, password: ACCOUNT_PASSWORD },
  };
}

/** The values of an attribute in what ldbsearch prints. */
export function printedValues(text: string, attribute: string): readonly string[] {
  return [...text.replaceAll('\n ', '').matchAll(new RegExp(`^${attribute}(::?) (.*)$`, 'gm'))].map(
    ([, colon, value = '']) => (colon === '::' ? Buffer.from(value, 'base64').toString('utf8') : value),
  );
}
