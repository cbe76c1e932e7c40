/**
 * What must hold of `callers`: each has a proof that can be checked, and no two are the same user. Their
 * certificates are caller-certificates.ts's; which endpoint serves whom is endpoints.ts's.
 */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is the config file's own syntax
import { CONTROL_CHARACTER } from '../../names/code-points.ts';
import { parsePasswordHash } from '../../password-hash.ts';
import { suggest } from '../../yaml/suggestion.ts';
import type { CheckFinding, Draft, PlacedText } from '../draft.ts';
import { certificateFindings } from './caller-certificates.ts';

const PROOFS = ['password', 'passwords', 'password_hash', 'password_hashes', 'certificate'];

export function callerFindings(draft: Draft): CheckFinding[] {
  return [
    ...draft
      .keys(['callers'])
      .flatMap((name) => [
        ...userFindings(draft, name),
        ...proofFindings(draft, name),
        ...secretFindings(draft, name),
      ]),
    ...sameUserFindings(draft),
    ...certificateFindings(draft),
  ];
}

/** The user of HTTP Basic: `user`, or the caller's name. */
function userOf(draft: Draft, name: string): (PlacedText & { readonly on: 'key' | 'value' }) | undefined {
  const path = ['callers', name, 'user'];
  if (!draft.has(path)) return { path: ['callers', name], text: name, on: 'key' };
  const text = draft.text(path);
  return text === undefined ? undefined : { path, text, on: 'value' };
}

function userFindings(draft: Draft, name: string): CheckFinding[] {
  const user = userOf(draft, name);
  if (user === undefined) return [];
  const { path, on } = user;
  const message = user.text.includes(':')
    ? 'a user of HTTP Basic cannot hold ":"'
    : CONTROL_CHARACTER.test(user.text)
      ? 'a user cannot hold control characters'
      : undefined;
  if (message === undefined) return [];
  return [{ path, on, message, hint: on === 'key' ? 'write another user: for this caller' : undefined }];
}

function proofFindings(draft: Draft, name: string): CheckFinding[] {
  const path = ['callers', name];
  if (!draft.isSection(path)) return [];
  const given = PROOFS.filter((key) => draft.has([...path, key]));
  if (given.length === 0) {
    // A misspelt proof is told of as such.
    if (draft.keys(path).some((key) => suggest(key, PROOFS) !== undefined)) return [];
    return [
      {
        path,
        on: 'key',
        message: `the caller ${JSON.stringify(name)} has no proof`,
        hint: 'write password: "${file:PATH}", or password_hash',
        absence: true,
      },
    ];
  }
  const findings: CheckFinding[] = [];
  for (const [one, many] of [
    ['password', 'passwords'],
    ['password_hash', 'password_hashes'],
  ] as const) {
    if (given.includes(one) && given.includes(many)) {
      findings.push({
        path: [...path, many],
        on: 'key',
        message: `${one} and ${many} stand in one caller`,
        hint: `list both under ${many}`,
      });
    }
  }
  const secrets = given.flatMap((key) => (key === 'certificate' ? [] : draft.texts([...path, key])));
  if (secrets.length > 2) {
    findings.push({
      path,
      on: 'key',
      message: `the caller ${JSON.stringify(name)} has ${secrets.length} passwords`,
      hint: 'at most two are valid at a time, the new and the old one',
    });
  }
  return findings;
}

function secretFindings(draft: Draft, name: string): CheckFinding[] {
  const findings: CheckFinding[] = [];
  for (const key of ['password', 'passwords']) {
    for (const { path, text } of draft.texts(['callers', name, key])) {
      const message = unusable(text);
      if (message !== undefined) findings.push({ path, message });
      else if (/^\$scrypt\$/.test(text)) {
        findings.push({ path, message: 'a hash stands for a password', hint: 'the key is password_hash' });
      }
    }
  }
  for (const key of ['password_hash', 'password_hashes']) {
    for (const place of draft.texts(['callers', name, key])) {
      const finding = draft.syntax(place, 'password hash', parsePasswordHash);
      if (finding !== undefined) findings.push(finding);
    }
  }
  return findings;
}

/** Why a text can be no password: clients could not send it (RFC 7617), so it comes from a badly written file. */
export function unusable(password: string): string | undefined {
  if (/[\r\n]/.test(password)) return 'a password of several lines';
  return CONTROL_CHARACTER.test(password) ? 'a password with control characters' : undefined;
}

function sameUserFindings(draft: Draft): CheckFinding[] {
  const owners = new Map<string, string>();
  return draft.keys(['callers']).flatMap((name): CheckFinding[] => {
    const user = userOf(draft, name);
    const key = user?.text.normalize('NFC');
    if (user === undefined || key === undefined) return [];
    const owner = owners.get(key);
    if (owner === undefined) {
      owners.set(key, name);
      return [];
    }
    return [
      { path: user.path, on: user.on, message: `the caller ${JSON.stringify(owner)} has the same user` },
    ];
  });
}
