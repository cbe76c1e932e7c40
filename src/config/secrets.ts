/**
 * Which parts of the config file are secrets: what excerpts never show, and what better stood in a file of its own.
 * Errs on the side of hiding: a misspelt key may hold a password. How excerpts are masked is yaml/'s.
 */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is the config file's own syntax

import * as z from 'zod';
import type { Path } from '../yaml/finding.ts';
import { parseYaml, type YamlSource } from '../yaml/source.ts';
import { suggest } from '../yaml/suggestion.ts';
import type { CheckFinding, Draft } from './draft.ts';
import { CONFIG_SCHEMA } from './schema.ts';

const SECRET_KEYS = ['password', 'passwords', 'password_hash', 'password_hashes'];

const KNOWN_KEYS = new Set(keysIn(z.toJSONSchema(CONFIG_SCHEMA, { io: 'input' })));

const WORD_BEFORE_COLON = /(?<![\p{L}\p{N}_/-])([\p{L}\p{N}_-]+)(?:["']\s*:|\s*:(?=\s|$))/gmu;

/** Parses the config file so that no excerpt of it shows a secret, also where keys are misspelt or syntax is broken. */
export function parseMasked(file: string, text: string): YamlSource {
  const { data } = parseYaml(file, text, { strict: false });
  const names = new Set(['callers', 'directories', 'endpoints'].flatMap((section) => keysAt(data, section)));
  const unknown = [...text.matchAll(WORD_BEFORE_COLON)]
    .map((match) => String(match[1]))
    .filter((word) => !KNOWN_KEYS.has(word) && !names.has(word));
  const secretKeys = new Set([...SECRET_KEYS, ...unknown]);
  const source = parseYaml(file, text, { strict: false, isSecret: (key) => secretKeys.has(key) });
  maskMisplaced(source, source.data);
  return source;
}

// A text where a section with secrets belongs, an unknown key, a user in a URL: by path, as no key tells of them.
function maskMisplaced(source: YamlSource, data: unknown): void {
  for (const issue of z.safeParse(CONFIG_SCHEMA, data).error?.issues ?? []) {
    const path = issue.path as (string | number)[];
    for (const key of issue.code === 'unrecognized_keys' ? issue.keys : []) {
      source.mask([...path, key]);
      if (mayHoldSecret(key, source.isWhole)) source.mask([...path, key], 'key');
    }
    if (issue.code === 'invalid_type' && issue.expected !== 'string') source.mask(path);
  }
  for (const name of keysAt(data, 'directories')) {
    maskTexts(source, ['directories', name, 'urls'], data, (text) => text.includes('@'));
  }
  maskTexts(source, [], data, (text) => text.includes('-----BEGIN'));
}

/** Whether an unknown key may be a piece of a secret: `{ password hunter2: }`, or anything behind a syntax error. */
export function mayHoldSecret(key: string, isWhole: boolean): boolean {
  return /\s/.test(key) || (!isWhole && suggest(key, [...KNOWN_KEYS]) === undefined);
}

function maskTexts(source: YamlSource, at: Path, data: unknown, meant: (text: string) => boolean): void {
  const walk = (value: unknown, path: Path): void => {
    if (typeof value === 'string' && meant(value)) source.mask(path);
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value))
      walk(inner, [...path, Array.isArray(value) ? Number(key) : key]);
  };
  walk(
    at.reduce<unknown>((value, step) => (value as Record<string, unknown> | undefined)?.[step], data),
    at,
  );
}

/** Warns of passwords that are written in the file itself, and refuses those that a `#` cuts. */
export function literalSecretFindings(draft: Draft, source: YamlSource): CheckFinding[] {
  const lines = source.text.split(/\r?\n/);
  return passwordPaths(draft)
    .flatMap((path) => draft.texts(path))
    .filter(({ path }) => !draft.isReplaced(path))
    .map(({ path, text }): CheckFinding => {
      const line = lines[source.lineOf(path) - 1] ?? '';
      const rest = line.slice(line.lastIndexOf(text) + text.length);
      if (!source.isQuoted(path) && line.includes(text) && /^[ \t]+#\S/.test(rest)) {
        return { path, message: 'the password ends before " #"', hint: 'put it in quotes' };
      }
      return {
        path,
        severity: 'warning',
        message: 'a password written in this file',
        hint: 'keep it in a file of its own: "${file:PATH}"',
      };
    });
}

/** Where passwords, not hashes, stand. */
function passwordPaths(draft: Draft): Path[] {
  return [
    ...draft
      .keys(['callers'])
      .flatMap((name) => ['password', 'passwords'].map((key) => ['callers', name, key])),
    ...draft.keys(['directories']).map((name) => ['directories', name, 'bind', 'password']),
  ];
}

function keysAt(data: unknown, section: string): string[] {
  const value = (data as Record<string, unknown> | undefined)?.[section];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
}

function keysIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) => [
    ...(key === 'properties' ? Object.keys(value as object) : []),
    ...keysIn(value),
  ]);
}
