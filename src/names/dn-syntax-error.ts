/** Why a text is no DN. Apart from the parser so that both of its files can throw it. */

/** `index` is that of the character (UTF-16) where the text ceases to be a DN. */
export class DnSyntaxError extends Error {
  readonly index: number;
  constructor(message: string, index: number) {
    super(message);
    this.index = index;
  }
}
