/** Mapping files compiled by a thread: the same mapping and the same problems as here, and what comes of a thread that fails. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { type BesideOptions, checkMappingsBeside } from '../../src/compose/mappings-beside.ts';
import { composeLdifPeople } from '../../src/compose.ts';
import { formatAnswer } from '../../src/mapping/answer.ts';
import type { Mapping } from '../../src/mapping/mapping.ts';
import { translate } from '../../src/mapping/translate.ts';
import type { Person } from '../../src/person.ts';
import { checkMapping } from '../../src/setup/checked-mapping.ts';
import { namedFile } from '../../src/setup/mapping-file.ts';
import { renderProblem } from '../../src/yaml/problem.ts';
import { folderWith } from '../acceptance/running-service.ts';

const MAPPING = `version: 1
groups: { under: 'ou=groups,dc=example,dc=test' }
attributes: { departmentNumber: { type: integer } }
tables: { teams: { file: teams.csv } }
authorizations: { Level: { order: [low, high], keep: highest } }
rules:
  - id: teams
    when: { group: TEAM-<team> }
    where: { team: teams }
    give: { groups: [<team>], authorizations: { Level: [low] } }
  - { id: heads, when: { attribute: { departmentNumber: { at_least: '7' } } }, give: { authorizations: { Level: [high] } } }
never:
  - { id: left, when: { group: LEFT-<team> }, where: { team: teams }, take: { groups: [<team>] } }
`;
const TABLE = 'code,text\nFIN,Finance\nOPS,Operations\n';
const TESTS = `mapping: mapping.yaml
tests:
  - { name: wrong, user: { memberOf: [TEAM-FIN] }, expect: { groups: [Nobody] } }
`;
const NEVER = new AbortController().signal;
const PERSON: Person = {
  directory: 'corp',
  dn: 'uid=ann,ou=people,dc=example,dc=test',
  attributes: new Map([['departmentnumber', ['8']]]),
  memberships: ['TEAM-FIN', 'TEAM-OPS', 'LEFT-OPS'].map((name) => ({
    dn: `cn=${name},ou=groups,dc=example,dc=test`,
    name,
    via: [],
  })),
  readAt: 0,
};

describe('a mapping compiled beside the service', () => {
  const order = (folder: string) => ({
    named: namedFile(join(folder, 'mapping.yaml')),
    writableByPeople: new Map([['departmentnumber', 'openldap']]),
  });
  const files = (changes: Readonly<Record<string, string>> = {}) =>
    folderWith({ 'mapping.yaml': MAPPING, 'teams.csv': TABLE, ...changes });
  const answerOf = (mapping: Mapping | undefined) => {
    if (mapping === undefined) throw new Error('there is no mapping');
    return translate(mapping, PERSON, Date.parse('2026-11-28T00:00:00Z'));
  };
  const both = async (folder: string) => {
    const [{ mapping: here, ...toldHere }, { mapping: beside, ...told }] = await Promise.all([
      checkMapping(order(folder), composeLdifPeople),
      checkMappingsBeside({ isTested: true, signal: NEVER })(order(folder)),
    ]);
    expect(told).to.deep.equal(toldHere);
    return { here, beside, told };
  };
  const problemsWith = async (worker: string, options: Partial<BesideOptions> = {}) => {
    const folder = files({ 'worker.mjs': worker });
    const check = checkMappingsBeside({
      isTested: true,
      signal: NEVER,
      worker: pathToFileURL(join(folder, 'worker.mjs')),
      ...options,
    });
    const { mapping, problems } = await check(order(folder));
    expect(mapping).to.equal(undefined);
    return problems.map(renderProblem).join('\n');
  };

  it('gives the answers, and is told the warnings, of one compiled here', async () => {
    const { here, beside, told } = await both(files());
    expect(answerOf(beside)).to.deep.equal(answerOf(here));
    expect(formatAnswer(answerOf(beside).answer))
      .to.include('Finance')
      .and.to.include('high');
    expect(beside?.rules.map(({ origin }) => origin)).to.deep.equal(here?.rules.map(({ origin }) => origin));
    expect(beside?.never.map(({ origin }) => origin)).to.deep.equal(here?.never.map(({ origin }) => origin));
    expect(beside?.attributes).to.deep.equal(here?.attributes);
    expect(told.problems.map(renderProblem).join('\n')).to.include('people may write departmentNumber');
  });

  it('is refused with the same problems: of the file, of its table, of its tests', async () => {
    const broken = await both(files({ 'mapping.yaml': MAPPING.replaceAll('give:', 'giv:') }));
    expect(broken.beside).to.equal(undefined);
    expect(broken.told.problems.length).to.be.greaterThan(1);
    const table = await both(files({ 'teams.csv': 'code,other\nFIN,Finance\n' }));
    expect(table.beside).to.equal(undefined);
    const { told } = await both(files({ 'mapping.test.yaml': TESTS }));
    expect(told.tests?.problems.map(renderProblem).join('\n')).to.include('test "wrong" fails');
    const folder = files();
    const { tests } = await checkMappingsBeside({ isTested: false, signal: NEVER })(order(folder));
    expect(tests).to.equal(undefined);
  });

  it('is made anew each time', async () => {
    const folder = files();
    const check = checkMappingsBeside({ isTested: true, signal: NEVER });
    const first = await check(order(folder));
    writeFileSync(join(folder, 'teams.csv'), TABLE.replace('Finance', 'Money'));
    const second = await check(order(folder));
    expect(JSON.stringify(answerOf(first.mapping))).to.include('Finance');
    expect(JSON.stringify(answerOf(second.mapping)))
      .to.include('Money')
      .and.to.not.include('Finance');
    expect(second.revision).to.not.equal(first.revision);
  });

  it('is refused, with the reason, where the thread throws, ends, hangs or needs too much memory', async () => {
    expect(await problemsWith("throw new Error('it is broken')")).to.include('it is broken');
    expect(await problemsWith('process.exit(3)')).to.include('its thread ended with 3');
    expect(await problemsWith('for (;;);', { within: 500 })).to.include('it took more than 0.5 s');
    const much =
      'const all = []; for (;;) all.push({ many: Array.from({ length: 100 }, (_, i) => ({ i })) });';
    expect(await problemsWith(much, { heap: 32 })).to.include('memory');
  });

  it('is given up, and its thread ended, where the service ends', async () => {
    const running = new AbortController();
    const told = problemsWith('for (;;);', { signal: running.signal });
    await setTimeout(300);
    running.abort(new Error('the service ends'));
    expect(await told).to.include('the service ends');
    expect(await problemsWith('for (;;);', { signal: running.signal })).to.include('the service ends');
  });
});
