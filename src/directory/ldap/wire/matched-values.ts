/**
 * The control by which a server shows, of the attributes that are asked for, those values alone that match (RFC 3876):
 * who of a few is in a group of thousands. What is asked by it is search-operations.ts's.
 */
import { Ber, BerWriter, Control } from 'ldapts';
import type { Filter } from '../../filters/filter.ts';
import { writeFilter } from './filter-encoding.ts';

export class MatchedValuesControl extends Control {
  static readonly type = '1.2.826.0.1.3344810.2.3';
  readonly #items: readonly Filter[];

  /** @param items simple comparisons, which a value must match one of; a presence is one of each value */
  constructor(items: readonly Filter[]) {
    // Else a server that does not know it would show all values.
    super(MatchedValuesControl.type, { critical: true });
    this.#items = items;
  }

  override writeControl(writer: BerWriter): void {
    const value = new BerWriter();
    value.startSequence();
    for (const item of this.#items) writeFilter(value, item);
    value.endSequence();
    writer.writeBuffer(value.buffer, Ber.OctetString);
  }
}
