/** The mappings that come with the service: lessons for authors, each kept true by the tests beside it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { parse } from 'yaml';
import { composeLdifPeople } from '../src/compose.ts';
import { VENDORS } from '../src/directory/settings/vendors.ts';
import { jsonSchemas } from '../src/json-schema/json-schemas.ts';
import { coverageOf } from '../src/mapping/testing/coverage.ts';
import { namedFile, readMapping } from '../src/setup/mapping-file.ts';
import { mappingOf, readSuite, runSuite, testFileBeside } from '../src/setup/mapping-tests.ts';
import { renderProblem } from '../src/yaml/problem.ts';
import { runKept } from './acceptance/kept-program.ts';
import { folderWith } from './acceptance/running-service.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = join(ROOT, 'mappings');
const MAPPINGS = readdirSync(FOLDER).filter((file) => /^(?!.*\.test\.).*\.yaml$/.test(file));
const WRITABLE = new Map(
  VENDORS['active-directory'].writableByPeople.map((name) => [name.toLowerCase(), 'active-directory']),
);

async function examine(file: string) {
  const mappingFile = namedFile(join(FOLDER, file));
  const testFile = namedFile(testFileBeside(mappingFile.file));
  const { mapping, problems } = await readMapping(mappingFile, WRITABLE);
  const { suite, problems: inTests } = await readSuite(testFile);
  if (mapping === undefined || suite === undefined)
    throw new Error([...problems, ...inTests].map(renderProblem).join('\n'));
  const run = await runSuite(suite, mapping, testFile, composeLdifPeople, Date.now());
  return {
    problems: [...problems, ...inTests, ...run.problems].map(renderProblem),
    tested: mappingOf(suite, testFile).file,
    mappingFile,
    failed: run.results.filter(({ passed }) => !passed).map(({ test }) => test.name),
    passed: run.results.filter(({ passed }) => passed).length,
    coverage: coverageOf(
      mapping,
      run.results.flatMap(({ reached }) => reached),
    ),
  };
}

describe('the mappings that come with the service', () => {
  it('are the lessons in their order, the complete example, and the demo', () => {
    expect(MAPPINGS).to.deep.equal([
      '1-first.yaml',
      '2-named-by-convention.yaml',
      '3-codes-from-a-table.yaml',
      '4-access-that-ends.yaml',
      '5-every-feature.yaml',
      'acme.yaml',
      'demo.yaml',
    ]);
  });

  for (const file of MAPPINGS) {
    it(`${file} compiles without a word, and its tests pass and reach all of it`, async () => {
      const { problems, tested, mappingFile, failed, passed, coverage } = await examine(file);
      expect(problems).to.deep.equal([]);
      expect(tested).to.equal(mappingFile.file);
      expect(failed).to.deep.equal([]);
      expect(passed).to.be.greaterThan(1);
      expect(coverage.unreached).to.deep.equal([]);
      expect([coverage.percent, coverage.total > 0]).to.deep.equal([100, true]);
    });

    it(`${file} and its tests tell editors their schemas in the first line`, () => {
      const firstLine = (path: string) => readFileSync(path, 'utf8').split('\n')[0];
      const path = join(FOLDER, file);
      expect(firstLine(path)).to.equal('# yaml-language-server: $schema=./mapping.schema.json');
      expect(firstLine(testFileBeside(path))).to.equal('# yaml-language-server: $schema=./test.schema.json');
    });
  }

  it('have the same counts and shares when `test` prints them', async () => {
    const files = MAPPINGS.map((file) => testFileBeside(join('mappings', file)));
    const { status, stdout, stderr } = await runKept(['test', ...files, '--coverage', '100', '--json'], {
      cwd: ROOT,
    });
    const printed = JSON.parse(stdout) as {
      files: { file: string; passed: number; failed: number }[];
      coverage: { mapping: string; total: number; percent: number }[];
    };
    const examined = await Promise.all(MAPPINGS.map(examine));
    expect(printed.files.map(({ passed, failed }) => [passed, failed])).to.deep.equal(
      examined.map(({ passed }) => [passed, 0]),
    );
    expect(printed.coverage.map(({ total, percent }) => [total, percent])).to.deep.equal(
      examined.map(({ coverage }) => [coverage.total, 100]),
    );
    expect([stderr, status]).to.deep.equal(['', 0]);
  });

  it('pass `check` without a warning', async () => {
    const endpoints = MAPPINGS.map(
      (file, i) => `  /${i}: { directories: [demo], mapping: '${join(FOLDER, file)}', callers: [immuta] }`,
    );
    const demo = readFileSync(join(ROOT, 'deploy/demo/config.yaml'), 'utf8')
      .replace('password: demo', "password: '${env:PASSWORD}'")
      .replace('ldif: people.ldif', `ldif: '${join(ROOT, 'deploy/demo/people.ldif')}'`)
      .replace(/^ {2}\/user-info: .*$/m, endpoints.join('\n'));
    const { status, stdout, stderr } = await runKept(['check'], {
      cwd: folderWith({ 'config.yaml': demo }),
      env: { ...process.env, PASSWORD: 'a secret' },
    });
    expect([stderr, status]).to.deep.equal(['', 0]);
    expect(stdout).to.include(`${MAPPINGS.length} mappings; 0 errors, 0 warnings`);
  });
});

describe('5-every-feature.yaml', () => {
  const text = readFileSync(join(FOLDER, '5-every-feature.yaml'), 'utf8');
  const used = new Set<string>();
  collect(parse(text, { schema: 'failsafe' }), (word) => used.add(word));
  const language = jsonSchemas().find(({ file }) => file.endsWith('mapping.schema.json'))?.schema;

  it('uses every key of the language, and every word that a key can take', () => {
    const known = wordsOf(language);
    expect(known).to.include.members(['dn_under', 'at_least', 'keep', 'lowest', 'sid']);
    expect(known.filter((word) => !used.has(word))).to.deep.equal([]);
  });

  it('names groups and bounds placeholders in every way', () => {
    for (const way of ['sid:', 'guid:', 'any', 'digits', 'file:', 'OU.2', 'all }', 'filetime'])
      expect(text).to.include(way);
  });
});

/** Every key and every scalar. */
function collect(part: unknown, take: (word: string) => void): void {
  if (typeof part === 'string') take(part);
  else if (Array.isArray(part)) for (const each of part) collect(each, take);
  else
    for (const [key, value] of Object.entries(part as object)) {
      take(key);
      collect(value, take);
    }
}

/** The keys that a JSON Schema names, and the words of its enumerations, without numbers and yes or no. */
function wordsOf(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(wordsOf);
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([keyword, value]) => {
    if (keyword === 'properties') return [...Object.keys(value), ...Object.values(value).flatMap(wordsOf)];
    if (keyword !== 'enum') return wordsOf(value);
    return (value as unknown[]).filter(
      (word): word is string => typeof word === 'string' && !/^(?:\d+|yes|no|true|false)$/.test(word),
    );
  });
}
