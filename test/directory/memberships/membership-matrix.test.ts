/**
 * Kinds of groups × strategies on each server: a membership counts, or it is told that it does not; no cell is silent.
 * And what is not seen gives nothing: a `never` that names such a group takes, or is an error before anybody is answered.
 * docs/memberships.md holds the tables that come of it; `npm run memberships` writes them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { EntryDirectory } from '../../../src/directory/entry-directory.ts';
import type { DirectorySettings } from '../../../src/directory/settings/settings.ts';
import { type MembershipStrategy, nestsByDefault } from '../../../src/directory/settings/vendor.ts';
import { VENDORS } from '../../../src/directory/settings/vendors.ts';
import { compileMapping } from '../../../src/mapping/compile.ts';
import type { Mapping } from '../../../src/mapping/mapping.ts';
import { translate } from '../../../src/mapping/translate.ts';
import type { Person } from '../../../src/person.ts';
import { examineMapping } from '../../../src/visibility/examination.ts';
import { startDs389 } from '../../directories/389ds.ts';
import { requireDs389, requireSamba, requireSlapd } from '../../directories/installed.ts';
import { startSamba } from '../../directories/samba.ts';
import { KINDS_DN, kindsChangesLdif, kindsLdif } from '../../directories/samba-people.ts';
import { startSlapd } from '../../directories/slapd.ts';
import { domainSettings, sambaSource } from '../domain-settings.ts';
import {
  ds389Source,
  exampleSettings,
  findPerson,
  openDirectory,
  slapdSource,
  within,
} from '../example-settings.ts';
import { type GroupKind, KIM, newerLdif, olderLdif, WORLD_KINDS } from './membership-world.ts';

const DOCS = join(import.meta.dirname, '../../../docs/memberships.md');
const isWriting = process.env['WRITE_DOCS'] === '1';

interface TestedKind extends GroupKind {
  /** Who is in it. */
  readonly person: string;
  /** The distribution group in the way. */
  readonly through?: string;
}

/** A server with people in groups of each kind. */
interface World {
  readonly title: string;
  readonly kinds: readonly TestedKind[];
  readonly columns: readonly (readonly MembershipStrategy[])[];
  require(context: Mocha.Context): void;
  start(): Promise<Running>;
}

interface Running {
  settings(from: readonly MembershipStrategy[]): DirectorySettings;
  remove(): Promise<void>;
}

const ldapColumns = [['attribute'], ['search'], ['attribute', 'search']] as const;
const kimIsIn = WORLD_KINDS.map((kind) => ({ ...kind, person: KIM }));

function ldapSettings(
  source: DirectorySettings['source'],
  vendor: 'openldap' | '389ds',
  from: readonly MembershipStrategy[],
): DirectorySettings {
  const { groupFilter, membershipAttribute } = VENDORS[vendor];
  return exampleSettings(source, {
    vendor,
    memberships: {
      from,
      attribute: membershipAttribute,
      filter: groupFilter,
      nested: nestsByDefault(VENDORS[vendor], from, membershipAttribute),
      posixGroup: VENDORS[vendor].posixGroup,
    },
  });
}

function openLdap(title: string, memberOf: 'memberof' | 'dynlist' | 'none'): World {
  return {
    title,
    kinds: kimIsIn,
    columns: ldapColumns,
    require: requireSlapd,
    async start() {
      const slapd = await startSlapd({ more: olderLdif(), memberOf });
      slapd.change(newerLdif());
      return {
        settings: (from) => ldapSettings(slapdSource(slapd), 'openldap', from),
        remove: () => slapd.remove(),
      };
    },
  };
}

function ds389(title: string, memberOf: Parameters<typeof startDs389>[0]): World {
  return {
    title,
    kinds: kimIsIn,
    columns: ldapColumns,
    require: requireDs389,
    async start() {
      const ds = await startDs389({ more: olderLdif(), ...memberOf });
      ds.change(newerLdif());
      return {
        settings: (from) => ldapSettings(ds389Source(ds), '389ds', from),
        remove: () => ds.remove(),
      };
    },
  };
}

const DOMAIN_KINDS: readonly TestedKind[] = [
  { name: 'below', title: 'security', person: 'kind-through' },
  { name: 'bridge', title: 'security, nested', person: 'kind-both-ways' },
  { name: 'Domain Users', title: 'the primary group', person: 'kind-primary' },
  { name: 'Remote Desktop Users', title: 'of `CN=Builtin`', person: 'kind-builtin' },
  { name: 'Users', title: 'of `CN=Builtin`, above the primary group', person: 'kind-primary' },
  { name: 'plain-list', title: 'distribution', person: 'kind-list' },
  {
    name: 'above',
    title: 'security, above a distribution group only',
    person: 'kind-through',
    through: 'middle',
  },
];

function samba(title: string, distribution: boolean): World {
  return {
    title,
    kinds: DOMAIN_KINDS,
    columns: [
      ['token-groups'],
      ['attribute'],
      ['search'],
      ['token-groups', 'attribute'],
      ['attribute', 'search'],
    ],
    require: requireSamba,
    async start() {
      const server = await startSamba({ more: kindsLdif() });
      await server.change(kindsChangesLdif());
      return {
        settings: (from) =>
          domainSettings(sambaSource(server), {
            users: { bases: [KINDS_DN] },
            memberships: { from, distribution },
            limits: { connect: 10_000 },
          }),
        remove: () => server.remove(),
      };
    },
  };
}

const WORLDS: readonly World[] = [
  openLdap('OpenLDAP with the memberof overlay', 'memberof'),
  openLdap('OpenLDAP with the dynlist overlay', 'dynlist'),
  openLdap('OpenLDAP without an overlay', 'none'),
  ds389('389 Directory Server with the MemberOf plug-in', { memberOf: {} }),
  ds389('389 Directory Server without the plug-in', {}),
  samba('Active Directory (Samba)', false),
  samba('Active Directory (Samba), `distribution: yes`', true),
];

const COUNTS = 'counts';
const TOLD = 'told';

describe('every membership', () => {
  const tables = new Map<string, string>();

  for (const world of WORLDS) {
    describe(world.title, () => {
      let running: Running;
      const cells = new Map<string, string>();
      before(async function () {
        world.require(this);
        running = await world.start();
      });
      after(() => running?.remove());

      for (const from of world.columns) {
        describe(`by ${from.join(' and ')}`, () => {
          let directory: EntryDirectory;
          before(() => {
            directory = openDirectory(running.settings(from), { attributes: [] });
          });
          after(() => directory?.close());
          const find = async (name: string): Promise<Person> => {
            const person = await findPerson(directory, name, within());
            if (person === undefined) throw new Error(`${name} was not found`);
            return person;
          };

          for (const kind of world.kinds) {
            it(`${kind.title}: counts, or is told; and never takes by it, or is an error`, async () => {
              const person = await find(kind.person);
              const mapping = neverBy(kind.name);
              const remarks = await examineMapping({ mapping, directories: [directory] });
              const errors = remarks.filter(({ severity }) => severity === 'error');
              const isSeen = person.memberships.some(({ name }) => name === kind.name);
              const { groups } = translate(mapping, person, Date.now()).answer;
              if (isSeen) {
                expect(groups).to.deep.equal([]);
                expect(errors).to.deep.equal([]);
              } else {
                // Nobody is in it by that way; the distribution group in the way is told of.
                const uncounted = (person.uncounted ?? []).map((group) => group.name);
                const told = kind.through === undefined ? errors.map(({ message }) => message) : uncounted;
                expect(told.join('\n')).to.include(kind.through ?? kind.name);
              }
              cells.set(cellOf(kind, from), isSeen ? COUNTS : TOLD);
            });
          }

          it('the kinds that are not seen are told by themselves', async () => {
            const unseen = world.kinds.filter((kind) => cells.get(cellOf(kind, from)) === TOLD);
            const people = await Promise.all(unseen.map(({ person }) => find(person)));
            const uncounted = people.flatMap((person) => person.uncounted ?? []);
            const kinds = await directory.sight.unseenKinds();
            expect(kinds.length + uncounted.length > 0).to.equal(unseen.length > 0);
          });
        });
      }

      // In a suite of its own, to come last.
      describe('all together', () => {
        it('is what docs/memberships.md says', () => {
          const table = tableOf(world, cells);
          tables.set(world.title, table);
          if (!isWriting) expect(readFileSync(DOCS, 'utf8')).to.include(table);
        });
      });
    });
  }

  after(() => {
    if (!isWriting) return;
    const text = readFileSync(DOCS, 'utf8');
    const generated = [...tables].map(([title, table]) => `### ${title}\n\n${table}\n`).join('\n');
    writeFileSync(
      DOCS,
      text.replace(/(<!-- tables -->\n)[\s\S]*(<!-- end of tables -->)/, `$1\n${generated}\n$2`),
    );
  });
});

function neverBy(group: string): Mapping {
  const { mapping, problems } = compileMapping(
    'matrix.yaml',
    `version: 1
groups: { under: everywhere }
rules:
  - { id: all, everyone: yes, give: { groups: [Given] } }
never:
  - { id: gone, when: { group: ${JSON.stringify(group)} }, take: { groups: all } }
`,
  );
  if (mapping === undefined) throw new Error(problems.map(({ message }) => message).join('\n'));
  return mapping;
}

function cellOf({ name }: GroupKind, from: readonly MembershipStrategy[]): string {
  return `${name}\0${from.join()}`;
}

function tableOf({ kinds, columns }: World, cells: ReadonlyMap<string, string>): string {
  const row = (...texts: readonly string[]) => `| ${texts.join(' | ')} |`;
  const written = (from: readonly MembershipStrategy[]) =>
    from.length === 1 ? `\`${from[0]}\`` : `\`[${from.join(', ')}]\``;
  return [
    row('kind of group', ...columns.map(written)),
    row(...[...columns, ''].map(() => '---')),
    ...kinds.map((kind) => row(kind.title, ...columns.map((from) => cells.get(cellOf(kind, from)) ?? '?'))),
  ].join('\n');
}
