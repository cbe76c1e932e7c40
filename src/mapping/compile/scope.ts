/** `groups.under`: which directory groups count. */
import { type Dn, isAtOrUnder, isUnder } from '../../names/dn.ts';
import { didYouMean } from '../../yaml/suggestion.ts';
import type { Scope } from '../recognising/group-place.ts';
import { itemPath, type Report, readDn } from './report.ts';
import { fitting, GroupsSchema, keysOf } from './schema.ts';

/** Undefined where the file does not say it, or not rightly: then nothing is known to lie outside. */
export function compileScope(part: unknown, report: Report): Scope | undefined {
  const path = ['groups', 'under'];
  const under = fitting(GroupsSchema.shape.under, keysOf(part)['under']);
  if (under === undefined || under === '') return undefined;
  if (under === 'everywhere') return { under: [], written: [] };
  const written = typeof under === 'string' ? [under] : under;
  const dns = written.flatMap((text, i): Dn[] => {
    const hint = didYouMean(text, ['everywhere']);
    if (hint !== undefined) {
      const message = Array.isArray(under) ? '"everywhere" stands alone, not in a list' : 'this is no DN';
      report({ path: itemPath(path, under, i), message, hint: Array.isArray(under) ? undefined : hint });
      return [];
    }
    const dn = text === '' ? undefined : readDn(text, itemPath(path, under, i), report);
    return dn === undefined ? [] : [dn];
  });
  return dns.length === written.length ? { under: dns, written } : undefined;
}

/** Whether a group with this DN counts. */
export function holds(scope: Scope, dn: Dn): boolean {
  return scope.under.length === 0 || scope.under.some((ancestor) => isUnder(dn, ancestor));
}

/** Whether a group under this DN can count. */
export function overlaps(scope: Scope, dn: Dn): boolean {
  return (
    scope.under.length === 0 ||
    scope.under.some((ancestor) => isAtOrUnder(dn, ancestor) || isUnder(ancestor, dn))
  );
}
