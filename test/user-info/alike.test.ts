/** What people in memory have alike: kept once, and never confused with what is only similar. */
import { expect } from 'chai';
import type { Membership, Person } from '../../src/person.ts';
import { Alike } from '../../src/user-info/alike.ts';

describe('what people in memory have alike', () => {
  const group = (of: Partial<Membership> = {}): Membership => ({
    dn: 'cn=staff,dc=example,dc=test',
    name: 'staff',
    via: [],
    sid: undefined,
    guid: undefined,
    ...of,
  });
  const person = (of: Partial<Person>): Person => ({
    directory: 'corp',
    dn: 'uid=jdoe,dc=example,dc=test',
    attributes: new Map([
      ['uid', ['jdoe']],
      ['ou', ['Sales', 'Support']],
    ]),
    memberships: [group()],
    uncounted: [{ dn: 'cn=news,dc=example,dc=test', name: 'news', reason: 'a list' }],
    account: [{ status: 'expired', since: 1000, due: 'empty' }],
    completeness: { isWhole: true, notes: [] },
    readAt: 1,
    ...of,
  });
  const inTurn = (...people: readonly Partial<Person>[]): Person[] => {
    const alike = new Alike(1e6);
    return people.map((each) => alike.share(person(each)).person);
  };

  it('leaves a person as they are, whoever was there before', () => {
    const octets = Buffer.from([0xff, 0xfe]);
    const people: Partial<Person>[] = [
      {},
      {},
      {
        attributes: new Map([['photo', [new Uint8Array(octets)]]]),
        uncounted: undefined,
        account: undefined,
      },
      { memberships: [group({ via: ['team'] }), group({ name: 'Staff', names: ['Staff', 'Crew'] })] },
      { completeness: { isWhole: false, notes: ['a part'] } },
      { completeness: undefined, readAt: 7, memberships: [] },
    ];
    expect(inTurn(...people)).to.deep.equal(people.map(person));
  });

  it('keeps a membership once that several have', () => {
    const nested = { memberships: [group({ via: ['team', 'division'] })] };
    const [one, two, three, four] = inTurn({}, { dn: 'uid=other' }, nested, nested);
    expect(two?.memberships[0]).to.equal(one?.memberships[0]);
    expect(four?.memberships[0]).to.equal(three?.memberships[0]);
  });

  it('tells memberships in one group apart that differ in anything', () => {
    const different: readonly Partial<Membership>[] = [
      {},
      { name: 'Staff' },
      { sid: 'S-1-5-21-1-2-3-4' },
      { guid: '6a9d7e8c-0000-4000-8000-000000000000' },
      { names: ['staff', 'crew'] },
      { names: ['staff', 'team'] },
      { via: ['team'] },
      { via: ['team', 'division'] },
      { via: ['team\0division'] },
      { dn: 'CN=Staff,dc=example,dc=test' },
    ].map(group);
    const all = [...different, ...[...different].reverse()].map((each) => ({ memberships: [group(each)] }));
    expect(inTurn(...all)).to.deep.equal(all.map(person));
  });

  it('keeps a value of an attribute once that several have, and groups that do not count', () => {
    const [one, two] = inTurn(
      { attributes: new Map([['a', ['Sales']]]) },
      { attributes: new Map([['b', ['Sales']]]) },
    );
    expect(two?.attributes.get('b')).to.equal(one?.attributes.get('a'));
    expect(two?.uncounted?.[0]).to.equal(one?.uncounted?.[0]);
    const [, other] = inTurn(
      {},
      { uncounted: [{ dn: 'cn=news,dc=example,dc=test', name: 'news', reason: 'hidden' }] },
    );
    expect(other?.uncounted?.[0]?.reason).to.equal('hidden');
  });

  it('holds octets of its own, not those of the message that they came in', () => {
    const message = Buffer.alloc(100_000, 7);
    const [one] = inTurn({ attributes: new Map([['photo', [message.subarray(10, 20)]]]) });
    const [value] = one?.attributes.get('photo') ?? [];
    expect(value).to.be.instanceOf(Uint8Array);
    expect((value as Uint8Array).buffer.byteLength).to.equal(10);
  });
});
