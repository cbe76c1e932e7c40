/** What a plan says of people, entitlements, rules and groups. */
import { expect } from 'chai';
import type { Person } from '../../src/person.ts';
import { exitStatus, isFirstRelease, silentRules } from '../../src/plan/report.ts';
import { mapping, person, UNDER } from '../mapping/people.ts';
import { changeOf, group, planOf } from './everyone.ts';

const BOTH = mapping(`rules:
  - id: a
    when: { group: A }
    give: { groups: [Alpha] }
  - id: b
    when: { group: B }
    give: { authorizations: { Level: [Beta] } }
`);
const ONLY_A = mapping(`rules:
  - id: a
    when: { group: A }
    give: { groups: [Alpha] }
`);
const A_REQUIRED = mapping(`attributes: { mail: { required: yes } }
rules:
  - id: a
    when: { group: A }
    give: { groups: [Alpha] }
`);

const inA = person({ groups: ['A'] });
const inB = person({ groups: ['B'] });
const inBoth = person({ groups: ['A', 'B'] });
const inNone = person({});

describe('a plan', () => {
  it('has no change between a mapping and itself', () => {
    const report = planOf(BOTH, BOTH, { people: { ann: inA, bob: inBoth } });
    expect(report).to.deep.include({ people: 2, changed: { people: 0, examples: [] }, entitlements: [] });
    expect(exitStatus(report, 0)).to.equal(0);
  });

  it('counts who loses an entitlement, names some of them and the rule that gave it', () => {
    const report = planOf(BOTH, ONLY_A, { people: { ann: inA, bob: inB, carol: inBoth } });
    expect(report.changed).to.deep.equal({ people: 2, examples: ['bob', 'carol'] });
    const { before, after, lost, gained } = changeOf(report, 'Level: Beta');
    expect([before, after, gained.people]).to.deep.equal([2, 0, 0]);
    expect(lost).to.deep.include({ people: 2, examples: ['bob', 'carol'] });
    expect(lost.rules.map(({ rule, people }) => [rule.id, people])).to.deep.equal([['b', 2]]);
    expect(exitStatus(report, undefined)).to.equal(2);
  });

  it('tells first releases from what others had before', () => {
    const wider = mapping(`rules:
  - id: a
    when: { group: [A, B] }
    give: { groups: [Alpha, Omega] }
`);
    const report = planOf(ONLY_A, wider, { people: { ann: inA, bob: inB } });
    expect(report.entitlements.map((each) => [each.output.name, isFirstRelease(each)])).to.deep.equal([
      ['Alpha', false],
      ['Omega', true],
    ]);
    expect(changeOf(report, 'Alpha').gained).to.deep.include({ people: 1, examples: ['bob'] });
  });

  it('tells who is left with nothing, and who gets something for the first time', () => {
    const report = planOf(BOTH, ONLY_A, { people: { ann: inA, bob: inB, carol: inBoth, dan: inNone } });
    expect(report.emptied).to.deep.equal({ people: 1, examples: ['bob'] });
    const back = planOf(ONLY_A, BOTH, { people: { ann: inA, bob: inB, carol: inBoth, dan: inNone } });
    expect(back.filled).to.deep.equal({ people: 1, examples: ['bob'] });
    expect(back.emptied.people).to.equal(0);
  });

  it('exits with 3 where more people lose everything than allowed, and with 2 where just so many do', () => {
    const report = planOf(BOTH, ONLY_A, { people: { bob: inB, ben: inB } });
    expect([1, 2, undefined].map((allowed) => exitStatus(report, allowed))).to.deep.equal([3, 2, 2]);
  });

  it('counts those who get no answer any more apart from the emptied, and as losing everything', () => {
    const people = { ann: inA, mia: person({ groups: ['A'], attributes: { mail: ['m@x'] } }), dan: inNone };
    const report = planOf(ONLY_A, A_REQUIRED, { people });
    expect(report.cutOff).to.deep.equal({ people: 2, examples: ['ann', 'dan'] });
    expect(report.emptied.people).to.equal(0);
    expect(changeOf(report, 'Alpha').lost).to.deep.include({ people: 1, unanswered: 1 });
    expect(changeOf(report, 'Alpha').after).to.equal(1);
    expect([1, 2].map((allowed) => exitStatus(report, allowed))).to.deep.equal([3, 2]);
    const back = planOf(A_REQUIRED, ONLY_A, { people });
    expect(back.reconnected).to.deep.equal({ people: 2, examples: ['ann', 'dan'] });
    expect(planOf(A_REQUIRED, A_REQUIRED, { people })).to.deep.include({
      unanswered: { people: 2, examples: ['ann', 'dan'] },
      changed: { people: 0, examples: [] },
    });
  });

  it('knows that dead accounts get nothing either way', () => {
    const dead: Person = { ...inB, account: [{ status: 'disabled', since: 0, due: 'empty' }] };
    const unknown: Person = { ...inB, account: [{ status: 'expired', since: 0, due: 'not_found' }] };
    const later: Person = { ...inB, account: [{ status: 'expired', since: Infinity, due: 'empty' }] };
    const report = planOf(BOTH, ONLY_A, { people: { dead, unknown, later } });
    expect(report.dead).to.deep.equal({ people: 2, examples: ['dead', 'unknown'] });
    expect(report.changed).to.deep.equal({ people: 1, examples: ['later'] });
    expect(changeOf(report, 'Level: Beta').before).to.equal(1);
  });

  it('counts people who are there twice, and asks no mapping for them', () => {
    const report = planOf(BOTH, ONLY_A, { people: { ann: inA }, ambiguous: ['twin'] });
    expect(report).to.deep.include({ people: 2, ambiguous: { people: 1, examples: ['twin'] } });
    expect(report.changed.people).to.equal(0);
  });

  it('names the never entry that takes, or no longer takes, what a rule gives', () => {
    const never = mapping(`rules:
  - id: a
    when: { group: A }
    give: { groups: [Alpha] }
never:
  - id: not-for-b
    when: { group: B }
    take: { groups: [alpha] }
`);
    const lost = changeOf(planOf(ONLY_A, never, { people: { carol: inBoth } }), 'Alpha').lost;
    expect(lost.removals).to.have.lengthOf(1);
    expect(lost.removals[0]).to.deep.include({ people: 1 });
    expect(lost.removals[0]?.by).to.deep.include({ kind: 'never' });
    const gained = changeOf(planOf(never, ONLY_A, { people: { carol: inBoth } }), 'Alpha').gained;
    expect(gained.removals.map(({ by }) => by.kind === 'never' && by.never.id)).to.deep.equal(['not-for-b']);
  });

  it('names the keep that leaves a value out', () => {
    const rules = `rules:
  - id: basic
    when: { group: A }
    give: { authorizations: { Level: [Basic] } }
  - id: gold
    when: { group: B }
    give: { authorizations: { Level: [Gold] } }
`;
    const highest = `authorizations: { Level: { order: [Basic, Gold], keep: highest } }\n${rules}`;
    const report = planOf(mapping(rules), mapping(highest), { people: { carol: inBoth } });
    expect(changeOf(report, 'Level: Basic').lost.removals).to.deep.equal([
      { by: { kind: 'keep', keep: 'highest', kept: 'Gold' }, people: 1 },
    ]);
  });

  it('says that a text only changed its spelling, and counts it as lost and gained all the same', () => {
    const louder = mapping(`rules:
  - id: a
    when: { group: A }
    give: { groups: [ALPHA] }
`);
    const report = planOf(ONLY_A, louder, { people: { ann: inA } });
    expect(changeOf(report, 'Alpha').lost).to.deep.include({ people: 1, respelled: 1 });
    expect(changeOf(report, 'ALPHA').gained).to.deep.include({ people: 1, respelled: 1 });
    expect(report.emptied.people).to.equal(0);
  });

  it('gives the same examples, the first by code point, in whatever order people come', () => {
    const names = ['f', 'b', 'e', 'a', 'g', 'c', 'd'];
    const reports = [names, [...names].reverse()].map((order) =>
      planOf(BOTH, ONLY_A, { people: Object.fromEntries(order.map((name) => [name, inB])) }),
    );
    expect(reports[0]).to.deep.equal(reports[1]);
    expect(reports[0]?.emptied).to.deep.equal({ people: 7, examples: ['a', 'b', 'c', 'd', 'e'] });
  });

  describe('about rules', () => {
    it('counts for each rule of both mappings whom it concerns', () => {
      const report = planOf(BOTH, ONLY_A, { people: { ann: inA, bob: inB, carol: inBoth } });
      expect(report.rules.map(({ rule, before, after }) => [rule.id, before, after])).to.deep.equal([
        ['a', 2, 2],
        ['b', 2, undefined],
      ]);
      expect(silentRules(report)).to.deep.equal([]);
    });

    const renamed = mapping(`rules:
  - id: a
    when: { group: A-new }
    give: { groups: [Alpha] }
`);
    it('tells those that concern nobody any more, and that no group of the name is there', () => {
      const report = planOf(ONLY_A, renamed, { people: { ann: inA }, groups: [group('A')] });
      expect(silentRules(report)).to.have.lengthOf(1);
      expect(silentRules(report)[0]).to.deep.include({
        before: 1,
        after: 0,
        hints: ['no group that it names is there'],
      });
    });

    it('gives no hint where the group is there and only empty', () => {
      const report = planOf(ONLY_A, renamed, { people: { ann: inA }, groups: [group('A-new')] });
      expect(silentRules(report)[0]?.hints).to.deep.equal([]);
    });

    it('tells under which name a group of an earlier snapshot goes now, by its GUID', () => {
      const report = planOf(ONLY_A, ONLY_A, {
        people: { ann: person({ groups: ['Renamed'] }) },
        groups: [group('Renamed', 'guid-1'), group('Other', 'guid-2')],
        earlierGroups: [group('A', 'guid-1'), group('Other', 'guid-2')],
      });
      expect(silentRules(report)[0]?.hints).to.deep.equal(['the group A is called Renamed now']);
    });

    it('tells where such a group has moved to', () => {
      const byDn = mapping(`rules:
  - id: a
    when: { group: 'CN=A,${UNDER}' }
    give: { groups: [Alpha] }
`);
      const moved = group('A', 'guid-1', `OU=Sub,${UNDER}`);
      const report = planOf(byDn, byDn, {
        people: { ann: inNone },
        groups: [moved],
        earlierGroups: [group('A', 'guid-1')],
      });
      expect(silentRules(report)[0]?.hints).to.deep.equal([`the group CN=A,${UNDER} is ${moved.dn} now`]);
    });
  });

  describe('about groups', () => {
    it('counts those under groups.under that no rule names, be they empty, each once', () => {
      const groups = [
        group('A'),
        group('X'),
        group('x'),
        group('Y'),
        group('Z', undefined, 'OU=Elsewhere,DC=acme,DC=com'),
      ];
      const { groups: review } = planOf(ONLY_A, ONLY_A, { people: {}, groups });
      const examples = [`CN=X,${UNDER}`, `CN=Y,${UNDER}`];
      expect(review).to.deep.equal({ count: 3, unnamed: 2, examples, unlisted: [] });
    });

    it('shows no more than twenty of them', () => {
      const groups = Array.from({ length: 30 }, (_, i) => group(`X${String(i).padStart(2, '0')}`));
      const { groups: review } = planOf(ONLY_A, ONLY_A, { people: {}, groups });
      expect([review.unnamed, review.examples.length, review.examples[19]]).to.deep.equal([
        30,
        20,
        `CN=X19,${UNDER}`,
      ]);
    });
  });
});
