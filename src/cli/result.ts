/** Results of commands as JSON: on standard output, for programs, and harmless to a terminal. */

// JSON.stringify leaves these as they are; a directory's text must not write to the reader's terminal.
const TELLING_A_TERMINAL = /[\u007f-\u009f\u2028\u2029\p{Cf}]/gu;

/** Prints it with two spaces a level. */
export function printJson(value: unknown): void {
  const text = JSON.stringify(value, null, 2).replace(TELLING_A_TERMINAL, (character) =>
    [...Array(character.length).keys()]
      .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`)
      .join(''),
  );
  process.stdout.write(`${text}\n`);
}
