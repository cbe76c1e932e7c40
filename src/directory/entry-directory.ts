/**
 * The one {@link Directory} there is, above any source of entries: names, people, memberships, sentinel, in this
 * order. Each step is a file of its own; this one holds the story and the directory's state.
 */
import { type Clock, Deadline } from '../deadline.ts';
import { Failure, type FailureCode, isFailure } from '../failure.ts';
import { foldCase } from '../names/case-folding.ts';
import type { Person } from '../person.ts';
import type { AccountSign } from './account-signs.ts';
import { readAccount, signsThatMatter } from './accounts.ts';
import type { Directory, DirectoryState } from './directory.ts';
import { plainAttributes } from './entry.ts';
import type { EntrySource } from './entry-source.ts';
import {
  loginComparisons,
  loginTemplate,
  mentions,
  parseGroupFilterTemplate,
  parseUserFilterTemplate,
} from './filter-template.ts';
import { type GroupGraph, groupsByAttribute, groupsBySearch } from './groups.ts';
import { readMemberships } from './memberships.ts';
import { Sentinel } from './sentinel.ts';
import type { DirectorySettings, MembershipSettings } from './settings.ts';
import { nameFromUserId, parseUserIdPattern, type UserIdPattern } from './userids.ts';
import { findUser, type UserSearch } from './users.ts';
import { VENDORS } from './vendors.ts';

/** A directory over the entries of a source. */
export class EntryDirectory implements Directory {
  readonly name: string;
  readonly #settings: DirectorySettings;
  readonly #source: EntrySource;
  readonly #clock: Clock;
  readonly #patterns: readonly UserIdPattern[];
  readonly #users: UserSearch;
  readonly #kept: readonly string[];
  readonly #accountSigns: readonly AccountSign[];
  readonly #groups: GroupGraph;
  readonly #sentinel: Sentinel | undefined;
  readonly #keyNeeds: { readonly name: boolean; readonly userid: boolean; readonly fold: boolean };
  #lastFailure: FailureCode | undefined;

  /**
   * Throws the errors of the template and pattern parsers where the settings were not checked before.
   * @param attributes names of the attributes that {@link Person.attributes} is to hold, beside the login attributes
   */
  constructor(settings: DirectorySettings, source: EntrySource, attributes: Iterable<string>, clock: Clock) {
    const { users, memberships, sentinel } = settings;
    const template =
      users.filter === undefined
        ? loginTemplate(users.attribute ?? 'uid')
        : parseUserFilterTemplate(users.filter);
    const logins = loginComparisons(template).map(({ attribute }) => attribute);
    this.name = settings.name;
    this.#settings = settings;
    this.#source = source;
    this.#clock = clock;
    this.#patterns = users.userids.map(parseUserIdPattern);
    this.#groups = groupGraph(source, memberships);
    this.#accountSigns = signsThatMatter(VENDORS[settings.vendor].accountSigns, settings.accounts);
    this.#kept = uniqueNames([...logins, ...attributes]);
    this.#users = {
      bases: users.bases,
      template,
      attributes: uniqueNames([
        ...this.#kept,
        ...this.#groups.attributes,
        ...this.#accountSigns.map(({ attribute }) => attribute),
      ]),
    };
    this.#sentinel = sentinel && new Sentinel(sentinel, () => this.#readSentinel(sentinel.userid));
    this.#keyNeeds = {
      name: mentions(template, 'name'),
      userid: mentions(template, 'userid'),
      fold: logins.every((attribute) => source.ignoresCase(attribute)),
    };
  }

  get state(): DirectoryState {
    return { bound: this.#source.bound, lastFailure: this.#lastFailure };
  }

  nameFor(userid: string): string | undefined {
    return nameFromUserId(this.#patterns, userid);
  }

  keyOf(name: string, userid: string): string {
    const { name: needsName, userid: needsUserId, fold } = this.#keyNeeds;
    const texts = [needsName ? name : '', needsUserId ? userid : ''];
    return JSON.stringify(texts.map((text) => (fold ? foldCase(text) : text.normalize('NFC'))));
  }

  findPerson(name: string, userid: string, deadline: Deadline): Promise<Person | undefined> {
    return this.#watched(async () => {
      const person = await this.#read(name, userid, deadline);
      if (person === undefined || person.memberships.length === 0) await this.#sentinel?.confirm(deadline);
      return person;
    });
  }

  confirmSentinel(deadline: Deadline): Promise<void> {
    return this.#watched(async () => {
      await this.#sentinel?.confirm(deadline);
    });
  }

  connect(deadline: Deadline): Promise<void> {
    return this.#watched(() => this.#source.connect(deadline));
  }

  close(): Promise<void> {
    return this.#source.close();
  }

  async #read(name: string, userid: string, deadline: Deadline): Promise<Person | undefined> {
    const readAt = this.#clock.now();
    const entry = await findUser(this.#source, this.#users, name, userid, deadline);
    if (entry === undefined) return undefined;
    const account = readAccount(entry, this.#accountSigns, this.#settings.accounts);
    const memberships = await readMemberships(this.#groups, entry, this.#settings.memberships, deadline);
    return {
      directory: this.name,
      dn: entry.dn,
      attributes: plainAttributes(entry, this.#kept),
      memberships,
      account,
      readAt,
    };
  }

  // Many answers share this read, so it has a time of its own: no caller's short deadline may end it for the others.
  async #readSentinel(userid: string): Promise<Person | undefined> {
    const { connect, search } = this.#settings.limits;
    const name = this.nameFor(userid);
    if (name === undefined) {
      throw new Failure('directory_incomplete', `no pattern of userids matches the sentinel ${userid}`);
    }
    return this.#read(name, userid, new Deadline(this.#clock, connect + 2 * search));
  }

  async #watched<T>(work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      this.#lastFailure = undefined;
      return result;
    } catch (error) {
      // That several entries match is a fact about the person, and the directory is well.
      this.#lastFailure = isFailure(error) && error.code !== 'ambiguous_user' ? error.code : undefined;
      throw error;
    }
  }
}

function groupGraph(source: EntrySource, settings: MembershipSettings): GroupGraph {
  if (settings.from === 'attribute') return groupsByAttribute(source, settings);
  const { base } = settings;
  if (base === undefined) throw new TypeError('memberships.base is needed where groups are searched');
  return groupsBySearch(source, { ...settings, base }, parseGroupFilterTemplate(settings.filter));
}

function uniqueNames(attributes: readonly string[]): readonly string[] {
  return [...new Map(attributes.map((attribute) => [attribute.toLowerCase(), attribute])).values()];
}
