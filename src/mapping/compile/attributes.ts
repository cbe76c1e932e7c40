/**
 * `attributes`: what the file declares of attributes, and what holds for one that it does not declare. Reading values
 * by it is attribute-declaration.ts.
 */
import type { Path } from '../../yaml/finding.ts';
import { suggest } from '../../yaml/suggestion.ts';
import { isYes } from '../../yaml/yes-no.ts';
import {
  type AttributeDeclaration,
  type AttributeType,
  readValues,
  type UnreadableValue,
} from '../values/attribute-declaration.ts';
import { compileDateFormat, isDateFormat } from '../values/date-format.ts';
import { type DnPart, parseDnPart } from '../values/dn-part.ts';
import type { DateFormat } from '../values/moment.ts';
import { isSecret } from '../values/secret-attributes.ts';
import { wellKnown } from '../values/well-known-attributes.ts';
import { type Report, refusePlaceholder, type TextPlace } from './report.ts';
import { AttributeSchema, fitting, keysOf, textOf } from './schema.ts';

/** By lower-case name. */
export type Declarations = ReadonlyMap<string, AttributeDeclaration>;

type Written = NonNullable<ReturnType<typeof fitting<typeof AttributeSchema>>>;

const ATTRIBUTE_NAME = /^(?:[A-Za-z][A-Za-z0-9_-]*|[0-9]+(?:\.[0-9]+)+)$/;
const TYPES: readonly AttributeType[] = AttributeSchema.shape.type.unwrap().options;

/** A declaration with faults is as complete as they allow, so that those who use it are not refused for them. */
export function compileAttributes(part: unknown, report: Report): Declarations {
  const declarations = new Map<string, AttributeDeclaration>();
  for (const [name, each] of Object.entries(keysOf(part))) {
    const path = ['attributes', name];
    refuseAttributeName(name, { path, on: 'key' }, report);
    const key = name.toLowerCase();
    const same = declarations.get(key);
    if (same !== undefined) {
      report({
        path,
        on: 'key',
        message: `"${name}" and "${same.name}" differ only in case, and so are one attribute`,
        hint: 'keep one of them',
      });
      continue;
    }
    const written = fitting(AttributeSchema, each);
    declarations.set(key, written ? compileAttribute(name, written, path, report) : guessed(name, each));
  }
  return declarations;
}

/** What holds for an attribute: its declaration, else what is well known of it, else that it is plain text. */
export function declarationFor(name: string, declared: Declarations): AttributeDeclaration {
  return declared.get(name.toLowerCase()) ?? undeclared(name);
}

/** Refuses a name that no attribute can have, and attributes that hold secrets. */
export function refuseAttributeName(name: string, place: TextPlace, report: Report): boolean {
  if (isSecret(name)) {
    report({
      ...place,
      message: `${name} holds a secret, which no mapping may read`,
      hint: 'it would stand in explanations and snapshots; take another attribute',
    });
    return true;
  }
  if (ATTRIBUTE_NAME.test(name)) return false;
  const option = name.indexOf(';');
  report({
    ...place,
    message:
      option > 0 ? 'values under options are not values of the attribute' : 'this is no attribute name',
    hint:
      option > 0
        ? `write ${name.slice(0, option)}`
        : 'write it as the directory does, for example departmentNumber',
    ...(option > 0 ? { span: [option, name.length] as const } : {}),
  });
  return true;
}

function undeclared(name: string): AttributeDeclaration {
  return { name, type: 'text', ...wellKnown(name), case: 'keep', exact: false, required: false };
}

// The schema refused it. The type that is most likely meant keeps the rules that compare by it from being refused too.
function guessed(name: string, part: unknown): AttributeDeclaration {
  const usual = undeclared(name);
  const meant = suggest(textOf(keysOf(part)['type']) ?? usual.type, TYPES);
  return { ...usual, type: TYPES.find((type) => type === meant) ?? usual.type };
}

function compileAttribute(name: string, written: Written, path: Path, report: Report): AttributeDeclaration {
  const { type, format: usualFormat } = undeclared(name);
  const declaration: AttributeDeclaration = {
    name,
    type: written.type ?? type,
    format: compileFormat(written, type, usualFormat, path, report),
    part: compilePart(written, type, path, report),
    split: plainText('split', written, path, report),
    case: written.case ?? 'keep',
    exact: isYes(written.exact ?? ''),
    required: isYes(written.required ?? ''),
    default: plainText('default', written, path, report),
  };
  if (declaration.required && written.default !== undefined) {
    report({
      path: [...path, 'required'],
      on: 'key',
      message: '"required" and "default" contradict each other: with a default there is always a value',
      hint: 'remove one of them',
    });
  }
  refuseIdleExact(declaration, path, report);
  refuseUnreadableDefault(declaration, path, report);
  return declaration;
}

/** Refuses `exact` where there is no upper and lower case to tell apart. */
function refuseIdleExact(
  { type, exact, case: spelled }: AttributeDeclaration,
  path: Path,
  report: Report,
): void {
  if (!exact) return;
  const place = { path: [...path, 'exact'], on: 'key' } as const;
  if (type !== 'text' && type !== 'dn') {
    report({
      ...place,
      message: `"exact" means nothing for an attribute of type ${type}: it has no upper and lower case to tell apart`,
      hint: 'remove it',
    });
  } else if (spelled !== 'keep') {
    report({
      ...place,
      message: `"exact" and "case: ${spelled}" contradict each other: all values are written alike before they are compared`,
      hint: 'remove one of them',
    });
  }
}

function compileFormat(
  written: Written,
  usualType: AttributeType,
  usual: DateFormat | undefined,
  path: Path,
  report: Report,
): DateFormat | undefined {
  const type = written.type ?? usualType;
  if (written.format === undefined) {
    if (type === 'date' && usual === undefined) {
      report({
        path,
        on: 'key',
        message: 'a date needs a format',
        hint: 'add "format": yyyy-MM-dd or the like, generalized-time, or filetime',
      });
    }
    return type === 'date' ? usual : undefined;
  }
  if (written.format === '') return undefined; // an empty scalar, refused as such
  if (type !== 'date') {
    refuseIdle('format', 'date', written, path, report);
    return undefined;
  }
  const format = compileDateFormat(written.format);
  if (isDateFormat(format)) return format;
  report({ path: [...path, 'format'], ...format });
  return undefined;
}

function compilePart(
  written: Written,
  usualType: AttributeType,
  path: Path,
  report: Report,
): DnPart | undefined {
  if (written.part === undefined || written.part === '') return undefined;
  if ((written.type ?? usualType) !== 'dn') {
    refuseIdle('part', 'dn', written, path, report);
    return undefined;
  }
  const part = parseDnPart(written.part);
  if (part === undefined) {
    report({
      path: [...path, 'part'],
      message: 'this is no part of a DN',
      hint: 'write CN, OU or the like; OU.2 is the second nearest OU, counted from 1',
    });
  }
  return part;
}

/** Refuses a key that only another type has. */
function refuseIdle(
  key: 'format' | 'part',
  type: AttributeType,
  written: Written,
  path: Path,
  report: Report,
): void {
  report({
    path: [...path, key],
    on: 'key',
    message: `only an attribute of type ${type} has a "${key}"`,
    hint: `${written.type === undefined ? 'add' : 'write'} "type: ${type}", or remove "${key}"`,
  });
}

function plainText(
  key: 'split' | 'default',
  written: Written,
  path: Path,
  report: Report,
): string | undefined {
  const text = written[key];
  if (text === undefined || text === '') return undefined; // an empty scalar is refused as such
  return refusePlaceholder(text, { path: [...path, key] }, `in "${key}"`, report) ? undefined : text;
}

const HOW_TO_WRITE: Readonly<Record<AttributeType, string>> = {
  text: 'write a text',
  dn: 'write a DN, as the directory would: CN=Jane Doe,OU=People,DC=acme,DC=com',
  integer: 'write digits alone',
  date: 'write it as the directory would, in the format of the attribute',
  guid: 'write it with dashes',
  sid: 'write it like S-1-5-21-1-2-3-1104',
};

function refuseUnreadableDefault(declaration: AttributeDeclaration, path: Path, report: Report): void {
  const { type, format, default: text } = declaration;
  if (text === undefined || (type === 'date' && format === undefined)) return;
  const { values, unreadable } = readValues(declaration, undefined, 'UTC');
  const fault: Pick<UnreadableValue, 'reason'> | undefined =
    unreadable[0] ?? (values.length === 0 ? { reason: 'nothing is left of it when it is split' } : undefined);
  if (fault === undefined) return;
  report({
    path: [...path, 'default'],
    message: `the default cannot be read: ${fault.reason}`,
    hint: HOW_TO_WRITE[type],
  });
}
