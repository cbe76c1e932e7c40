/** Lookups that need pages, beside each other and beside a walk over the same connection: OpenLDAP keeps one place each. */
import { expect } from 'chai';
import type { EntryDirectory } from '../../../src/directory/entry-directory.ts';
import { requireSlapd } from '../../directories/installed.ts';
import { type Slapd, startSlapd } from '../../directories/slapd.ts';
import {
  exampleSettings,
  findPerson,
  GROUPS,
  openDirectory,
  PEOPLE,
  slapdSource,
  within,
} from '../example-settings.ts';

const TEAMS = 12;
const more = Array.from({ length: TEAMS }, (_, i) => {
  const members = ['ann', 'gina', 'loner', 'jose'].map((uid) => `member: uid=${uid},${PEOPLE}`);
  return [
    '',
    `dn: cn=team-${i},${GROUPS}`,
    'objectClass: groupOfNames',
    `cn: team-${i}`,
    ...members,
    '',
  ].join('\n');
}).join('');

describe('pages for several at once', () => {
  let slapd: Slapd;
  let directory: EntryDirectory;

  before(async function () {
    requireSlapd(this);
    slapd = await startSlapd({ more, sizeLimit: 3 });
  });
  beforeEach(() => {
    const memberships = { from: ['search'], nested: false } as const;
    directory = openDirectory(
      exampleSettings(slapdSource(slapd), { memberships, limits: { connections: 1 } }),
    );
  });
  afterEach(() => directory.close());
  after(() => slapd?.remove());

  const teamsOf = async (name: string) => {
    const person = await findPerson(directory, name, within());
    return person?.memberships.filter((each) => each.name.startsWith('team-')).length;
  };
  const everybody = () => Promise.all(['ann', 'gina', 'loner', 'jose'].map(teamsOf));
  const all = [TEAMS, TEAMS, TEAMS, TEAMS];

  it('are read whole for each of them', async () => {
    for (let i = 0; i < 5; i++) expect(await everybody()).to.deep.equal(all);
  });

  it('are read whole beside a walk over the same connection, and so is the walk', async () => {
    const walk = directory.groups(['dc=example,dc=test'], 'shared')[Symbol.asyncIterator]();
    let walked = 0;
    for (let next = await walk.next(); next.done !== true; next = await walk.next()) {
      if (walked++ % 4 === 0) expect(await everybody()).to.deep.equal(all);
    }
    expect(walked).to.be.greaterThan(TEAMS);
  });

  it('are read whole where a walk begins beside lookups', async () => {
    const lookups = everybody();
    let walked = 0;
    for await (const _ of directory.groups(['dc=example,dc=test'], 'shared')) walked++;
    expect(await lookups).to.deep.equal(all);
    expect(walked).to.be.greaterThan(TEAMS);
  });
});
