/**
 * Services on the same files and the same clock, of which one is asked over a connection that is kept, so that it answers
 * what it knows before Express, and the other over a new connection each time, so that its app answers everything.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import express from 'express';
import { pino } from 'pino';
import { composeService, type Service } from '../../src/compose.ts';
import { loadSetup } from '../../src/setup/setup.ts';
import { folderWith } from '../acceptance/running-service.ts';
import { PEOPLE_LDIF } from '../directories/slapd.ts';
import { KeptConnection, withoutIds } from './kept-connection.ts';

/** What may be otherwise after a reload. */
export interface Variant {
  readonly password?: string;
  readonly callers?: readonly string[];
  /** Who may ask for /other; the callers where they are not given. */
  readonly othersCallers?: readonly string[];
  readonly endpoints?: readonly string[];
  readonly mapping?: string;
  readonly ldif?: string;
  readonly cache?: string;
}

const GROUPS = (name: string) => `version: 1
groups: { under: 'ou=groups,dc=example,dc=test' }
rules:
  - id: own-names
    when: { group: <name> }
    where: { name: any }
    give: { groups: ['${name}'] }
`;

/** Mappings by what is special of them. */
export const MAPPINGS = {
  names: GROUPS('<name>'),
  renamed: GROUPS('of <name>'),
  dated: `${GROUPS('<name>')}  - id: passing
    when: { group: accountants }
    valid_until: '2026-11-28T01:00:00Z'
    give: { groups: [passing] }
`,
  nothing: `version: 1
groups: { under: 'ou=groups,dc=example,dc=test' }
rules:
  - id: none
    when: { group: no-such-group }
    give: { groups: [none] }
`,
} as const;

const PEOPLE = readFileSync(PEOPLE_LDIF, 'utf8');
/** Directories by what is special of them. */
export const DIRECTORIES = {
  people: PEOPLE,
  revoked: PEOPLE.replaceAll('member: uid=ann,ou=people,dc=example,dc=test\n', ''),
  expiring: PEOPLE.replace('uid: ann\n', 'uid: ann\nobjectClass: shadowAccount\nshadowExpire: 20786\n'),
  gone: PEOPLE.replace('dn: uid=ann,ou=people', 'dn: uid=ann-left,ou=people').replace(
    'uid: ann\n',
    'uid: ann-left\n',
  ),
} as const;

/** 2026-11-28, an hour before the mapping `dated` changes; shadowExpire 20786 is the 29th's beginning. */
export const BEGINNING = Date.UTC(2026, 10, 28);

function filesOf(variant: Variant): Record<string, string> {
  const {
    password = 'pa:ss wörd',
    callers = ['immuta'],
    othersCallers = callers,
    endpoints = ['/user-info', '/other'],
    mapping = MAPPINGS.names,
    ldif = DIRECTORIES.people,
    cache = '{ fresh: 5m, stale: 1h, unknown: 30s }',
  } = variant;
  const lines = endpoints.map(
    (path) =>
      `  ${path}: { directories: [corp], mapping: mapping.yaml, callers: [${path === '/other' ? othersCallers : callers}] }`,
  );
  return {
    'config.yaml': `listen: { host: 127.0.0.1, port: 0, failed_logins: { count: 1000 } }
admin: { host: 127.0.0.1, port: 0 }
callers:
  immuta: { password: '${password}' }
  second: { password: second }
  stranger: { password: stranger }
directories:
  corp:
    ldif: people.ldif
    users: { base: 'ou=people,dc=example,dc=test', attribute: uid, userids: ['<name>@example.test', '<name>'] }
    memberships: { from: search, base: 'ou=groups,dc=example,dc=test', filter: '(|(member=<dn>)(uniqueMember=<dn>))' }
endpoints:
${lines.join('\n')}
cache: ${cache}
`,
    'mapping.yaml': mapping,
    'people.ldif': ldif,
  };
}

/** One service, with its audit and a count of what its app answered. */
export interface Side {
  readonly service: Service;
  readonly url: string;
  /** What was recorded of each request, without what no two have alike. */
  audit(): object[];
  /** How many requests came to Express. */
  entered(): number;
}

export interface World {
  readonly sides: readonly Side[];
  /** Lets so many milliseconds pass, on both clocks of all. */
  turn(milliseconds: number): void;
  reload(variant: Variant): Promise<void>;
  /** Asks all of them the same: the first over its kept connection. The answers as they came over the wire. */
  ask(...lines: readonly string[]): Promise<string[]>;
  /** The kept connection ends, and another one begins. */
  reconnect(): Promise<void>;
  stop(): Promise<void>;
}

const entries = new Map<number | undefined, number>();
const { application } = express as unknown as { application: { handle: (...args: unknown[]) => unknown } };
const { handle } = application;

/** Counts what enters Express while the tests run. */
export function countEntries(): void {
  before(() => {
    application.handle = function counted(this: unknown, ...args: unknown[]) {
      const port = (args[0] as IncomingMessage).socket.localPort;
      entries.set(port, (entries.get(port) ?? 0) + 1);
      return handle.apply(this, args);
    };
  });
  after(() => {
    application.handle = handle;
  });
}

/** Starts them. */
export async function startWorld(variant: Variant = {}, count = 2): Promise<World> {
  const folder = folderWith(filesOf(variant));
  const load = () => loadSetup(join(folder, 'config.yaml'), {});
  let turned = 0;
  const start = async (): Promise<Side> => {
    const logged: Record<string, unknown>[] = [];
    let ids = 0;
    const service = composeService(await load(), {
      clock: { now: () => 1_000_000 + turned },
      wallNow: () => BEGINNING + turned,
      log: pino({}, { write: (line: string) => logged.push(JSON.parse(line) as Record<string, unknown>) }),
      newRequestId: () => `id-${++ids}`,
    });
    const url = await service.start();
    return {
      service,
      url,
      audit: () =>
        logged
          .filter(({ msg }) => msg === 'answer' || msg === 'request')
          .map(({ request_id: _id, time: _time, milliseconds: _took, ...line }) => line),
      entered: () => entries.get(Number(new URL(url).port)) ?? 0,
    };
  };
  const sides: Side[] = [];
  for (let i = 0; i < count; i++) sides.push(await start());
  const [first] = sides;
  let kept = await KeptConnection.open(first?.url ?? '');
  const once = async (url: string, lines: readonly string[]) => {
    const connection = await KeptConnection.open(url);
    try {
      return await connection.ask(...lines);
    } finally {
      connection.close();
    }
  };
  return {
    sides,
    turn: (milliseconds) => {
      turned += milliseconds;
    },
    async reload(next) {
      for (const [name, text] of Object.entries(filesOf(next))) writeFileSync(join(folder, name), text);
      for (const { service } of sides) service.reload(await load());
    },
    async ask(...lines) {
      const answers = [await kept.ask(...lines)];
      for (const { url } of sides.slice(1)) answers.push(await once(url, lines));
      // What a hit began behind itself ends before the next step, on all sides.
      for (let i = 0; i < 20; i++) await new Promise(setImmediate);
      return answers.map(withoutIds);
    },
    async reconnect() {
      kept.close();
      kept = await KeptConnection.open(first?.url ?? '');
    },
    async stop() {
      kept.close();
      await Promise.all(sides.map(({ service }) => service.stop(0)));
    },
  };
}

/** The line of a Basic header. */
export function login(user: string, password: string): string {
  return `Authorization: Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}
