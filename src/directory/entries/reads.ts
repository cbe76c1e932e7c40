/**
 * The reads that every lookup is made of: one entry by its DN, and all values of attributes that came in ranges.
 * What must be there and is not becomes `directory_incomplete` here.
 */
import type { Deadline } from '../../deadline.ts';
import { ANY_ENTRY } from '../filters/filter.ts';
import { absentBase, incomplete, judgeRange } from './completeness.ts';
import { type AttributeForm, type Entry, rangeOf } from './entry.ts';
import type { EntrySource, Search } from './entry-source.ts';

const RANGED_AT_ONCE = 16;

/** Every entry of a search whose base must exist, with all their values. */
export async function searchAll(
  source: EntrySource,
  search: Search,
  deadline: Deadline,
): Promise<readonly Entry[]> {
  const outcome = await source.search(search, deadline);
  if (outcome.base === 'absent') {
    throw absentBase(search.base);
  }
  return Promise.all(outcome.entries.map((entry) => withAllValues(source, entry, deadline)));
}

/**
 * Every entry of a search, page by page, with all their values.
 * @param deadline for the reads of further values of one page
 */
export async function* searchInPages(
  source: EntrySource,
  search: Search,
  size: number,
  deadline: () => Deadline,
): AsyncGenerator<readonly Entry[]> {
  for await (const page of source.pages(search, size)) {
    const limit = deadline();
    if (!page.some(isInRanges)) yield page;
    else yield await mapConcurrently(page, RANGED_AT_ONCE, (entry) => withAllValues(source, entry, limit));
  }
}

/** One entry that must exist and be readable, with all its values. */
export async function readEntry(
  source: EntrySource,
  dn: string,
  attributes: readonly string[],
  deadline: Deadline,
): Promise<Entry> {
  const [entry] = await searchAll(
    source,
    { base: dn, scope: 'base', filter: ANY_ENTRY, attributes },
    deadline,
  );
  if (entry === undefined) throw incomplete('entry', `${dn} cannot be read`);
  return entry;
}

/** Runs the work for each item, at most `atOnce` at a time; the results keep the items' order. */
export async function mapConcurrently<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  let failed = false;
  const worker = async () => {
    for (const [index, item] of queue) {
      if (failed) return;
      try {
        results[index] = await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}

/**
 * The same, where each result is used at once and then let go: no more than `atOnce` of them are there. Work that runs
 * when the caller stops, or when another fails, ends by itself.
 */
export async function* inTurn<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const running: Promise<R>[] = [];
  for (const item of items) {
    const result = work(item);
    // Told when its turn comes; where another failed before, nobody waits for it.
    result.catch(() => {});
    running.push(result);
    const first = running.length < atOnce ? undefined : running.shift();
    if (first !== undefined) yield await first;
  }
  for (const result of running) yield await result;
}

// Active Directory sends the first 1,500 values as `member;range=0-1499` and the others when asked for.
async function withAllValues(source: EntrySource, entry: Entry, deadline: Deadline): Promise<Entry> {
  if (!isInRanges(entry)) return entry;
  const forms = await Promise.all(entry.forms.map((form) => completed(source, entry.dn, form, deadline)));
  return { dn: entry.dn, forms };
}

function isInRanges({ forms }: Entry): boolean {
  return forms.some((form) => rangeOf(form) !== undefined);
}

async function completed(
  source: EntrySource,
  dn: string,
  form: AttributeForm,
  deadline: Deadline,
): Promise<AttributeForm> {
  let range = rangeOf(form);
  if (range === undefined) return form;
  const values = [...form.values];
  const what = `${form.type} of ${dn}`;
  let expected = judgeRange(range, 0, what);
  while (expected !== undefined) {
    const attributes = [`${form.type};range=${expected}-*`];
    const search: Search = { base: dn, scope: 'base', filter: ANY_ENTRY, attributes };
    const outcome = await source.search(search, deadline);
    const further =
      outcome.base === 'present'
        ? outcome.entries[0]?.forms.find((other) => other.type === form.type && rangeOf(other) !== undefined)
        : undefined;
    range = further && rangeOf(further);
    values.push(...(further?.values ?? []));
    expected = judgeRange(range, expected, what);
  }
  return { type: form.type, options: form.options.filter((option) => !option.startsWith('range=')), values };
}
