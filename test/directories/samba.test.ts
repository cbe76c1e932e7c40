/** That the Samba which other tests rely on holds what they are told it holds, and leaves nothing behind. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect } from 'chai';
import { answers } from './child-servers.ts';
import { requireSamba } from './installed.ts';
import { type Samba, sharedSamba, startSamba } from './samba.ts';
import {
  ACCOUNT_PASSWORD,
  AWKWARD_NAMES,
  BRANCH_DN,
  CROWD_SIZE,
  dnOf,
  GROUPS_DN,
  LOOKUP_ACCOUNT,
  MANY_GROUPS,
  PEOPLE_DN,
  REFUSED_ACCOUNTS,
} from './samba-people.ts';

describe('Samba for tests', () => {
  let samba: Samba;
  before(async function () {
    requireSamba(this);
    samba = await sharedSamba();
  });

  const count = (attribute: string, sam: string) =>
    samba.look(`(sAMAccountName=${sam})`, attribute).split(`\n${attribute}:`).length - 1;

  it('has the large groups and the people of many groups', () => {
    expect(count('member', 'g-crowd')).to.equal(CROWD_SIZE);
    expect(count('memberOf', 'many')).to.equal(MANY_GROUPS);
    expect(count('memberOf', 'wide')).to.equal(40);
    expect(count('memberOf', 'alone')).to.equal(0);
  });

  it('nests groups, in a cycle too', () => {
    for (const [lower, upper] of [
      ['level-1', 'level-2'],
      ['level-4', 'level-5'],
      ['loop-a', 'loop-b'],
      ['loop-c', 'loop-a'],
    ]) {
      expect(samba.look(`(cn=${lower})`, 'memberOf')).to.include(`memberOf: CN=${upper},${GROUPS_DN}`);
    }
  });

  it('has every awkward name, and one name in two places', () => {
    for (const [name, cn] of Object.entries(AWKWARD_NAMES)) {
      const found = samba.look('-b', dnOf(cn, PEOPLE_DN), '-s', 'base', 'sAMAccountName');
      expect(found).to.include(`sAMAccountName: ${name}\n`);
      expect(count('memberOf', name)).to.equal(1);
    }
    for (const base of [PEOPLE_DN, BRANCH_DN, GROUPS_DN]) {
      expect(samba.look('-b', dnOf('twin', base), '-s', 'base', 'cn')).to.include('cn: twin');
    }
  });

  it('gives one person another primary group', () => {
    const entry = samba.look('(sAMAccountName=own-primary)', 'primaryGroupID', 'memberOf');
    expect(entry).to.include('primaryGroupID: 100000').and.include('memberOf: CN=Domain Users,');
  });

  it('locks, disables and expires accounts', () => {
    const shown = (name: string) =>
      samba.look(
        `(sAMAccountName=${name})`,
        'userAccountControl',
        'accountExpires',
        'msDS-User-Account-Control-Computed',
      );
    expect(shown('disabled')).to.include('userAccountControl: 66050');
    expect(shown('expired')).to.include('accountExpires: 130000000000000000');
    expect(shown('locked')).to.include('Computed: 16');
  });

  it('lets the lookup account bind with TLS alone, and refuses the others as Active Directory does', async () => {
    const bind = (scheme: string, dn: string): string => {
      const args = ['-x', '-LLL', '-H', `${scheme}://${samba.host}`, '-D', dn, '-w', ACCOUNT_PASSWORD];
      try {
        return execFileSync('ldapsearch', [...args, '-b', '', '-s', 'base', 'dnsHostName'], {
          env: { ...process.env, LDAPTLS_CACERT: samba.certificates.caFile },
          stdio: 'pipe',
        }).toString();
      } catch (error) {
        return String((error as { stderr: Buffer }).stderr);
      }
    };
    expect(bind('ldaps', LOOKUP_ACCOUNT)).to.include('dnsHostName: dc1.ad.example.test');
    expect(bind('ldap', LOOKUP_ACCOUNT)).to.include('Strong(er) authentication required');
    for (const [code, dn] of Object.entries(REFUSED_ACCOUNTS)) {
      expect(bind('ldaps', dn)).to.include(`data ${code},`);
    }
    const [search] = (await samba.searches()).slice(-1);
    expect(search).to.include('filter: [(objectclass=*)] basedn: [] scope: [BASE]');
    const [success] = (await samba.binds()).filter((line) => line.includes('NT_STATUS_OK'));
    expect(success).to.include(LOOKUP_ACCOUNT);
  });

  it('is started on an address and a copy of its own, and again on the same, and leaves nothing', async () => {
    const extra = `dn: CN=extra,${PEOPLE_DN}\nobjectClass: user\nsAMAccountName: extra\n`;
    const own = await startSamba({ more: extra });
    const folder = dirname(own.certificates.caFile);
    try {
      expect(own.host).to.not.equal(samba.host);
      own.change(`dn: CN=alone,${PEOPLE_DN}\nchangetype: modify\nreplace: mail\nmail: alone@example.test\n`);
      await own.stop();
      expect(await answers(636, own.host)).to.equal(false);
      await own.start();
      expect(await answers(3269, own.host)).to.equal(true);
      expect(own.look('(|(cn=alone)(cn=extra))', 'mail', 'cn'))
        .to.include('cn: extra')
        .and.include('mail: alone@example.test');
      expect(own.tool('user', 'getgroups', 'deep'))
        .to.include('Domain Users')
        .and.include('g-level-1');
    } finally {
      await own.remove();
    }
    expect(await answers(636, own.host)).to.equal(false);
    expect(existsSync(folder)).to.equal(false);
    expect(samba.look('(cn=extra)', 'cn')).to.not.include('extra');
  });
});
