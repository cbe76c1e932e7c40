/**
 * A search in pages (RFC 2696) as servers really answer it: which pages they bear, and whether they page at all. What a
 * page is worth for an answer is judged by search-operations.ts.
 */
import { incomplete } from '../entries/completeness.ts';
import {
  ADMIN_LIMIT_EXCEEDED,
  SIZE_LIMIT_EXCEEDED,
  SUCCESS,
  UNAVAILABLE_CRITICAL_EXTENSION,
  UNWILLING_TO_PERFORM,
} from '../entries/ldap-result.ts';
import type { SearchResult } from './connection.ts';

export interface PageRequest {
  readonly size: number;
  /** Empty for the first page. */
  readonly cookie: Buffer;
}

/** A first page, and the size of the pages that follow. */
export interface FirstPage {
  readonly page: SearchResult;
  readonly size: number;
}

const FIRST = Buffer.alloc(0);
// RFC 2696 leaves the code to the server.
const REFUSES_PAGES_OF_THIS_SIZE: ReadonlySet<number> = new Set([
  SIZE_LIMIT_EXCEEDED,
  ADMIN_LIMIT_EXCEEDED,
  UNWILLING_TO_PERFORM,
]);

/**
 * The first page, of the size that is asked for or the largest one by halves that the server bears; undefined where it
 * does not page for this account, and a search without pages must take the place of this one.
 */
export async function firstPage(
  pageOf: (request: PageRequest) => Promise<SearchResult>,
  wanted: number,
): Promise<FirstPage | undefined> {
  for (let size = wanted; ; size = Math.ceil(size / 2)) {
    const page = await pageOf({ size, cookie: FIRST });
    if (page.code === UNAVAILABLE_CRITICAL_EXTENSION) return undefined;
    // Whoever took the control out of the answer may have kept the rest of the pages as well.
    if (page.code === SUCCESS && !page.isPaged) return undefined;
    if (!REFUSES_PAGES_OF_THIS_SIZE.has(page.code)) return { page, size };
    if (size > 1) continue;
    return page.code === SIZE_LIMIT_EXCEEDED ? { page, size } : undefined;
  }
}

/** The cookie of the page after a later one; undefined after the last. Throws {@link Failure} where it is not told. */
export function cookieOf(page: SearchResult, base: string): Buffer | undefined {
  if (page.code === SUCCESS && !page.isPaged)
    throw incomplete('page', `the walk of ${base} broke off in the middle: a page came without its control`);
  return page.cookie;
}
