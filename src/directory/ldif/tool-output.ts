/**
 * What ldapsearch and ldbsearch print beside entries: results, search references, pages, the words before and after.
 * Owns what these say of the entries: that some are missing, or where others are. In RFC 2849 they have no meaning.
 */
import { describe, SUCCESS } from '../entries/ldap-result.ts';
import type { LdifLine, ReportLine } from './ldif-lines.ts';

/** A search reference (RFC 4511 section 4.5.3): entries that another server has, and the file lacks. */
export interface LdifReference {
  /** Each leads to the same entries. */
  readonly uris: readonly string[];
  readonly line: number;
}

interface Tool {
  readonly name: string;
  readonly begins: RegExp;
}

const LDAPSEARCH: Tool = { name: 'ldapsearch', begins: /^# extended LDIF$/ };
const LDBSEARCH: Tool = { name: 'ldbsearch', begins: /^# record 1$/ };
const LDBSEARCH_ENDS = /^# returned \d+ records$/;
// With -L, -LL and -LLL OpenLDAP's ldapsearch writes a reference as a comment, "ref" and the URL in one word.
const COMMENTED_REFERENCE = /^# ?ref:? ?(ldaps?:\/\/.*)$/i;
const PAGE = /^(?:# )?pagedresults: (?:estimate=\d+ )?cookie=(.*)$/;
const PRINTED_ERROR = /^(?:[a-z_]+: )?(?<text>[A-Za-z][^:]*) \((?<code>-?\d+)\)$/;

/** Whether the line begins the result of a search. */
export function isResult(line: LdifLine | undefined): boolean {
  return line !== undefined && /^(?:search|result):/i.test(line.text);
}

export class ToolOutput {
  readonly references: LdifReference[] = [];
  readonly #report: ReportLine;
  #open: { readonly tool: Tool; readonly line: number } | undefined;
  #page: { readonly line: number; readonly search: number | undefined } | undefined;

  constructor(report: ReportLine) {
    this.#report = report;
  }

  /** Takes a comment; whether or not it is one of theirs. */
  comment({ text, number }: LdifLine): void {
    const [, reference] = COMMENTED_REFERENCE.exec(text) ?? [];
    if (reference !== undefined) this.references.push({ uris: [reference], line: number });
    this.#notePage(text, number, undefined);
    if (LDAPSEARCH.begins.test(text)) this.#begin(LDAPSEARCH, number);
    else if (LDBSEARCH.begins.test(text)) this.#begin(LDBSEARCH, number);
    else if (LDBSEARCH_ENDS.test(text) && this.#open?.tool === LDBSEARCH) this.#open = undefined;
  }

  /** Takes a record that is no entry; false where it is none of theirs. */
  record(lines: readonly LdifLine[]): boolean {
    const [first] = lines;
    if (first === undefined) return false;
    if (/^ref:/i.test(first.text)) return this.#reference(lines, first.number);
    if (isResult(first)) return this.#result(lines, first.number);
    return this.refusedAs(first);
  }

  /** Takes a line that is none of LDIF, as the error of a tool; false where it is none. */
  refusedAs({ text, number }: LdifLine): boolean {
    const { code, text: said = '' } = PRINTED_ERROR.exec(text)?.groups ?? {};
    if (code === undefined) return false;
    this.#report(number, `the search failed with ${describe({ code: Number(code), diagnostic: said })}`);
    return true;
  }

  /** After the last line. */
  end(): void {
    if (this.#page !== undefined) this.#missingPage(this.#page.line);
    if (this.#open !== undefined) this.#missingEnd();
  }

  #begin(tool: Tool, line: number): void {
    if (this.#open !== undefined) this.#missingEnd();
    this.#open = { tool, line };
  }

  #missingEnd(): void {
    const { tool, line } = this.#open ?? { tool: LDAPSEARCH, line: 1 };
    this.#report(
      line,
      `what ${tool.name} prints at its end does not follow on this: its output was cut off, or it failed`,
    );
    this.#open = undefined;
  }

  #missingPage(line: number): void {
    this.#report(line, 'the search ended before its last page: the cookie says that there are more');
    this.#page = undefined;
  }

  #notePage(text: string, line: number, search: number | undefined): boolean {
    const [, cookie] = PAGE.exec(text) ?? [];
    if (cookie === undefined) return false;
    this.#page = cookie.trim() === '' ? undefined : { line, search };
    return true;
  }

  #reference(lines: readonly LdifLine[], line: number): boolean {
    const uris = lines.flatMap(({ text }) => /^ref: *(\S.*)$/i.exec(text)?.[1] ?? []);
    if (uris.length !== lines.length) return false;
    this.references.push({ uris, line });
    return true;
  }

  // search, result, matchedDN, text, ref, control and what single controls have to say
  #result(lines: readonly LdifLine[], line: number): boolean {
    if (lines.some(({ text }) => /^dn:/i.test(text))) return false;
    const found = lines.find(({ text }) => /^result:/i.test(text));
    const [, code, said = ''] = /^result: *(\d+) *(.*)$/i.exec(found?.text ?? '') ?? [];
    if (code === undefined) this.#report(line, 'the result of the search is missing: its output was cut off');
    else if (Number(code) !== SUCCESS)
      this.#report(
        found?.number ?? line,
        `the search ended with ${describe({ code: Number(code), diagnostic: said })}: entries are missing`,
      );
    const [, id] = /^search: *(\d+)$/i.exec(lines[0]?.text ?? '') ?? [];
    const search = id === undefined ? undefined : Number(id);
    const before = this.#page;
    const isPaged = lines.map(({ text, number }) => this.#notePage(text, number, search)).some(Boolean);
    // The pages of one search are numbered on; another search begins anew.
    const goesOn =
      isPaged && (search === undefined || before?.search === undefined || search > before.search);
    if (before !== undefined && !goesOn) {
      const now = this.#page;
      this.#missingPage(before.line);
      this.#page = now === before ? undefined : now;
    }
    if (this.#open?.tool === LDAPSEARCH) this.#open = undefined;
    return true;
  }
}
