/**
 * How two values of an attribute compare under its matching rule (RFC 4517, 4518). Owns equality and order; which rule
 * an attribute has is data in attribute-types.ts.
 */
import { foldCase, toNfc } from '../../names/case-folding.ts';
import { keyOfDn, tryParseDn } from '../../names/dn.ts';
import { withoutInsignificantSpaces, withSingleSpaces } from '../../names/insignificant-spaces.ts';
import type { AttributeValue } from '../../person.ts';
import type { MatchingRule } from './attribute-types.ts';

/** Equal, and in order, as the rule says; undefined where the value is not of the rule's syntax. */
export function comparable(rule: MatchingRule, value: AttributeValue): string | bigint | undefined {
  if (rule === 'octets') return Buffer.from(value).toString('hex');
  if (typeof value !== 'string') return undefined;
  switch (rule) {
    case 'distinguishedName': {
      // A bit string after the DN, as uniqueMember may carry one, is a part of what is compared: it tells apart who had
      // the DN before (RFC 4517 section 4.2.31).
      const dn = tryParseDn(value);
      return dn && keyOfDn(dn);
    }
    case 'integer': {
      const text = withoutInsignificantSpaces(value);
      return /^-?[0-9]+$/.test(text) ? BigInt(text) : undefined;
    }
    case 'generalizedTime':
      return withoutInsignificantSpaces(value).replace(/[.,]0+(?=Z)/, '');
    default:
      return prepared(rule, withoutInsignificantSpaces(value));
  }
}

/**
 * A part of a value, prepared by RFC 4518: spaces count as one, also at its ends; in telephone numbers spaces and
 * hyphens do not count at all.
 */
export function prepared(rule: MatchingRule, part: string): string {
  const spaced = withSingleSpaces(part);
  if (rule === 'telephoneNumber') return foldCase(spaced.replace(/[ -]+/g, ''));
  return rule === 'caseExact' ? toNfc(spaced) : foldCase(spaced);
}
