/**
 * What stands against a person's account, read off the entry by the vendor's signs. Owns that nothing unclear passes
 * for a living account, or for a dead one.
 */
import type { AccountCondition, AccountStatus, AttributeValue } from '../../person.ts';
import { incomplete } from '../entries/completeness.ts';
import { type Entry, plainValues } from '../entries/entry.ts';
import { type AccountSign, AccountValueError, oneOf, type SignJudgement } from '../settings/account-signs.ts';
import type { AccountSettings, DirectorySettings } from '../settings/settings.ts';
import { VENDORS } from '../settings/vendors.ts';

type AccountOfDirectory = Pick<DirectorySettings, 'vendor' | 'accounts'> & {
  readonly source: Pick<DirectorySettings['source'], 'kind'>;
};

/** The vendor's signs as they are in such a source, and those that the config adds. */
export function accountSignsOf({ vendor, accounts, source }: AccountOfDirectory): readonly AccountSign[] {
  const own = VENDORS[vendor].accountSigns.map((sign: AccountSign): AccountSign => {
    const { always, ...others } = sign;
    return always === 'on-servers' && source.kind === 'ldif' ? others : sign;
  });
  const written = accounts.signs?.map(({ attribute, is, means }): AccountSign => {
    return { status: means, attribute, since: oneOf(is), alone: true };
  });
  return [...own, ...(written ?? [])];
}

/** The signs that the settings do not ignore. Their attributes must be asked for by name: some are operational. */
export function signsThatMatter(settings: AccountOfDirectory): readonly AccountSign[] {
  return accountSignsOf(settings).filter(({ status }) => settings.accounts[status] !== 'ignore');
}

/**
 * The conditions of the account, in the order of the signs. Throws {@link Failure} `directory_incomplete` for a value
 * that cannot be understood, and where an attribute that every account has cannot be read.
 * @param signs for each status those that the settings do not ignore
 */
export function readAccount(
  entry: Entry,
  signs: readonly AccountSign[],
  settings: AccountSettings,
): readonly AccountCondition[] {
  const decided = new Set<string>();
  const missing = new Map<AccountStatus, string>();
  const conditions: AccountCondition[] = [];
  for (const { status, attribute, since, always, alone } of signs) {
    const due = settings[status];
    if (due === 'ignore' || (!alone && decided.has(status))) continue;
    const values = plainValues(entry, attribute);
    if (values.length === 0) {
      if (always && !missing.has(status)) missing.set(status, attribute);
      continue;
    }
    if (!alone) decided.add(status);
    const decides = `accounts: { ${status}: ignore } answers without looking at it`;
    const earliest = earliestOf(values, since, `${entry.dn}: the ${attribute}`, decides);
    if (earliest !== undefined) conditions.push({ status, since: earliest, due });
  }
  for (const [status, attribute] of missing) {
    if (decided.has(status)) continue;
    const hint = `every account has it: give the right to read it; or write accounts: { ${status}: ignore }`;
    throw incomplete('value', `${entry.dn} has no readable ${attribute}, and ${hint}`);
  }
  return conditions;
}

function earliestOf(
  values: readonly AttributeValue[],
  since: SignJudgement,
  what: string,
  decides: string,
): number | undefined {
  const moments = values.map((value) => {
    try {
      if (typeof value !== 'string') throw new AccountValueError('no text');
      return since(value);
    } catch (error) {
      if (!(error instanceof AccountValueError)) throw error;
      const shown = typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : 'of octets';
      throw incomplete('value', `${what} ${shown} is ${error.message}; ${decides}`);
    }
  });
  const known = moments.filter((moment) => moment !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
