/** What a terminal may be shown of texts that others wrote: directories, files, callers. */

/** The text without control characters and direction overrides, which would write to the reader's terminal. */
export function printable(text: string): string {
  return text.replace(/\t/g, ' ').replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, '\ufffd');
}
