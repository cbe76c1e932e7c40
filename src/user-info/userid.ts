/**
 * What a userid may be at all, by the outside contract. What one means belongs to the directories' patterns; how one
 * comes over the wire to http/.
 */
import { Failure } from '../failure.ts';
import { CONTROL_CHARACTER, hasLoneSurrogate } from '../names/code-points.ts';

const LONGEST = 256;

/** Throws a Failure `bad_userid` where the text is empty, over 256 code points, no Unicode, or has controls. */
export function checkUserid(userid: string): void {
  if (hasLoneSurrogate(userid)) throw badUserid('it is not UTF-8');
  if (userid === '') throw badUserid('it is empty');
  if ([...userid].length > LONGEST) throw badUserid(`it has more than ${LONGEST} characters`);
  if (CONTROL_CHARACTER.test(userid)) throw badUserid('it holds control characters');
}

/** The failure; the reason never repeats the userid, which is in no way fit for a log. */
export function badUserid(reason: string): Failure {
  return new Failure('bad_userid', `userid: ${reason}`);
}
