/**
 * Files that the config names: read as text, with what went wrong in words. Owns how paths are resolved and shown;
 * what must be in a file is its reader's.
 */
import { readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { utf8FileText } from '../names/utf8.ts';

/** A file's text, or why there is none: words that neither name the file nor repeat anything from it. */
export type FileContent =
  | { readonly text: string; readonly failure?: undefined }
  | { readonly failure: string; readonly text?: undefined };

/** Why {@link readText} gives no text where there is no file. */
export const NO_SUCH_FILE = 'there is no such file';

/** Reads the files that one config file names, each once. */
export interface NamedFiles {
  /** The absolute path; relative ones start at the config file's folder. */
  resolve(path: string): string;
  /** @param kind as for {@link readText}; the same for one path each time */
  read(path: string, kind?: FileKind): Promise<FileContent>;
  /** Absolute paths of all that was asked for so far, whether or not it could be read. */
  readPaths(): readonly string[];
}

/** What to say where a path leads nowhere. */
export function pathHint(path: string): string | undefined {
  return isAbsolute(path) ? undefined : 'paths start at the folder of this config file';
}

export function filesBeside(configFile: string): NamedFiles {
  const folder = dirname(resolve(configFile));
  const reads = new Map<string, Promise<FileContent>>();
  return {
    resolve: (path) => resolve(folder, path),
    read(path, kind) {
      const file = resolve(folder, path);
      const content = reads.get(file) ?? readText(file, kind);
      reads.set(file, content);
      return content;
    },
    readPaths: () => [...reads.keys()],
  };
}

/** Makes a text of a file's octets. Throws TypeError, or rejects with it, where they are none. */
export type Decode = (octets: Uint8Array<ArrayBuffer>) => string | Promise<string>;

/** What files of one kind are like. */
export interface FileKind {
  readonly decode: Decode;
  /** So many octets they have at most: what is read takes a hundred times as many, and minutes for millions of lines. */
  readonly most: number;
}

/** What people write: UTF-8, a byte order mark dropped. */
const WRITTEN: FileKind = { decode: utf8FileText, most: 8 * 2 ** 20 };

/** Reads a file as text. Never throws. */
export async function readText(file: string, { decode, most }: FileKind = WRITTEN): Promise<FileContent> {
  try {
    const found = await stat(file);
    // A pipe or a device may never end, and cannot be read again at a reload.
    if (!found.isFile()) return { failure: 'it is not a file' };
    if (found.size > most)
      return { failure: `it has ${inMebibytes(found.size)} MiB, and ${inMebibytes(most)} MiB is the most` };
    return { text: await decode(await readFile(file)) };
  } catch (error) {
    return { failure: inWords(error) };
  }
}

/** The path as messages print it: relative to the working directory where it lies below that. */
export function shownPath(file: string): string {
  const path = relative(process.cwd(), file);
  return path === '' || path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path) ? file : path;
}

function inMebibytes(octets: number): string {
  return (octets / 2 ** 20).toFixed(octets % 2 ** 20 === 0 ? 0 : 1);
}

function inWords(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  return WORDS[code] ?? `${code}`;
}

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: NO_SUCH_FILE,
  ENOTDIR: NO_SUCH_FILE,
  EACCES: 'this process has no right to read it',
  EPERM: 'this process has no right to read it',
  ELOOP: 'its symbolic links lead in a circle',
  ENAMETOOLONG: 'the path is too long',
  ERR_INVALID_ARG_VALUE: 'the path holds a NUL character',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'it is not UTF-8 text',
  ERR_FS_FILE_TOO_LARGE: 'it is larger than what can be read at once',
  ERR_STRING_TOO_LONG: 'it is larger than what can be read at once',
};
