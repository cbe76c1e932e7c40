/** The words for yes and no in files that people write, where every scalar is a text. */

export const YES_NO = ['yes', 'no', 'true', 'false'] as const;

/** Whether the text is one of {@link YES_NO} that means yes. */
export function isYes(text: string): boolean {
  return text === 'yes' || text === 'true';
}
