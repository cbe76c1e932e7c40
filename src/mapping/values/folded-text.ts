/** Texts beside what they are compared by: case folded where it does not count, DNs by what they mean. */
import { foldCaseOfNfc, toNfc } from '../../names/case-folding.ts';
import { exactKeyOfDn, keyOfDn, tryParseDn } from '../../names/dn.ts';
import { isPlain, withoutInsignificantSpaces } from '../../names/insignificant-spaces.ts';

/** A text beside what it is compared by; an index into one is an index into the other. */
export interface FoldedText {
  readonly text: string;
  readonly folded: string;
  /** Whether it is compared exactly, so that nothing was folded. */
  readonly isExact: boolean;
  /** Of a DN what it means: texts with equal keys are one DN, however it is spelled. Never the `folded` of any text. */
  readonly dnKey?: string | undefined;
}

/** The text in NFC and without insignificant spaces, and folded. */
export function foldText(text: string, isExact = false): FoldedText {
  if (isPlain(text)) return { text, folded: isExact ? text : text.toLowerCase(), isExact };
  const normal = toNfc(withoutInsignificantSpaces(text));
  return { text: normal, folded: isExact ? normal : foldCaseOfNfc(normal), isExact };
}

/** The text as {@link foldText} has it, and where it is a DN its meaning. */
export function foldDn(text: string, isExact = false): FoldedText {
  const folded = foldText(text, isExact);
  // Most texts that are held against DNs are none, and parsing finds that out at more cost.
  if (!folded.text.includes('=')) return folded;
  const dnKey = dnKeyOf(folded.text, isExact);
  if (dnKey !== undefined) return { ...folded, dnKey };
  // An escaped space at its end means something.
  const restored = dnKeyOf(`${folded.text} `, isExact);
  if (restored === undefined) return folded;
  return { text: `${folded.text} `, folded: `${folded.folded} `, isExact, dnKey: restored };
}

/** What a whole text is looked up by: the meaning of a DN, else the folded text. */
export function keyOfText({ folded, dnKey }: FoldedText): string {
  return dnKey ?? folded;
}

function dnKeyOf(text: string, isExact: boolean): string | undefined {
  const dn = tryParseDn(text);
  return dn && `\0${isExact ? exactKeyOfDn(dn) : keyOfDn(dn)}`;
}
