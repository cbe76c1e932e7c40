/** The search that a dynamic group's URL stands for (RFC 4516). Who is met by it is group-members.ts's. */
import type { Search } from '../entries/entry-source.ts';
import { ANY_ENTRY } from '../filters/filter.ts';
import { FilterSyntaxError, parseFilter } from '../filters/filter-parser.ts';
import { substitute } from '../filters/filter-template.ts';

/** Undefined where it is none of this directory: `ldap:///BASE?ATTRIBUTES?SCOPE?FILTER` names no server. */
export function searchOfUrl(url: string, attributes: readonly string[]): Search | undefined {
  const [, base, , scope, written] =
    /^ldaps?:\/\/\/([^?]*)(?:\?([^?]*)(?:\?([^?]*)(?:\?([^?]*))?)?)?/i.exec(url) ?? [];
  if (base === undefined) return undefined;
  try {
    const filter = written ? substitute(parseFilter(decodeURIComponent(written)), {}) : ANY_ENTRY;
    if (filter === undefined) return undefined;
    return {
      base: decodeURIComponent(base),
      scope: scope === 'sub' || scope === 'one' ? scope : 'base',
      filter,
      attributes,
    };
  } catch (error) {
    if (!(error instanceof URIError) && !(error instanceof FilterSyntaxError)) throw error;
    return undefined;
  }
}
