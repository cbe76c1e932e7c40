/**
 * A real slapd that holds nothing and passes everything on to a domain controller (back-ldap): an ordinary way to show
 * Active Directory to another network. Binds go through it to the server behind.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { answers, endWithUs, freePorts, removeWithUs } from './child-servers.ts';
import { SERVER_ENVIRONMENT } from './installed.ts';
import type { Samba } from './samba.ts';

export interface SlapdProxy {
  readonly port: number;
  /** Ends it and removes its folder. */
  remove(): Promise<void>;
}

const SCHEMAS = ['core', 'cosine', 'inetorgperson', 'nis'];

/** Starts one in front of a domain controller, whose certificate it checks. */
export async function startSlapdProxy({ host, baseDn, certificates }: Samba): Promise<SlapdProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'slapd-proxy-'));
  removeWithUs(folder);
  const [port = 0] = await freePorts(1);
  const config = join(folder, 'slapd.conf');
  writeFileSync(
    config,
    [
      ...SCHEMAS.map((schema) => `include /etc/ldap/schema/${schema}.schema`),
      'modulepath /usr/lib/ldap',
      'moduleload back_ldap',
      `pidfile ${join(folder, 'slapd.pid')}`,
      'threads 4',
      'database ldap',
      `suffix "${baseDn}"`,
      `uri "ldaps://${host}"`,
      `tls ldaps tls_cacert=${certificates.caFile} tls_reqcert=demand`,
      'rebind-as-user yes',
      'chase-referrals no',
      '',
    ].join('\n'),
  );
  // Ubuntu's AppArmor confines /usr/sbin/slapd by its path; a copy is free to use our folder.
  const program = join(folder, 'slapd');
  const found = execFileSync('sh', ['-c', 'command -v slapd'], { env: SERVER_ENVIRONMENT }).toString();
  copyFileSync(found.trim(), program);
  const command = `ulimit -n 4096; exec "${program}" -f "${config}" -d 0 -h "ldap://127.0.0.1:${port}"`;
  const child: ChildProcess = spawn('sh', ['-c', command], { stdio: 'ignore' });
  endWithUs(child);
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error('slapd did not start as a proxy');
    await setTimeout(10);
  }
  return {
    port,
    remove: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null && child.kill('SIGKILL')) await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
