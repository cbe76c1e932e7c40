/** docs/mapping.md stays true: its commands print what it shows, its examples compile, its mistakes get these messages. */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { jsonSchemas } from '../../src/json-schema/json-schemas.ts';
import { compileMapping } from '../../src/mapping/compile.ts';
import { compileTests } from '../../src/mapping/testing/suite.ts';
import { renderProblem } from '../../src/yaml/problem.ts';
import { folderWith } from '../acceptance/running-service.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const GUIDE = readFileSync(join(ROOT, 'docs/mapping.md'), 'utf8');

interface Block {
  readonly language: string;
  readonly text: string;
  /** Line of the guide, from 1. */
  readonly line: number;
  /** The text of a block without a language right behind it. */
  readonly printed: string | undefined;
}

const blocks = [...GUIDE.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language = '', text = ''], i, all) => {
  const [, nextLanguage, nextText] = all[i + 1] ?? [];
  const index = all[i]?.index ?? 0;
  return {
    language,
    text,
    line: GUIDE.slice(0, index).split('\n').length,
    printed: nextLanguage === '' ? nextText : undefined,
  };
}) satisfies Block[];

const lineOf = (heading: string): number => {
  const line = GUIDE.split('\n').indexOf(heading) + 1;
  if (line === 0) throw new Error(`the guide has no heading ${heading}`);
  return line;
};
const REFERENCE = lineOf('## Reference');
const MISTAKES = lineOf('## Ten typical mistakes');
const PITFALLS = lineOf('## Pitfalls');

const HEAD = "version: 1\ngroups: { under: 'OU=Immuta,OU=Groups,DC=acme,DC=com' }\n";

describe('docs/mapping.md', () => {
  it('shows what its commands print, one after the other', async () => {
    const folder = folderWith({});
    for (const name of ['deploy', 'mappings']) symlinkSync(join(ROOT, name), join(folder, name));
    mkdirSync(join(folder, 'bin'));
    const program = `exec '${process.execPath}' --import '${fileURLToPath(import.meta.resolve('tsx'))}' '${join(ROOT, 'src/main.ts')}' "$@"`;
    writeFileSync(join(folder, 'bin/ldap-user-info'), `#!/bin/sh\n${program}\n`, { mode: 0o755 });
    const env = {
      ...process.env,
      PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
      LDAP_USER_INFO_CONFIG: 'deploy/demo/config.yaml',
    };
    expect(GUIDE).to.include('export LDAP_USER_INFO_CONFIG=deploy/demo/config.yaml');
    let commands = 0;
    for (const { language, text, line, printed } of blocks) {
      if (language === 'yaml' && line < REFERENCE)
        writeFileSync(
          join(folder, text.startsWith('version') ? 'my/mapping.yaml' : 'my/mapping.test.yaml'),
          text,
        );
      if (language !== 'sh') continue;
      // Whoever reads this in a test has done these.
      const script = text.replace(/^(?:npm|alias|export) .*\n/gm, '');
      const { stdout } = await promisify(execFile)('sh', ['-c', `{ ${script} } 2>&1 || true`], {
        cwd: folder,
        env,
      });
      expect(`line ${line}\n${stdout}`).to.equal(`line ${line}\n${printed ?? ''}`);
      commands++;
    }
    expect(commands).to.be.greaterThan(10);
  });

  const examples = blocks.filter(
    ({ language, line }) => language === 'yaml' && line > REFERENCE && line < MISTAKES,
  );
  for (const { text, line } of examples) {
    it(`has an example in line ${line} that compiles without a word`, () => {
      const { problems } = text.startsWith('mapping:')
        ? compileTests('example.test.yaml', text)
        : compileMapping('example.yaml', whole(text), {
            tableFiles: new Map([['countries.csv', { file: 'countries.csv', text: countries() }]]),
          });
      expect(problems.map(renderProblem)).to.deep.equal([]);
    });
  }

  const mistakes = blocks.filter(({ language, line }) => language === 'yaml' && line > MISTAKES);
  for (const { text, line, printed } of mistakes) {
    it(`has a mistake in line ${line} that gets the message shown`, () => {
      const { problems } = compileMapping('mapping.yaml', HEAD + text);
      expect(problems.map((problem) => `${renderProblem(problem)}\n`).join('')).to.equal(printed);
      expect(problems).to.not.have.lengthOf(0);
    });
  }

  it('has ten of them, numbered', () => {
    const numbers = [...GUIDE.matchAll(/^\*\*(\d+)\. /gm)].map(([, number]) => Number(number));
    expect(numbers).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(mistakes.filter(({ line }) => line < PITFALLS)).to.have.lengthOf(10);
  });

  it('explains every key of a mapping and of its tests', () => {
    const reference = GUIDE.split('\n').slice(REFERENCE, MISTAKES).join('\n');
    const keys = jsonSchemas()
      .filter(({ file }) => file.startsWith('mappings/'))
      .flatMap(({ schema }) => [...JSON.stringify(schema).matchAll(/"properties":\{"|"(\w+)":\{/g)])
      .map(([, key]) => key);
    const named = [...new Set(keys)].filter(
      (key) =>
        key !== undefined &&
        !/^(?:items|additionalProperties|properties|definitions|conditions|attributeTest|bound)$/.test(key),
    );
    expect(named).to.include.members(['valid_from', 'expect_some', 'at_least']);
    expect(named.filter((key) => !new RegExp(`\\b${key}\\b`).test(reference))).to.deep.equal([]);
  });
});

/** The example with what every mapping needs besides. */
function whole(text: string): string {
  const groups = "groups: { under: 'OU=Immuta,OU=Groups,DC=acme,DC=com' }\n";
  const rules = 'rules:\n  - { id: other, when: { group: Other }, give: { groups: [Other] } }\n';
  return `version: 1\n${/^groups:/m.test(text) ? '' : groups}${text}${/^rules:/m.test(text) ? '' : rules}`;
}

/** The table that the guide shows. */
function countries(): string {
  return blocks.find(({ language, text }) => language === '' && text.startsWith('code,text'))?.text ?? '';
}
