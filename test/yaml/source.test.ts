import { expect } from 'chai';
import type { Finding } from '../../src/yaml/finding.ts';
import { renderProblem } from '../../src/yaml/problem.ts';
import { parseYaml } from '../../src/yaml/source.ts';

const strict = (text: string) => parseYaml('f.yaml', text, { strict: true });
const lenient = (text: string) => parseYaml('f.yaml', text, { strict: false });
const messages = (text: string): string[] =>
  strict(text).problems.map(({ position, message }) => `${position?.line}:${position?.column} ${message}`);

describe('yaml: data', () => {
  it('has texts for all scalars', () => {
    const { data, problems } = strict('a: NO\nb: 00123\nc: 1.10\nd: [on, ~, null, 0x10, 2026-01-01]\n');
    expect(data).to.deep.equal({
      a: 'NO',
      b: '00123',
      c: '1.10',
      d: ['on', '~', 'null', '0x10', '2026-01-01'],
    });
    expect(problems).to.deep.equal([]);
  });

  it('has no data for an empty file', () => {
    expect(strict('').data).to.equal(undefined);
    expect(strict('# only a comment\n').data).to.equal(undefined);
  });

  it('has the empty text for a key without a value', () => {
    expect(lenient('a:\nb: ""\n').data).to.deep.equal({ a: '', b: '' });
  });

  it('has what can be understood of a broken file', () => {
    const { data, problems } = lenient('a: 1\nb: "open\nc: 2\n');
    expect(data).to.include({ a: '1' });
    expect(problems).to.not.have.lengthOf(0);
  });

  it('inherits nothing', () => {
    expect((strict('a: 1').data as Record<string, unknown>)['constructor']).to.equal(undefined);
  });

  it('tells which scalars were quoted, and lines', () => {
    const source = strict('a: \'x\'\nb:\n  - "y"\n  - z\n');
    expect([source.isQuoted(['a']), source.isQuoted(['b', 0]), source.isQuoted(['b', 1])]).to.deep.equal([
      true,
      true,
      false,
    ]);
    expect([source.lineOf(['a']), source.lineOf(['b', 1]), source.lineOf(['b', 7])]).to.deep.equal([1, 4, 2]);
  });
});

describe('yaml: positions and carets', () => {
  const text =
    'rules:\n  - id: one\n    give: { groups: ["TEAM-<a>", TEAM-<b>] }\n    \'T-<c>\': |\n      block\n';
  const shown = (finding: Omit<Finding, 'message'>): string[] =>
    renderProblem(strict(text).problem({ ...finding, message: 'wrong' })).split('\n');
  const cases: readonly [says: string, finding: Omit<Finding, 'message'>, place: string, carets: string][] = [
    ['a value', { path: ['rules', 0, 'id'] }, '2:9', '          ^^^'],
    ['a key', { path: ['rules', 0, 'id'], on: 'key' }, '2:5', '      ^^'],
    ['a part of a value', { path: ['rules', 0, 'give', 'groups', 1], span: [5, 8] }, '3:39', '^^^'],
    ['a part of a quoted value', { path: ['rules', 0, 'give', 'groups', 0], span: [5, 8] }, '3:28', '^^^'],
    ['a part of a quoted key', { path: ['rules', 0, 'T-<c>'], on: 'key', span: [2, 5] }, '4:8', '^^^'],
    ['a part of a block: all of its first line', { path: ['rules', 0, 'T-<c>'], span: [1, 2] }, '4:14', '^'],
    ['a key that is not there: what is above it', { path: ['rules', 0, 'when', 'group'] }, '2:5', '^'],
    ['the file', { path: [] }, '1:1', '^^^^^^'],
  ];
  for (const [says, finding, place, carets] of cases) {
    it(`stand under ${says}`, () => {
      const [head, , under] = shown(finding);
      expect(head).to.equal(`f.yaml:${place}: error: wrong`);
      expect(
        under
          ?.trimEnd()
          .replace(/^ +\| /, '')
          .trimStart(),
      ).to.equal(carets.trim());
      const column = Number(place.split(':')[1]);
      expect(under?.indexOf('^')).to.equal('    1 | '.length + column - 1);
    });
  }

  it('stay under a long line', () => {
    const source = strict(`a: [${'x, '.repeat(200)}y]\n`);
    const [, line, under] = renderProblem(source.problem({ path: ['a', 200], message: 'wrong' })).split('\n');
    expect(line?.[under?.indexOf('^') ?? 0]).to.equal('y');
    expect(line?.length).to.be.lessThan(180);
  });

  it('are written without tabs, controls and direction overrides', () => {
    const source = lenient('a: "\u202ex\u0007"\n');
    const shown = renderProblem(source.problem({ path: ['a'], message: 'm\u001b' }));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
    expect(shown).to.not.match(/[\u202e\u0007\u001b]/);
  });

  it('count a warning as such, with its hint behind the carets', () => {
    const problem = strict('a: b\n').problem({
      path: ['a'],
      message: 'odd',
      hint: 'do this',
      severity: 'warning',
    });
    expect(renderProblem(problem)).to.equal('f.yaml:1:4: warning: odd\n    1 | a: b\n      |    ^ do this');
  });

  it('put the hint into brackets where no line is known', () => {
    expect(
      renderProblem({ severity: 'error', file: 'f', message: 'cannot be read', hint: 'check its name' }),
    ).to.equal('f: error: cannot be read (check its name)');
  });
});

describe('yaml: what is refused', () => {
  const cases: readonly [says: string, text: string, found: readonly string[]][] = [
    ['a duplicate key', 'a: 1\nb: 2\na: 3\n', ['3:1 duplicate key']],
    [
      'each of several on one line',
      'a: { b: 1, b: 2, c: 1, c: 2 }\n',
      ['1:12 duplicate key', '1:24 duplicate key'],
    ],
    ['a duplicate key in other quotes', `a: 1\n'a': 2\n`, ['2:1 duplicate key']],
    ['an anchor', 'a: &x 1\n', ['1:4 an anchor (&) is not used here']],
    ['an anchor on a list', 'a: &x\n  - 1\n', ['1:4 an anchor (&) is not used here']],
    [
      'an alias',
      'a: &x 1\nb: *x\n',
      ['1:4 an anchor (&) is not used here', '2:4 an alias (*) is not used here'],
    ],
    ['an alias of nothing', 'a: *x\n', ['1:4 an alias (*) is not used here']],
    ['a tag', 'a: !!int 1\n', ['1:4 a tag (!) is not used here']],
    ['a merge key', 'a: { <<: { b: 1 } }\n', ['1:6 a merge key (<<) is not used here']],
    ['a key named __proto__', 'a: { __proto__: { b: 1 } }\n', ['1:6 a key cannot be named __proto__']],
    [
      'an empty value',
      'a:\nb: ""\nc: [x, ]\nd:\n  -\n',
      ['1:1 an empty value', '2:1 an empty value', '5:4 an empty value'],
    ],
    [
      'a backslash in double quotes',
      'a: "\\d"\nb: "\\n"\nc: "\\\\ \\""\n',
      ['1:5 a backslash inside double quotes', '2:4 a backslash inside double quotes'],
    ],
    ['a value cut by #', 'a: x #y\nb: x # y\nc: x#y\n', ['1:4 the value ends before " #"']],
    ['a DN split in braces', 'a: { b: CN=x,OU=y, c: 1 }\n', ['1:9 a DN that YAML split at its commas']],
    ['a DN split in brackets', 'a: [CN=x,OU=y]\n', ['1:5 a DN that YAML split at its commas']],
    ['a second document', 'a: 1\n---\nb: 2\n', ['2:1 more than one document in the file']],
    ['a tab as indentation', 'a:\n\tb: 1\n', ['2:1 a tab as indentation']],
    ['a bracket that is not closed', 'a: [x\nb: y\n', ['2:1 a } or ] is missing before this']],
  ];
  for (const [says, text, found] of cases)
    it(says, () => expect(messages(text)).to.include.members([...found]));
  for (const [says, text, found] of cases.slice(0, -2))
    it(`${says}, and nothing besides`, () => expect(messages(text)).to.have.lengthOf(found.length));

  it('a quoted DN, a list of names with = and a list of quoted DNs are fine', () => {
    expect(
      messages(`a: { b: 'CN=x,OU=y' }\nc: [a=b, c]\nd: ['CN=x,OU=y', "CN=z,OU=y"]\ne: CN=x,OU=y\n`),
    ).to.deep.equal([]);
  });

  it('an empty value, an escape and a cut value only where the file is strict', () => {
    expect(lenient('a:\nb: "\\n"\nc: x #y\n').problems).to.deep.equal([]);
  });
});
