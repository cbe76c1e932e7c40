/**
 * A filter tree on the wire (RFC 4511 section 4.5.1.7). The library's own filters write substrings, orderings and
 * extensible matches as text only, and leave empty pieces out; octets must go as they are.
 */
import { Ber, type BerWriter, Filter as LibraryFilter, SearchFilter } from 'ldapts';
import type { Filter } from '../../filters/filter.ts';

const TAGS = {
  and: SearchFilter.and,
  or: SearchFilter.or,
  not: SearchFilter.not,
  equality: SearchFilter.equalityMatch,
  substrings: SearchFilter.substrings,
  greaterOrEqual: SearchFilter.greaterOrEqual,
  lessOrEqual: SearchFilter.lessOrEqual,
  present: SearchFilter.present,
  approximate: SearchFilter.approxMatch,
  extensible: SearchFilter.extensibleMatch,
} as const satisfies Record<Filter['kind'], number>;

const INITIAL = 0x80;
const ANY = 0x81;
const FINAL = 0x82;
const RULE = 0x81;
const TYPE = 0x82;
const MATCH_VALUE = 0x83;
const DN_ATTRIBUTES = 0x84;

/** The filter in the form that the library's search request takes. */
export class EncodedFilter extends LibraryFilter {
  readonly type: LibraryFilter['type'];
  readonly #filter: Filter;

  constructor(filter: Filter) {
    super();
    this.type = TAGS[filter.kind];
    this.#filter = filter;
  }

  override write(writer: BerWriter): void {
    writeFilter(writer, this.#filter);
  }

  // The library demands one. It must not show whom somebody asked for, wherever it might be printed.
  override toString(): string {
    return `(${this.#filter.kind})`;
  }
}

/** Writes the filter as RFC 4511 section 4.5.1 encodes it. */
export function writeFilter(writer: BerWriter, filter: Filter): void {
  writer.startSequence(TAGS[filter.kind]);
  switch (filter.kind) {
    case 'and':
    case 'or':
      for (const inner of filter.filters) writeFilter(writer, inner);
      break;
    case 'not':
      writeFilter(writer, filter.filter);
      break;
    case 'present':
      for (const octet of Buffer.from(filter.attribute)) writer.writeByte(octet);
      break;
    case 'substrings':
      writer.writeString(filter.attribute);
      writer.startSequence();
      if (filter.initial) writeOctets(writer, filter.initial, INITIAL);
      for (const piece of filter.any) writeOctets(writer, piece, ANY);
      if (filter.final) writeOctets(writer, filter.final, FINAL);
      writer.endSequence();
      break;
    case 'extensible':
      if (filter.rule !== undefined) writer.writeString(filter.rule, RULE);
      if (filter.attribute !== undefined) writer.writeString(filter.attribute, TYPE);
      writeOctets(writer, filter.value, MATCH_VALUE);
      if (filter.dnAttributes) writer.writeBoolean(true, DN_ATTRIBUTES);
      break;
    default:
      writer.writeString(filter.attribute);
      writeOctets(writer, filter.value, Ber.OctetString);
  }
  writer.endSequence();
}

function writeOctets(writer: BerWriter, value: Uint8Array, tag: number): void {
  writer.writeBuffer(Buffer.from(value.buffer, value.byteOffset, value.byteLength), tag);
}
