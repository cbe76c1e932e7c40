/** Whether the attributes by which accounts show that they are dead can be read, as far as that can be told from outside. */
import { type Entry, showsAttribute } from '../../directory/entries/entry.ts';
import { accountSignsOf, signsThatMatter } from '../../directory/people/accounts.ts';
import type { DirectorySettings } from '../../directory/settings/settings.ts';
import { plural } from '../../text/plural.ts';
import { binder } from '../patient.ts';
import { failed, ok, type Step, skipped } from '../step.ts';

export function examineAccounts(settings: DirectorySettings, sample: readonly Entry[]): readonly Step[] {
  const signs = accountSignsOf(settings);
  if (signs.length === 0) {
    const hint = `accounts: nothing is read for it with vendor ${settings.vendor}; disabled people are answered as if they were not`;
    return [skipped('accounts', 'how this vendor shows dead accounts was not confirmed', { hint })];
  }
  const due = signsThatMatter(settings);
  if (due.length === 0) return [skipped('accounts', 'accounts: everything is ignored')];
  if (sample.length === 0) return [skipped('accounts', 'nobody was found to look at')];
  return due.map(({ status, attribute, always }) => {
    const on = `${status}, ${attribute}`;
    const count = sample.filter((entry) => showsAttribute(entry, attribute)).length;
    const people = plural(sample.length, 'person', 'people');
    const others = due.filter((sign) => sign.status === status && !sign.alone);
    const unseen = sample.filter((entry) => !others.some((sign) => showsAttribute(entry, sign.attribute)));
    if (always && unseen.length > 0) {
      const hint = `accounts.${status}: give ${binder(settings)} the right to read ${attribute} of people; or write ignore`;
      return failed('accounts', `${unseen.length} of ${people} do not show it, and every account has it`, {
        on,
        hint,
      });
    }
    if (count > 0) return ok('accounts', `${count} of ${people} show it`, { on });
    // Whoever is well has none, in most directories.
    const finding = `nobody of ${people} shows it: nobody is ${status}, or the right to read it is missing`;
    const hint = `accounts.${status}: to tell, look at someone who is ${status} with: ldap-user-info explain`;
    return skipped('accounts', finding, { on, hint });
  });
}
