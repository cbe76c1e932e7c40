/** Log lines that are safe to look at: whatever a terminal obeys or hides is written as an escape of JSON. */

// Controls, formats such as those that turn the direction of writing, and separators of lines; a line's own end stays.
// Almost every line, told faster than anything is looked for in it.
const PRINTABLE = /^[ -~\n]*$/;
const UNPRINTABLE = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** The same JSON with other spelling. In a line of JSON such characters stand within strings alone. */
export function withEscapes(line: string): string {
  if (PRINTABLE.test(line)) return line;
  return line.replace(UNPRINTABLE, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
