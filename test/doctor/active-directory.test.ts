/**
 * `doctor` against Samba's domain controller: what Active Directory says about refused binds, and each fault with a
 * hint that mends it.
 */
import { expect } from 'chai';
import { requireSamba } from '../directories/installed.ts';
import { type Samba, sharedSamba, startSamba } from '../directories/samba.ts';
import {
  ACCOUNT_PASSWORD,
  BASE_DN,
  CROWD_DN,
  LOOKUP_ACCOUNT,
  PEOPLE_DN,
  PROBE,
  REFUSED_ACCOUNTS,
} from '../directories/samba-people.ts';
import { withoutRightTo } from '../directories/samba-rights.ts';
import { type Case, diagnose, onlyFailure, sectionOf, statusOf } from './doctor-run.ts';

interface Settings {
  readonly vendor?: string;
  readonly url?: string;
  readonly bindDn?: string;
  readonly base?: string;
  readonly users?: string;
  readonly memberships?: string;
  readonly ca?: string;
  readonly password?: string;
}

function caseFor(samba: Samba, settings: Settings = {}): Case {
  const { memberships } = settings;
  return {
    section: `  corp:
    vendor: ${settings.vendor ?? 'active-directory'}
    urls: ${settings.url ?? `ldaps://${samba.host}`}
    tls: { ca: ca.pem }
    bind: { dn: "${settings.bindDn ?? LOOKUP_ACCOUNT}", password: "\${env:PASSWORD}" }
    users: { base: "${settings.base ?? PEOPLE_DN}"${settings.users ?? ''} }
${memberships === undefined ? '' : `    memberships: { ${memberships} }\n`}\
    sentinel: { userid: ${PROBE.name}, group: "${PROBE.group}" }
    limits: { search: 200s }
`,
    files: { 'ca.pem': settings.ca ?? samba.certificates.ca },
    password: settings.password ?? ACCOUNT_PASSWORD,
  };
}

async function expectMended(before: Case, proposal: string): Promise<void> {
  const after = await diagnose({ ...before, section: proposal });
  expect(after.failed).to.deep.equal([]);
  expect(after.changes).to.deep.equal([]);
}

describe('doctor on Active Directory', () => {
  describe('that is as it is', () => {
    let samba: Samba;
    before(async function () {
      requireSamba(this);
      samba = await sharedSamba();
    });

    it('says what from: search costs it', async () => {
      const well = await diagnose(caseFor(samba, { memberships: 'from: search' }));
      expect(well.failed).to.deep.equal([]);
      const step = well.steps.find(({ name }) => name === 'memberships');
      expect(step?.finding).to.match(/; looking for the groups of one takes by member [\d.]+ ms /);
      expect(step?.hint).to.include('eight times what token-groups does');
    });

    it('finds nothing wrong with vendor, urls, bind and users.base', async () => {
      const well = await diagnose(caseFor(samba));
      expect(well.failed).to.deep.equal([]);
      expect(well.vendor).to.equal('active-directory');
      const finding = (name: string) => well.steps.find((step) => step.name === name)?.finding;
      expect(finding('people')).to.match(/^\d+ people with sAMAccountName$/);
      expect(finding('memberships')).to.match(/^\d+ people show tokenGroups$/);
      expect(well.steps.filter(({ name }) => name === 'accounts').map(({ status }) => status)).to.deep.equal([
        'ok',
        'ok',
      ]);
    });

    it('wrong host: DNS knows no such name', async () => {
      const wrong = await diagnose(caseFor(samba, { url: 'ldaps://dc9.ad.example.invalid' }));
      expect(onlyFailure(wrong, 'dns').hint).to.match(/^urls: correct the host/);
    });

    for (const [what, url] of [
      ['nobody listens there', (host: string) => `ldaps://${host}:3636`],
      ['it is the one without TLS', (host: string) => `ldaps://${host}:389`],
    ] as const) {
      it(`wrong port: ${what}`, async () => {
        const before = caseFor(samba, { url: url(samba.host) });
        const wrong = await diagnose(before);
        expect(wrong.failed).to.have.lengthOf(1);
        expect(wrong.failed[0]?.hint).to.equal(`urls: write ldaps://${samba.host}, which answers there`);
        await expectMended(before, sectionOf(wrong));
      });
    }

    it('no encryption: the server wants it before a password', async () => {
      const plain = caseFor(samba, { url: `ldap://${samba.host}` });
      const section = plain.section.replace('    tls: { ca: ca.pem }\n', '    plaintext: yes\n');
      const wrong = await diagnose({ ...plain, section });
      const { finding, hint } = onlyFailure(wrong, 'bind');
      expect(finding).to.include('takes no password without encryption (result 8)');
      expect(hint).to.equal('urls: write ldaps://, or tls: { starttls: yes }');
      const mended = plain.section.replace('{ ca: ca.pem }', '{ ca: ca.pem, starttls: yes }');
      expect((await diagnose({ ...plain, section: mended })).failed).to.deep.equal([]);
    });

    it('wrong CA', async () => {
      const wrong = await diagnose(caseFor(samba, { ca: samba.certificates.otherCa }));
      expect(onlyFailure(wrong, 'tls').hint).to.match(/^tls\.ca: .* CN=Test CA/);
      expect((await diagnose(caseFor(samba))).failed).to.deep.equal([]);
    });

    it('wrong password', async () => {
      const wrong = await diagnose(caseFor(samba, { password: 'this-is-not-it' }));
      const { finding, hint } = onlyFailure(wrong, 'bind');
      expect(finding).to.include('the password is wrong, or there is no such account (result 49, data 52e)');
      expect(hint).to.match(/^bind\.password: /);
      expect((await diagnose(caseFor(samba))).failed).to.deep.equal([]);
    });

    for (const [code, words, setting] of [
      ['530', 'the account may not log on at this time', 'bind.dn'],
      ['701', 'the account has expired', 'bind.dn'],
      ['773', 'the password must be changed at the next logon', 'bind.password'],
      ['775', 'the account is locked after too many wrong passwords', 'bind.dn'],
    ] as const) {
      it(`says ${code} in words: ${words}`, async () => {
        const refused = await diagnose(caseFor(samba, { bindDn: REFUSED_ACCOUNTS[code] }));
        const { finding, hint } = onlyFailure(refused, 'bind');
        expect(finding).to.equal(`as ${REFUSED_ACCOUNTS[code]}: refused: ${words} (result 49, data ${code})`);
        expect(hint.startsWith(`${setting}: `)).to.equal(true);
      });
    }

    it('wrong base: proposes the one where people are', async () => {
      const before = caseFor(samba, { base: `OU=Peple,${BASE_DN}` });
      const wrong = await diagnose(before);
      expect(onlyFailure(wrong, 'bases').hint).to.match(
        new RegExp(`^users\\.base: write ${PEOPLE_DN}, below which`),
      );
      await expectMended(before, sectionOf(wrong));
    });

    it('wrong vendor: the primary group would be missing', async () => {
      const before = caseFor(samba, { vendor: 'generic' });
      const wrong = await diagnose(before);
      expect(onlyFailure(wrong, 'vendor').hint).to.equal('vendor: write active-directory');
      await expectMended(before, sectionOf(wrong));
    });

    it('a filter that matches what is never a person', async () => {
      const contacts = `, filter: "(&(objectClass=contact)(cn=<name>))"`;
      const none = await diagnose(caseFor(samba, { base: CROWD_DN, users: contacts }));
      const { finding, hint } = onlyFailure(none, 'people');
      expect(finding).to.equal(
        'users.filter matches at least 500 entries (contact), which are never people, and nobody else',
      );
      expect(hint).to.match(/^users\.filter: name people, who are here \(&\(objectClass=user\)/);
      const both = await diagnose(
        caseFor(samba, {
          base: BASE_DN,
          users: `, filter: "(&(objectClass=person)(!(objectClass=contact))(cn=<name>))"`,
        }),
      );
      const found = both.steps.find(({ name }) => name === 'people');
      expect(found?.status).to.equal('ok');
      expect(found?.finding).to.match(
        /people with cn; users\.filter matches \d+ entr(?:y|ies) \(computer\) too, which are never people$/,
      );
    });

    it('wrong login attribute', async () => {
      const before = caseFor(samba, { users: ', attribute: uid' });
      const wrong = await diagnose(before);
      expect(onlyFailure(wrong, 'people').hint).to.match(/^users\.attribute: write sAMAccountName/);
      await expectMended(before, sectionOf(wrong));
    });
  });

  describe('that is changed', () => {
    let samba: Samba;
    before(async function () {
      requireSamba(this);
      samba = await startSamba();
    });
    after(() => samba?.remove());

    it('disabled bind account: enabled, it may bind', async () => {
      const disabled = caseFor(samba, { bindDn: REFUSED_ACCOUNTS[533] });
      const wrong = await diagnose(disabled);
      const { finding, hint } = onlyFailure(wrong, 'bind');
      expect(finding).to.include('the account is disabled (result 49, data 533)');
      expect(hint).to.equal('bind.dn: enable this account in the directory, or name another one');
      samba.tool('user', 'enable', 'svc-disabled');
      expect((await diagnose(disabled)).failed).to.deep.equal([]);
    });

    it('missing right to read memberOf', async () => {
      const before = caseFor(samba, { memberships: 'from: attribute' });
      await withoutRightTo(samba, 'memberOf', [PEOPLE_DN], async () => {
        const wrong = await diagnose(before);
        expect(onlyFailure(wrong, 'memberships').hint).to.include(
          `give ${LOOKUP_ACCOUNT} the right to read memberOf`,
        );
        // Neither a base, which would cut groups off, nor another filter than the vendor's own.
        expect(sectionOf(wrong)).to.include('memberships: { from: search }');
        await expectMended(before, sectionOf(wrong));
      });
      expect((await diagnose(before)).failed).to.deep.equal([]);
    });

    it('missing right to read the primary group of somebody', async () => {
      for (const attribute of ['primaryGroupID', 'objectSid'] as const) {
        await withoutRightTo(samba, attribute, [`CN=deep,${PEOPLE_DN}`], async () => {
          const { finding, hint } = onlyFailure(await diagnose(caseFor(samba)), 'memberships');
          expect(finding).to.match(new RegExp(`^1 of \\d+ people do not show ${attribute}`));
          expect(hint).to.include(`give ${LOOKUP_ACCOUNT} the right to read ${attribute} of people`);
        });
      }
      expect((await diagnose(caseFor(samba))).failed).to.deep.equal([]);
    });

    it('missing right to read userAccountControl or accountExpires', async () => {
      for (const [attribute, status, dn] of [
        ['userAccountControl', 'disabled', PEOPLE_DN],
        ['accountExpires', 'expired', PEOPLE_DN],
        ['accountExpires', 'expired', `CN=deep,${PEOPLE_DN}`],
      ] as const) {
        await withoutRightTo(samba, attribute, [dn], async () => {
          const wrong = await diagnose(caseFor(samba));
          const { hint } = onlyFailure(wrong, 'accounts');
          expect(hint).to.equal(
            `accounts.${status}: give ${LOOKUP_ACCOUNT} the right to read ${attribute} of people; or write ignore`,
          );
          expect(statusOf(wrong, 'lookup')).to.equal('skipped');
        });
      }
      expect((await diagnose(caseFor(samba))).failed).to.deep.equal([]);
    });
  });
});
