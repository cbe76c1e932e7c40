/** In words, why groups are not in memberships, and what would show them; who looked says which of these it is. */
import type { MembershipSettings } from '../settings/settings.ts';
import type { ShortfallFinding } from './group-shortfall.ts';
import type { MemberKind } from './member-kinds.ts';

export interface Reason {
  readonly reason: string;
  readonly cure: string;
}

type Lacking = Extract<ShortfallFinding, { readonly verdict: 'lacking' }>;

export interface UnseenReasons {
  /** @param isAll whether none of the kind is shown, else some are */
  ofKind(kind: MemberKind, isAll: boolean): Reason;
  ofLacking(kind: MemberKind, lacking: Lacking): Reason;
  ofBits(): Reason;
  ofGap(below: string): Reason;
  ofOutside(base: string): Reason;
  ofClaims(what: 'group' | 'groups'): Reason;
  ofUnreadable(people: number): Reason;
}

export function reasonsFor({ from, attribute, filter }: MembershipSettings): UnseenReasons {
  const sources = from.filter((each) => each !== 'token-groups');
  const what = sources.map((each) => (each === 'attribute' ? attribute : 'memberships.filter')).join(' and ');
  const bySearch = from.includes('search');
  const union = 'write memberships.from: [attribute, search]';

  return {
    ofKind(kind, isAll) {
      const which = isAll
        ? kind.words
        : `some ${kind.words}, or not for all of their members, which may be older than what keeps it`;
      return { reason: `${what} does not show ${which}`, cure: cureFor(kind) };
    },
    ofLacking(kind, { isShownToOthers, below, hasBits }) {
      if (hasBits) return ofBits();
      if (!isShownToOthers && below === undefined) {
        const isAll = kind.lists !== 'dns' || kind.attribute !== 'member';
        return this.ofKind(kind, isAll);
      }
      const first = below === undefined ? `a person by ${kind.attribute}` : `those of ${below}`;
      return {
        reason: `${what} does not show it, or not for all of its members (first: ${first})`,
        cure: cureFor(kind),
      };
    },
    ofBits,
    ofGap: (below) => ({
      reason: `${attribute} of some people does not show every group above theirs, as those above ${below}`,
      cure: 'write memberships: { nested: yes }, so that the groups are asked what is above them',
    }),
    ofOutside: (base) => ({
      reason: `groups below memberships.base list groups outside of it (${base}), and memberships.filter does not find those above for the people below`,
      cure: 'widen memberships.base',
    }),
    ofClaims: (those) => ({
      reason: `${attribute} of some people names ${those === 'group' ? 'it, and it does' : 'groups that do'} not list them: they were renamed perhaps, and memberships.filter does not find ${those === 'group' ? 'it' : 'these'}`,
      cure: `${union}; or correct the groups (OpenLDAP: the refint overlay, 389 Directory Server: the Referential Integrity plug-in)`,
    }),
    ofUnreadable: (people) => ({
      reason: `nobody of ${people} people shows ${attribute}, but groups list them as members`,
      cure: `give the account that binds the right to read ${attribute} of people, and name a sentinel`,
    }),
  };

  function ofBits(): Reason {
    return {
      reason: `${what} does not show groups for those whom they list by uniqueMember with a bit string (…#'0'B)`,
      cure: 'take the bit strings off the values: they are no part of the DN, and servers compare them all the same',
    };
  }

  function cureFor(kind: MemberKind): string {
    const search = !bySearch
      ? union
      : filter.toLowerCase().includes(`${kind.attribute.toLowerCase()}=`)
        ? undefined
        : `let memberships.filter compare ${kind.attribute}`;
    const server =
      kind.lists === 'urls'
        ? 'let the server expand them (OpenLDAP: the dynlist overlay), or list their members'
        : from.includes('attribute')
          ? `${search === undefined ? '' : 'or '}let the server keep ${attribute} for ${kind.attribute} (OpenLDAP: another memberof overlay, 389 Directory Server: memberOfGroupAttr and its fix-up task)`
          : undefined;
    const cures = kind.lists === 'urls' ? [server] : [search, server];
    const known = cures.filter((each) => each !== undefined);
    return known.length > 0 ? known.join('; ') : 'see that memberships.filter finds the groups of everybody';
  }
}
