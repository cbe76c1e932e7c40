/** How a rule names a group: by its name, by a name with placeholders, by its DN, or by name and place. */
import { firstRdnType, keyOfDn, tryParseWrittenDn } from '../../../names/dn.ts';
import { guidFromText } from '../../../names/guid.ts';
import { comparisonKey, withSingleSpaces } from '../../../names/insignificant-spaces.ts';
import { sidFromText } from '../../../names/sid.ts';
import type { Path } from '../../../yaml/finding.ts';
import type { GroupTest } from '../../condition.ts';
import { compilePattern } from '../../patterns/pattern.ts';
import type { Template } from '../../patterns/template.ts';
import { type Report, readDn, readTemplate, refusePlaceholder, warnOfAsterisk } from '../report.ts';
import { fitting, GroupSchema } from '../schema.ts';
import { holds, overlaps } from '../scope.ts';
import type { WhenContext } from './when-context.ts';

/** A compiled way to name a group, with what the rule around it must know. */
export interface CompiledGroup {
  readonly test: GroupTest;
  /** As the file writes it; the name alone where a place stands beside it. */
  readonly written: string;
  readonly path: Path;
  readonly template: Template | undefined;
  /** Whether it lies outside `groups.under`, so that it never counts. */
  readonly isOutside: boolean;
}

const WELL_KNOWN_RDN = /^\s*(?:CN|OU|DC|UID|O|C|L|ST)\s*=/i;
const SECOND_RDN = /,\s*[A-Za-z][A-Za-z0-9-]*\s*=/;

/** Undefined where it was refused. */
export function compileGroup(part: unknown, path: Path, context: WhenContext): CompiledGroup | undefined {
  const { report, scope } = context;
  const group = fitting(GroupSchema, part);
  if (group === undefined || group === '') return undefined;
  if (typeof group !== 'string') {
    const under = group.under === undefined ? undefined : readDn(group.under, [...path, 'under'], report);
    const template =
      group.name === '' ? undefined : readTemplate(group.name, { path: [...path, 'name'] }, report);
    if (template === undefined || (group.under !== undefined && under === undefined)) return undefined;
    warnOfSpaces(group.name, [...path, 'name'], report);
    warnOfAsterisk(template, [...path, 'name'], report);
    const isOutside = under !== undefined && scope !== undefined && !overlaps(scope, under);
    return { test: nameTest(template, under, context), written: group.name, path, template, isOutside };
  }
  const identifier = /^\s*(sid|guid):/i.exec(group);
  if (identifier !== null) return identityTest(group, identifier, path, report);
  const dn = tryParseWrittenDn(group);
  if (dn !== undefined && dn.rdns.length > 1) {
    const isOutside = scope !== undefined && !holds(scope, dn);
    return { test: { kind: 'dn', key: keyOfDn(dn) }, written: group, path, template: undefined, isOutside };
  }
  if (WELL_KNOWN_RDN.test(group)) {
    refuseHalfDn(group, path, report);
    return undefined;
  }
  const template = readTemplate(group, { path }, report);
  if (template === undefined) return undefined;
  warnOfSpaces(group, path, report);
  warnOfAsterisk(template, path, report);
  return { test: nameTest(template, undefined, context), written: group, path, template, isOutside: false };
}

/** `sid:S-1-5-…` or `guid:…`: names that survive a renaming. */
function identityTest(
  text: string,
  [prefix, written = '']: RegExpExecArray,
  path: Path,
  report: Report,
): CompiledGroup | undefined {
  const kind = written.toLowerCase() === 'sid' ? 'sid' : 'guid';
  const value = text.slice(prefix.length).trim();
  if (refusePlaceholder(text, { path }, `after "${kind}:"`, report, 'write it out')) return undefined;
  const identity = kind === 'sid' ? sidFromText(value) : guidFromText(value);
  if (identity !== undefined)
    return { test: { kind, identity }, written: text, path, template: undefined, isOutside: false };
  report({
    path,
    message: kind === 'sid' ? 'this is no SID' : 'this is no GUID',
    hint:
      kind === 'sid'
        ? 'it is written like sid:S-1-5-21-1004336348-1177238915-682003330-512'
        : 'it is written like guid:6f9619ff-8b86-d011-b42d-00cf4fc964ff',
    span: [prefix.length, Math.max(text.length, prefix.length + 1)],
  });
  return undefined;
}

function nameTest(
  template: Template,
  under: Extract<GroupTest, { kind: 'name' }>['under'],
  { isFilled, boundOf }: WhenContext,
): GroupTest {
  if (template.placeholders.length === 0)
    return { kind: 'name', folded: comparisonKey(template.text), under };
  if (isFilled) return { kind: 'filled', template, under };
  return { kind: 'pattern', pattern: compilePattern(template, boundOf), under };
}

// "CN=Sales" names no group: a DN has all its parts, and a name has no "CN=".
function refuseHalfDn(text: string, path: Path, report: Report): void {
  if (
    refusePlaceholder(text, { path }, 'in a DN', report, 'write { name: TEAM-<name>, under: OU=… } instead')
  )
    return;
  if (SECOND_RDN.test(text)) {
    readDn(text, path, report);
    return;
  }
  const dn = tryParseWrittenDn(text);
  const value = dn?.rdns[0]?.[0]?.value;
  const name =
    typeof value === 'string' && firstRdnType(dn ?? { rdns: [], keys: [] }) === 'cn' ? value : undefined;
  report({
    path,
    message: 'this is only the first part of a DN',
    hint: `write the whole DN in quotes, or the name alone${name === undefined ? '' : `: ${name}`}; a group really named so is { name: '${text}' }`,
  });
}

function warnOfSpaces(text: string, path: Path, report: Report): void {
  const single = withSingleSpaces(text);
  const isLeading = single.startsWith(' ');
  if (!isLeading && !single.endsWith(' ')) return;
  report({
    path,
    severity: 'warning',
    message: `this group name ${isLeading ? 'starts' : 'ends'} with a space`,
    hint: 'remove it: it means nothing there',
    span: isLeading ? [0, 1] : [text.length - 1, text.length],
  });
}
