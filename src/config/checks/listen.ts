/**
 * What must hold of `listen`, `admin` and `cache`: no password over a network in plain text, no port twice, and
 * times in their order.
 */
import type { CheckFinding, Draft } from '../draft.ts';
import { duration, isHost, isLoopback } from '../scalars.ts';

export function listenFindings(draft: Draft): CheckFinding[] {
  return [
    ...plaintextFindings(draft),
    ...samePortFindings(draft),
    ...adminCallerFindings(draft),
    ...cacheFindings(draft),
  ];
}

function plaintextFindings(draft: Draft): CheckFinding[] {
  const host = hostOf(draft, 'listen');
  if (host === undefined || !isHost(host) || isLoopback(host)) return [];
  if (draft.has(['listen', 'tls']) || draft.says(['listen', 'plaintext'])) return [];
  const callers = draft.keys(['callers']);
  if (callers.length > 0 && callers.every((name) => provesByCertificateAlone(draft, name))) return [];
  return [
    {
      path: ['listen', 'host'],
      message: 'passwords would be sent unencrypted: listen.tls is missing',
      hint: 'write tls: { certificate: …, key: … }; or plaintext: yes where a proxy in front does TLS',
      absence: true,
    },
  ];
}

function provesByCertificateAlone(draft: Draft, name: string): boolean {
  const keys = draft.keys(['callers', name]);
  return keys.includes('certificate') && !keys.some((key) => key.startsWith('password'));
}

const EVERY_ADDRESS = ['0.0.0.0', '::'];

function samePortFindings(draft: Draft): CheckFinding[] {
  if (!draft.has(['admin'])) return [];
  const port = draft.text(['admin', 'port']) ?? '9090';
  const hosts = [hostOf(draft, 'listen'), hostOf(draft, 'admin')];
  const overlap =
    hosts[0] === hosts[1] || hosts.some((host) => host !== undefined && EVERY_ADDRESS.includes(host));
  if (port === '0' || port !== (draft.text(['listen', 'port']) ?? '8443') || !overlap) return [];
  return [{ path: ['admin', 'port'], message: 'listen has this port already' }];
}

// The key is kept for what is to come, so that no config can mean something else by it.
function adminCallerFindings(draft: Draft): CheckFinding[] {
  const path = ['admin', 'callers'];
  if (!draft.has(path)) return [];
  return [{ path, on: 'key', message: 'admin.callers is not available in this version yet' }];
}

function hostOf(draft: Draft, section: 'listen' | 'admin'): string | undefined {
  const path = [section, 'host'];
  return draft.has(path) ? draft.text(path) : '127.0.0.1';
}

function cacheFindings(draft: Draft): CheckFinding[] {
  const milliseconds = (key: string, otherwise: string): number =>
    duration(0).safeParse(draft.has(['cache', key]) ? draft.text(['cache', key]) : otherwise).data ??
    Number.NaN;
  if (!(milliseconds('fresh', '5m') > milliseconds('stale', '1h'))) return [];
  const path = ['cache', draft.has(['cache', 'fresh']) ? 'fresh' : 'stale'];
  return [
    {
      path,
      message: 'fresh is longer than stale',
      hint: 'both count from the moment of reading; without them fresh is 5m and stale 1h',
    },
  ];
}
