/**
 * What must hold of how each of `directories` is reached: one source, an encrypted way to it, one way to bind. What
 * is read there is people.ts's and memberships.ts's.
 */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is the config file's own syntax

import { CONTROL_CHARACTER } from '../../names/code-points.ts';
import { parseDn } from '../../names/dn.ts';
import type { Path } from '../../yaml/finding.ts';
import type { CheckFinding, Draft } from '../draft.ts';
import { parseServer } from '../ldap-url.ts';
import { unusable } from './callers.ts';

export function directoryFindings(draft: Draft): CheckFinding[] {
  return draft
    .keys(['directories'])
    .filter((name) => draft.isSection(['directories', name]))
    .flatMap((name) => [
      ...sourceFindings(draft, name),
      ...urlFindings(draft, ['directories', name]),
      ...clientCertificateFindings(draft, ['directories', name]),
      ...bindFindings(draft, name),
    ]);
}

/** Names stand in logs and messages, so they are texts that can. */
export function nameFindings(draft: Draft): CheckFinding[] {
  return ['callers', 'directories'].flatMap((section) =>
    draft
      .keys([section])
      .filter((name) => name.trim() === '' || CONTROL_CHARACTER.test(name))
      .map((name): CheckFinding => ({ path: [section, name], on: 'key', message: 'this cannot be a name' })),
  );
}

function sourceFindings(draft: Draft, name: string): CheckFinding[] {
  const path = ['directories', name];
  const hasUrls = draft.has([...path, 'urls']);
  if (!draft.has([...path, 'ldif'])) {
    if (hasUrls) return [];
    return [
      {
        path,
        on: 'key',
        message: `the directory ${JSON.stringify(name)} has neither urls nor ldif`,
        hint: 'write urls: [ldaps://HOST]',
        absence: true,
      },
    ];
  }
  if (hasUrls) {
    return [
      {
        path: [...path, 'ldif'],
        on: 'key',
        message: 'urls and ldif stand in one directory',
        hint: 'keep one',
      },
    ];
  }
  return ['tls', 'bind']
    .filter((key) => draft.has([...path, key]))
    .map((key) => ({
      path: [...path, key],
      on: 'key',
      severity: 'warning',
      message: `${key} says nothing beside ldif`,
    }));
}

function urlFindings(draft: Draft, path: Path): CheckFinding[] {
  const findings: CheckFinding[] = [];
  const startTls = draft.says([...path, 'tls', 'starttls']);
  const plaintext = draft.says([...path, 'plaintext']);
  const seen = new Set<string>();
  for (const place of draft.texts([...path, 'urls'])) {
    const finding = draft.syntax(place, 'URL of a directory', (text) => parseServer(text, 'ldaps'));
    if (finding !== undefined) findings.push(finding);
    else if (/^ldap:/i.test(place.text) && !startTls && !plaintext) {
      findings.push({
        path: place.path,
        message: 'ldap:// sends the bind password and all answers unencrypted',
        hint: 'write ldaps://, or tls: { starttls: yes }; or plaintext: yes beside urls',
      });
    } else if (/^ldaps:/i.test(place.text) && startTls) {
      findings.push({
        path: place.path,
        message: 'ldaps:// is encrypted from the start, and tls.starttls: yes is for ldap://',
        hint: 'write ldap:// here, or leave out starttls',
      });
    }
    if (seen.has(place.text)) findings.push({ path: place.path, message: 'this URL stands here twice' });
    seen.add(place.text);
  }
  if (startTls && plaintext) {
    findings.push({
      path: [...path, 'plaintext'],
      on: 'key',
      severity: 'warning',
      message: 'plaintext says nothing beside tls.starttls: nothing is sent unencrypted',
    });
  }
  return findings;
}

function clientCertificateFindings(draft: Draft, path: Path): CheckFinding[] {
  const [certificate, key] = [
    [...path, 'tls', 'certificate'],
    [...path, 'tls', 'key'],
  ] as const;
  const findings: CheckFinding[] = [];
  if (draft.has(certificate) !== draft.has(key)) {
    const [present, missing] = draft.has(key) ? [key, 'certificate'] : [certificate, 'key'];
    findings.push({
      path: present,
      on: 'key',
      message: `tls.${missing} is missing: a client certificate takes certificate and key`,
      absence: true,
    });
  }
  const sasl = [...path, 'bind', 'sasl'];
  if (!draft.has(sasl) || !draft.has([...path, 'urls'])) return findings;
  if (!draft.has(certificate) && !draft.has(key)) {
    findings.push({
      path: sasl,
      on: 'key',
      message: 'sasl: external binds by a client certificate, and there is none',
      hint: 'write tls: { certificate: …, key: … }',
      absence: true,
    });
  } else if (
    draft.says([...path, 'plaintext']) &&
    !draft.says([...path, 'tls', 'starttls']) &&
    draft.texts([...path, 'urls']).some(({ text }) => !/^ldaps:/i.test(text))
  ) {
    findings.push({
      path: sasl,
      on: 'key',
      message: 'sasl: external binds by a client certificate, which plaintext: yes keeps from being shown',
      hint: 'write ldaps://, or tls: { starttls: yes }',
    });
  }
  return findings;
}

const BIND_HINT = 'write bind: { dn: "…", password: "${file:PATH}" }, or bind: { anonymous: yes }';

function bindFindings(draft: Draft, name: string): CheckFinding[] {
  const path = ['directories', name, 'bind'];
  if (!draft.has(path)) {
    if (!draft.has(['directories', name, 'urls'])) return [];
    return [
      {
        path: ['directories', name],
        on: 'key',
        message: `the directory ${JSON.stringify(name)} has no bind`,
        hint: BIND_HINT,
        absence: true,
      },
    ];
  }
  if (!draft.isSection(path)) return [];
  const findings: CheckFinding[] = [];
  const [dn, password] = [draft.has([...path, 'dn']), draft.has([...path, 'password'])];
  const ways = [dn || password, draft.has([...path, 'sasl']), draft.says([...path, 'anonymous'])];
  const count = ways.filter(Boolean).length;
  if (count > 1) {
    findings.push({
      path,
      on: 'key',
      message: 'more than one way to bind',
      hint: 'keep dn with password, sasl, or anonymous',
    });
  }
  if (count === 0)
    findings.push({ path, on: 'key', message: 'no way to bind', hint: BIND_HINT, absence: true });
  if (dn !== password) {
    const missing = dn ? 'password' : 'dn';
    findings.push({ path, on: 'key', message: `the key "${missing}" is missing`, absence: true });
  }
  for (const place of draft.texts([...path, 'dn'])) {
    const finding = draft.syntax(place, 'DN', parseDn);
    if (finding !== undefined)
      findings.push({
        ...finding,
        hint: 'an account is named by its DN, as in "CN=svc,OU=Service,DC=acme,DC=com"',
      });
  }
  for (const place of draft.texts([...path, 'password'])) {
    const message = unusable(place.text);
    if (message !== undefined) findings.push({ path: place.path, message });
  }
  return findings;
}
