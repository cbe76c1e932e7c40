/**
 * HTML as text in which nothing but this room's own markup is markup: every value is escaped where it is put in. What
 * stands on the page is html.ts'.
 */

/** Text that is HTML already. */
import { printable } from '../../text/printable.ts';

export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | number | Markup | readonly Markup[];

/** A tagged template: strings and numbers are escaped, markup is taken as it is. */
export function html(literals: TemplateStringsArray, ...values: readonly Value[]): Markup {
  const parts = literals.map((literal, i) => literal + (i < values.length ? asHtml(values[i] ?? '') : ''));
  return new Markup(parts.join(''));
}

/** A text of the directory's or the mapping's, kept from turning the direction of what stands around it. */
export function isolated(text: string): Markup {
  return html`<bdi>${text}</bdi>`;
}

function asHtml(value: Value): string {
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  return escaped(printable(String(value)));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
