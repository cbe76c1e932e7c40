/**
 * What must hold of `endpoints`: paths that a request can have, and names that stand under `directories` and
 * `callers`. Also tells of what no endpoint uses.
 */
import type { CheckFinding, Draft, PlacedText } from '../draft.ts';
import { resourceForests } from './foreign.ts';

const SECTIONS = [
  { key: 'directories', one: 'directory' },
  { key: 'callers', one: 'caller' },
] as const;

export function endpointFindings(draft: Draft): CheckFinding[] {
  const paths = draft.keys(['endpoints']);
  const none: CheckFinding[] =
    draft.isSection(['endpoints']) && paths.length === 0
      ? [{ path: ['endpoints'], on: 'key', message: 'there is no endpoint', absence: true }]
      : [];
  return [
    ...none,
    ...paths.flatMap(pathFindings),
    ...samePathFindings(paths),
    ...SECTIONS.flatMap(({ key, one }) => referenceFindings(draft, key, one)),
  ];
}

function pathFindings(path: string): CheckFinding[] {
  const message = !path.startsWith('/')
    ? 'the path of an endpoint starts with "/"'
    : !/^[A-Za-z0-9._~/-]+$/.test(path)
      ? 'the path of an endpoint holds letters, digits and . _ ~ - / alone'
      : /\/\/|\/\.{1,2}(?:\/|$)/.test(path)
        ? 'the path of an endpoint has no "//", "/." or "/.." in it'
        : undefined;
  return message === undefined ? [] : [{ path: ['endpoints', path], on: 'key', message }];
}

// HTTP clients and proxies differ over the slash at the end and the case; two answers there would be a trap.
function samePathFindings(paths: readonly string[]): CheckFinding[] {
  const first = new Map<string, string>();
  return paths.flatMap((path): CheckFinding[] => {
    const key = path.replace(/(?<=.)\/$/, '').toLowerCase();
    const other = first.get(key);
    if (other === undefined) first.set(key, path);
    return other === undefined
      ? []
      : [
          {
            path: ['endpoints', path],
            on: 'key',
            message: `this is the path ${JSON.stringify(other)} again`,
          },
        ];
  });
}

function referenceFindings(draft: Draft, section: 'directories' | 'callers', one: string): CheckFinding[] {
  // Where one of the two is no section, that is the one thing to say.
  if (!draft.isSection([section]) || !draft.isSection(['endpoints'])) return [];
  const places = draft.keys(['endpoints']).map((path) => draft.texts(['endpoints', path, section]));
  const unknown = places.flat().flatMap((place) => draft.unknownName(place, one, [section]) ?? []);
  return [
    ...unknown,
    ...places.flatMap((each) => repeated(each, one)),
    // What seems unused may be what a mistyped name means.
    ...(unknown.length > 0
      ? []
      : unusedFindings(
          draft,
          section,
          one,
          new Set([
            ...places.flat().map(({ text }) => text),
            ...(section === 'directories' ? resourceForests(draft) : []),
          ]),
        )),
  ];
}

function unusedFindings(
  draft: Draft,
  section: string,
  one: string,
  used: ReadonlySet<string>,
): CheckFinding[] {
  return draft
    .keys([section])
    .filter((name) => !used.has(name) && draft.isSection([section, name]))
    .map((name) => ({
      path: [section, name],
      on: 'key',
      severity: 'warning',
      message: `no endpoint uses the ${one} ${JSON.stringify(name)}`,
      absence: true,
    }));
}

function repeated(places: readonly PlacedText[], one: string): CheckFinding[] {
  const seen = new Set<string>();
  return places.flatMap(({ path, text }): CheckFinding[] => {
    if (seen.has(text)) return [{ path, message: `this ${one} stands here twice` }];
    seen.add(text);
    return [];
  });
}
