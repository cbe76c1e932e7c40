/**
 * The data of two Samba forests with a trust both ways and their people, made once on a machine
 * (kept-folder.ts).
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeCertificates } from './certificates.ts';
import {
  corpLdif,
  FOREST_NAMES,
  FORESTS,
  type ForestName,
  foreignMembers,
  resLdif,
} from './forests-people.ts';
import { FOREST_DATA, ForestsProcess } from './forests-process.ts';
import { keptFolder } from './kept-folder.ts';

const ADMINISTRATOR_PASSWORD = 'Passw0rd-of-nobody';
/** For commands about the trust, given in CORP. */
export const TRUST_ACCOUNTS = [
  ...['-U', `administrator@${FORESTS.res.zone.toUpperCase()}%${ADMINISTRATOR_PASSWORD}`],
  ...['--local-dc-username=administrator', `--local-dc-password=${ADMINISTRATOR_PASSWORD}`],
];
const TRUST = [
  ...['samba-tool', 'domain', 'trust', 'create', FORESTS.res.zone.toUpperCase(), '--type=forest'],
  ...['--direction=both', '--create-location=both', ...TRUST_ACCOUNTS],
];
const SERVICES = [
  ...['_ldap._tcp:389', '_ldap._tcp.dc._msdcs:389', '_ldap._tcp.pdc._msdcs:389', '_ldap._tcp.gc._msdcs:3268'],
  ...['_gc._tcp:3268', '_kerberos._tcp:88', '_kerberos._udp:88', '_kerberos._tcp.dc._msdcs:88'],
];

/** The folder with the data, made where this machine has none; to be copied. */
export function provisionForests(): Promise<string> {
  const version = execFileSync('samba', ['--version'], { env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } });
  const sources = ['forests-people.ts', 'forests-provision.ts'].map((file) =>
    readFileSync(fileURLToPath(new URL(file, import.meta.url)), 'utf8'),
  );
  return keptFolder('forests', [version.toString(), sources], async (folder) => {
    for (const name of FOREST_NAMES) layOut(folder, name);
    const forests = new ForestsProcess(folder);
    const each = (work: (name: ForestName) => Promise<unknown>) => Promise.all(FOREST_NAMES.map(work));
    try {
      await each((name) => provision(forests, folder, name));
      await each((name) => forests.ask({ ask: 'start', forest: name }));
      await each((name) => tellNames(forests, name));
      await forests.run('corp', TRUST);
      const members = foreignMembers(await forests.sids('corp'));
      await forests.run('res', ['ldbmodify', ...FOREST_DATA], members);
      await each((name) => forests.ask({ ask: 'stop', forest: name }));
    } finally {
      await forests.end();
    }
  });
}

function layOut(folder: string, name: ForestName): void {
  const { address, host, zone } = FORESTS[name];
  const home = join(folder, name);
  for (const each of ['run', 'lib/private', 'cache', 'log', 'etc'])
    mkdirSync(join(home, each), { recursive: true });
  writeFileSync(join(home, 'resolv.conf'), `nameserver ${address}\n`);
  writeFileSync(join(home, 'hosts'), `127.0.0.1 localhost\n${address} ${host}.${zone} ${host}\n`);
  const kerberos = [
    `default_realm = ${zone.toUpperCase()}`,
    'dns_lookup_kdc = true',
    'dns_lookup_realm = false',
  ];
  writeFileSync(join(home, 'krb5.conf'), ['[libdefaults]', ...kerberos, ''].join('\n'));
}

async function provision(forests: ForestsProcess, folder: string, name: ForestName): Promise<void> {
  const { address, host, zone, netbios, sid } = FORESTS[name];
  await forests.run(name, [
    ...['samba-tool', 'domain', 'provision', `--realm=${zone.toUpperCase()}`, `--domain=${netbios}`],
    ...[`--domain-sid=${sid}`, `--host-name=${host}`, `--host-ip=${address}`, '--server-role=dc'],
    ...['--dns-backend=SAMBA_INTERNAL', `--adminpass=${ADMINISTRATOR_PASSWORD}`],
    ...['--option=posix:eadb=/var/lib/samba/eadb.tdb', `--option=interfaces=${address}/8`],
    '--option=bind interfaces only=yes',
  ]);
  const etc = join(folder, name, 'etc');
  writeFileSync(join(etc, 'smb.conf'), configOf(name));
  makeCertificates(etc);
  await forests.run(name, ['samba-tool', 'domain', 'passwordsettings', 'set', '--max-pwd-age=0']);
  await forests.run(name, ['ldbadd', ...FOREST_DATA], name === 'corp' ? corpLdif() : resLdif());
}

function configOf(name: ForestName): string {
  const { address, host, zone, netbios } = FORESTS[name];
  const settings = {
    'netbios name': host.toUpperCase(),
    realm: zone.toUpperCase(),
    workgroup: netbios,
    'server role': 'active directory domain controller',
    'server services': 's3fs, rpc, ldap, cldap, kdc, winbindd, dns',
    'posix:eadb': '/var/lib/samba/eadb.tdb',
    interfaces: `${address}/8`,
    'bind interfaces only': 'yes',
    'disable netbios': 'yes',
    'smb ports': '445',
    'tls cafile': '/etc/samba/ca.pem',
    'tls certfile': '/etc/samba/server.pem',
    'tls keyfile': '/etc/samba/server.key',
    'log level': '1',
  };
  const global = Object.entries(settings).map(([key, value]) => `${key} = ${value}`);
  const volume = '/var/lib/samba/sysvol';
  const shares = ['[netlogon]', `path = ${volume}/${zone}/scripts`, '[sysvol]', `path = ${volume}`];
  return ['[global]', ...global, ...shares, ''].join('\n');
}

// Each DNS knows the other's names by a zone of its own: forwarders would send unknown names round and round.
async function tellNames(forests: ForestsProcess, name: ForestName): Promise<void> {
  const me = FORESTS[name];
  const other = FORESTS[name === 'corp' ? 'res' : 'corp'];
  const zone = (verb: string, ...args: readonly string[]) =>
    forests.run(name, [
      ...['samba-tool', 'dns', verb, `${me.host}.${me.zone}`, ...args],
      ...['-U', `administrator%${ADMINISTRATOR_PASSWORD}`],
    ]);
  await zone('zonecreate', other.zone);
  for (const host of [other.host, '@']) await zone('add', other.zone, host, 'A', other.address);
  for (const service of SERVICES) {
    const [label = '', port = ''] = service.split(':');
    await zone('add', other.zone, label, 'SRV', `${other.host}.${other.zone} ${port} 0 100`);
  }
  await forests.run(name, [
    ...['samba-tool', 'spn', 'add', `ldap/${me.host}.${me.zone}`, `${me.host.toUpperCase()}$`],
  ]);
}
