/**
 * A search filter (RFC 4511 section 4.5.1.7) as a tree, apart from its text and from any library. Values are octets,
 * so that what was asked for is what is compared. Parsing is in filter-parser.ts, placeholders in filter-template.ts.
 */

/** The tree, over what stands for a value: octets, or in a template the pieces that make them. */
export type FilterOf<Value> =
  | { readonly kind: 'and' | 'or'; readonly filters: readonly FilterOf<Value>[] }
  | { readonly kind: 'not'; readonly filter: FilterOf<Value> }
  | {
      readonly kind: 'equality' | 'greaterOrEqual' | 'lessOrEqual' | 'approximate';
      readonly attribute: string;
      readonly value: Value;
    }
  | {
      readonly kind: 'substrings';
      readonly attribute: string;
      readonly initial: Value | undefined;
      readonly any: readonly Value[];
      readonly final: Value | undefined;
    }
  | { readonly kind: 'present'; readonly attribute: string }
  | {
      readonly kind: 'extensible';
      readonly attribute: string | undefined;
      readonly rule: string | undefined;
      readonly dnAttributes: boolean;
      readonly value: Value;
    };

/** A filter that can be sent or matched. */
export type Filter = FilterOf<Uint8Array>;

/** Every entry: the usual filter of a read of one entry. */
export const ANY_ENTRY: Filter = { kind: 'present', attribute: 'objectClass' };

/** `(attribute=text)` */
export function equality(attribute: string, text: string): Filter {
  return { kind: 'equality', attribute, value: Buffer.from(text) };
}
