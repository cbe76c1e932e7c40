/** The real thing at last, by the very code that answers requests: one of the sample is looked up, and the sentinel. */
import { Deadline } from '../../deadline.ts';
import type { Directory } from '../../directory/directory.ts';
import { missingPart, type Part } from '../../directory/entries/completeness.ts';
import type { Entry } from '../../directory/entries/entry.ts';
import { userIdOf } from '../../directory/people/login-values.ts';
import { parseUserIdPattern } from '../../directory/people/userids.ts';
import { type DirectorySettings, timeFor } from '../../directory/settings/settings.ts';
import { isFailure, lineOf } from '../../failure.ts';
import { plural } from '../../text/plural.ts';
import type { Instruments } from '../instruments.ts';
import { userTemplate } from '../patient.ts';
import { failed, ok, type Step, skipped } from '../step.ts';

// A lookup is a few searches one after the other.
const SEARCHES = 4;

export async function examineLookup(
  settings: DirectorySettings,
  sample: readonly Entry[],
  { clock, openDirectory }: Instruments,
): Promise<readonly Step[]> {
  const directory = openDirectory(settings);
  const time = () => new Deadline(clock, timeFor(settings.limits, SEARCHES));
  try {
    return [
      await examinePerson(directory, settings, sample, time()),
      await examineSentinel(directory, settings, time()),
    ];
  } finally {
    await directory.close();
  }
}

async function examinePerson(
  directory: Directory,
  settings: DirectorySettings,
  sample: readonly Entry[],
  deadline: Deadline,
): Promise<Step> {
  if (sample.length === 0) return skipped('lookup', 'nobody was found to look up');
  const [template, patterns] = [userTemplate(settings), settings.users.userids.map(parseUserIdPattern)];
  for (const entry of sample) {
    const userid = userIdOf(entry, template, patterns);
    const question = userid === undefined ? undefined : directory.ask(userid);
    if (userid === undefined || question === undefined) continue;
    try {
      const person = await question.find(deadline);
      if (person === undefined) {
        const hint = 'users.filter: look at what it compares; the person was seen a moment ago';
        return failed('lookup', 'somebody of the sample is not found by name', { on: userid, hint });
      }
      return ok('lookup', `found, in ${plural(person.memberships.length, 'group')}`, { on: userid });
    } catch (error) {
      return failedLookup('lookup', error, userid);
    }
  }
  const hint = `users.userids: write patterns that give the names that people have here`;
  return failed('lookup', 'no pattern of userids gives anybody of the sample', { hint });
}

async function examineSentinel(
  directory: Directory,
  { sentinel }: DirectorySettings,
  deadline: Deadline,
): Promise<Step> {
  if (sentinel === undefined) {
    const hint =
      'sentinel: name a person, best a service account, who is always in a certain group, and that group';
    return skipped('sentinel', 'none is set, so a lost read right would look like "no groups"', { hint });
  }
  try {
    await directory.confirmSentinel(deadline);
    return ok('sentinel', `found with its group`, { on: sentinel.userid });
  } catch (error) {
    return failedLookup('sentinel', error, sentinel.userid);
  }
}

function failedLookup(name: 'lookup' | 'sentinel', error: unknown, on: string): Step {
  if (!isFailure(error)) throw error;
  const part = missingPart(error);
  const usual =
    name === 'sentinel'
      ? 'sentinel: name a person and a group that are there; and look at the steps before, which say what cannot be read'
      : 'memberships: look at the steps before, which say what cannot be read';
  const hint = (part === undefined ? undefined : PART_HINTS[part]) ?? usual;
  return { ...failed(name, lineOf(error), { on, hint }), isQuoted: true };
}

const PART_HINTS: Partial<Record<Part, string>> = {
  referral:
    'users.base: write a base below the root of the domain, whose search meets no references; or ask a server that ' +
    'holds all of this; where they lead to nobody who is asked for, referrals: ignore',
  domain:
    'memberships.from: write token-groups; or partial: yes, where memberships in groups of this domain are enough',
};
