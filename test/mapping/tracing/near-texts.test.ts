import { expect } from 'chai';
import { renderTranslation, translationToJson } from '../../../src/mapping/explaining/explain.ts';
import { renderWhyNot, whyNot } from '../../../src/mapping/explaining/why-not.ts';
import { plainLetters } from '../../../src/mapping/tracing/look-alikes.ts';
import { translate } from '../../../src/mapping/translate.ts';
import { mapping, NOW, person } from '../people.ts';

const FILE = `
attributes: { proxy: { exact: yes } }
tables: { cities: { São Paulo: SP, Köln: K } }
rules:
  - { id: all, when: { group: FIN-All }, give: { groups: [All] } }
  - { id: team, when: { group: TEAM-<t> }, where: { t: [Ops, Sales] }, give: { groups: [<t>] } }
  - { id: city, when: { attribute: { l: <city> } }, where: { city: cities }, give: { groups: [<city>] } }
  - { id: cafe, when: { attribute: { title: { in: [Café, Cafe, Office] } } }, give: { groups: [Place] } }
  - { id: number, when: { attribute: { room: { matches: '[A-Z]-[0-9]+' } } }, give: { groups: [Room] } }
  - { id: mail, when: { attribute: { proxy: 'SMTP:a' } }, give: { groups: [Mail] } }
  - { id: mails, when: { attribute: { proxy: 'SMTP:<m>' } }, where: { m: [b] }, give: { groups: [<m>] } }
never:
  - { id: out, when: { attribute: { type: Contractor } }, take: { groups: [All] } }
`;
const compiled = mapping(FILE);
const near = (facts: Parameters<typeof person>[0]) =>
  translate(compiled, person(facts), NOW).nearTexts.map(
    ({ what, by, reason }) => `${what} | ${by.kind} ${by.origin.id} | ${reason}`,
  );

describe('mapping: near misses', () => {
  const cases: readonly [says: string, facts: Parameters<typeof person>[0], told: readonly string[]][] = [
    [
      'a dash in the name of a group',
      { groups: ['FIN\u2013All'] },
      ['group FIN\u2013All | rule all | fits FIN-All but for U+2013 (a dash) in place of "-"'],
    ],
    [
      'every kind of dash, in a pattern too',
      { groups: ['team\u2010ops', 'TEAM\u2011Sales', 'TEAM\u2212ops'] },
      ['\u2010', '\u2011', '\u2212'].map((dash, i) => {
        const code = dash.codePointAt(0)?.toString(16).toUpperCase();
        const name = [`team${dash}ops`, `TEAM${dash}Sales`, `TEAM${dash}ops`][i];
        return `group ${name} | rule team | fits TEAM-<t> but for U+${code} (a dash) in place of "-"`;
      }),
    ],
    [
      'a Cyrillic letter in what an entry takes by',
      { attributes: { type: ['Contr\u0430ctor'] } },
      ['type=Contr\u0430ctor | never out | fits Contractor but for U+0430 (a look-alike) in place of "a"'],
    ],
    [
      'a Greek one, a ligature and full-width letters',
      { attributes: { title: ['\u039fffice', 'O\ufb03ce', '\uff2fffice'] } },
      [
        'title=O\ufb03ce | rule cafe | fits in: [Café, Cafe, Office] but for U+FB03 (a look-alike) in place of "ffi"',
        'title=\u039fffice | rule cafe | fits in: [Café, Cafe, Office] but for U+039F (a look-alike) in place of "O"',
        'title=\uff2fffice | rule cafe | fits in: [Café, Cafe, Office] but for U+FF2F (a look-alike) in place of "O"',
      ],
    ],
    [
      'an invisible character',
      { groups: ['FIN-\u200bAll', '\ufeffFIN-All', 'FIN-\u00adAll'], attributes: { type: ['x'] } },
      [
        'group FIN-\u00adAll | rule all | fits FIN-All but for U+00AD (an invisible character)',
        'group FIN-\u200bAll | rule all | fits FIN-All but for U+200B (an invisible character)',
        'group \ufeffFIN-All | rule all | fits FIN-All but for U+FEFF (an invisible character)',
      ],
    ],
    [
      'an accent that the directory has, and one that the mapping has',
      { attributes: { title: ['Offíce'], l: ['Sao Paulo', 'Koln'] } },
      [
        'l=Koln | rule city | fits <city> but for the mapping\'s U+00F6 (a letter with an accent) in place of "o"',
        'l=Sao Paulo | rule city | fits <city> but for the mapping\'s U+00E3 (a letter with an accent) in place of "a"',
        'title=Offíce | rule cafe | fits in: [Café, Cafe, Office] but for U+00ED (a letter with an accent) in place of "i"',
      ],
    ],
    [
      'a value for an expression',
      { attributes: { room: ['B\u201412'] } },
      ['room=B\u201412 | rule number | fits matches: [A-Z]-[0-9]+ but for U+2014 (a dash) in place of "-"'],
    ],
    [
      'the case of an exact attribute',
      { attributes: { proxy: ['smtp:a', 'smtp:B'] } },
      [
        'proxy=smtp:B | rule mails | fits SMTP:<m> but for upper and lower case, which differ in proxy (exact)',
        'proxy=smtp:a | rule mail | fits SMTP:a but for upper and lower case, which differ in proxy (exact)',
      ],
    ],
    ['nothing of what fits, or is another text', { groups: ['FIN-All', 'FIN-Al', 'TEAM-x'] }, []],
    ['nothing of what another text of the list means', { attributes: { title: ['Cafe', 'Café'] } }, []],
  ];
  for (const [says, facts, told] of cases) {
    it(`tell ${says}`, () => expect(near({ attributes: { type: ['x'] }, ...facts })).to.have.members(told));
  }

  it('stand in explain and its JSON, and give nothing', () => {
    const translation = translate(
      compiled,
      person({ groups: ['FIN\u2013All'], attributes: { type: ['x'] } }),
      NOW,
    );
    expect(translation.answer.groups).to.deep.equal([]);
    expect(renderTranslation(translation)).to.include(
      'near misses\n  group FIN\u2013All  rule all: fits FIN-All but for U+2013 (a dash) in place of "-"',
    );
    expect(translationToJson(translation))
      .to.have.property('near_misses')
      .that.has.deep.nested.property('[0].reason', 'fits FIN-All but for U+2013 (a dash) in place of "-"');
  });

  it('stand in why-not', () => {
    const told = (facts: Parameters<typeof person>[0], name: string) =>
      renderWhyNot(whyNot(compiled, person(facts), { kind: 'group', name }, NOW)).join('\n');
    expect(told({ groups: ['FIN\u2013All'] }, 'All')).to.include(
      'group FIN-All: not met; group FIN\u2013All fits FIN-All but for U+2013 (a dash) in place of "-"',
    );
    expect(told({ attributes: { proxy: ['smtp:a'] } }, 'Mail')).to.include(
      'but for upper and lower case, which differ in proxy (exact)',
    );
  });
});

describe('mapping: plain letters', () => {
  it('are ASCII for what looks so, and other scripts as they are', () => {
    expect(plainLetters('Ж\u0430\u043e Łódź naïve ﬁﬃ ＡＢ x²')).to.equal('Жao Lodz naive fiffi AB x2');
    expect(plainLetters('山田 が שלום')).to.equal(`${'山田 が'.normalize('NFKD')} שלום`);
  });
});
