/**
 * The `userid` of a request, read from the raw query by the rules of the outside contract. Everything that could be
 * understood in two ways is refused. What a userid means belongs to the directories' patterns.
 */
import { utf8Text } from '../names/utf8.ts';
import { badUserid, checkUserid } from '../user-info/userid.ts';

/**
 * The one value of the query parameter `userid`; other parameters are ignored.
 * @param target the request target as it came over the wire (`request.url`)
 * @throws Failure `bad_userid` where it is missing, empty, repeated, over 256 code points, not UTF-8, or has controls
 */
export function readUserid(target: string): string {
  const start = target.indexOf('?');
  const pairs = start === -1 ? [] : target.slice(start + 1).split('&');
  const values = pairs.flatMap((pair) => {
    const [name = '', ...rest] = pair.split('=');
    return decodeComponent(name) === 'userid' ? [rest.join('=')] : [];
  });
  const [raw] = values;
  if (raw === undefined) throw badUserid('there is none');
  if (values.length > 1) throw badUserid('it is repeated');
  const userid = decodeComponent(raw);
  if (userid === undefined) throw badUserid('it is not UTF-8');
  checkUserid(userid);
  return userid;
}

// Almost every one: nothing in it stands for anything else.
const PLAIN = /^[\w.@~-]*$/;

// application/x-www-form-urlencoded; Node gives octets that were sent unescaped as Latin-1 characters.
function decodeComponent(text: string): string | undefined {
  if (PLAIN.test(text)) return text;
  const octets = text
    .replaceAll('+', ' ')
    .replace(/%([0-9A-Fa-f]{2})/g, (_escape, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  if (/%(?![0-9A-Fa-f]{2})/.test(text) || /[^\0-\xff]/.test(octets)) return undefined;
  return utf8Text(Buffer.from(octets, 'latin1'));
}
