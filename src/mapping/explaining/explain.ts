/**
 * A translation as text for people and as plain data for programs. Says nothing that the translation does not hold.
 */
import { inColumns } from '../../text/columns.ts';
import { formatAnswer } from '../answer.ts';
import { type Output, originText, outputText, type Translation } from '../translation.ts';

/** Lines of text in columns; sections that would be empty are left out. */
export function renderTranslation(translation: Translation): string {
  const { given, withheld, removed, notCounted, nearTexts } = translation;
  const givenRow = ({ output, rule, facts }: Translation['given'][number]): string[] => [
    outputText(output),
    `rule ${originText(rule)}`,
    facts.join(', '),
  ];
  const sections: [string, string[][]][] = [
    ['groups', given.filter(({ output }) => output.kind === 'group').map(givenRow)],
    ['authorizations', given.filter(({ output }) => output.kind === 'authorization').map(givenRow)],
    ['withheld', withheld.map(({ what, rule, reason }) => [what, `rule ${rule.id}: ${reason}`])],
    [
      'removed',
      removed.map(({ output, by, facts }) => [
        outputText(output),
        by.kind === 'never' ? `never ${originText(by.never)}` : `keep ${by.keep}: ${by.kept} stays`,
        facts.join(', '),
      ]),
    ],
    [
      'not counted',
      notCounted.map(({ dn, name, cause, reason }) => [cause === 'unnamed' ? name : dn, reason]),
    ],
    ['near misses', nearTexts.map(({ what, by, reason }) => [what, `${by.kind} ${by.origin.id}: ${reason}`])],
  ];
  const filled = sections.filter(([, rows]) => rows.length > 0);
  const lines = filled.flatMap(([title, rows]) => [title, ...inColumns(rows)]);
  return [...(given.length === 0 ? ['nothing is given'] : []), ...lines].join('\n');
}

/** The same as data for `JSON.stringify`; `answer` is what a request would get. */
export function translationToJson(translation: Translation): object {
  const { answer, given, withheld, removed, notCounted, nearTexts } = translation;
  return {
    answer: JSON.parse(formatAnswer(answer)) as unknown,
    given: given.map(({ output, rule, facts }) => ({ ...plain(output), rule, facts })),
    withheld,
    removed: removed.map(({ output, by, facts, rules }) => ({ ...plain(output), by, facts, rules })),
    not_counted: notCounted,
    near_misses: nearTexts.map(({ what, by: { kind, origin }, reason }) => ({
      what,
      [kind]: origin,
      reason,
    })),
  };
}

function plain({ kind, name, value }: Output): object {
  return value === undefined ? { kind, name } : { kind, name, value };
}
