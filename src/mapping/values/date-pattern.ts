/**
 * Date patterns, `dd.MM.yyyy` or `yyyy-MM-dd HH:mm`: compiled into a reader, or refused in words. The letters are those
 * of Unicode TS 35, as spreadsheets and Java have them; only numbers, no names of months or days.
 */
import { type CalendarTime, type DateFormat, type DateFormatFault, dayIn, instantIn } from './moment.ts';

type Field = keyof CalendarTime;

const FIELDS: ReadonlyMap<string, { readonly field: Field; readonly digits: string }> = new Map([
  ['yyyy', { field: 'year', digits: '\\d{4}' }],
  ['MM', { field: 'month', digits: '\\d{2}' }],
  ['M', { field: 'month', digits: '\\d{1,2}' }],
  ['dd', { field: 'day', digits: '\\d{2}' }],
  ['d', { field: 'day', digits: '\\d{1,2}' }],
  ['HH', { field: 'hour', digits: '\\d{2}' }],
  ['mm', { field: 'minute', digits: '\\d{2}' }],
  ['ss', { field: 'second', digits: '\\d{2}' }],
]);

/** What a pattern can hold besides literal characters. */
export const PATTERN_PARTS: readonly string[] = [...FIELDS.keys()];

/** Minutes say nothing without hours, nor seconds without minutes. */
const NEEDED_BY: readonly (readonly [needed: string, by: string])[] = [
  ['HH', 'mm'],
  ['mm', 'ss'],
];

/** The reader of a pattern, or what is wrong with it. */
export function compileDatePattern(pattern: string): DateFormat | DateFormatFault {
  const parts = pattern.match(/([A-Za-z])\1*|[^A-Za-z]+/g) ?? [];
  const fault = faultOf(parts);
  if (fault !== undefined) return fault;
  const fields = parts.flatMap((part) => FIELDS.get(part)?.field ?? []);
  const expression = new RegExp(`^${parts.map(expressionOf).join('')}$`);
  const read = fields.includes('hour') ? instantIn : dayIn;
  return {
    written: pattern,
    read(text, timezone) {
      const digits = expression.exec(text);
      if (digits === null) return undefined;
      const time = Object.fromEntries(fields.map((field, i) => [field, Number(digits[i + 1])]));
      return read({ year: 0, month: 0, day: 0, ...time }, timezone);
    },
  };
}

function expressionOf(part: string): string {
  const field = FIELDS.get(part);
  return field === undefined ? part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&') : `(${field.digits})`;
}

function faultOf(parts: readonly string[]): DateFormatFault | undefined {
  return (
    quoteFault(parts) ??
    letterFault(parts) ??
    repeatedFault(parts) ??
    missingFault(parts) ??
    digitFault(parts)
  );
}

function quoteFault(parts: readonly string[]): DateFormatFault | undefined {
  if (!parts.some((part) => part.includes("'"))) return undefined;
  return { message: 'a quote stands in the pattern', hint: 'write what is between the quotes without them' };
}

// The T of ISO 8601 is the one letter that stands for itself.
function letterFault(parts: readonly string[]): DateFormatFault | undefined {
  if (parts.includes('yy')) {
    return {
      message: '"yy" leaves the century open',
      hint: 'write yyyy; dates with two digits for the year cannot be read',
    };
  }
  const unknown = parts.filter((part) => /^[A-Za-z]/.test(part) && part !== 'T' && !FIELDS.has(part));
  if (unknown.length === 0) return undefined;
  const named = [...new Set(unknown)].map((part) => `"${part}"`);
  const meant = parts.map((part) =>
    FIELDS.has(part) ? part : part.replaceAll('Y', 'y').replaceAll('D', 'd'),
  );
  const isMeant = unknown.every((part) => FIELDS.has(meant[parts.indexOf(part)] ?? ''));
  return {
    message: `${named.join(' and ')} ${named.length === 1 ? 'is' : 'are'} not known in a pattern`,
    hint: isMeant ? `did you mean ${meant.join('')}?` : `known are ${PATTERN_PARTS.join(' ')}`,
  };
}

function repeatedFault(parts: readonly string[]): DateFormatFault | undefined {
  const seen = new Map<Field, string>();
  for (const part of parts) {
    const field = FIELDS.get(part)?.field;
    if (field === undefined) continue;
    if (seen.has(field)) {
      const hint = /m/i.test(part) ? 'months are MM, minutes are mm' : 'write it once';
      return { message: `the ${field} stands twice`, hint };
    }
    seen.set(field, part);
  }
  return undefined;
}

function missingFault(parts: readonly string[]): DateFormatFault | undefined {
  const fields = parts.flatMap((part) => FIELDS.get(part)?.field ?? []);
  const missing = (['year', 'month', 'day'] as const).filter((field) => !fields.includes(field));
  if (missing.length > 0) {
    const isMinute = missing.includes('month') && parts.includes('mm');
    return {
      message: `the pattern has no ${missing.join(' and no ')}`,
      hint: isMinute ? 'months are MM, minutes are mm' : 'a date needs yyyy, MM and dd',
    };
  }
  for (const [needed, by] of NEEDED_BY) {
    if (parts.includes(by) && !parts.includes(needed))
      return { message: `"${by}" needs "${needed}" beside it`, hint: 'months are MM, hours are HH' };
  }
  return undefined;
}

// 1112026 by dMyyyy is two dates.
function digitFault(parts: readonly string[]): DateFormatFault | undefined {
  const open = parts.find((part, i) => {
    const next = parts[i + 1] ?? '';
    return (part === 'd' || part === 'M') && (FIELDS.has(next) || /^\d/.test(next));
  });
  if (open === undefined) return undefined;
  return {
    message: `"${open}" may be one digit or two, so nothing says where it ends`,
    hint: `write ${open}${open}, or a separator behind it`,
  };
}
