/**
 * Which source files are held against changes that no test notices, and the test files that speak for each: fast ones,
 * without Samba and 389 Directory Server. A path that moves is to be changed here too.
 */
export interface Row {
  readonly tests: readonly string[];
  /** The least part of its changes, in percent and without the equivalent ones, that tests must notice. */
  readonly score: number;
}

export const TABLE: Readonly<Record<string, Row>> = {
  'src/directory/entries/completeness.ts': {
    tests: [
      'test/directory/entries/completeness.test.ts',
      'test/directory/entries/judged-reads.test.ts',
      'test/directory/entries/verdicts.test.ts',
    ],
    score: 100,
  },
  'src/directory/ldap/connection.ts': {
    tests: ['test/directory/ldap/connection.test.ts', 'test/directory/ldap/silence.test.ts'],
    score: 97,
  },
  'src/directory/ldap/silence.ts': {
    tests: ['test/directory/ldap/silence.test.ts', 'test/directory/ldap/connection.test.ts'],
    score: 100,
  },
  'src/directory/ldap/servers/servers.ts': {
    tests: ['test/directory/ldap/servers/servers.test.ts', 'test/directory/ldap/servers/resolution.test.ts'],
    score: 100,
  },
  'src/http/callers/authentication.ts': {
    tests: [
      'test/http/callers/wrong-proofs.test.ts',
      'test/http/callers/certificate-callers.test.ts',
      'test/http/failures.test.ts',
    ],
    score: 100,
  },
  'src/http/callers/passwords.ts': {
    tests: [
      'test/http/callers/passwords.test.ts',
      'test/http/callers/callers.test.ts',
      'test/http/callers/late-checks.test.ts',
    ],
    score: 100,
  },
  'src/http/listening/connections.ts': {
    tests: [
      'test/http/listening/connections.test.ts',
      'test/http/listening/places.test.ts',
      'test/http/listening/pipelining.test.ts',
      'test/http/listening/server.test.ts',
      'test/http/listening/connections-end.test.ts',
    ],
    score: 88,
  },
  'src/mapping/deciding/taking.ts': {
    tests: ['test/mapping/deciding/never.test.ts', 'test/mapping/deciding/absence.test.ts'],
    score: 100,
  },
  'src/mapping/deciding/validity.ts': {
    tests: ['test/mapping/deciding/validity.test.ts', 'test/mapping/deciding/conditions.test.ts'],
    score: 100,
  },
  'src/mapping/patterns/bound.ts': {
    tests: [
      'test/mapping/patterns/bound.test.ts',
      'test/mapping/patterns/patterns.test.ts',
      'test/mapping/compile/tables.test.ts',
      'test/mapping/outputs/results.test.ts',
      'test/mapping/compile/refused.test.ts',
      'test/mapping/explaining/why-not.test.ts',
      'test/mapping/values/dn-values.test.ts',
      'test/mapping/deciding/never.test.ts',
      'test/mapping/deciding/attributes.test.ts',
      'test/mapping/deciding/insignificance.test.ts',
      'test/mapping/values/typed-values.test.ts',
      'test/mapping/tracing/near-texts.test.ts',
    ],
    score: 100,
  },
  'src/names/dn.ts': { tests: ['test/names/dn.test.ts'], score: 100 },
  'src/user-info/cache.ts': {
    tests: [
      'test/user-info/cache.test.ts',
      'test/user-info/lookups-at-once.test.ts',
      'test/user-info/places.test.ts',
      'test/user-info/people-memory.test.ts',
    ],
    score: 100,
  },
  'src/user-info/lookup.ts': { tests: ['test/user-info/user-info.test.ts'], score: 100 },
};
