/**
 * All servers of a directory, each by the way of reaching.ts: DNS asked where it says `srv:`, and where a server is not
 * as configured, what its host offers instead tried once. Owns that a refused password is sent to nobody else.
 */
import { within } from '../../deadline.ts';
import { byPreference, usableRecords } from '../../directory/ldap/servers/srv-records.ts';
import type { DirectoryLimits, LdapSettings, LdapSrv, LdapUrl } from '../../directory/settings/settings.ts';
import { tryParseDn } from '../../names/dn.ts';
import type { Instruments } from '../instruments.ts';
import { failed, ok, type SettingChange, type Step } from '../step.ts';
import type { Address } from './address.ts';
import { notSentAgain, reach } from './reaching.ts';

export interface ReachedServers {
  readonly steps: readonly Step[];
  /** The first that was bound; undefined where none was. */
  readonly bound: BoundServer | undefined;
  /** Whether one was bound that is as the config writes it. */
  readonly isAsWritten: boolean;
  /** Servers, and addresses of them, that could not stand in for those that were bound. */
  readonly lost: readonly string[];
}

export interface BoundServer {
  readonly url: LdapUrl;
  /** The settings with it alone, at the address that answered. */
  readonly source: LdapSettings;
}

const MOST_OF_DNS = 5;

/** @param dns DNs of the directory, whose domain may name its servers */
export async function reachServers(
  settings: LdapSettings,
  dns: readonly string[],
  limits: Pick<DirectoryLimits, 'connect'>,
  instruments: Instruments,
): Promise<ReachedServers> {
  const steps: Step[] = [];
  const urls: (LdapUrl | LdapSrv)[] = [];
  const mended = new Set<Step>();
  const lost: string[] = [];
  let bound: BoundServer | undefined;
  let isAsWritten = false;
  let isRefused = false;
  let startTls = settings.tls.startTls;
  for (const each of settings.urls) {
    const { found, step } = await serversOf(each, limits.connect, instruments);
    if (step !== undefined) steps.push(step);
    if (step?.status === 'failed') lost.push(each.text);
    let written = each;
    for (const url of found) {
      if (isRefused) {
        steps.push(notSentAgain(url.text));
        continue;
      }
      const mayTurn = settings.urls.length === 1 && each.scheme !== 'srv';
      const first = await reach(url, settings, limits, instruments, mayTurn);
      steps.push(...(await withServersOfDomain(first.steps, dns, limits.connect, instruments)));
      if (first.bound !== undefined) isAsWritten = true;
      let last = first;
      let reached = { ...settings, urls: [url] };
      const { offer } = first;
      if (offer !== undefined && each.scheme !== 'srv') {
        reached = { ...settings, urls: [offer.url], tls: { ...settings.tls, startTls: offer.startTls } };
        last = await reach(offer.url, reached, limits, instruments, false);
        steps.push(...last.steps);
        if (last.bound !== undefined || last.isRefused) {
          [written, startTls] = [offer.url, offer.startTls];
          const faulty = first.steps.at(-1);
          if (faulty !== undefined) mended.add(faulty);
        }
      }
      lost.push(...(written === each ? first : last).lost);
      if (last.isRefused) isRefused = true;
      if (last.bound !== undefined) bound ??= boundAt(last.bound, reached);
    }
    urls.push(written);
  }
  const changes = corrections(settings, urls, startTls);
  const told = steps.map((step) => (mended.has(step) ? { ...step, changes } : step));
  return { steps: told, bound, isAsWritten, lost };
}

// What follows is not to wait for the other addresses of its name.
function boundAt({ url, address, text }: Address, settings: LdapSettings): BoundServer {
  if (text === url.text) return { url, source: settings };
  const tls = { ...settings.tls, serverName: settings.tls.serverName ?? url.host };
  return { url, source: { ...settings, urls: [{ ...url, host: address, text }], tls } };
}

function corrections(
  { urls: before, tls }: LdapSettings,
  urls: readonly (LdapUrl | LdapSrv)[],
  startTls: boolean | undefined,
): readonly SettingChange[] {
  const changes: SettingChange[] = [];
  if (urls.some((url, i) => url !== before[i]))
    changes.push({ path: ['urls'], value: urls.map(({ text }) => text) });
  if ((startTls === true) !== (tls.startTls === true))
    changes.push({ path: ['tls', 'starttls'], value: startTls === true ? true : undefined });
  const wasPlain = before.some(({ scheme }) => scheme === 'ldap') && tls.startTls !== true;
  const isPlain = urls.some(({ scheme }) => scheme === 'ldap') && startTls !== true;
  if (wasPlain && !isPlain) changes.push({ path: ['plaintext'], value: undefined });
  return changes;
}

async function serversOf(
  each: LdapUrl | LdapSrv,
  limit: number,
  instruments: Instruments,
): Promise<{ found: readonly LdapUrl[]; step?: Step }> {
  if (each.scheme !== 'srv') return { found: [each] };
  const { domain, service, text: on } = each;
  const name = `_${service}._tcp.${domain}`;
  try {
    const records = await srvRecords(name, limit, instruments);
    const found = records.map(
      ({ host, port }): LdapUrl => ({ scheme: service, host, port, text: `${service}://${host}:${port}` }),
    );
    const names = found.map(({ text }) => text).join(', ');
    return { found: found.slice(0, MOST_OF_DNS), step: ok('dns', `${name} names ${names}`, { on }) };
  } catch (error) {
    const hint =
      service === 'ldaps'
        ? 'urls: Active Directory publishes _ldap._tcp alone, which is asked with tls: { starttls: yes }; or name the servers'
        : 'urls: correct the domain, or name the servers themselves';
    const reason = error instanceof Error ? error.message : String(error);
    return { found: [], step: failed('dns', `DNS names no server for ${name}: ${reason}`, { on, hint }) };
  }
}

async function srvRecords(
  name: string,
  limit: number,
  { resolveSrv }: Instruments,
): Promise<{ host: string; port: number }[]> {
  const records = await within(limit, resolveSrv(name));
  const usable = byPreference(usableRecords(records), () => 0);
  if (usable.length === 0) throw new Error('there is none');
  return usable.map(({ name, port }) => ({ host: name.replace(/\.$/, ''), port }));
}

// DNS may name any host, so these are for a human to judge: nothing is sent there.
async function withServersOfDomain(
  steps: readonly Step[],
  dns: readonly string[],
  limit: number,
  instruments: Instruments,
): Promise<readonly Step[]> {
  const last = steps.at(-1);
  if (last?.name !== 'dns' || last.status !== 'failed') return steps;
  for (const domain of new Set(dns.map(domainOf))) {
    if (domain === undefined) continue;
    const records = await srvRecords(`_ldap._tcp.${domain}`, limit, instruments).catch(() => []);
    const hosts = records.map(({ host }) => host).slice(0, MOST_OF_DNS);
    if (hosts.length === 0) continue;
    const hint = `urls: correct the host; DNS names these servers of ${domain}: ${hosts.join(', ')}`;
    return [...steps.slice(0, -1), { ...last, hint }];
  }
  return steps;
}

function domainOf(dn: string): string | undefined {
  const rdns = tryParseDn(dn)?.rdns ?? [];
  const parts = rdns.flatMap(([first]) =>
    first?.type.toLowerCase() === 'dc' && typeof first.value === 'string' ? [first.value] : [],
  );
  return parts.length === 0 ? undefined : parts.join('.');
}
