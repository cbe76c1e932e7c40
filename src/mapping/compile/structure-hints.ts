/**
 * What to do about the faults of structure that authors make most, where the schema's own words do not say it. The
 * schema finds them; here they only get a hint.
 */
import type { Finding, Path } from '../../yaml/finding.ts';
import { WhenSchema } from './schema.ts';

const GIVE = 'write { groups: [NAME] } or { authorizations: { NAME: [VALUE] } }';
const TAKE =
  'write { groups: [NAME] } or { authorizations: { NAME: [VALUE] } }; { groups: all, authorizations: all } takes everything';
const DASH = 'each one starts with a dash: - id: NAME';

/** The finding with a hint, where there is one and it has none, or only a list of what is known. */
export function withStructureHint(finding: Finding): Finding {
  const { path, message } = finding;
  const isOpen = finding.hint === undefined || /^(?:known here|a list of one text)/.test(finding.hint);
  if (!isOpen) return finding;
  const hint = message.startsWith('unknown key')
    ? hintForKey(path)
    : /^expected "all" or a list/.test(message)
      ? 'a list of one text is written [text]; all, without brackets, takes everything'
      : hintForKind(path, / found (a text|a list|keys with values)$/.exec(message)?.[1]);
  return hint === undefined ? finding : { ...finding, hint };
}

function hintForKey(path: Path): string | undefined {
  const key = String(path.at(-1));
  const [, first] = /^(\w+)\s*[\s{[]/.exec(key) ?? [];
  if (first !== undefined) return `is a ":" missing behind "${first}"?`;
  const [section] = path;
  const isOfClause = path.length === 3;
  if (section === 'never' && isOfClause && key === 'give') return `"never" takes: write "take"`;
  if (section === 'rules' && isOfClause && key === 'take') return 'what is taken stands under "never"';
  if (isOfClause && key in WhenSchema.shape) return `it belongs into "when": when: { ${key}: … }`;
  if (key === 'not') return 'what must not hold stands in "unless", beside "when"';
  if (!path.includes('group') && !path.includes('all_groups')) return undefined;
  if (key === 'matches') return 'write a placeholder, <name>, and below it where: { name: { matches: … } }';
  return key === 'dn' ? 'a DN is written alone, in quotes' : undefined;
}

function hintForKind(path: Path, found: string | undefined): string | undefined {
  if (found === undefined) return undefined;
  const key = path.at(-1);
  if (path.length === 1 && (key === 'rules' || key === 'never')) return DASH;
  if (path.at(-2) === 'attribute' && found === 'a list')
    return 'one of several texts is written { in: [A, B] }';
  if (key === 'when' && found === 'a list') return 'blocks of which one is enough stand in "any_of"';
  if (key === 'when' || key === 'unless') return 'write for example { group: NAME }';
  if (key === 'where') return 'write for example { name: any }';
  if (key === 'give') return GIVE;
  if (key === 'take') return TAKE;
  return key === 'authorizations' && path.length > 1 ? 'write { NAME: [VALUE] }' : undefined;
}
