/**
 * Groups of a resource forest that list people of another one: two real forests with a trust, whose own domain
 * controllers say by a token which groups a person has there.
 */
import { expect } from 'chai';
import { openSource } from '../../../src/compose/directories.ts';
import { EntryDirectory } from '../../../src/directory/entry-directory.ts';
import { BindBackoff } from '../../../src/directory/ldap/bind-backoff.ts';
import type { DirectorySettings } from '../../../src/directory/settings/settings.ts';
import type { MembershipStrategy } from '../../../src/directory/settings/vendor.ts';
import { VENDORS } from '../../../src/directory/settings/vendors.ts';
import type { Person } from '../../../src/person.ts';
import { FOREST_PASSWORD, FORESTS, groupIn, lookupAccount } from '../../directories/forests-people.ts';
import { requireForests } from '../../directories/installed.ts';
import { type Forest, type Forests, sharedForests, startForests } from '../../directories/samba-forests.ts';
import {
  exampleSettings,
  findPerson,
  ldapUrl,
  type Overrides,
  realClock,
  within,
} from '../example-settings.ts';
import { expectFailure, failureOf } from '../rejection.ts';

const STRATEGIES = ['token-groups', 'attribute', 'search'] as const satisfies readonly MembershipStrategy[];
// Groups that hold Authenticated Users, and those that only Samba's tokens hold.
const NOT_LISTED = ['Pre-Windows 2000 Compatible Access', 'Users', 'res-via-local'];

function settingsOf(forest: Forest, { memberships, limits, ...others }: Overrides = {}): DirectorySettings {
  const { baseDn } = forest;
  return exampleSettings(
    {
      kind: 'ldap',
      urls: [ldapUrl('ldaps', forest.port)],
      tls: { ca: forest.certificates.ca },
      bind: { kind: 'simple', dn: lookupAccount(forest.name), password: FOREST_PASSWORD },
    },
    {
      name: forest.name,
      vendor: 'active-directory',
      accounts: { disabled: 'ignore', expired: 'ignore', locked: 'ignore' },
      referrals: 'ignore',
      ...others,
      // A machine that has a lot to do is no failure.
      limits: { connect: 10_000, search: 10_000, ...limits },
      users: {
        bases: [baseDn],
        attribute: 'sAMAccountName',
        people: VENDORS['active-directory'].people,
        userids: ['<userid>'],
      },
      memberships: {
        from: ['token-groups'],
        base: baseDn,
        filter: '(member=<dn>)',
        uidAttribute: 'sAMAccountName',
        primaryGroup: { rid: 'primaryGroupID', sid: 'objectSid' },
        ...memberships,
      },
    },
  );
}

describe('groups of a resource forest', () => {
  let forests: Forests;
  const opened: EntryDirectory[] = [];

  before(async function () {
    requireForests(this);
    forests = await sharedForests();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((directory) => directory.close()));
  });

  const open = (
    { corp, res }: Forests,
    ofCorp: Overrides = {},
    ofRes: Overrides = {},
    { fresh = 0, identities = false } = {},
  ) => {
    const resSettings = settingsOf(res, ofRes);
    const corpSettings = { ...settingsOf(corp, ofCorp), foreign: [resSettings] };
    const made = (settings: DirectorySettings, foreign: readonly EntryDirectory[]) => {
      const options = { fresh, identities, foreign: () => foreign };
      const directory = new EntryDirectory(
        settings,
        openSource(settings, realClock, new BindBackoff(realClock)).entries,
        [],
        realClock,
        options,
      );
      opened.push(directory);
      return directory;
    };
    const forest = made(resSettings, []);
    const own = made(corpSettings, [forest]);
    return { own, forest, find: (name: string) => findPerson(own, name, within()) };
  };
  const inRes = (person: Person | undefined) =>
    (person?.memberships ?? [])
      .filter(({ dn }) => dn.endsWith(FORESTS.res.baseDn))
      .map(({ name }) => name)
      .sort();
  const tokenOf = async (name: string) => {
    const [token, sids] = await Promise.all([forests.res.tokenOf(name, 'Kerberos'), forests.res.sids()]);
    const names = [...sids].filter(([cn, sid]) => token.includes(sid) && !NOT_LISTED.includes(cn));
    return names.map(([cn]) => cn).sort();
  };

  for (const from of STRATEGIES) {
    it(`are those of the token that the forest gives the person (${from})`, async () => {
      const { find } = open(forests, { memberships: { from: [from] } });
      for (const name of ['ann', 'ben', 'cara', 'dora']) {
        const person = await find(name);
        expect(inRes(person), name).to.deep.equal(await tokenOf(name));
        expect(inRes(person)).to.include('res-via-primary');
      }
    });

    it(`are the same for everybody as for one (${from})`, async () => {
      const { own, find } = open(forests, { memberships: { from: [from] } });
      const walk = own.people();
      const met = new Map<string, Person>();
      for await (const { userid, person } of walk) met.set(userid, person);
      expect([...met.keys()]).to.include.members(['ann', 'ben', 'cara', 'dora', 'probe']);
      for (const name of ['ann', 'ben', 'cara', 'dora', 'probe']) {
        const plain = (person: Person | undefined) =>
          [...(person?.memberships ?? [])].sort((a, b) => (a.dn < b.dn ? -1 : 1));
        expect(plain(met.get(name)), name).to.deep.equal(plain(await find(name)));
      }
      const above = new Map([...walk.knownGroups()].map(({ name, parents }) => [name, parents]));
      expect(above.get('corp-global')).to.include(groupIn('res', 'res-via-global'));
      expect(above.get('res-local')).to.include(groupIn('res', 'res-outer'));
    });

    it(`tell the way: the person's group, then those of the forest (${from})`, async () => {
      const ann = await open(forests, { memberships: { from: [from] } }).find('ann');
      const way = (name: string) => ann?.memberships.find((each) => each.name === name)?.via;
      expect(way('res-local')).to.deep.equal([]);
      expect(way('Guests')).to.deep.equal([]);
      expect(way('res-top')).to.deep.equal(['res-local', 'res-outer']);
      expect(way('res-via-global')).to.deep.equal(['corp-global']);
      expect(way('res-via-univ-outer')).to.deep.equal(['corp-global', 'corp-univ-outer']);
      expect(way('res-via-primary')).to.deep.equal(['Domain Users']);
    });
  }

  it('leave out what lists nobody of the person, and what only a domain local group of theirs leads to', async () => {
    const ann = inRes(await open(forests).find('ann'));
    expect(ann).to.not.include.members(['res-alien']).and.not.include('res-via-local');
    expect(ann).to.not.include('res-via-dist').and.not.include('res-via-over-dist');
  });

  it('count as distribution groups, and what lies above these, by the rule of the forest', async () => {
    const dora = await open(forests).find('dora');
    expect(inRes(dora)).to.deep.equal(['res-via-primary']);
    expect(dora?.uncounted?.map(({ dn }) => dn)).to.include(groupIn('res', 'res-dist'));
    const counted = open(forests, {}, { memberships: { distribution: true } });
    expect(inRes(await counted.find('dora'))).to.deep.equal(['res-dist', 'res-over-dist', 'res-via-primary']);
  });

  it('are not followed upwards where the forest does not', async () => {
    const ann = inRes(
      await open(forests, {}, { memberships: { from: ['search'], nested: false } }).find('ann'),
    );
    expect(ann).to.include('res-local').and.not.include('res-outer');
  });

  it('are those of its base where groups are searched there', async () => {
    const base = `CN=Builtin,${FORESTS.res.baseDn}`;
    const ann = inRes(await open(forests, {}, { memberships: { from: ['search'], base } }).find('ann'));
    expect(ann).to.deep.equal(['Guests']);
  });

  it('have their SIDs and GUIDs where these are asked for', async () => {
    const { find } = open(forests, {}, {}, { identities: true });
    const sids = await forests.res.sids();
    const top = (await find('ann'))?.memberships.find(({ name }) => name === 'res-top');
    expect(top?.sid).to.equal(sids.get('res-top'));
    expect(top?.guid).to.match(/^[0-9a-f-]{36}$/);
  });

  it('are kept in memory: somebody whom the forest knows costs it nothing', async () => {
    const { find } = open(forests, {}, {}, { fresh: 600_000 });
    await find('ann');
    const before = (await forests.res.searches()).length;
    const ann = await find('ann');
    expect((await forests.res.searches()).length).to.equal(before);
    expect(inRes(ann)).to.include('res-top');
    // Another person costs the search for their own SID, and what lists it.
    await find('svc-lookup');
    expect((await forests.res.searches()).length).to.equal(before + 1);
  });

  it('are proved by the sentinel of the forest where none is shown', async () => {
    const sentinel = { userid: 'rita', group: groupIn('res', 'res-local') };
    const { find } = open(
      forests,
      {},
      { sentinel, memberships: { from: ['search'], base: `OU=Groups,${FORESTS.res.baseDn}` } },
    );
    expect(inRes(await find('cara'))).to.deep.equal(['res-via-primary']);
    const wrong = { ...sentinel, group: groupIn('res', 'res-probe') };
    const misled = open(
      forests,
      {},
      { sentinel: wrong, memberships: { from: ['search'], base: `CN=Builtin,${FORESTS.res.baseDn}` } },
    );
    await expectFailure(
      misled.find('cara'),
      'directory_incomplete',
      /sentinel rita was found without its group/,
    );
    // Whom it does list needs no proof.
    expect(inRes(await misled.find('ann'))).to.deep.equal(['Guests']);
  });

  it('are proved by a person of the own forest whom a group of the other lists', async () => {
    const sentinel = { userid: 'probe', group: groupIn('res', 'res-probe') };
    const memberships = { from: ['search'] as const, base: `CN=Builtin,${FORESTS.res.baseDn}` };
    expect(inRes(await open(forests, { sentinel }).find('cara'))).to.deep.equal(['res-via-primary']);
    await expectFailure(
      open(forests, { sentinel }, { memberships }).find('cara'),
      'directory_incomplete',
      /sentinel probe was found without its group CN=res-probe/,
    );
  });

  it('are asked for as the account may: a forest that refuses the bind is a failure', async () => {
    const { own, find } = open(forests, {}, {});
    expect(inRes(await find('ben'))).to.include('res-outer');
    const settings = settingsOf(forests.res);
    const { source } = settings;
    if (source.kind !== 'ldap') throw new Error('no servers');
    const refused = {
      ...settings,
      source: { ...source, bind: { kind: 'simple', dn: lookupAccount('res'), password: 'no' } },
    } as const;
    const forest = new EntryDirectory(
      refused,
      openSource(refused, realClock, new BindBackoff(realClock)).entries,
      [],
      realClock,
    );
    opened.push(forest);
    const corp = { ...settingsOf(forests.corp), foreign: [refused] };
    const asking = new EntryDirectory(
      corp,
      openSource(corp, realClock, new BindBackoff(realClock)).entries,
      [],
      realClock,
      {
        fresh: 0,
        identities: false,
        foreign: () => [forest],
      },
    );
    opened.push(asking);
    await expectFailure(findPerson(asking, 'ben', within()), 'directory_refused', /./);
    expect(forest.state.lastFailure).to.equal('directory_refused');
    expect(own.state.lastFailure).to.equal(undefined);
  });

  it("list the forest's groups among those that may count", async () => {
    const names: string[] = [];
    for await (const { name } of open(forests).own.groups([`OU=Groups,${FORESTS.res.baseDn}`]))
      names.push(name);
    expect(names).to.include('res-top').and.not.include('corp-global');
  });

  it('do not make a person of the account that stands for the trust', async () => {
    expect(await open(forests).find('RES$')).to.equal(undefined);
  });

  describe('where the other forest changes', () => {
    let own: Forests;
    before(async function () {
      requireForests(this);
      own = await startForests();
    });
    after(() => own.remove());

    it('are found by a principal that was renamed', async () => {
      const sid = (await own.corp.sids()).get('ben') ?? '';
      const container = `CN=ForeignSecurityPrincipals,${FORESTS.res.baseDn}`;
      await own.res.change(
        `dn: CN=${sid},${container}\nchangetype: modrdn\nnewrdn: CN=renamed\ndeleteoldrdn: 1\n`,
      );
      expect(inRes(await open(own).find('ben'))).to.include('res-outer');
    });

    it('are a failure while the forest is down, hangs, or once the trust is gone', async () => {
      await own.res.hang();
      const limits = { connect: 1000, search: 1000 };
      const hanging = await failureOf(open(own, {}, { limits }).find('ann'));
      expect(hanging.code).to.be.oneOf(['directory_unavailable', 'directory_timeout']);
      await own.res.wake();
      await own.res.stop();
      await expectFailure(open(own, {}, { limits }).find('ann'), 'directory_unavailable', /./);
      await own.res.start();
      await own.untrust();
      const { find } = open(own);
      await expectFailure(
        find('ann'),
        'directory_incomplete',
        /no trust with the domain S-1-5-21-2000000001/,
      );
    });

    it('are missing nowhere silently: a right that was lost shows in the sentinel', async () => {
      const sentinel = { userid: 'probe', group: groupIn('res', 'res-probe') };
      const container = `CN=ForeignSecurityPrincipals,${FORESTS.res.baseDn}`;
      const account = (await own.res.sids()).get('svc-lookup') ?? '';
      await own.res.tool('dsacl', 'set', `--objectdn=${container}`, `--sddl=(D;CI;LCRPLO;;;${account})`);
      const found = open(own, { sentinel }).find('ben');
      await expectFailure(found, 'directory_incomplete', /sentinel probe was found without its group/);
    });
  });
});
