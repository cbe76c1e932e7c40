/**
 * Texts of the config that have a syntax of their own, DNs, filters and patterns: whether what parses them does. The
 * parsers are directory/'s and names/'.
 */
import type { FilterTemplate } from '../../directory/filters/filter-template.ts';
import { notEvaluated } from '../../directory/ldif/matching-rules.ts';
import type { Path } from '../../yaml/finding.ts';
import type { CheckFinding, Draft } from '../draft.ts';

/** What an LDIF file cannot be searched by: a server would find others, or nobody would be found. */
export function ldifFilterFindings(
  draft: Draft,
  directory: Path,
  path: Path,
  parse: (text: string) => FilterTemplate,
): CheckFinding[] {
  if (!draft.has([...directory, 'ldif'])) return [];
  return draft.texts(path).flatMap((place) => {
    if (draft.syntax(place, 'filter', parse) !== undefined) return [];
    const reason = notEvaluated(parse(place.text));
    if (reason === undefined) return [];
    const about = draft.isReplaced(path)
      ? 'what stands for this has a comparison that is not known here'
      : reason;
    return [{ path, message: `an LDIF file cannot be searched by this filter: ${about}` }];
  });
}

/** What the parser refuses in the text, or in each of the list, at the path. */
export function syntaxFindings(
  draft: Draft,
  path: Path,
  what: string,
  parse: (text: string) => unknown,
): CheckFinding[] {
  return draft.texts(path).flatMap((place) => draft.syntax(place, what, parse) ?? []);
}
