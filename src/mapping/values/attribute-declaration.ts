/**
 * What a mapping knows of an attribute, and the directory's values read by it: typed, split, in the case asked for.
 * Values that are not of the type are told apart, for whoever reports them. Which declaration an attribute has is
 * compile/attributes.ts; what absence means is the condition's.
 */
import { tryParseDn } from '../../names/dn.ts';
import { guidFromText, guidOf } from '../../names/guid.ts';
import { withoutInsignificantSpaces } from '../../names/insignificant-spaces.ts';
import { sidFromText, sidOf } from '../../names/sid.ts';
import type { AttributeValue } from '../../person.ts';
import { type DnPart, takeDnPart } from './dn-part.ts';
import { type FoldedText, foldDn, foldText } from './folded-text.ts';
import { type LetterCase, recase } from './letter-case.ts';
import type { DateFormat, Moment } from './moment.ts';

export type AttributeType = 'text' | 'dn' | 'integer' | 'date' | 'guid' | 'sid';

/** An attribute as the file declares it, or as it is without a declaration. */
export interface AttributeDeclaration {
  /** As the file writes it. */
  readonly name: string;
  readonly type: AttributeType;
  /** Of a date; present unless the file was refused. */
  readonly format?: DateFormat | undefined;
  /** Of a dn. */
  readonly part?: DnPart | undefined;
  /** What stands between several values in one; not empty. */
  readonly split?: string | undefined;
  readonly case: LetterCase;
  /** Whether upper and lower case differ wherever its values are compared. */
  readonly exact: boolean;
  readonly required: boolean;
  /** Stands for the directory's value where there is none, and is read like one. */
  readonly default?: string | undefined;
}

/** One value. Texts match by `text`; only the tests that compare numbers and dates read the others. */
export interface TypedValue {
  /** What is matched and given out: of a dn with `part` that part, of a guid or sid its one text form. */
  readonly text: FoldedText;
  /** Of an integer. */
  readonly number?: bigint;
  /** Of a date. */
  readonly moment?: Moment;
  /** The directory's own spelling, for explanations; of octets the text form. */
  readonly raw: string;
}

/** A value that is not of the attribute's type. */
export interface UnreadableValue {
  /** `NAME=value`, cut where it is long. */
  readonly shown: string;
  /** To stand behind it: `not a DN`, `has no OU.2`. */
  readonly reason: string;
}

/** Whether whole values are DNs, which are compared by what they mean. */
export function holdsDns({ type, part }: AttributeDeclaration): boolean {
  return type === 'dn' && part === undefined;
}

/** A text as it is compared with whole values of the attribute. */
export function foldFor(declaration: AttributeDeclaration, text: string): FoldedText {
  return (holdsDns(declaration) ? foldDn : foldText)(text, declaration.exact);
}

export interface AttributeReading {
  /** Each text once, in the directory's order. */
  readonly values: readonly TypedValue[];
  readonly unreadable: readonly UnreadableValue[];
  /** Whether there is a value at all, be it unreadable or the default. One of spaces alone is none. */
  readonly isPresent: boolean;
}

/**
 * Reads the values of an attribute; undefined or none where the person does not have it.
 * @param timezone IANA name, in which dates without an offset are meant
 */
export function readValues(
  declaration: AttributeDeclaration,
  values: readonly AttributeValue[] | undefined,
  timezone: string,
): AttributeReading {
  const ofDirectory = (values ?? []).flatMap((value) => splitValue(declaration, value));
  const isDefault = ofDirectory.length === 0 && declaration.default !== undefined;
  const written = isDefault ? splitValue(declaration, declaration.default) : ofDirectory;
  const read = new Map<string, TypedValue>();
  const unreadable = new Map<string, UnreadableValue>();
  for (const value of written) {
    const result = readValue(declaration, value, timezone);
    if (typeof result === 'string') {
      const shown = showValue(declaration.name, value);
      unreadable.set(`${shown}\n${result}`, { shown, reason: result });
    } else if (!read.has(result.text.text)) {
      read.set(result.text.text, result);
    }
  }
  return {
    values: [...read.values()],
    unreadable: [...unreadable.values()],
    isPresent: written.length > 0,
  };
}

function splitValue({ split, type }: AttributeDeclaration, value: AttributeValue): AttributeValue[] {
  if (typeof value !== 'string') return [value];
  // The octets of a GUID or SID may look like text, and hold anything then.
  if ((type === 'guid' && guidOf(value)) || (type === 'sid' && sidOf(value))) return [value];
  const parts = split === undefined ? [value] : value.split(delimiterOf(split));
  return parts.filter((part) => withoutInsignificantSpaces(part) !== '');
}

// A plain space in it stands for spaces of every kind; line ends and tabs for themselves, as they delimit on purpose.
function delimiterOf(split: string): string | RegExp {
  if (!split.includes(' ')) return split;
  const literals = split.split(/ +/).map((part) => part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  return new RegExp(literals.join('[\\t-\\r\\u0085\\p{Z}]+'), 'u');
}

/** The value, or why it is none. */
function readValue(
  declaration: AttributeDeclaration,
  value: AttributeValue,
  timezone: string,
): TypedValue | string {
  const typed = (text: string, more: Omit<TypedValue, 'text' | 'raw'> = {}, raw = text): TypedValue => ({
    text: foldFor(declaration, recase(text, declaration.case)),
    ...more,
    raw,
  });
  switch (declaration.type) {
    case 'guid': {
      const guid =
        guidOf(value) ??
        (typeof value === 'string' ? guidFromText(withoutInsignificantSpaces(value)) : undefined);
      return guid === undefined ? 'not a GUID' : typed(guid);
    }
    case 'sid': {
      const sid =
        sidOf(value) ??
        (typeof value === 'string' ? sidFromText(withoutInsignificantSpaces(value)) : undefined);
      return sid === undefined ? 'not a SID' : typed(sid);
    }
    default:
      if (typeof value !== 'string') return 'not text';
  }
  const clean = withoutInsignificantSpaces(value);
  switch (declaration.type) {
    case 'text':
      return typed(value);
    case 'dn': {
      const part = readDn(value, declaration.part);
      return 'reason' in part ? part.reason : typed(part.text, {}, value);
    }
    case 'integer':
      return INTEGER.test(clean) ? typed(value, { number: BigInt(clean) }) : 'not an integer';
    case 'date': {
      const moment = declaration.format?.read(clean, timezone);
      return moment === undefined ? `not a date as ${declaration.format?.written}` : typed(value, { moment });
    }
  }
}

// As many digits as no directory has: beyond, converting takes time that somebody else's value decides.
const INTEGER = /^-?\d{1,100}$/;

function readDn(value: string, part: DnPart | undefined): { text: string } | { reason: string } {
  const dn = tryParseDn(value);
  if (dn === undefined) return { reason: 'not a DN' };
  if (part === undefined) return { text: value };
  const text = takeDnPart(dn, part);
  if (text === undefined) return { reason: `has no ${part.written}` };
  return typeof text === 'string' ? { text } : { reason: `its ${part.written} is not text` };
}

const LONGEST_SHOWN = 100;

function showValue(name: string, value: AttributeValue): string {
  if (typeof value !== 'string') return `${name}=(${value.length} octets)`;
  if (value.length <= LONGEST_SHOWN) return `${name}=${value}`;
  return `${name}=${value.slice(0, LONGEST_SHOWN).replace(/[\ud800-\udbff]$/, '')}…`;
}
