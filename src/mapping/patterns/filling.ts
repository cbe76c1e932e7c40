/**
 * Whether a value is a template whose placeholders have a text already, as in `unless`: told as a pattern would read it,
 * in time that grows with the value alone. What placeholders stand for is others' to find out.
 */
import { foldCase, toNfc } from '../../names/case-folding.ts';
import { type FoldedText, foldDn, foldText, keyOfText } from '../values/folded-text.ts';
import { type Captures, fillTemplate, type Template } from './template.ts';

/**
 * Spaces around what a placeholder stands for do not count, as they do not where a pattern reads it; of DNs the meaning
 * is enough.
 * @param captures a text for every placeholder
 * @param value decides how texts are compared
 */
export function isFilledBy(template: Template, captures: Captures, value: FoldedText): boolean {
  const textOf = (placeholder: string): string => captures.get(placeholder) ?? '';
  const whole = fillTemplate(template, textOf);
  const { isExact, dnKey } = value;
  if (keyOfText((dnKey === undefined ? foldText : foldDn)(whole, isExact)) === keyOfText(value)) return true;
  return isReadAs(template, textOf, value);
}

function isReadAs(
  { segments }: Template,
  textOf: (placeholder: string) => string,
  { folded, isExact }: FoldedText,
): boolean {
  /** Where in the value the segments so far may end. */
  let ends: ReadonlySet<number> = new Set([0]);
  for (const segment of segments) {
    const isLiteral = typeof segment === 'string';
    const text = isLiteral
      ? (isExact ? toNfc : foldCase)(segment)
      : foldText(textOf(segment.placeholder), isExact).folded;
    const next = new Set<number>();
    for (const from of ends) {
      for (const start of isLiteral ? [from] : besideSpace(folded, from)) {
        if (!folded.startsWith(text, start)) continue;
        const end = start + text.length;
        for (const each of isLiteral ? [end] : besideSpace(folded, end)) next.add(each);
      }
    }
    ends = next;
  }
  return ends.has(folded.length);
}

/** The place, and the one behind the space that stands there: in a text that is compared there is never a second. */
function besideSpace(folded: string, at: number): readonly number[] {
  return folded.startsWith(' ', at) ? [at, at + 1] : [at];
}
