/**
 * A thousand user ids made to break filters, DNs, encodings and limits, against a real slapd: each gets 400, 404 or
 * exactly its own person.
 */
import { expect } from 'chai';
import { equalText } from '../../src/names/insignificant-spaces.ts';
import { requireSlapd } from '../directories/installed.ts';
import { type Slapd, startSlapd } from '../directories/slapd.ts';
import {
  codeOf,
  groupsOf,
  OWN_NAMES_MAPPING,
  type RunningService,
  slapdConfig,
  startService,
} from './running-service.ts';

/** People whose uid is made of what filters, DNs and HTTP use; each in one group that carries the same name. */
const ODD_NAMES = [
  '*',
  '**',
  '(',
  ')',
  '\\',
  'a*b',
  'a\\2ab',
  '*)(uid=*',
  '*)(|(uid=*))',
  ')(&',
  'x)(objectClass=*',
  'a,b',
  'a+b',
  'a"b',
  'a;b',
  'a<b>c',
  '#hash',
  'a=b',
  'uid=ann,ou=people,dc=example,dc=test',
  'a b',
  'a/b',
  'a@b',
  'a&b',
  'a%41',
  '<name>',
  '${env:HOME}',
  '__proto__',
  'constructor',
  'ß',
  'ss',
  'Ωmega',
  '😀',
  'ﬁ',
  'fi',
];

const escapeValue = (text: string) =>
  [...Buffer.from(text)].map((octet) => `\\${octet.toString(16).padStart(2, '0')}`).join('');
const base64 = (text: string) => Buffer.from(text).toString('base64');

const groupName = (i: number) => `g${i} ${ODD_NAMES[i]} g`;

function oddPeople(): string {
  return ODD_NAMES.flatMap((name, i) => {
    const dn = `cn=odd ${i},ou=people,dc=example,dc=test`;
    return [
      [`dn: ${dn}`, 'objectClass: inetOrgPerson', `cn: odd ${i}`, 'sn: odd', `uid:: ${base64(name)}`],
      [
        `dn: cn=${escapeValue(groupName(i))},ou=groups,dc=example,dc=test`,
        'objectClass: groupOfNames',
        `cn:: ${base64(groupName(i))}`,
        `member: ${dn}`,
      ],
    ].map((lines) => `${lines.join('\n')}\n`);
  }).join('\n');
}

/** Seeded, so that a failure can be had again. */
function randomTexts(count: number): string[] {
  let seed = 20261122;
  const next = (below: number) => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const pieces = [
    '*',
    '(',
    ')',
    '\\',
    '\\2a',
    '|',
    '&',
    '!',
    '=',
    ',',
    '+',
    '"',
    ';',
    '<',
    '>',
    '#',
    ' ',
    '/',
    '@',
    '%',
  ];
  pieces.push(
    '\0',
    '\n',
    '\r',
    '\t',
    '\x7f',
    '\u0085',
    '\u2028',
    '\u202e',
    '\ufeff',
    'é',
    'e\u0301',
    'ł',
    '山',
    '😀',
    'ann',
    'uid',
    'a',
  );
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + next(8) }, () => pieces[next(pieces.length)] ?? '').join(''),
  );
}

describe('user ids made to break things', () => {
  let slapd: Slapd;
  let service: RunningService;

  before(async function () {
    requireSlapd(this);
    slapd = await startSlapd({ more: oddPeople() });
    service = await startService({ 'config.yaml': slapdConfig(slapd), 'mapping.yaml': OWN_NAMES_MAPPING });
  });

  after(async () => {
    await service?.end();
    await slapd?.remove();
  });

  // What the mapping withholds from any output: `*`, and `<name>` under `any` excludes nothing else of these.
  const ownGroup = (name: string) => (name.includes('*') ? [] : [groupName(ODD_NAMES.indexOf(name))]);

  it('find exactly their own person where there is one', async () => {
    for (const name of ODD_NAMES) {
      const answer = await service.ask(name);
      expect(answer.status, name).to.equal(200);
      expect(groupsOf(answer), name).to.deep.equal(ownGroup(name));
    }
  });

  it('get 400, 404 or their own person, a thousand of them', async () => {
    const long = ['a', '*', '\\', '(', 'ł', '😀', '\0'].flatMap((piece) => [
      piece.repeat(Math.ceil(10_240 / Buffer.byteLength(piece))),
      piece.repeat(257),
    ]);
    const texts = [...long, ...randomTexts(1000 - long.length)];
    const statuses = new Map<number, number>();
    for (const text of texts) {
      const answer = await service.ask(text);
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      const shown = JSON.stringify(text.slice(0, 80));
      if (answer.status === 200) {
        const [name] = ODD_NAMES.filter((each) => equalText(each, text));
        expect(name === undefined ? equalText(text, 'ann') : true, shown).to.equal(true);
        if (name !== undefined) expect(groupsOf(answer), shown).to.deep.equal(ownGroup(name));
      } else {
        expect([400, 404], shown).to.include(answer.status);
        expect(codeOf(answer), shown).to.equal(answer.status === 400 ? 'bad_userid' : 'unknown_user');
      }
    }
    expect([...statuses.values()].reduce((sum, count) => sum + count, 0)).to.equal(1000);
    expect([...statuses.keys()].sort()).to.include.members([400, 404]);
  });

  it('keep apart who differs by an accent only, or by ß and ss', async () => {
    expect(groupsOf(await service.ask('josé'))).to.include('accountants');
    expect(groupsOf(await service.ask('jose'))).to.deep.equal(['makers', 'web']);
    expect(groupsOf(await service.ask('jose\u0301'))).to.include('accountants');
    expect(groupsOf(await service.ask('ß'))).to.deep.equal(ownGroup('ß'));
    expect(groupsOf(await service.ask('ss'))).to.deep.equal(ownGroup('ss'));
  });
});
