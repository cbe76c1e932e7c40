/** The other verdicts: on the sentinel, on limits, on domains and forests, and what each failure and note says. */
import { expect } from 'chai';
import {
  absentBase,
  aheadOfTokenNote,
  brokenWalk,
  foreignNote,
  incomplete,
  judgeCount,
  judgeDepth,
  judgeDomains,
  judgeSentinel,
  liesIn,
  looksLikeLostRights,
  missingPart,
  PARTIAL_NOTE,
  type PersonEvidence,
  undecidedSid,
  unreadNote,
  unresolvedSid,
  untrusted,
} from '../../../src/directory/entries/completeness.ts';
import { Failure } from '../../../src/failure.ts';
import { parseDn } from '../../../src/names/dn.ts';

describe('completeness: verdicts', () => {
  const verdict = (work: () => unknown): string => {
    try {
      return `no failure: ${String(work())}`;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return `${error.code}: ${error.message}`;
    }
  };
  const message = (failure: Failure) => `${failure.code}: ${failure.message}`;
  const FINE = 'no failure: undefined';

  describe('the part that is missing', () => {
    it('is known of each such failure', () => {
      for (const part of ['base', 'sid', 'sentinel', 'result'] as const)
        expect(missingPart(incomplete(part, 'this (or that): gone'))).to.equal(part);
    });

    it('is none of another failure, whatever it says', () => {
      expect(missingPart(new Failure('directory_refused', 'incomplete (sid): x'))).to.equal(undefined);
      expect(missingPart(new Failure('directory_incomplete', 'not incomplete (sid): x'))).to.equal(undefined);
      expect(missingPart(new Failure('directory_incomplete', 'incomplete'))).to.equal(undefined);
    });
  });

  describe('the sentinel', () => {
    const SENTINEL = { userid: 'probe', group: 'CN=Probe,OU=Groups,DC=acme' };
    const evidence = (dns: readonly string[], more: Partial<PersonEvidence> = {}): PersonEvidence => ({
      person: {
        directory: 'corp',
        dn: 'uid=probe',
        attributes: new Map(),
        memberships: dns.map((dn) => ({ dn, name: dn, via: [] })),
        readAt: 0,
      },
      isListed: true,
      ...more,
    });
    const judged = (found: PersonEvidence | undefined) => verdict(() => judgeSentinel(found, SENTINEL));

    it('is asked where nobody was found, or no group lists the person', () => {
      expect(looksLikeLostRights(undefined)).to.equal(true);
      expect(looksLikeLostRights(evidence([], { isListed: false }))).to.equal(true);
      expect(looksLikeLostRights(evidence([]))).to.equal(false);
    });

    it('is well with its group, however the DN is spelled and whatever else it has', () => {
      expect(judged(evidence(['cn=probe, ou=groups, dc=ACME']))).to.equal(FINE);
      expect(judged(evidence(['CN=other,DC=acme', SENTINEL.group, 'no DN']))).to.equal(FINE);
    });

    it('is not well where it is not found', () => {
      expect(judged(undefined)).to.equal(
        'directory_incomplete: incomplete (sentinel): the sentinel probe was not found: the right to read may be lost',
      );
    });

    it('is not well without its group', () => {
      for (const dns of [[], ['CN=other,DC=acme'], ['no DN']]) {
        expect(judged(evidence(dns))).to.equal(
          'directory_incomplete: incomplete (sentinel): the sentinel probe was found without its group ' +
            'CN=Probe,OU=Groups,DC=acme: the right to read may be lost',
        );
      }
      const nonsense = { userid: 'probe', group: 'no DN' };
      for (const dn of ['no DN', 'CN=a'])
        expect(verdict(() => judgeSentinel(evidence([dn]), nonsense))).to.contain('without its group no DN');
    });

    it('is not well where its group is one that does not count, which says why', () => {
      const { person } = evidence([]);
      const uncounted = [
        { dn: 'CN=other,DC=acme', reason: 'a distribution group' },
        { dn: 'cn=PROBE,ou=Groups,dc=acme', reason: 'no security group' },
      ];
      const found = { person: { ...person, uncounted }, isListed: true } as unknown as PersonEvidence;
      expect(judged(found)).to.equal(
        'directory_incomplete: incomplete (sentinel): the group CN=Probe,OU=Groups,DC=acme of the sentinel probe ' +
          'does not count (no security group): name a group that counts',
      );
    });

    it('is no better for other groups that do not count', () => {
      const { person } = evidence([]);
      const uncounted = [{ dn: 'CN=other,DC=acme', reason: 'a distribution group' }];
      const found = { person: { ...person, uncounted }, isListed: true } as unknown as PersonEvidence;
      expect(judged(found)).to.contain('was found without its group CN=Probe,OU=Groups,DC=acme');
    });

    it('is not well with its primary group alone', () => {
      expect(judged(evidence([SENTINEL.group], { isListed: false }))).to.equal(
        'directory_incomplete: incomplete (sentinel): the sentinel probe was found with its primary group alone: ' +
          'the right to read may be lost; put it into another group and name that one',
      );
    });

    it('proves the forest in which its group lies', () => {
      expect(liesIn(SENTINEL, 'dc=ACME')).to.equal(true);
      expect(liesIn(SENTINEL, 'dc=other')).to.equal(false);
      expect(liesIn(SENTINEL, SENTINEL.group)).to.equal(false);
      expect(liesIn(SENTINEL, 'no DN')).to.equal(false);
      expect(liesIn({ userid: 'probe', group: 'no DN' }, 'dc=acme')).to.equal(false);
      expect(liesIn({ userid: 'probe', group: 'no DN' }, '')).to.equal(false);
    });
  });

  it('takes as many groups, and as many levels, as the limit says, and no more', () => {
    for (const count of [0, 2]) {
      expect(verdict(() => judgeCount(count, 2, 'uid=a'))).to.equal(FINE);
      expect(verdict(() => judgeDepth(count, 2, 'uid=a'))).to.equal(FINE);
    }
    expect(verdict(() => judgeCount(3, 2, 'uid=a'))).to.equal(
      'directory_incomplete: incomplete (limit): uid=a is in more than 2 groups',
    );
    expect(verdict(() => judgeDepth(3, 2, 'uid=a'))).to.equal(
      'directory_incomplete: incomplete (limit): the groups of uid=a nest deeper than 2 levels',
    );
  });

  it('takes a forest of one domain, and no other', () => {
    const domains = (...dns: readonly string[]) => dns.map(parseDn);
    for (const one of [domains(), domains('DC=acme')])
      expect(verdict(() => judgeDomains(one))).to.equal(FINE);
    expect(verdict(() => judgeDomains(domains('DC=acme', 'DC=emea,DC=acme')))).to.equal(
      'directory_incomplete: incomplete (domain): the forest has several domains (DC=acme; DC=emea,DC=acme), and ' +
        'memberships in groups of the others are not shown here: write memberships: { from: token-groups }, or partial: yes',
    );
  });

  describe('failures say what is missing', () => {
    it('of a base', () => {
      expect(message(absentBase('dc=acme'))).to.equal(
        'directory_incomplete: incomplete (base): there is no entry dc=acme, or no right to see it',
      );
    });

    it('of a walk, with what broke it', () => {
      const cause = new Error('the connection was closed');
      const failure = brokenWalk('dc=acme', cause);
      expect(message(failure)).to.equal(
        'directory_incomplete: incomplete (page): the walk of dc=acme broke off in the middle: the connection was closed',
      );
      expect(failure.cause).to.equal(cause);
    });

    it('of SIDs', () => {
      expect(message(unresolvedSid('S-1-5-21-1'))).to.equal(
        'directory_incomplete: incomplete (sid): no group with the SID S-1-5-21-1 can be read, though its domain is served here',
      );
      expect(message(undecidedSid('S-1-5-21-1'))).to.equal(
        "directory_incomplete: incomplete (sid): the SID S-1-5-21-1 is shown by several groups, and none is of the person's own domain",
      );
    });

    it('of a trust', () => {
      expect(message(untrusted('partners', 'S-1-5-21-1'))).to.equal(
        'directory_incomplete: incomplete (trust): groups of the directory partners list the person, but no trust with ' +
          'the domain S-1-5-21-1 is shown there: give the right to read CN=System, mend the trust, or take the directory ' +
          'out of memberships.foreign',
      );
    });
  });

  describe('notes', () => {
    const dns = (count: number) => Array.from({ length: count }, (_, i) => `cn=${i}`);

    it('say that domains were left out', () => {
      expect(PARTIAL_NOTE).to.equal(
        'left out by partial: yes, memberships in groups of other domains of the forest',
      );
    });

    it('name the SIDs that were left out', () => {
      expect(foreignNote(['S-1', 'S-2'])).to.equal(
        'left out, of a domain that no directory here serves: S-1, S-2',
      );
    });

    it('name three groups that could not be read, and count the others', () => {
      const said =
        'spelled as the membership tells them, since their entries are not there or not to be read: cn=0; cn=1; cn=2';
      expect(unreadNote(dns(3))).to.equal(said);
      expect(unreadNote(dns(5))).to.equal(`${said}; and 2 more`);
    });

    it('name ten groups that the token does not hold, and count the others', () => {
      const said = `counted by memberOf, though tokenGroups does not hold them: ${dns(10).join('; ')}`;
      expect(aheadOfTokenNote(dns(10))).to.equal(said);
      expect(aheadOfTokenNote(dns(12))).to.equal(`${said}; and 2 more`);
    });
  });
});
