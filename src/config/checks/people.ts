/**
 * What must hold of how people are found in each of `directories`: filters, patterns, DNs, the sentinel. Their groups
 * are memberships.ts's.
 */
import { parseUserFilterTemplate } from '../../directory/filters/filter-template.ts';
import { nameFromUserId, parseUserIdPattern } from '../../directory/people/userids.ts';
import { CONTROL_CHARACTER } from '../../names/code-points.ts';
import { parseDn } from '../../names/dn.ts';
import type { Path } from '../../yaml/finding.ts';
import type { CheckFinding, Draft } from '../draft.ts';
import { isOnlyResourceForest } from './foreign.ts';
import { membershipFindings } from './memberships.ts';
import { ldifFilterFindings, syntaxFindings } from './syntax.ts';

export function peopleFindings(draft: Draft): CheckFinding[] {
  return draft
    .keys(['directories'])
    .filter((name) => draft.isSection(['directories', name]))
    .flatMap((name) => [
      ...userFindings(draft, ['directories', name, 'users']),
      ...unknownFindings(draft, ['directories', name]),
      ...membershipFindings(draft, name),
      ...sentinelFindings(draft, name),
    ]);
}

function userFindings(draft: Draft, path: Path): CheckFinding[] {
  const findings = [
    ...syntaxFindings(draft, [...path, 'base'], 'DN', parseDn),
    ...syntaxFindings(draft, [...path, 'filter'], 'filter for a user', parseUserFilterTemplate),
    ...syntaxFindings(draft, [...path, 'userids'], 'pattern for user ids', parseUserIdPattern),
    ...ldifFilterFindings(draft, path.slice(0, 2), [...path, 'filter'], parseUserFilterTemplate),
  ];
  if (draft.has([...path, 'attribute']) && draft.has([...path, 'filter'])) {
    findings.push({
      path: [...path, 'filter'],
      on: 'key',
      message: 'attribute and filter stand in one section',
      hint: 'keep one of them',
    });
  }
  return findings;
}

function unknownFindings(draft: Draft, directory: Path): CheckFinding[] {
  const path = [...directory, 'users', 'unknown'];
  if (draft.text(path) !== 'empty' || draft.has([...directory, 'sentinel'])) return [];
  return [
    {
      path,
      message: 'this needs a sentinel: where the right to read is lost, everybody would look unknown',
      hint: 'write sentinel: { userid: …, group: … }, or unknown: not_found',
      absence: true,
    },
  ];
}

function sentinelFindings(draft: Draft, name: string): CheckFinding[] {
  const path = ['directories', name, 'sentinel'];
  if (!draft.has(path)) {
    // What proves the reading of those is the matter of who asks them.
    if (isOnlyResourceForest(draft, name)) return [];
    return [
      {
        path: ['directories', name],
        on: 'key',
        severity: 'warning',
        message: `the directory ${JSON.stringify(name)} has no sentinel: a lost read right looks like "no groups"`,
        hint: 'sentinel: { userid: …, group: … } names a person who is always found with this group',
        absence: true,
      },
    ];
  }
  return [
    ...syntaxFindings(draft, [...path, 'group'], 'DN', parseDn),
    ...sentinelUserFindings(draft, ['directories', name]),
  ];
}

function sentinelUserFindings(draft: Draft, directory: Path): CheckFinding[] {
  const path = [...directory, 'sentinel', 'userid'];
  const userid = draft.text(path);
  if (userid === undefined) return [];
  if ([...userid].length > 256 || CONTROL_CHARACTER.test(userid)) {
    return [{ path, message: 'a user id has at most 256 characters and no control characters' }];
  }
  const written = draft.texts([...directory, 'users', 'userids']);
  try {
    const patterns = written.map(({ text }) => parseUserIdPattern(text));
    if (patterns.length === 0 || nameFromUserId(patterns, userid) !== undefined) return [];
  } catch {
    return []; // the pattern has its own finding
  }
  return [
    { path, message: 'the sentinel fits none of users.userids', hint: 'write it as callers ask for it' },
  ];
}
