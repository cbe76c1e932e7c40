/**
 * The form of a snapshot: LDIF whose comments say what it holds, a section for each directory. Written and read here;
 * what stands between a section's head and its end is ldif-text.ts' and directory/'s.
 */

/** What the head of a section says. */
export interface SectionHead {
  /** The directory's name in the config. */
  readonly directory: string;
  /** Every attribute of people that was asked for, in lower case; what a person does not have is not in the file. */
  readonly attributes: readonly string[];
  /** The DNs below which all groups are there; empty for everywhere. */
  readonly groupsUnder: readonly string[];
  /** Holds the DNs of the groups directly above a person or group. */
  readonly membershipAttribute: string;
  /** The object class that the groups have here, and no person. */
  readonly groupClass: string;
  /** Tells the settings of the directory by which it was read from any others. */
  readonly settings: string;
  /** Whether every group that people are in was read with its SID and GUID; else some may stand without. */
  readonly identities: boolean;
}

export interface Section extends SectionHead {
  readonly people: number;
  readonly groups: number;
  /** Whether all groups are there, those with nobody in them too; false where the directory would not list them. */
  readonly isListed: boolean;
  /** The records, as LDIF. */
  readonly text: string;
}

export interface SnapshotHead {
  /** Milliseconds since 1970. */
  readonly takenAt: number;
  readonly endpoint: string;
}

export interface Snapshot extends SnapshotHead {
  readonly sections: readonly Section[];
}

/** The text is no snapshot, or only a part of one. The message says which. */
export class SnapshotError extends Error {}

const MARK = '# ldap-user-info snapshot 1';
const END = '# end of the snapshot';

/** Whether the text claims to be a snapshot; other LDIF does not. */
export function isSnapshot(text: string): boolean {
  return text.startsWith('# ldap-user-info snapshot ');
}

export function writeHead({ takenAt, endpoint }: SnapshotHead): string {
  const about = { taken: new Date(takenAt).toISOString(), endpoint };
  return `${MARK}\n# ${JSON.stringify(about)}\nversion: 1\n\n`;
}

export function writeSectionHead(head: SectionHead): string {
  const { directory, attributes, groupsUnder, membershipAttribute, groupClass, settings, identities } = head;
  const about = { memberships: membershipAttribute, group_class: groupClass, settings, identities };
  return [
    `# directory ${asciiJson(directory)}`,
    `# ${asciiJson(about)}`,
    ...attributes.map((name) => `# attribute ${asciiJson(name)}`),
    ...groupsUnder.map((dn) => `# groups under ${asciiJson(dn)}`),
    '',
    '',
  ].join('\n');
}

export function writeSectionEnd(counts: {
  readonly people: number;
  readonly groups: number;
  readonly listed: boolean;
}): string {
  return `# end ${JSON.stringify(counts)}\n\n`;
}

export function writeEnd(): string {
  return `${END}\n`;
}

/** Takes a snapshot apart. Throws {@link SnapshotError}, also where its end is missing. */
export function parseSnapshot(text: string): Snapshot {
  const lines = text.split(/\r?\n/);
  if (lines[0] !== MARK) throw new SnapshotError('it is no snapshot that this version can read');
  const { taken, endpoint } = jsonIn(lines[1] ?? '', '# ') as { taken?: unknown; endpoint?: unknown };
  if (typeof taken !== 'string' || typeof endpoint !== 'string') throw broken(2);
  const sections: Section[] = [];
  let at = 2;
  for (;;) {
    while (at < lines.length && (lines[at] === '' || lines[at] === 'version: 1')) at++;
    if (lines[at] === END) return { takenAt: Date.parse(taken), endpoint, sections };
    const { section, next } = parseSection(lines, at);
    sections.push(section);
    at = next;
  }
}

function parseSection(lines: readonly string[], start: number): { section: Section; next: number } {
  const directory = jsonIn(lines[start] ?? '', '# directory ');
  const about = jsonIn(lines[start + 1] ?? '', '# ') as Record<string, unknown>;
  const membershipAttribute = about['memberships'];
  const groupClass = about['group_class'];
  const { settings } = about;
  if (
    typeof directory !== 'string' ||
    typeof membershipAttribute !== 'string' ||
    typeof groupClass !== 'string' ||
    typeof settings !== 'string'
  )
    throw broken(start + 1);
  const attributes: string[] = [];
  const groupsUnder: string[] = [];
  let at = start + 2;
  for (; lines[at]?.startsWith('#') === true && !isEnd(lines[at]); at++) {
    const line = lines[at] ?? '';
    const into = line.startsWith('# attribute ') ? attributes : groupsUnder;
    into.push(String(jsonIn(line, into === attributes ? '# attribute ' : '# groups under ')));
  }
  const first = at;
  while (at < lines.length && !isEnd(lines[at])) at++;
  const counts = jsonIn(lines[at] ?? '', '# end ') as {
    people?: unknown;
    groups?: unknown;
    listed?: unknown;
  };
  const { people, groups } = counts;
  if (typeof people !== 'number' || typeof groups !== 'number') throw broken(at + 1);
  const records = lines.slice(first, at);
  if (records.filter((line) => /^dn:/i.test(line)).length !== people + groups) throw changed();
  const text = `version: 1\n\n${records.join('\n')}\n`;
  // Older snapshots do not say so: they were not written otherwise.
  const identities = about['identities'] !== false;
  const isListed = counts.listed !== false;
  const head = { directory, attributes, groupsUnder, membershipAttribute, groupClass, settings, identities };
  return { section: { ...head, people, groups, isListed, text }, next: at + 1 };
}

function isEnd(line: string | undefined): boolean {
  return line?.startsWith('# end ') === true;
}

function jsonIn(line: string, prefix: string): unknown {
  try {
    if (line.startsWith(prefix)) return JSON.parse(line.slice(prefix.length)) as unknown;
  } catch {
    // Told below.
  }
  throw changed();
}

function changed(): SnapshotError {
  return new SnapshotError('it is cut off, or was changed by hand; take the snapshot again');
}

function broken(line: number): SnapshotError {
  return new SnapshotError(`line ${line} is not as it was written; take the snapshot again`);
}

// Comments are ASCII too, whatever a DN holds.
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
