/**
 * A checked config file becomes the frozen {@link Config}: defaults of the vendor, hashes and URLs parsed, contents of
 * files in place of their paths. Nothing can be wrong any more; what were wrong has stopped before.
 */
import type { CertificateDemand } from '../caller-certificate.ts';
import { commonSuffix } from '../directory/entries/suffix.ts';
import type {
  BesideDirectory,
  DirectorySettings,
  LdapBind,
  LdapSettings,
  LdifSettings,
} from '../directory/settings/settings.ts';
import { nestsByDefault, type VendorDefaults } from '../directory/settings/vendor.ts';
import { VENDORS } from '../directory/settings/vendors.ts';
import { type NamedFiles, shownPath } from '../files/text-file.ts';
import { parsePasswordHash } from '../password-hash.ts';
import type { CallerSettings, Config, Listen } from './config.ts';
import type { DirectorySection } from './directory-schema.ts';
import { parseServer } from './ldap-url.ts';
import type { Contents } from './named-files.ts';
import type { CallerSection, ConfigFile } from './schema.ts';

/** Throws only where a check is missing. */
export function buildConfig(
  file: string,
  settings: ConfigFile,
  contents: Contents,
  files: NamedFiles,
): Config {
  const { listen, admin, callers, directories, endpoints, drain, cache, log } = settings;
  return deepFreeze({
    file,
    listen: listenOf(listen, contents),
    admin: {
      host: admin?.host ?? '127.0.0.1',
      port: admin?.port ?? 9090,
      written: admin !== undefined,
    },
    callers: new Map(Object.entries(callers).map(([name, caller]) => [name, callerOf(name, caller)])),
    directories: new Map(
      Object.entries(directories).map(([name, section]) => [
        name,
        withForests(name, section, settings, contents, files),
      ]),
    ),
    endpoints: Object.entries(endpoints).map(([path, endpoint]) => {
      const mapping = files.resolve(endpoint.mapping);
      return { ...endpoint, path, mapping: { file: mapping, shown: shownPath(mapping) } };
    }),
    drain,
    cache: { ...cache, memory: cache.memory },
    log,
  });
}

function listenOf({ host, port, tls, failed_logins }: ConfigFile['listen'], contents: Contents): Listen {
  return {
    host,
    port,
    tls:
      tls === undefined
        ? undefined
        : {
            certificate: required(contents.at(['listen', 'tls', 'certificate'])),
            key: required(contents.at(['listen', 'tls', 'key'])),
            clientCa: contents.at(['listen', 'tls', 'client_ca']),
          },
    failedLogins: failed_logins,
  };
}

function callerOf(name: string, section: CallerSection): CallerSettings {
  return {
    name,
    user: section.user ?? name,
    passwords: [...alone(section.password), ...(section.passwords ?? [])],
    passwordHashes: [...alone(section.password_hash), ...(section.password_hashes ?? [])].map(
      parsePasswordHash,
    ),
    certificate: certificateOf(section.certificate),
  };
}

function certificateOf(section: CallerSection['certificate']): CertificateDemand | undefined {
  if (section?.subject !== undefined) return { subject: section.subject };
  if (section?.san !== undefined) return { san: section.san };
  return section?.fingerprint === undefined ? undefined : { fingerprint: section.fingerprint };
}

function withForests(
  name: string,
  section: DirectorySection,
  settings: ConfigFile,
  contents: Contents,
  files: NamedFiles,
): DirectorySettings {
  const { foreign } = section.memberships;
  const own = directoryOf(name, section, settings, contents, files);
  if (foreign === undefined) return own;
  const forests = foreign.map((each) =>
    directoryOf(each, required(settings.directories[each]), settings, contents, files),
  );
  return { ...own, foreign: forests };
}

function directoryOf(
  name: string,
  section: DirectorySection,
  settings: ConfigFile,
  contents: Contents,
  files: NamedFiles,
): DirectorySettings {
  const { vendor, users, memberships, accounts, sentinel, referrals, limits } = section;
  const defaults: VendorDefaults = VENDORS[vendor];
  const from = memberships.from ?? [defaults.from];
  const attribute = memberships.attribute ?? defaults.membershipAttribute;
  const hasPlainNames = memberships.values === 'names';
  return {
    name,
    vendor,
    source:
      section.ldif === undefined
        ? ldapOf(name, section, contents)
        : ldifOf(name, section.ldif, contents, files),
    users: {
      bases: users.base,
      ...(users.filter === undefined
        ? { attribute: users.attribute ?? defaults.loginAttribute }
        : { filter: users.filter }),
      people: defaults.people,
      userids: users.userids,
      unknown: users.unknown,
    },
    memberships: {
      from,
      nested: memberships.nested ?? (!hasPlainNames && nestsByDefault(defaults, from, attribute)),
      attribute,
      hasPlainNames,
      base: memberships.base ?? (from.includes('search') ? commonSuffix(users.base) : undefined),
      filter: memberships.filter ?? defaults.groupFilter,
      uidAttribute: memberships.uid_attribute ?? defaults.uidAttribute,
      name: memberships.name,
      limits: memberships.limits,
      primaryGroup: defaults.primaryGroup,
      distribution: defaults.groupType && (memberships.distribution ?? false),
      // Whoever writes a filter says which groups are meant.
      posixGroup:
        (memberships.primary ?? (memberships.filter === undefined && !hasPlainNames))
          ? defaults.posixGroup
          : undefined,
      partial: memberships.partial,
    },
    accounts,
    sentinel,
    referrals,
    beside: besideOf(name, settings),
    limits,
  };
}

// What is asked beside this directory for one endpoint and not for another cannot be relied on.
function besideOf(name: string, { endpoints, directories }: ConfigFile): BesideDirectory[] {
  const asking = Object.values(endpoints).filter((endpoint) => endpoint.directories.includes(name));
  return Object.entries(directories)
    .filter(([other]) => other !== name && asking.every((each) => each.directories.includes(other)))
    .map(([other, { users }]) => ({ name: other, bases: users.base }));
}

function ldapOf(name: string, section: DirectorySection, contents: Contents): LdapSettings {
  const { urls, plaintext, bind, tls } = section;
  const service = tls.starttls || plaintext ? 'ldap' : 'ldaps';
  const file = (key: string) => contents.at(['directories', name, 'tls', key]);
  const certificate = file('certificate');
  return {
    kind: 'ldap',
    urls: required(urls).map((text) => parseServer(text, service)),
    tls: {
      ca: file('ca'),
      serverName: tls.server_name,
      startTls: tls.starttls,
      client: certificate === undefined ? undefined : { certificate, key: required(file('key')) },
    },
    bind: bindOf(required(bind)),
  };
}

function bindOf({ anonymous, sasl, dn, password }: NonNullable<DirectorySection['bind']>): LdapBind {
  if (anonymous) return { kind: 'anonymous' };
  if (sasl !== undefined) return { kind: sasl };
  return { kind: 'simple', dn: required(dn), password: required(password) };
}

function ldifOf(name: string, ldif: string, contents: Contents, files: NamedFiles): LdifSettings {
  return {
    kind: 'ldif',
    file: shownPath(files.resolve(ldif)),
    text: required(contents.at(['directories', name, 'ldif'])),
  };
}

function alone<Value>(value: Value | undefined): Value[] {
  return value === undefined ? [] : [value];
}

function required<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('the config was built before it was checked');
  return value;
}

function deepFreeze<Value>(value: Value): Value {
  // Octets cannot be frozen.
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  for (const inner of value instanceof Map ? value.values() : Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}
