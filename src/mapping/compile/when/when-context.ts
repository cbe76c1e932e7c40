/** What the parts of a when-block are compiled with. */
import type { Bound } from '../../patterns/bound.ts';
import type { Scope } from '../../recognising/group-place.ts';
import type { AttributeDeclaration } from '../../values/attribute-declaration.ts';
import type { Report } from '../report.ts';

export interface WhenContext {
  readonly report: Report;
  /** Undefined where it was refused. */
  readonly scope: Scope | undefined;
  /** By lower-case name. */
  readonly attributes: ReadonlyMap<string, AttributeDeclaration>;
  /** IANA name. */
  readonly timezone: string;
  /** Whether placeholders have a text already, as in `unless`, and so capture nothing. */
  readonly isFilled: boolean;
  boundOf(placeholder: string): Bound;
}
