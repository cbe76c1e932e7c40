/**
 * What a file holds, in so few octets that it can be kept of a large file too, and still tell later whether the file
 * holds the same, or a beginning of it: then somebody may be writing it in place, or the disk was full.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, open, stat } from 'node:fs/promises';

/** Of a file's octets what tells them from others. */
export interface Content {
  /** In octets. */
  readonly size: number;
  /** The first octets as they are, at most {@link HEAD}. */
  readonly head: Buffer;
  /** Digests of all octets, {@link BLOCK} at a time; the last block may be shorter. */
  readonly digests: readonly string[];
  /** Whether the last line of the text, UTF-8 or UTF-16, has its newline. False where there is none. */
  readonly endsLine: boolean;
}

/** Mappings and tables are below that, so that of them every octet is compared. */
export const HEAD = 1024 * 1024;
// So many are digested at once in between requests: a fraction of a millisecond.
const BLOCK = 64 * 1024;
const NEWLINE = 0x0a;

/**
 * Undefined where there is no file that can be read, or where it is larger than `most` octets. Reads a large file without
 * ever holding it.
 */
export async function readContent(
  file: string,
  most = Number.POSITIVE_INFINITY,
): Promise<Content | undefined> {
  let handle: FileHandle | undefined;
  try {
    // Opening a pipe may take for ever.
    const stats = await stat(file);
    if (!stats.isFile() || stats.size > most) return undefined;
    handle = await open(file);
    return await contentOf(handle);
  } catch {
    // What is wrong with it is told by whoever reads it for what it says.
    return undefined;
  } finally {
    await handle?.close();
  }
}

export function isSameContent(one: Content | undefined, other: Content | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  return (
    one.size === other.size &&
    one.head.equals(other.head) &&
    one.digests.every((digest, i) => digest === other.digests[i])
  );
}

/**
 * Whether `now` is what the other began with, and not all of it; nothing at all is a beginning too. Of a file past the
 * kept head the end of `now`, less than a block, is not compared.
 */
export function isBeginning(now: Content, was: Content): boolean {
  if (now.size >= was.size) return false;
  const known = Math.min(now.head.length, was.head.length);
  if (!now.head.subarray(0, known).equals(was.head.subarray(0, known))) return false;
  const whole = Math.floor(now.size / BLOCK);
  return now.digests.slice(0, whole).every((digest, i) => digest === was.digests[i]);
}

async function contentOf(handle: FileHandle): Promise<Content> {
  const digests: string[] = [];
  const head: Buffer[] = [];
  let size = 0;
  let end = Buffer.alloc(0);
  for (;;) {
    const block = await readBlock(handle, size);
    if (block.length === 0) break;
    digests.push(createHash('sha256').update(block).digest('base64'));
    if (size < HEAD) head.push(block);
    size += block.length;
    end = Buffer.concat([end, block]).subarray(-2);
    if (block.length < BLOCK) break;
  }
  const beginning = Buffer.concat(head);
  return { size, head: beginning, digests, endsLine: endsLine(beginning, end) };
}

/** As many octets as there are, up to a block. */
async function readBlock(handle: FileHandle, position: number): Promise<Buffer> {
  const block = Buffer.allocUnsafe(BLOCK);
  let length = 0;
  while (length < BLOCK) {
    const { bytesRead } = await handle.read(block, length, BLOCK - length, position + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return block.subarray(0, length);
}

function endsLine(head: Buffer, end: Buffer): boolean {
  // UTF-16 with the low octet first, as its byte order mark says.
  const isLowFirst = head[0] === 0xff && head[1] === 0xfe;
  return isLowFirst ? end[0] === NEWLINE && end[1] === 0 : end.at(-1) === NEWLINE;
}
