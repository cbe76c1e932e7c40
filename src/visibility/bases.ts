/** Whether the base DNs of a directory's settings are there: below one that is not, nobody can be answered. */
import type { Directory } from '../directory/directory.ts';
import { isFailure } from '../failure.ts';
import type { Remark } from './remark.ts';

export async function remarksOnBases({ name, sight }: Directory): Promise<readonly Remark[]> {
  const remarks: Remark[] = [];
  for (const { key, dn } of sight.bases) {
    if (!(await isAbsent(dn))) continue;
    remarks.push({
      severity: 'error',
      subject: `directory ${name}`,
      message: `${key}: there is no entry ${dn}, or no right to see it: every request for a person fails`,
      hint: `write ${key} as the directory has it, or give the account that binds the right to see it`,
    });
  }
  return remarks;

  async function isAbsent(dn: string): Promise<boolean> {
    try {
      return (await sight.entry(dn)) === 'absent';
    } catch (error) {
      // That it could not be told is said of what is looked for below it.
      if (isFailure(error)) return false;
      throw error;
    }
  }
}
