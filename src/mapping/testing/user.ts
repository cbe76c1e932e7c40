/**
 * A person as a test writes them: attributes, and groups by name or DN. What a bare name means is known with the
 * mapping only, so the person is made in two steps.
 */
import {
  type Dn,
  DnSyntaxError,
  firstRdnValue,
  formatValue,
  parseDn,
  tryParseDn,
  tryParseWrittenDn,
} from '../../names/dn.ts';
import { guidFromText } from '../../names/guid.ts';
import { sidFromText } from '../../names/sid.ts';
import type { Membership, Person } from '../../person.ts';
import type { Finding, Path } from '../../yaml/finding.ts';
import { isKeys, type Keys, listOf } from '../compile/schema.ts';
import type { Scope } from '../recognising/group-place.ts';

/** A group by its name, its DN, or both. */
interface WrittenGroup {
  readonly name: string | undefined;
  readonly dn: string | undefined;
  readonly sid: string | undefined;
  readonly guid: string | undefined;
}

/** A person of a test, before a mapping says where bare group names lie. */
export interface WrittenPerson {
  readonly kind: 'written';
  readonly dn: string | undefined;
  /** By the name as written; never without values. */
  readonly attributes: ReadonlyMap<string, readonly string[]>;
  readonly groups: readonly WrittenGroup[];
}

const ATTRIBUTE = /^(?:[A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+)$/;
const FIRST_PART_OF_DN = /^\s*(?:CN|OU|DC|UID|O|C|L|ST)\s*=/i;

/**
 * Reads the value of `user`, as far as it is what the schema wants.
 * @param path of the test
 */
export function readUser(user: Keys, path: Path, report: (finding: Finding) => void): WrittenPerson {
  const at = [...path, 'user'];
  const attributes = new Map<string, readonly string[]>();
  const written = new Map<string, string>();
  for (const [name, value] of Object.entries(user)) {
    if (name === 'memberOf' || name === 'dn') continue;
    const fault = faultOfAttribute(name, written);
    if (fault !== undefined) report({ path: [...at, name], on: 'key', ...fault });
    written.set(name.toLowerCase(), name);
    const values = (typeof value === 'string' ? [value] : listOf(value)).filter(isText);
    if (values.length > 0) attributes.set(name, values);
  }
  const { dn, memberOf } = user;
  const isDn = typeof dn !== 'string' || checkDn(dn, [...at, 'dn'], report);
  const groups =
    typeof memberOf === 'string'
      ? [readGroup(memberOf, [...at, 'memberOf'], report)]
      : listOf(memberOf).map((group, i) => readGroup(group, [...at, 'memberOf', i], report));
  return { kind: 'written', dn: isDn && typeof dn === 'string' ? dn : undefined, attributes, groups };
}

/** The person of the test with this name, where the mapping counts groups under `scope`. */
export function personOf({ dn, attributes, groups }: WrittenPerson, name: string, scope: Scope): Person {
  return {
    directory: 'test',
    dn: dn ?? `CN=${formatValue(name)}`,
    attributes: new Map([...attributes].map(([attribute, values]) => [attribute.toLowerCase(), values])),
    memberships: groups.map((group) => membershipOf(group, scope)),
    readAt: 0,
  };
}

function membershipOf({ name, dn, sid, guid }: WrittenGroup, { written: [under] }: Scope): Membership {
  const bare = `CN=${formatValue(name ?? '')}`;
  const whole = dn ?? (under === undefined ? bare : `${bare},${under}`);
  const parsed = tryParseDn(whole);
  return {
    dn: whole,
    name: name ?? (parsed && firstRdnValue(parsed)) ?? whole,
    via: [],
    sid: sid && sidFromText(sid),
    guid: guid && guidFromText(guid),
  };
}

function readGroup(part: unknown, path: Path, report: (finding: Finding) => void): WrittenGroup {
  if (isText(part)) return readGroupText(part, path, report);
  const keys = isKeys(part) ? part : {};
  const [name, dn, sid, guid] = [keys['name'], keys['dn'], keys['sid'], keys['guid']].map((value) =>
    isText(value) && value !== '' ? value : undefined,
  );
  if (isKeys(part) && name === undefined && dn === undefined) {
    const hint = 'it may be given together with sid or guid';
    report({ path, message: 'the key "name" or "dn" is missing', hint });
  }
  if (dn !== undefined) checkDn(dn, [...path, 'dn'], report);
  if (sid !== undefined && sidFromText(sid) === undefined)
    report({
      path: [...path, 'sid'],
      message: 'this is no SID',
      hint: 'a SID is written like S-1-5-21-1-2-3-1104',
    });
  if (guid !== undefined && guidFromText(guid) === undefined) {
    const hint = 'a GUID is written like 6f1c2a3e-0b1d-4c5e-8f90-a1b2c3d4e5f6';
    report({ path: [...path, 'guid'], message: 'this is no GUID', hint });
  }
  return { name, dn, sid, guid };
}

function readGroupText(text: string, path: Path, report: (finding: Finding) => void): WrittenGroup {
  const group = { name: text, dn: undefined, sid: undefined, guid: undefined };
  const [, identifier] = /^(sid|guid):/i.exec(text) ?? [];
  if (identifier !== undefined) {
    const key = identifier.toLowerCase();
    report({ path, message: `a group has a name beside its ${key}`, hint: `write { name: …, ${key}: … }` });
    return group;
  }
  if (isWholeDn(tryParseWrittenDn(text))) return { ...group, name: undefined, dn: text };
  if (FIRST_PART_OF_DN.test(text)) {
    const hint = `write the whole DN in quotes, or the name alone; a group really named so is { name: '${text}' }`;
    report({ path, message: 'this is only the first part of a DN', hint });
  }
  return group;
}

function isWholeDn(dn: Dn | undefined): boolean {
  return dn !== undefined && dn.rdns.length > 1;
}

function checkDn(text: string, path: Path, report: (finding: Finding) => void): boolean {
  try {
    if (parseDn(text).rdns.length > 0) return true;
    report({ path, message: 'this is no DN', hint: 'a DN is written like CN=Ann,OU=People,DC=acme,DC=com' });
  } catch (error) {
    if (!(error instanceof DnSyntaxError)) throw error;
    const hint = 'a DN is written like CN=Ann,OU=People,DC=acme,DC=com';
    report({ path, message: `this is no DN: ${error.message}`, hint });
  }
  return false;
}

function faultOfAttribute(
  name: string,
  written: ReadonlyMap<string, string>,
): Pick<Finding, 'message' | 'hint'> | undefined {
  const lower = name.toLowerCase();
  const reserved = ['memberOf', 'dn'].find((key) => key.toLowerCase() === lower);
  if (reserved !== undefined) return { message: `this is written "${reserved}" here` };
  const same = written.get(lower);
  if (same !== undefined)
    return { message: `the attribute "${same}" is given already`, hint: 'write its values as one list' };
  if (ATTRIBUTE.test(name)) return undefined;
  const hint = 'only plain attributes count: values under options such as ;lang-ja are not read';
  return { message: 'this is no name of an attribute', hint };
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
