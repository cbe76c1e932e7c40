/**
 * LDIF that is read once as long as somebody has what was made of it: what checks a file and what searches it need the
 * same, and so does a reload under which the file stayed as it was. How it is read is ldif.ts's.
 */
import { inSlices } from '../../slices.ts';
import { type LdifContent, readingLdif } from './ldif.ts';
import { decodingLdif } from './ldif-octets.ts';

interface Known {
  readonly content: WeakRef<LdifContent>;
  /** SHA-256 of the octets, where it was read from any. */
  readonly digest: string | undefined;
}

let known: readonly Known[] = [];

/** Never throws: what is wrong is in the content. A text whose content somebody still has is not parsed again. */
export function parseLdif(text: string): LdifContent {
  const there = contentOf(text);
  if (there !== undefined) return there;
  const work = readingLdif(text);
  for (;;) {
    const step = work.next();
    if (step.done === true) return remember(step.value);
  }
}

/** The same in slices, between which the event loop goes on. */
export async function parseLdifInSlices(text: string): Promise<LdifContent> {
  return contentOf(text) ?? remember(await inSlices(readingLdif(text)));
}

/**
 * The content of a file in slices; octets whose content somebody still has are not even decoded again. Rejects with a
 * TypeError where they are no text.
 */
export async function readLdif(octets: Uint8Array<ArrayBuffer>): Promise<LdifContent> {
  // In a thread of its own.
  const digest = Buffer.from(await crypto.subtle.digest('SHA-256', octets)).toString('hex');
  const there = known.find((each) => each.digest === digest)?.content.deref();
  if (there !== undefined) return there;
  return remember(await parseLdifInSlices(await inSlices(decodingLdif(octets))), digest);
}

function contentOf(text: string): LdifContent | undefined {
  for (const each of known) {
    const content = each.content.deref();
    if (content?.text === text) return content;
  }
  return undefined;
}

function remember(content: LdifContent, digest?: string): LdifContent {
  const others = known.filter((each) => {
    const other = each.content.deref();
    return other !== undefined && other !== content;
  });
  known = [...others, { content: new WeakRef(content), digest }];
  return content;
}
