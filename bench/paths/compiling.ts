/**
 * How the time to compile a mapping grows with its rules: 4,000 against 500, where eight times as many may take little
 * more than eight times as long. The rules give literals and what placeholders stand for, and `never` entries take both,
 * so that all that compares rules with each other has its work.
 */
import { compileMapping } from '../../src/mapping/compile.ts';
import { medians } from '../measuring/work.ts';
import type { Path } from '../path.ts';
import { UNDER } from '../worlds/naming.ts';

const FEW = 500;
const MANY = 4000;
/** So often is the compiler run before it counts, as what is not optimised yet flatters the ratio. */
const WARM = 8;

export const compiling: Path = {
  name: 'compiling',
  measure: async ({ quick }) => {
    const [few, many] = [mapping(FEW), mapping(MANY)];
    for (let i = 0; i < WARM; i++) compile(few);
    const [short = Number.NaN, long = Number.NaN] = medians(
      quick ? 3 : 7,
      [() => () => compile(few), () => () => compile(many)],
      1,
    );
    return [
      {
        name: `compiling ${MANY} rules against ${FEW}`,
        measured: long / short,
        unit: '×',
        better: 'less',
        must: 10,
        aim: 8,
        told: `${long.toFixed(0)} ms against ${short.toFixed(0)} ms`,
      },
    ];
  },
};

function compile(text: string): void {
  const { mapping, problems } = compileMapping('bench.yaml', text);
  if (mapping === undefined) throw new Error(problems.map(({ message }) => message).join('\n'));
}

/** As many rules as entries: each takes what one rule gives. */
function mapping(clauses: number): string {
  const entries = clauses / 2;
  const rules = Array.from({ length: clauses - entries }, (_, i) => rule(i));
  const never = Array.from({ length: entries }, (_, i) => entry(i));
  return `version: 1\ngroups: { under: '${UNDER}' }\nrules:\n${rules.join('\n')}\nnever:\n${never.join('\n')}\n`;
}

function rule(i: number): string {
  switch (i % 3) {
    case 0:
      return `  - { id: r${i}, when: { group: 'FIN-${i}' }, give: { groups: ['Finance ${i}'] } }`;
    case 1:
      return `  - { id: r${i}, when: { group: 'APP${i}-<team>' }, where: { team: any }, give: { groups: ['App ${i} <team>'] } }`;
    default:
      return `  - { id: r${i}, when: { group: 'REG${i}-<region>' }, where: { region: [EMEA, APAC] }, give: { authorizations: { Region${i % 9}: ['${i} <region>'] } } }`;
  }
}

function entry(i: number): string {
  switch (i % 3) {
    case 0:
      return `  - { id: n${i}, when: { group: 'LEFT-${i}' }, take: { groups: ['Finance ${i}'] } }`;
    case 1:
      return `  - { id: n${i}, when: { group: 'LEFT${i}-<team>' }, take: { groups: ['App ${i} <team>'] } }`;
    default:
      return `  - { id: n${i}, when: { group: 'LEFT${i}-<region>' }, where: { region: [EMEA, APAC, NONE] }, take: { authorizations: { Region${i % 9}: ['${i} <region>'] } } }`;
  }
}
