/** What is due to a person at the moment of serving, by the real lookup and cache over directories made of a few lines. */
import { expect } from 'chai';
import { Deadline } from '../../src/deadline.ts';
import type { Directory, PersonQuestion } from '../../src/directory/directory.ts';
import { Failure } from '../../src/failure.ts';
import { compileMapping } from '../../src/mapping/compile.ts';
import type { Mapping } from '../../src/mapping/mapping.ts';
import type { AccountCondition, Person } from '../../src/person.ts';
import { PeopleCache } from '../../src/user-info/cache.ts';
import { type AskedDirectory, DirectoryLookup, isKeyOfThese } from '../../src/user-info/lookup.ts';
import { UserInfo } from '../../src/user-info/user-info.ts';
import { expectFailure } from '../directory/rejection.ts';
import { TurnedClock } from '../turned-clock.ts';

const EMPTY = '{"groups":[],"authorizations":{}}';
const FULL = '{"groups":[{"name":"b"}],"authorizations":{}}';
const SETTINGS = { people: 10, memory: 1e6, fresh: 300_000, stale: 3_600_000, unknown: 30_000, wait: 2000 };
const MIDNIGHT = Date.UTC(2026, 10, 22);

function mappingOf(rules: string, beside = ''): Mapping {
  const text = `version: 1\ngroups: { under: everywhere }\n${beside}\nrules: [${rules}]\n`;
  const { mapping, problems } = compileMapping('test.yaml', text);
  if (mapping === undefined) throw new Error(problems.map(({ message }) => message).join('\n'));
  return mapping;
}

/** The same directory with another way of finding people. */
function withFind(directory: Directory, find: PersonQuestion['find']): Directory {
  return { ...directory, ask: (userid) => ({ key: userid, find }) };
}

const GROUP_A = mappingOf('{ id: a, when: { group: a }, give: { groups: [b] } }');
const MAIL = mappingOf('{ id: m, when: { attribute: { Mail: jdoe } }, give: { groups: [mailed] } }');

describe('the user info of an endpoint', () => {
  let clock: TurnedClock;
  let wall: number;
  let reads: string[];
  let failure: Failure | undefined;
  let account: readonly AccountCondition[] | undefined;
  let cache: PeopleCache;

  beforeEach(() => {
    clock = new TurnedClock();
    wall = MIDNIGHT;
    reads = [];
    failure = undefined;
    account = undefined;
    cache = new PeopleCache(SETTINGS, clock, () => undefined);
  });

  const turn = (milliseconds: number) => {
    clock.turn(milliseconds);
    wall += milliseconds;
  };

  /** Has jdoe, and takes every userid that holds no `@`. */
  const asked = (
    name: string,
    { unknown = 'not_found', attributes = [], people = ['jdoe'], identities = false }: Changes = {},
  ): AskedDirectory => {
    const findPerson = async (uid: string): Promise<Person | undefined> => {
      reads.push(`${name}:${uid}`);
      if (failure !== undefined) throw failure;
      if (!people.includes(uid.toLowerCase())) return undefined;
      return {
        directory: name,
        dn: `uid=${uid}`,
        attributes: new Map(attributes.map((attribute) => [attribute, ['jdoe']])),
        memberships: [{ dn: 'cn=a', name: 'a', via: [] }],
        account,
        readAt: clock.now(),
      };
    };
    const directory: Pick<Directory, 'name' | 'ask'> = {
      name,
      ask: (userid) =>
        userid.includes('@') && !userid.endsWith(`@${name}`)
          ? undefined
          : { key: userid.toLowerCase(), find: () => findPerson(userid) },
    };
    return {
      directory: directory as Directory,
      identity: name,
      attributes: new Set(attributes),
      identities,
      unknown,
    };
  };
  interface Changes {
    readonly unknown?: 'not_found' | 'empty';
    readonly attributes?: readonly string[];
    readonly people?: readonly string[];
    readonly identities?: boolean;
  }
  const userInfo = (directories: readonly AskedDirectory[], mapping = GROUP_A) =>
    new UserInfo(new DirectoryLookup(directories, () => clock.now()), cache, mapping, {
      clock,
      wallNow: () => wall,
      deadline: 8000,
    });
  const ask = async (info: UserInfo, userid = 'jdoe') => {
    const answer = await info.answer(userid, new Deadline(clock, 1000));
    return {
      text: answer.kind === 'answer' ? answer.text.bytes.toString() : undefined,
      reason: answer.kind === 'not_found' ? answer.reason : undefined,
      state: answer.cache,
    };
  };
  const explain = async (info: UserInfo, userid = 'jdoe') => {
    const explanation = await info.explain(userid, new Deadline(clock, 1000));
    if (explanation.kind === 'not_found') throw new Error(explanation.reason);
    return explanation;
  };

  describe('an account that is dead', () => {
    for (const [due, text] of [
      ['empty', EMPTY],
      ['not_found', undefined],
    ] as const) {
      it(`is answered with ${text ?? 'unknown_user'} where the settings say ${due}`, async () => {
        account = [{ status: 'disabled', since: Number.NEGATIVE_INFINITY, due }];
        expect((await ask(userInfo([asked('corp')]))).text).to.equal(text);
      });

      it(`is so from the moment on when it expires, though it is remembered alive (${due})`, async () => {
        account = [{ status: 'expired', since: MIDNIGHT + 60_000, due }];
        const info = userInfo([asked('corp')]);
        expect((await ask(info)).text).to.equal(FULL);
        turn(59_999);
        expect((await ask(info)).text).to.equal(FULL);
        turn(1);
        const expired = await ask(info);
        expect([expired.text, expired.state?.from, reads.length]).to.deep.equal([text, 'memory', 1]);
      });

      it(`"Old answers too obey the account's expiry at the moment of serving" (${due})`, async () => {
        account = [{ status: 'expired', since: MIDNIGHT + 600_000, due }];
        const info = userInfo([asked('corp')]);
        await ask(info);
        failure = new Failure('directory_unavailable', 'down');
        turn(599_999);
        expect(await ask(info)).to.deep.include({ text: FULL });
        turn(1);
        const old = await ask(info);
        expect(old.text).to.equal(text);
        expect(old.state).to.include({ ttl: -300_000 });
      });
    }

    it('is answered before the mapping is asked, which explain says too', async () => {
      account = [{ status: 'disabled', since: Number.NEGATIVE_INFINITY, due: 'empty' }];
      const explanation = await explain(userInfo([asked('corp')]));
      const { person, translation } = explanation;
      const dead = explanation.kind === 'empty' ? explanation.account : undefined;
      expect([person?.dn, dead?.status]).to.deep.equal(['uid=jdoe', 'disabled']);
      expect([translation.answer.groups, translation.given]).to.deep.equal([[], []]);
    });

    it('is explained as unknown where it is not_found, with the reason', async () => {
      account = [{ status: 'locked', since: Number.NEGATIVE_INFINITY, due: 'not_found' }];
      const info = userInfo([asked('corp')]);
      const explanation = await info.explain('jdoe', new Deadline(clock, 1000));
      const reason = 'the account is locked';
      expect(explanation).to.deep.equal({
        kind: 'not_found',
        reason,
        explanation: 'the account of uid=jdoe is locked',
      });
      expect(await ask(info), 'as callers are answered').to.include({ text: undefined, reason });
    });
  });

  describe('people who are unknown', () => {
    const corp = (unknown: 'not_found' | 'empty') => asked('corp', { unknown, people: [] });
    const mail = (unknown: 'not_found' | 'empty') => asked('mail', { unknown, people: [] });

    it('get an empty answer where every directory that takes the userid says so', async () => {
      expect((await ask(userInfo([corp('empty')]))).text).to.equal(EMPTY);
      expect((await ask(userInfo([corp('empty'), mail('empty')]))).text).to.equal(EMPTY);
      expect((await ask(userInfo([corp('empty'), mail('not_found')]), 'x@corp')).text).to.equal(EMPTY);
    });

    it('get none where one of them says not_found', async () => {
      expect((await ask(userInfo([corp('empty'), mail('not_found')]))).text).to.equal(undefined);
      expect((await ask(userInfo([corp('not_found')]))).text).to.equal(undefined);
    });

    it('get none where no directory takes the userid', async () => {
      const answer = await ask(userInfo([corp('empty')]), 'x@elsewhere');
      expect(answer).to.deep.equal({
        text: undefined,
        reason: 'no `userids` pattern of any directory takes such a userid',
        state: undefined,
      });
    });

    it('are explained that way', async () => {
      const { person, translation } = await explain(userInfo([corp('empty')]), 'x');
      expect([person, translation.answer.groups]).to.deep.equal([undefined, []]);
    });
  });

  describe('several directories that take the userid', () => {
    const failing = (name: string, error: Failure): AskedDirectory => {
      const { directory, ...rest } = asked(name);
      return { ...rest, directory: withFind(directory, async () => Promise.reject(error)) };
    };

    it('have one person who is answered, whichever of them has it', async () => {
      for (const people of [
        [['jdoe'], []],
        [[], ['jdoe']],
      ] as const) {
        cache = new PeopleCache(SETTINGS, clock, () => undefined);
        const directories = ['corp', 'mail'].map((name, i) => asked(name, { people: people[i] ?? [] }));
        expect((await ask(userInfo(directories))).text).to.equal(FULL);
      }
    });

    it('have nobody certain where two of them have the person: that is ambiguous, and both are named', async () => {
      await expectFailure(
        ask(userInfo([asked('corp'), asked('other', { people: [] }), asked('mail')])),
        'ambiguous_user',
        /^several directories have this person: corp, mail$/,
      );
    });

    it('have no answer where one fails, even if another has the person', async () => {
      const down = failing('mail', new Failure('directory_unavailable', 'mail is down'));
      await expectFailure(ask(userInfo([asked('corp'), down])), 'directory_unavailable', /^mail is down$/);
      await expectFailure(ask(userInfo([down, asked('corp')])), 'directory_unavailable');
    });

    it('fail as the first of those that fail, but that one of them has two such people is told before', async () => {
      const down = failing('down', new Failure('directory_unavailable', 'down'));
      const refused = failing('refused', new Failure('directory_refused', 'refused'));
      const two = failing('two', new Failure('ambiguous_user', 'two entries'));
      await expectFailure(ask(userInfo([down, refused])), 'directory_unavailable');
      await expectFailure(ask(userInfo([refused, down])), 'directory_refused');
      for (const directories of [
        [down, two],
        [two, down],
      ])
        await expectFailure(ask(userInfo(directories)), 'ambiguous_user', /^two entries$/);
    });
  });

  it('is as old as the oldest read in it, be it one that is older than the question', async () => {
    const { directory, ...corp } = asked('corp');
    const person = (readAt: number): Person => ({
      directory: 'corp',
      dn: 'uid=jdoe',
      attributes: new Map(),
      memberships: [],
      readAt,
    });
    const ttlFor = async (find: () => Promise<Person>, userid: string) => {
      const info = userInfo([{ ...corp, directory: withFind(directory, find) }]);
      await ask(info, userid);
      const { state } = await ask(info, userid);
      return state?.from === 'memory' ? state.ttl : undefined;
    };
    const keptGroups = async () => person(clock.now() - 100_000);
    expect(await ttlFor(keptGroups, 'groups-kept-in-memory')).to.equal(200_000);
    const slowlyFound = async () => {
      clock.turn(1000);
      return person(clock.now());
    };
    expect(await ttlFor(slowlyFound, 'slow')).to.equal(299_000);
  });

  it('is remembered of nobody too, as old as the reading', async () => {
    const info = userInfo([asked('corp')]);
    await ask(info, 'nobody');
    turn(10_000);
    expect((await ask(info, 'nobody')).state).to.deep.equal({ from: 'memory', ttl: 20_000 });
    expect(reads).to.deep.equal(['corp:nobody']);
  });

  it('is known to fail as soon as one of the directories is, without asking any', () => {
    const failing = asked('failing');
    const check = () => {
      throw new Failure('directory_unavailable', 'known to be failing');
    };
    const question = { key: 'jdoe', find: async () => undefined, check };
    const known = { ...failing, directory: { ...failing.directory, ask: () => question } as Directory };
    const checkOf = (directories: readonly AskedDirectory[]) => () =>
      new DirectoryLookup(directories, () => clock.now()).ask('jdoe')?.check?.();
    expect(checkOf([asked('corp'), known])).to.throw('known to be failing');
    expect(checkOf([asked('corp')])).to.not.throw();
    expect(reads).to.deep.equal([]);
  });

  it('"Keys ignore case where the directory does"', async () => {
    const info = userInfo([asked('corp')]);
    await ask(info, 'jdoe');
    expect((await ask(info, 'JDoe')).state?.from).to.equal('memory');
    expect(reads).to.deep.equal(['corp:jdoe']);
  });

  it('is not shared by directories that are others under the same name', async () => {
    await ask(userInfo([asked('corp')]));
    const other = { ...asked('corp'), identity: 'other' };
    expect((await ask(userInfo([other]))).state?.from).to.equal('directory');
  });

  describe('"A mapping reload keeps what was read and translates anew"', () => {
    it('without asking the directory', async () => {
      const corp = asked('corp', { attributes: ['mail'] });
      expect((await ask(userInfo([corp]))).text).to.equal(FULL);
      const { text, state } = await ask(userInfo([corp], MAIL));
      expect([text, state?.from, reads.length]).to.deep.equal([
        '{"groups":[{"name":"mailed"}],"authorizations":{}}',
        'memory',
        1,
      ]);
    });

    it('"people for whom the new mapping needs attributes that were not read are read again"', async () => {
      await ask(userInfo([asked('corp')]));
      const { text, state } = await ask(userInfo([asked('corp', { attributes: ['mail'] })], MAIL));
      expect([text, state?.from, reads.length]).to.deep.equal([
        '{"groups":[{"name":"mailed"}],"authorizations":{}}',
        'directory',
        2,
      ]);
    });

    it('and those whose groups were read without the SIDs and GUIDs that it asks for', async () => {
      await ask(userInfo([asked('corp')]));
      const bySid = mappingOf('{ id: r, when: { group: sid:S-1-5-21-1-2-3-4 }, give: { groups: [by SID] } }');
      await ask(userInfo([asked('corp', { identities: true })], bySid));
      expect(reads).to.have.length(2);
      await ask(userInfo([asked('corp', { identities: true })], bySid));
      await ask(userInfo([asked('corp', { identities: true })]));
      expect(reads, 'what was read with them is enough for both').to.have.length(2);
    });

    it('but not people who are unknown anyway', async () => {
      await ask(userInfo([asked('corp', { people: [] })]));
      await ask(userInfo([asked('corp', { people: [], attributes: ['mail'] })], MAIL));
      expect(reads).to.have.length(1);
    });
  });

  describe('"No cached answer outlives the next date that would change it"', () => {
    const until = (date: string) =>
      mappingOf(`{ id: r, when: { group: a }, valid_until: "${date}", give: { groups: [Falcon] } }`);
    const dayAfter = new Date(MIDNIGHT + 86_400_000).toISOString();

    it('from memory neither', async () => {
      const info = userInfo([asked('corp')], until(new Date(MIDNIGHT + 60_000).toISOString()));
      expect((await ask(info)).text).to.equal('{"groups":[{"name":"Falcon"}],"authorizations":{}}');
      turn(59_999);
      expect((await ask(info)).text).to.contain('Falcon');
      turn(1);
      const { text, state } = await ask(info);
      expect([text, state?.from]).to.deep.equal([EMPTY, 'memory']);
    });

    it('nor as an old answer while the directory fails', async () => {
      const info = userInfo(
        [asked('corp')],
        until(new Date(MIDNIGHT + SETTINGS.fresh + 60_000).toISOString()),
      );
      await ask(info);
      failure = new Failure('directory_unavailable', 'gone');
      turn(SETTINGS.fresh + 59_999);
      expect((await ask(info)).text).to.contain('Falcon');
      turn(1);
      expect((await ask(info)).text).to.equal(EMPTY);
    });

    it('and begins when a rule begins', async () => {
      const from = mappingOf(
        `{ id: r, when: { group: a }, valid_from: "${new Date(MIDNIGHT + 1000).toISOString()}", valid_until: "${dayAfter}", give: { groups: [Falcon] } }`,
      );
      const info = userInfo([asked('corp')], from);
      expect((await ask(info)).text).to.equal(EMPTY);
      turn(1000);
      expect((await ask(info)).text).to.contain('Falcon');
      expect(reads).to.have.length(1);
    });
  });

  it('has no answer for a person without an attribute that the mapping requires', async () => {
    const required = mappingOf(
      '{ id: r, when: { group: a }, give: { groups: [A] } }',
      'attributes: { mail: { required: yes } }',
    );
    const without = { ...asked('corp'), attributes: new Set(['mail']) };
    await expectFailure(ask(userInfo([without], required)), 'required_attribute_missing', /mail/);
    const having = asked('other', { attributes: ['mail'] });
    expect((await ask(userInfo([having], required))).text).to.contain('"A"');
  });

  it('has an empty answer for nobody only where every directory that is asked says so', () => {
    const lookup = new DirectoryLookup(
      [asked('corp', { unknown: 'empty' }), asked('mail', { unknown: 'not_found' })],
      () => 0,
    );
    expect(lookup.ask('jdoe')?.unknown).to.equal('not_found');
    expect(lookup.ask('jdoe@corp')?.unknown).to.equal('empty');
  });

  it('has keys that tell of which directories they were made', () => {
    const lookup = new DirectoryLookup([asked('corp'), asked('mail')], () => 0);
    const [both = '', one = ''] = [lookup.ask('jdoe')?.key, lookup.ask('jdoe@mail')?.key];
    expect(isKeyOfThese(both, new Set(['corp', 'mail', 'more']))).to.equal(true);
    expect(isKeyOfThese(both, new Set(['corp']))).to.equal(false);
    expect(isKeyOfThese(one, new Set(['mail']))).to.equal(true);
    expect(isKeyOfThese(one, new Set(['corp']))).to.equal(false);
  });
});
