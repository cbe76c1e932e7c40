/**
 * Where 389 Directory Server's plug-in leaves groups out of people's memberOf, which is taken to be transitive: that is
 * told, and goes away with `nested: yes`.
 */
import { expect } from 'chai';
import type { EntryDirectory } from '../../src/directory/entry-directory.ts';
import type { MembershipSettings } from '../../src/directory/settings/settings.ts';
import { compileMapping } from '../../src/mapping/compile.ts';
import { examineDirectory, examineMapping } from '../../src/visibility/examination.ts';
import { type Ds389, startDs389 } from '../directories/389ds.ts';
import { requireDs389 } from '../directories/installed.ts';
import {
  ds389Source,
  exampleSettings,
  findPerson,
  GROUPS,
  openDirectory,
  PEOPLE,
  within,
} from '../directory/example-settings.ts';

const group = (name: string, ...members: string[]) =>
  `dn: cn=${name},${GROUPS}\nchangetype: add\nobjectClass: groupOfNames\nobjectClass: inetUser\ncn: ${name}\n${members
    .map((member) => `member: ${member}\n`)
    .join('')}\n`;
const below = (name: string) => `cn=${name},${GROUPS}`;
/** Two ways up from d2 to d7; the plug-in leaves out the middle of the one through d4, where loner is. */
const DIAMOND = [
  group('d1', `uid=ann,${PEOPLE}`),
  group('d2', below('d1')),
  group('d3', below('d2')),
  group('d4', `uid=loner,${PEOPLE}`, below('d2')),
  group('d5', below('d3')),
  group('d6', below('d4')),
  group('d7', below('d5'), below('d6')),
].join('');

describe('a memberOf that is not as transitive as it is taken to be', () => {
  let ds: Ds389;
  let directory: EntryDirectory | undefined;
  before(async function () {
    requireDs389(this);
    ds = await startDs389({ memberOf: {} });
    ds.change(DIAMOND);
  });
  afterEach(() => directory?.close());
  after(() => ds?.remove());

  const open = (memberships: Partial<MembershipSettings>): EntryDirectory => {
    directory = openDirectory(exampleSettings(ds389Source(ds), { vendor: '389ds', memberships }));
    return directory;
  };
  const namesOf = async (name: string) =>
    (await findPerson(directory, name, within()))?.memberships.map((each) => each.name);
  const remarks = async () => {
    const text = `version: 1\ngroups: { under: '${GROUPS}' }\nrules: [{ id: own, when: { group: <g> }, where: { g: any }, give: { groups: [<g>] } }]\nnever: [{ id: n, when: { group: d7 }, take: { groups: all } }]\n`;
    const { mapping } = compileMapping('m.yaml', text);
    if (mapping === undefined || directory === undefined) throw new Error('no mapping');
    const found = [
      ...(await examineDirectory(directory)),
      ...(await examineMapping({ mapping, directories: [directory] })),
    ];
    // Some groups of the example are by memberUid, or older than the plug-in: another story.
    return found
      .map(({ severity, message }) => `${severity}: ${message}`)
      .filter((text) => text.includes('above theirs'));
  };

  it('is told, and an error where a never turns on what is left out', async () => {
    open({ from: ['attribute'], nested: false });
    expect(await namesOf('loner'))
      .to.include('d6')
      .and.not.include('d7');
    const [kind, named] = await remarks();
    expect(kind).to.match(/^warning: memberOf of some people does not show every group above theirs/);
    expect(named).to.match(/^error: never n names the group d7.*memberOf of some people/);
  });

  for (const [title, memberships] of [
    ['nested: yes', { from: ['attribute'], nested: true }],
    ['the union with search', { from: ['attribute', 'search'], nested: true }],
  ] as const) {
    it(`does no harm with ${title}`, async () => {
      open(memberships);
      expect(await namesOf('loner')).to.include.members(['d4', 'd6', 'd7']);
      expect(await remarks()).to.deep.equal([]);
    });
  }
});
