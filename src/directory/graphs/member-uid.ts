/**
 * Comparisons of a person's uid with members that groups list by it. The standard schema compares memberUid with regard
 * to case (RFC 2307) and uid without, so a server's own equality would pass over members that are spelled otherwise.
 */
import { matchingRuleOf } from '../entries/attribute-types.ts';
import { type FilterTemplate, mentions } from '../filters/filter-template.ts';

/**
 * The template with such a comparison beside it that ignores case.
 * @param rule the matching rule (RFC 4517) that the servers ignore case by; undefined where none is known to work
 */
export function ignoringCaseOfUid(template: FilterTemplate, rule: string | undefined): FilterTemplate {
  switch (template.kind) {
    case 'and':
    case 'or':
      return { kind: template.kind, filters: template.filters.map((each) => ignoringCaseOfUid(each, rule)) };
    case 'not':
      return { kind: 'not', filter: ignoringCaseOfUid(template.filter, rule) };
    case 'equality': {
      if (rule === undefined || !mentions(template, 'uid')) return template;
      if (matchingRuleOf(template.attribute) !== 'caseExact') return template;
      const { attribute, value } = template;
      // The equality has an index where the rule has none, and is right by itself.
      return {
        kind: 'or',
        filters: [template, { kind: 'extensible', attribute, rule, dnAttributes: false, value }],
      };
    }
    default:
      return template;
  }
}

/** The uid as a server without such a rule is asked for it: as it is, and in the two spellings that are usual. */
export function spellingsOf(uid: string): readonly string[] {
  return [...new Set([uid, uid.toLowerCase(), uid.toUpperCase()])];
}
