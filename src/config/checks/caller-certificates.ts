/**
 * What must hold of the certificates that callers must show: that they are asked for at all, that each demand can be
 * met, and that no two callers without a password are told apart by nothing.
 */
import { type CertificateTest, certificateTest } from '../../caller-certificate.ts';
import type { CheckFinding, Draft } from '../draft.ts';

export function certificateFindings(draft: Draft): CheckFinding[] {
  return [
    ...draft.keys(['callers']).flatMap((name) => demandFindings(draft, name)),
    ...sameCertificateFindings(draft),
  ];
}

function demandFindings(draft: Draft, name: string): CheckFinding[] {
  const path = ['callers', name, 'certificate'];
  if (!draft.isSection(path)) return [];
  const findings: CheckFinding[] = [];
  if (draft.keys(path).length !== 1) {
    findings.push({ path, on: 'key', message: 'expected exactly one of subject, san, fingerprint' });
  }
  if (!draft.has(['listen', 'tls', 'client_ca'])) {
    findings.push({
      path,
      on: 'key',
      message: 'no client certificate is asked for: listen.tls.client_ca is missing',
      hint: "write tls: { …, client_ca: FILE } with the authority that signs callers' certificates",
      absence: true,
    });
  }
  for (const [key, what] of DEMANDS) {
    const text = draft.text([...path, key]);
    const finding =
      text === undefined
        ? undefined
        : draft.syntax({ path: [...path, key], text }, what, () => demandOf(key, text));
    if (finding !== undefined) findings.push(finding);
  }
  return findings;
}

const DEMANDS = [
  ['subject', 'subject of a certificate'],
  ['san', 'alternative name of a certificate'],
] as const;

function demandOf(key: string, text: string): CertificateTest {
  return certificateTest(
    key === 'subject' ? { subject: text } : key === 'san' ? { san: text } : { fingerprint: text },
  );
}

/** Two callers whose only proof is one and the same certificate could not be told apart. */
function sameCertificateFindings(draft: Draft): CheckFinding[] {
  const owners = new Map<string, string>();
  return draft.keys(['callers']).flatMap((name): CheckFinding[] => {
    const path = ['callers', name, 'certificate'];
    if (draft.keys(['callers', name]).some((key) => key.startsWith('password'))) return [];
    return draft.keys(path).flatMap((key): CheckFinding[] => {
      const test = tryDemand(key, draft.text([...path, key]));
      if (test === undefined) return [];
      const owner = owners.get(test.key);
      owners.set(test.key, owner ?? name);
      if (owner === undefined) return [];
      const message = `the caller ${JSON.stringify(owner)} has the same certificate, and neither has a password`;
      return [{ path: [...path, key], message }];
    });
  });
}

function tryDemand(key: string, text: string | undefined): CertificateTest | undefined {
  try {
    return text === undefined ? undefined : demandOf(key, text);
  } catch {
    return undefined;
  }
}
