/**
 * The way back from an entry to the user id that finds it: what a walk over all people asks for, and under which user
 * id each could be asked for. Finding one person by name is users.ts's.
 */
import { foldCase, foldCaseOfNfc } from '../../names/case-folding.ts';
import {
  comparisonKey,
  withoutInsignificantSpaces,
  withSingleSpaces,
} from '../../names/insignificant-spaces.ts';
import { type Entry, plainValues } from '../entries/entry.ts';
import { ANY_ENTRY, type Filter } from '../filters/filter.ts';
import type { TemplateValue } from '../filters/filter-parser.ts';
import {
  type FilterTemplate,
  loginComparisons,
  placeholdersOf,
  substitute,
  valueWith,
} from '../filters/filter-template.ts';
import { askedUserId, nameFromUserId, type UserIdPattern, userIdForName } from './userids.ts';

/** A filter for all whom the template could find: comparisons with a placeholder ask only that there is a value. */
export function everybodyFilter(template: FilterTemplate): Filter {
  return relaxed(template) ?? ANY_ENTRY;
}

/** The first user id that leads to this entry; undefined where none does. */
export function userIdOf(
  entry: Entry,
  template: FilterTemplate,
  patterns: readonly UserIdPattern[],
): string | undefined {
  for (const { attribute, value } of loginComparisons(template)) {
    for (const held of plainValues(entry, attribute)) {
      if (typeof held !== 'string') continue;
      const userid = userIdFor(value, held, patterns);
      if (userid === undefined) continue;
      const name = nameFromUserId(patterns, userid);
      if (name !== undefined && couldFind(template, entry, { name, userid: askedUserId(userid) }))
        return userid;
    }
  }
  return undefined;
}

function userIdFor(
  value: TemplateValue,
  held: string,
  patterns: readonly UserIdPattern[],
): string | undefined {
  const parts = partsOf(value);
  if (parts === undefined) return undefined;
  const { placeholder, before, after } = parts;
  const text = askedUserId(held);
  const folded = foldCaseOfNfc(text);
  if (!folded.startsWith(before) || !folded.endsWith(after)) return undefined;
  if (before.length + after.length >= text.length) return undefined;
  const part = withoutInsignificantSpaces(text.slice(before.length, text.length - after.length));
  if (placeholder === 'name') return userIdForName(patterns, part);
  return nameFromUserId(patterns, part) === undefined ? undefined : part;
}

/** A value with one placeholder; the texts before and behind it are as texts are compared. */
interface Parts {
  readonly placeholder: string;
  readonly before: string;
  readonly after: string;
}

/** Of the few values of templates: everybody's login values are held against them. */
const known = new WeakMap<TemplateValue, Parts | undefined>();

/** Undefined where there is not one placeholder. */
function partsOf(value: TemplateValue): Parts | undefined {
  if (known.has(value)) return known.get(value);
  const [placeholder, ...others] = placeholdersOf(value);
  const at = value.findIndex((piece) => !(piece instanceof Uint8Array));
  const literal = (pieces: TemplateValue): string =>
    foldCase(withSingleSpaces(Buffer.from(valueWith(pieces, {})).toString('utf8')));
  const parts =
    placeholder === undefined || others.length > 0
      ? undefined
      : {
          placeholder,
          before: literal(value.slice(0, at)).replace(/^ /, ''),
          after: literal(value.slice(at + 1)).replace(/ $/, ''),
        };
  known.set(value, parts);
  return parts;
}

// Whether the comparisons with placeholders hold for the entry; the others held when it was read.
function couldFind(
  template: FilterTemplate,
  entry: Entry,
  texts: Readonly<Record<'name' | 'userid', string>>,
): boolean {
  switch (template.kind) {
    case 'and':
      return template.filters.every((inner) => couldFind(inner, entry, texts));
    case 'or': {
      const comparing = template.filters.filter((inner) => loginComparisons(inner).length > 0);
      return comparing.length === 0 || comparing.some((inner) => couldFind(inner, entry, texts));
    }
    case 'equality': {
      if (placeholdersOf(template.value).length === 0) return true;
      const wanted = comparisonKey(Buffer.from(valueWith(template.value, texts)).toString('utf8'));
      return plainValues(entry, template.attribute).some(
        (value) => typeof value === 'string' && comparisonKey(value) === wanted,
      );
    }
    default:
      return true;
  }
}

// Undefined where the template says nothing certain of everybody.
function relaxed(template: FilterTemplate): Filter | undefined {
  const asIs = substitute(template, {});
  switch (template.kind) {
    case 'and': {
      const filters = template.filters.map(relaxed).filter((filter) => filter !== undefined);
      return filters.length === 0 ? undefined : { kind: 'and', filters };
    }
    case 'or': {
      const filters = template.filters.map(relaxed);
      return filters.every((filter) => filter !== undefined) ? { kind: 'or', filters } : undefined;
    }
    case 'not':
    case 'present':
      return asIs;
    default:
      return (
        asIs ??
        (template.attribute === undefined ? undefined : { kind: 'present', attribute: template.attribute })
      );
  }
}
