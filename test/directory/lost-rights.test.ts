/**
 * A domain controller that goes on answering while the account may no longer read what tells memberships: absence is
 * all that LDAP shows of it, and must never pass for "no groups".
 */
import { expect } from 'chai';
import type { EntryDirectory } from '../../src/directory/entry-directory.ts';
import type { MembershipStrategy } from '../../src/directory/settings/vendor.ts';
import { VENDORS } from '../../src/directory/settings/vendors.ts';
import { requireSamba } from '../directories/installed.ts';
import { type Samba, startSamba } from '../directories/samba.ts';
import {
  ACCOUNT_PASSWORD,
  BASE_DN,
  GROUPS_DN,
  LOOKUP_ACCOUNT,
  PEOPLE_DN,
  PROBE,
} from '../directories/samba-people.ts';
import { withoutRightTo } from '../directories/samba-rights.ts';
import { exampleSettings, findPerson, openDirectory, within } from './example-settings.ts';
import { expectFailure } from './rejection.ts';

const DEEP = `CN=deep,${PEOPLE_DN}`;
const LEVELS_BELOW = [1, 2, 3, 4].map((level) => `CN=level-${level},${GROUPS_DN}`);
const SENTINEL = { userid: PROBE.name, group: PROBE.group };

describe('Active Directory without the right', () => {
  let samba: Samba;
  let directory: EntryDirectory | undefined;
  before(async function () {
    requireSamba(this);
    samba = await startSamba();
  });
  after(() => samba?.remove());
  afterEach(() => directory?.close());

  const open = (from: MembershipStrategy, sentinel: { userid: string; group: string } = SENTINEL) => {
    const url = { scheme: 'ldaps', host: samba.host, port: 636, text: `ldaps://${samba.host}` } as const;
    const { people, primaryGroup } = VENDORS['active-directory'];
    directory = openDirectory(
      exampleSettings(
        {
          kind: 'ldap',
          urls: [url],
          tls: { ca: samba.certificates.ca },
          bind: { kind: 'simple', dn: LOOKUP_ACCOUNT, password: ACCOUNT_PASSWORD },
        },
        {
          vendor: 'active-directory',
          sentinel,
          users: { bases: [PEOPLE_DN], userids: ['<name>'], attribute: 'sAMAccountName', people },
          memberships: { from: [from], base: BASE_DN, filter: '(member=<dn>)', primaryGroup },
          limits: { search: 200_000 },
        },
      ),
    );
    return directory;
  };
  const find = (one: EntryDirectory, name: string) => findPerson(one, name, within());

  it('to memberOf of people: the primary group alone proves nothing, and the sentinel tells', async () => {
    const one = open('attribute');
    expect((await find(one, 'alone'))?.memberships.length).to.be.above(0);
    await withoutRightTo(samba, 'memberOf', [PEOPLE_DN], async () => {
      for (const name of ['deep', 'alone', 'nobody']) {
        await expectFailure(find(one, name), 'directory_incomplete', /the sentinel .* without its group/);
      }
    });
    expect((await find(one, 'deep'))?.memberships.map(({ name }) => name)).to.include('level-5');
  });

  it('to memberOf of people, with a sentinel whose group is its primary one: that is no proof', async () => {
    const one = open('attribute', { userid: PROBE.name, group: `CN=Domain Users,CN=Users,${BASE_DN}` });
    await one.confirmSentinel(within());
    await withoutRightTo(samba, 'memberOf', [PEOPLE_DN], async () => {
      await expectFailure(find(one, 'deep'), 'directory_incomplete', /the sentinel .* primary group alone/);
    });
  });

  it('to memberOf of groups: a search for those above does without it', async () => {
    await withoutRightTo(samba, 'memberOf', LEVELS_BELOW, async () => {
      const deep = await find(open('search'), 'deep');
      expect(deep?.memberships.map(({ name }) => name)).to.include.members([
        ...['level-1', 'level-2', 'level-3', 'level-4', 'level-5'],
      ]);
    });
  });

  it('to tokenGroups, or to the SID or the primary group of people', async () => {
    for (const attribute of ['tokenGroups', 'objectSid', 'primaryGroupID'] as const) {
      await withoutRightTo(samba, attribute, [DEEP], async () => {
        const one = open('token-groups');
        await expectFailure(
          find(one, 'deep'),
          'directory_incomplete',
          new RegExp(`no readable ${attribute}`),
        );
        await one.close();
      });
    }
  });

  it('to the SIDs of groups', async () => {
    await withoutRightTo(samba, 'objectSid', LEVELS_BELOW, async () => {
      await expectFailure(find(open('token-groups'), 'deep'), 'directory_incomplete', /\(sid\)/);
    });
  });
});
