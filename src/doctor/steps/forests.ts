/**
 * The resource forests: whether they show any of this directory's people and groups as foreignSecurityPrincipals, and
 * a trust with its domain. That whole lookups work through them is seen by the lookup itself.
 */
import { Deadline } from '../../deadline.ts';
import type { Entry } from '../../directory/entries/entry.ts';
import type { EntrySource } from '../../directory/entries/entry-source.ts';
import { homeOf } from '../../directory/entries/suffix.ts';
import { equality, type Filter } from '../../directory/filters/filter.ts';
import { mayCover, readTrusts } from '../../directory/forests/trusts.ts';
import { type DirectorySettings, timeFor } from '../../directory/settings/settings.ts';
import { SID_ATTRIBUTE, sidIn } from '../../directory/sids/sid-groups.ts';
import { domainOfSid } from '../../names/sid.ts';
import { plural } from '../../text/plural.ts';
import type { Instruments } from '../instruments.ts';
import { binder, sampleOf } from '../patient.ts';
import { failed, failedRead, ok, type Step, skipped } from '../step.ts';

const MOST_PRINCIPALS = 500;
const SEARCHES = 2;

/** A step for each of them; none where there are none. */
export async function examineForests(
  { foreign = [] }: DirectorySettings,
  sample: readonly Entry[],
  instruments: Instruments,
): Promise<readonly Step[]> {
  const sid = sample.map((entry) => sidIn(entry)).find((each) => each !== undefined);
  return Promise.all(
    foreign.map(async (forest) => {
      if (sid === undefined)
        return skipped('foreign', `nobody was found with an ${SID_ATTRIBUTE} to look for`, {
          on: forest.name,
        });
      const source = instruments.openSource(forest);
      try {
        return await examineForest(forest, source, domainOfSid(sid), instruments);
      } catch (error) {
        return failedRead('foreign', error, forest.name);
      } finally {
        await source.close();
      }
    }),
  );
}

async function examineForest(
  forest: DirectorySettings,
  source: EntrySource,
  domainSid: string,
  { clock }: Instruments,
): Promise<Step> {
  const patience = timeFor(forest.limits, SEARCHES);
  const base = homeOf(forest.users.bases) ?? '';
  const on = forest.name;
  await source.connect(new Deadline(clock, patience));
  const search = { base, scope: 'sub', filter: principalsOf(domainSid), attributes: [] } as const;
  const { entries, isWhole } = await sampleOf(source, search, MOST_PRINCIPALS);
  const trusts = await readTrusts(source, base, new Deadline(clock, patience));
  const isTrusted = mayCover(trusts, domainSid);
  const grant = `give ${binder(forest)} the right to read CN=ForeignSecurityPrincipals and CN=System`;
  if (entries.length === 0) {
    const hint = `memberships.foreign: take ${on} out, or ${grant}`;
    return failed('foreign', `none of its groups lists anybody of the domain ${domainSid}`, { on, hint });
  }
  const count = `${isWhole ? '' : 'at least '}${plural(entries.length, 'person or group', 'people and groups')}`;
  if (isTrusted) return ok('foreign', `lists ${count} of this domain, which it trusts`, { on });
  const hint = `memberships.foreign: take ${on} out, mend the trust, or ${grant}`;
  return failed('foreign', `lists ${count} of this domain, but shows no trust with it`, { on, hint });
}

// By the name that such an entry has when it is made; objectSid cannot be compared by its beginning.
function principalsOf(domainSid: string): Filter {
  const initial = Buffer.from(`${domainSid}-`);
  return {
    kind: 'and',
    filters: [
      equality('objectClass', 'foreignSecurityPrincipal'),
      { kind: 'substrings', attribute: 'cn', initial, any: [], final: undefined },
    ],
  };
}
