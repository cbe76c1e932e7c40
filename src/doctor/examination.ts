/**
 * The whole walk through one directory, as a list: from DNS to the sentinel. Where a step finds what the config should
 * say in place of what it says, the walk goes on with that, so that the proposal at the end was tried.
 */
import type { DirectorySettings, LdapSettings } from '../directory/settings/settings.ts';
import { VENDORS, type VendorName } from '../directory/settings/vendors.ts';
import type { Instruments } from './instruments.ts';
import { type Patient, searchTime } from './patient.ts';
import { type ReachedServers, reachServers } from './reaching/servers.ts';
import { failedRead, ok, type SettingChange, type Step, type StepName, skipped } from './step.ts';
import { examineAccounts } from './steps/accounts.ts';
import { examineBases } from './steps/bases.ts';
import { examineForests } from './steps/forests.ts';
import { examineGroups, examineMemberships } from './steps/memberships.ts';
import { examinePeople } from './steps/people.ts';
import { examineLookup } from './steps/person.ts';
import { type RootDse, readRootDse } from './steps/root-dse.ts';
import { compareVendors, recognise, withVendor } from './steps/vendor.ts';

export interface Examination {
  readonly directory: string;
  readonly steps: readonly Step[];
  /** Whose directory it is, where that is known. */
  readonly vendor: VendorName | undefined;
  /** What to write into the directory's section, all steps together. */
  readonly changes: readonly SettingChange[];
  /** Whether a config with these changes would work, as far as the steps can tell. */
  readonly works: boolean;
  /** Whether the config as it is reaches a server, and everything is well behind that. */
  readonly answers: boolean;
  /** Servers, and addresses of them, from which no help would come where the others fail. */
  readonly noHelp: readonly string[];
}

const ON_THE_WAY: ReadonlySet<StepName> = new Set(['dns', 'tcp', 'tls', 'bind']);
const AFTER_BIND = [
  'vendor',
  'bases',
  'people',
  'groups',
  'memberships',
  'accounts',
  'lookup',
  'sentinel',
] as const satisfies readonly StepName[];

/**
 * Examines the directory; whatever is opened for it is closed.
 * @param isWritten whether the directory's section has the key itself, rather than a default
 */
export async function examine(
  settings: DirectorySettings,
  instruments: Instruments,
  isWritten: (path: readonly string[]) => boolean,
): Promise<Examination> {
  const steps: Step[] = [];
  let reached = settings;
  let vendor: VendorName | undefined;
  let servers: ReachedServers | undefined;
  if (settings.source.kind === 'ldap') {
    servers = await reachServers(settings.source, dnsOf(settings), settings.limits, instruments);
    steps.push(...servers.steps);
    if (servers.bound === undefined) {
      steps.push(...skippedAll(AFTER_BIND, 'no server was bound'));
      return summary(settings, steps, vendor, servers);
    }
    reached = { ...settings, source: servers.bound.source };
  } else {
    steps.push(skipped('dns', `the directory is the file ${settings.source.file}`));
  }
  const source = instruments.openSource(reached);
  try {
    const rootDse = await examineVendor({ settings: reached, source, clock: instruments.clock }, steps);
    const seen = rootDse && (await recognise(rootDse, servers?.bound?.url, { source, settings: reached }));
    vendor = seen?.vendor;
    let patient: Patient = {
      settings: reached,
      source,
      rootDse: rootDse ?? NOTHING,
      clock: instruments.clock,
    };
    if (seen !== undefined) {
      const step = compareVendors(reached.vendor, seen);
      steps.push(step);
      if (step.status === 'failed' && vendor !== undefined)
        patient = { ...patient, settings: withVendor(reached, vendor, isWritten) };
    }
    const bases = await examineBases(patient);
    steps.push(...bases.steps);
    patient = { ...patient, settings: bases.settings };
    const people = await examinePeople(patient, bases.people);
    steps.push(...(bases.people.length === 0 ? [skipped('people', 'there is no base')] : people.steps));
    if (source.refusesPages === true) steps.push(withoutPages(reached));
    patient = { ...patient, settings: people.settings };
    if (isHopeless(bases.steps, 'memberships.base')) {
      steps.push(...skippedAll(['groups', 'memberships'], 'there is no memberships.base'));
    } else {
      const groups = await examineGroups(patient);
      const memberships = await examineMemberships({ ...patient, settings: groups.settings }, people.sample);
      steps.push(groups.step, memberships.step);
      patient = { ...patient, settings: memberships.settings };
    }
    steps.push(...examineAccounts(patient.settings, people.sample));
    steps.push(...(await examineForests(patient.settings, people.sample, instruments)));
    const isBlocked = steps.some((step) => !ON_THE_WAY.has(step.name) && isHopeless([step]));
    steps.push(
      ...(isBlocked
        ? skippedAll(['lookup', 'sentinel'], 'what it needs cannot be read, as the steps before say')
        : await examineLookup(patient.settings, people.sample, instruments)),
    );
  } finally {
    await source.close();
  }
  return summary(settings, steps, vendor, servers);
}

// Lookups do without: nothing is wrong with the config.
function withoutPages(settings: DirectorySettings): Step {
  const { source, vendor } = settings;
  const account = source.kind === 'ldap' && source.bind.kind === 'simple' ? source.bind.dn : undefined;
  const finding =
    'the server refuses searches in pages; people are looked up without, and plan, who and snapshot read everybody in one search, held in memory as a whole';
  return ok('paging', finding, {
    hint: `where that search comes to a size limit: ${VENDORS[vendor].limitCure(account)}`,
  });
}

function skippedAll(names: readonly StepName[], why: string): readonly Step[] {
  return names.map((name) => skipped(name, why));
}

/** Whether one of the steps, on this setting if one is given, failed and nothing is proposed. */
function isHopeless(steps: readonly Step[], setting = ''): boolean {
  return steps.some(
    ({ status, on = '', changes = [] }) =>
      status === 'failed' && on.startsWith(setting) && changes.length === 0,
  );
}

const NOTHING: RootDse = { trees: [], texts: () => [] };

async function examineVendor(
  patient: Pick<Patient, 'settings' | 'source' | 'clock'>,
  steps: Step[],
): Promise<RootDse | undefined> {
  if (patient.settings.source.kind !== 'ldap') return undefined;
  try {
    return await readRootDse(patient.source, searchTime(patient));
  } catch (error) {
    steps.push(failedRead('vendor', error));
    return undefined;
  }
}

function summary(
  { name }: DirectorySettings,
  steps: readonly Step[],
  vendor: VendorName | undefined,
  servers: ReachedServers | undefined,
): Examination {
  const changes = new Map<string, SettingChange>();
  for (const change of steps.flatMap((step) => step.changes ?? []))
    changes.set(change.path.join('.'), change);
  // What failed and proposes something was taken up by the steps that follow it; of several servers one is enough.
  const isBound = servers?.bound !== undefined;
  const works = steps.every(
    ({ name: step, status, changes: own = [] }) =>
      status !== 'failed' || own.length > 0 || (isBound && ON_THE_WAY.has(step)),
  );
  const isReached = servers?.isAsWritten ?? true;
  const answers =
    isReached && steps.every(({ name: step, status }) => status !== 'failed' || ON_THE_WAY.has(step));
  const noHelp = isBound ? servers.lost : [];
  return { directory: name, steps, vendor, changes: [...changes.values()], works, answers, noHelp };
}

function dnsOf({ users, source }: DirectorySettings): readonly string[] {
  const bind = (source as LdapSettings).bind;
  return [...users.bases, ...(bind?.kind === 'simple' ? [bind.dn] : [])];
}
