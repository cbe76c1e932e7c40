/**
 * `${env:NAME}` and `${file:PATH}` in the values of the config file, replaced by what they stand for. Owns the
 * references' syntax. There is no escape: a `${` that is no reference is refused.
 */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is the config file's own syntax

import { type NamedFiles, pathHint, shownPath } from '../files/text-file.ts';
import type { Finding, Path } from '../yaml/finding.ts';
import { didYouMean } from '../yaml/suggestion.ts';

/** The data with its references replaced, as far as they could be. */
export interface Interpolated {
  readonly data: unknown;
  readonly findings: readonly Finding[];
  /** Whether the value at the path holds a reference: its text must not be shown. */
  isReplaced(path: Path): boolean;
  /** Whether a reference in it could not be replaced: nothing can be said about the value. */
  isFailed(path: Path): boolean;
}

const REFERENCE = /\$\{(env|file):([^{}]+)\}/g;

/** Replaces the references in every text of the data. Never throws. */
export async function interpolate(
  data: unknown,
  env: NodeJS.ProcessEnv,
  files: NamedFiles,
): Promise<Interpolated> {
  const findings: Finding[] = [];
  const replaced = new Set<string>();
  const failed = new Set<string>();

  const walk = async (value: unknown, path: Path): Promise<unknown> => {
    if (typeof value === 'string') return value.includes('${') ? replace(value, path) : value;
    if (Array.isArray(value)) return Promise.all(value.map((item, i) => walk(item, [...path, i])));
    if (typeof value !== 'object' || value === null) return value;
    // As the parser makes them: without a prototype, a key may be called anything.
    const copy = Object.create(null) as Record<string, unknown>;
    for (const [key, inner] of Object.entries(value)) {
      if (key.includes('${')) {
        findings.push({
          path: [...path, key],
          on: 'key',
          message: '${…} is replaced in values, not in keys',
        });
      }
      copy[key] = await walk(inner, [...path, key]);
    }
    return copy;
  };

  const replace = async (text: string, path: Path): Promise<string> => {
    replaced.add(keyOf(path));
    let result = '';
    let end = 0;
    const problems: Finding[] = [];
    for (const reference of text.matchAll(REFERENCE)) {
      const span = [reference.index, reference.index + reference[0].length] as const;
      problems.push(...malformed(text.slice(end, reference.index), end, path));
      const found = await lookUp(String(reference[1]), String(reference[2]), env, files);
      if (found.text === undefined) problems.push({ path, span, message: found.message, hint: found.hint });
      result += text.slice(end, reference.index) + (found.text ?? '');
      end = span[1];
    }
    problems.push(...malformed(text.slice(end), end, path));
    result += text.slice(end);
    if (problems.length === 0 && result.trim() === '') {
      problems.push({ path, message: `${text.trim()} stands for an empty text` });
    }
    if (problems.length > 0) failed.add(keyOf(path));
    findings.push(...problems);
    return result;
  };

  return {
    data: await walk(data, []),
    findings,
    isReplaced: (path) => replaced.has(keyOf(path)),
    isFailed: (path) => failed.has(keyOf(path)),
  };
}

type Replacement =
  | { readonly text: string; readonly message?: undefined; readonly hint?: undefined }
  | { readonly text?: undefined; readonly message: string; readonly hint?: string | undefined };

async function lookUp(
  kind: string,
  name: string,
  env: NodeJS.ProcessEnv,
  files: NamedFiles,
): Promise<Replacement> {
  if (kind === 'env') {
    const text = Object.hasOwn(env, name) ? env[name] : undefined;
    return text === undefined ? { message: `the environment variable ${name} is not set` } : { text };
  }
  const { text, failure } = await files.read(name);
  if (text !== undefined) return { text: text.replace(/\r?\n$/, '') };
  return {
    message: `cannot read ${shownPath(files.resolve(name))}: ${failure}`,
    hint: pathHint(name),
  };
}

function malformed(text: string, offset: number, path: Path): Finding[] {
  const at = text.indexOf('${');
  if (at === -1) return [];
  const word = /^\$\{\s*([A-Za-z]+)\s*[:}]/.exec(text.slice(at))?.[1] ?? '';
  const nested = /^\$\{[^}]*$/.test(text.slice(at));
  return [
    {
      path,
      span: [offset + at, offset + text.length],
      message: 'expected ${env:NAME} or ${file:PATH}',
      hint: nested
        ? 'a "}" is missing, or one stands inside another'
        : (didYouMean(word, ['env', 'file']) ?? 'a plain "${" cannot be written: put the text in a file'),
    },
  ];
}

function keyOf(path: Path): string {
  return JSON.stringify(path);
}
