/**
 * A hundred thousand user ids, seeded, each held against what a second reader of the contract says of it: it is one
 * person's, nobody's, or none that is looked up. The second reader knows letters by a table of its own.
 */
import { join } from 'node:path';
import { expect } from 'chai';
import { pino } from 'pino';
import { composeService } from '../../src/compose.ts';
import { Deadline } from '../../src/deadline.ts';
import { isFailure } from '../../src/failure.ts';
import { readUserid } from '../../src/http/userid.ts';
import { loadSetup } from '../../src/setup/setup.ts';
import { folderWith, OWN_NAMES_MAPPING } from './running-service.ts';

const IDS = 100_000;

/** Spellings that are the same (CaseFolding.txt, C and S, after NFC); each line is another letter. */
const LETTERS = [
  ['a', 'A'],
  ['s', 'S', 'ſ'],
  ['k', 'K', '\u212a'],
  ['f', 'F'],
  ['i', 'I'],
  ['e', 'E'],
  ['é', 'É', 'e\u0301', 'E\u0301'],
  ['å', 'Å', '\u212b', 'a\u030a'],
  ['ß', 'ẞ'],
  ['σ', 'Σ', 'ς'],
  ['ı'],
  ['ﬁ'],
  ['ł', 'Ł'],
  ['и', 'И'],
  ['山'],
  ['😀'],
  ['*'],
  ['('],
  ['='],
  ['+'],
  [','],
  ['%'],
  ['<name>'],
] as const;
const SPACES = [' ', '  ', '\u00a0'];
/** In none of which a name may go on. */
const STOPS = ['@', '\\', '/', '@acme.example', 'ACME\\'];
const BAD = ['\0', '\n', '\r', '\t', '\x1b', '\x7f', '\u0085', '\u2028', '\u2029', '\ud800', '\udc00'];

/** A letter by its line in the table, or a space. */
type Letter = number | 'space';

function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** What tells one name from another. */
function keyOf(letters: readonly Letter[]): string {
  const kept = letters.filter((letter, i) => letter !== 'space' || letters[i - 1] !== 'space');
  return kept.join('.').replace(/^(?:space\.?)+|(?:\.?space)+$/g, '');
}

describe('a hundred thousand user ids', () => {
  const next = random(20261128);
  const pick = <T>(list: readonly T[]): T => list[next(list.length)] as T;
  const spell = (letters: readonly Letter[]) =>
    letters.map((letter) => pick(letter === 'space' ? SPACES : (LETTERS[letter] ?? []))).join('');
  const anyLetters = (longest: number): Letter[] =>
    Array.from({ length: 1 + next(longest) }, () => (next(12) === 0 ? 'space' : next(LETTERS.length)));

  const people = new Map<string, readonly Letter[]>();
  while (people.size < 150) {
    const letters = anyLetters(4);
    if (keyOf(letters) !== '' && letters[0] !== 'space' && letters.at(-1) !== 'space')
      people.set(keyOf(letters), letters);
  }
  const everybody = [...people.values()];
  const groupOf = (key: string) => `p${[...people.keys()].indexOf(key)}`;
  const ldif = `dn: dc=acme,dc=com\nobjectClass: domain\n\n${[...people]
    .map(
      ([key, letters], i) => `dn: cn=${i},dc=acme,dc=com
objectClass: person
uid:: ${Buffer.from(spell(letters)).toString('base64')}
memberOf: cn=${groupOf(key)},ou=groups,dc=example,dc=test
`,
    )
    .join('\n')}`;

  /** An id, and what is due: a group, `unknown_user` or `bad_userid`. */
  const one = (): readonly [id: string, due: string] => {
    const letters = next(3) === 0 ? anyLetters(8) : pick(everybody);
    const text = spell(letters);
    const due = people.has(keyOf(letters)) ? groupOf(keyOf(letters)) : 'unknown_user';
    switch (next(8)) {
      case 0: {
        const at = next(text.length + 1);
        return [`${text.slice(0, at)}${pick(BAD)}${text.slice(at)}`, 'bad_userid'];
      }
      case 1:
        return [`${text}${'山'.repeat(257)}`, 'bad_userid'];
      case 2:
        return [`${text}${pick(STOPS.slice(0, 3))}${text}`, 'unknown_user'];
      case 3:
        return letters[0] === 'space' || letters.at(-1) === 'space'
          ? [text, due]
          : [next(2) === 0 ? `${text}@acme.EXAMPLE` : `Acme\\${text}`, due];
      case 4:
        return letters[0] === 'space' || letters.at(-1) === 'space' ? [text, due] : [` ${text}\u00a0`, due];
      default:
        return [text, due];
    }
  };
  const escaped = (text: string) =>
    [...text]
      .map((character) =>
        /[\ud800-\udfff]/.test(character) && character.length === 1
          ? '%ED%A0%80'
          : encodeURIComponent(character),
      )
      .join('');

  it('are each one person’s, nobody’s, or not looked up, and nothing else', async () => {
    const folder = folderWith({
      'people.ldif': ldif,
      'mapping.yaml': OWN_NAMES_MAPPING,
      'config.yaml': `callers: { immuta: { password: secret } }
directories:
  corp:
    ldif: people.ldif
    users: { base: 'dc=acme,dc=com', attribute: uid, userids: ['<name>@acme.example', 'ACME\\<name>', '<name>'] }
    memberships: { from: attribute, nested: no }
endpoints: { /user-info: { directories: [corp], mapping: mapping.yaml, callers: [immuta] } }
`,
    });
    const clock = { now: () => performance.now() };
    const service = composeService(await loadSetup(join(folder, 'config.yaml'), {}), {
      clock,
      log: pino({ level: 'silent' }),
      newRequestId: () => 'id',
    });
    const userInfo = service.userInfo.get('/user-info');
    const came = async (id: string): Promise<string> => {
      try {
        const userid = readUserid(`/user-info?userid=${escaped(id)}`);
        const answer = await userInfo?.answer(userid, new Deadline(clock, 600_000));
        if (answer?.kind !== 'answer') return 'unknown_user';
        const { groups } = JSON.parse(answer.text.bytes.toString()) as { groups: { name: string }[] };
        return groups.map(({ name }) => name).join();
      } catch (error) {
        return isFailure(error) ? error.code : String(error);
      }
    };
    const counts = { person: 0, unknown_user: 0, bad_userid: 0 };
    const wrong: string[] = [];
    for (let i = 0; i < IDS; i++) {
      const [id, due] = one();
      const got = await came(id);
      if (got !== due) wrong.push(`${JSON.stringify(id)}: ${got}, and ${due} is due`);
      counts[due === 'unknown_user' || due === 'bad_userid' ? due : 'person']++;
    }
    await service.stop(0);
    expect(wrong.slice(0, 20)).to.deep.equal([]);
    for (const count of Object.values(counts)) expect(count).to.be.greaterThan(IDS / 10);
  });
});
