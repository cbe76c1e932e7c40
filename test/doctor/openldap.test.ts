/** `doctor` against OpenLDAP: each fault gets a hint, and the test does what the hint says and sees that it mends. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { requireSlapd } from '../directories/installed.ts';
import { LOOKUP_DN, LOOKUP_PASSWORD, PEOPLE_LDIF, type Slapd, startSlapd } from '../directories/slapd.ts';
import { type Case, diagnose, onlyFailure, sectionOf, statusOf } from './doctor-run.ts';

const PEOPLE = 'ou=people,dc=example,dc=test';
const GROUPS = 'ou=groups,dc=example,dc=test';

interface Settings {
  readonly vendor?: string;
  readonly url?: string;
  readonly tls?: string;
  readonly bindDn?: string;
  readonly base?: string;
  readonly users?: string;
  readonly memberships?: string;
  readonly sentinel?: string;
  readonly ca?: string;
  readonly password?: string;
}

/** So many that looking through all of them takes many times what an index does. */
const MANY_GROUPS = 20_000;

describe('doctor on OpenLDAP', () => {
  let slapd: Slapd;
  before(async function () {
    requireSlapd(this);
    slapd = await startSlapd({ verifyClient: 'try' });
  });
  after(() => slapd?.remove());
  afterEach(() => slapd.allow());

  const secure = () => `ldaps://127.0.0.1:${slapd.securePort}`;
  const caseOf = (settings: Settings = {}): Case => ({
    section: `  corp:
    vendor: ${settings.vendor ?? 'openldap'}
    urls: ${settings.url ?? secure()}
    tls: { ca: ca.pem${settings.tls ?? ''} }
    bind: { dn: "${settings.bindDn ?? LOOKUP_DN}", password: "\${env:PASSWORD}" }
    users: { base: "${settings.base ?? PEOPLE}"${settings.users ?? ''} }
    memberships: { ${settings.memberships ?? `base: "${GROUPS}"`} }
    sentinel: ${settings.sentinel ?? `{ userid: svc-probe, group: "cn=probe,${GROUPS}" }`}
`,
    files: {
      'ca.pem': settings.ca ?? slapd.certificates.ca,
      'client.pem': slapd.certificates.client.certificate,
      'client.key': slapd.certificates.client.key,
    },
    password: settings.password ?? LOOKUP_PASSWORD,
  });
  /** Diagnoses what is proposed, which must be well. */
  const expectMended = async (before: Case, proposal: string) => {
    const after = await diagnose({ ...before, section: proposal });
    expect(after.failed).to.deep.equal([]);
    expect(after.changes).to.deep.equal([]);
  };

  it('finds nothing wrong where nothing is, and counts what it sees', async () => {
    const well = await diagnose(caseOf());
    expect(well.failed).to.deep.equal([]);
    expect(well.vendor).to.equal('openldap');
    expect(well.works).to.equal(true);
    expect(well.steps.map(({ name }) => name)).to.deep.equal([
      ...['dns', 'tcp', 'tls', 'bind', 'vendor', 'bases', 'bases', 'people', 'groups', 'memberships'],
      ...['accounts', 'accounts', 'lookup', 'sentinel'],
    ]);
    const finding = (name: string) => well.steps.find((step) => step.name === name)?.finding;
    const people = readFileSync(PEOPLE_LDIF, 'utf8').split(/^dn: [^\n]*,ou=people,/m).length - 1;
    expect(finding('people')).to.match(/^\d+ people with uid$/);
    expect(Number.parseInt(finding('people') ?? '', 10)).to.be.within(10, people);
    expect(finding('groups')).to.equal('10 groups');
    expect(finding('lookup')).to.match(/^found, in \d+ groups?$/);
  });

  it('wrong host: a name that DNS does not know', async () => {
    const wrong = await diagnose(caseOf({ url: 'ldaps://no-such-host.invalid' }));
    expect(onlyFailure(wrong, 'dns').finding).to.equal('DNS knows no address of no-such-host.invalid');
    expect(onlyFailure(wrong, 'dns').hint).to.match(/^urls: correct the host/);
    expect(wrong.proposal).to.equal(null);
    expect(statusOf(wrong, 'people')).to.equal('skipped');
  });

  it('wrong host: one where the certificate names another', async () => {
    const wrong = await diagnose(caseOf({ tls: ', server_name: dc9.example.test' }));
    const { finding, hint } = onlyFailure(wrong, 'tls');
    expect(finding).to.equal(
      "the server's certificate is for localhost, ldap.example.test, 127.0.0.1, not for dc9.example.test",
    );
    expect(hint).to.match(/^urls: .* or tls\.server_name/);
    const mended = await diagnose(caseOf({ tls: ', server_name: ldap.example.test' }));
    expect(mended.failed).to.deep.equal([]);
  });

  it('wrong port: nobody listens there', async () => {
    const wrong = await diagnose(caseOf({ url: 'ldaps://127.0.0.1:1' }));
    const { finding, hint } = onlyFailure(wrong, 'tcp');
    expect(finding).to.equal('nobody listens on port 1');
    expect(hint).to.match(/^urls: correct the port or the host/);
  });

  it('wrong port: the one without TLS, where StartTLS is proposed', async () => {
    const before = caseOf({ url: `ldaps://127.0.0.1:${slapd.port}` });
    const wrong = await diagnose(before);
    expect(onlyFailure(wrong, 'tls').hint).to.equal(
      `urls: write ldap://127.0.0.1:${slapd.port} with tls: { starttls: yes }, which answers there`,
    );
    await expectMended(before, sectionOf(wrong));
  });

  it('wrong port: the one of TLS, spoken to by StartTLS', async () => {
    const before = caseOf({ url: `ldap://127.0.0.1:${slapd.securePort}`, tls: ', starttls: yes' });
    const wrong = await diagnose(before);
    expect(onlyFailure(wrong, 'tls').hint).to.equal(`urls: write ${secure()}, which answers there`);
    await expectMended(before, sectionOf(wrong));
  });

  it('wrong CA: names whose certificate is missing', async () => {
    const wrong = await diagnose(caseOf({ ca: slapd.certificates.otherCa }));
    const { finding, hint } = onlyFailure(wrong, 'tls');
    expect(finding).to.include('is signed by CN=Test CA, and the file in tls.ca does not hold it');
    expect(hint).to.match(/^tls\.ca: .* CN=Test CA/);
    expect((await diagnose(caseOf({ ca: slapd.certificates.ca }))).failed).to.deep.equal([]);
  });

  it('wrong password: one bind is sent, and no other server gets it', async () => {
    const binds = () => slapd.log().split(' BIND dn="').length;
    const before = binds();
    const urls = `[${secure()}, "ldaps://localhost:${slapd.securePort}"]`;
    const wrong = await diagnose(caseOf({ url: urls, password: 'this-is-not-it' }));
    expect(binds() - before).to.equal(1);
    const { finding, hint } = onlyFailure(wrong, 'bind');
    expect(finding).to.match(/refused: .* \(result 49\)$/);
    expect(hint).to.match(/^bind\.password: /);
    expect(wrong.steps.at(-9)?.finding).to.equal('not tried: a refused password is not sent again');
    expect((await diagnose(caseOf({ url: urls }))).failed).to.deep.equal([]);
  });

  it('wrong account: the server does not tell it from a wrong password', async () => {
    const wrong = await diagnose(caseOf({ bindDn: 'cn=nobody,ou=services,dc=example,dc=test' }));
    expect(onlyFailure(wrong, 'bind').hint).to.match(/bind\.dn: name an account that exists/);
  });

  it('a client certificate is what the server wants', async () => {
    const strict = await startSlapd({ verifyClient: 'demand' });
    try {
      const url = `ldaps://127.0.0.1:${strict.securePort}`;
      const files = {
        'client.pem': strict.certificates.client.certificate,
        'client.key': strict.certificates.client.key,
      };
      const before = caseOf({ url, ca: strict.certificates.ca });
      const wrong = await diagnose({ ...before, files: { ...before.files, ...files } });
      expect(onlyFailure(wrong, 'bind').hint).to.match(/^tls\.certificate: /);
      const after = caseOf({
        url,
        ca: strict.certificates.ca,
        tls: ', certificate: client.pem, key: client.key',
      });
      expect((await diagnose({ ...after, files: { ...after.files, ...files } })).failed).to.deep.equal([]);
    } finally {
      await strict.remove();
    }
  });

  it('wrong base: proposes the one where people are', async () => {
    const before = caseOf({ base: 'ou=peple,dc=example,dc=test' });
    const wrong = await diagnose(before);
    expect(onlyFailure(wrong, 'bases').hint).to.match(
      new RegExp(`^users\\.base: write ${PEOPLE}, below which`),
    );
    expect(sectionOf(wrong)).to.include(`base: "${PEOPLE}"`);
    await expectMended(before, sectionOf(wrong));
  });

  it('wrong base: one that is there, but holds nobody', async () => {
    const before = caseOf({ base: GROUPS });
    const wrong = await diagnose(before);
    expect(onlyFailure(wrong, 'people').hint).to.match(new RegExp(`^users\\.base: write ${PEOPLE}`));
    await expectMended(before, sectionOf(wrong));
  });

  it('wrong base of groups', async () => {
    const before = caseOf({ memberships: 'base: "ou=grups,dc=example,dc=test"' });
    const wrong = await diagnose(before);
    expect(onlyFailure(wrong, 'bases').hint).to.match(new RegExp(`^memberships\\.base: write ${GROUPS}`));
    await expectMended(before, sectionOf(wrong));
  });

  it('wrong login attribute: proposes the usual one', async () => {
    const before = caseOf({ users: ', attribute: sAMAccountName' });
    const wrong = await diagnose(before);
    expect(onlyFailure(wrong, 'people').hint).to.match(/^users\.attribute: write uid, which they have/);
    await expectMended(before, sectionOf(wrong));
  });

  it('wrong vendor', async () => {
    const before = caseOf({ vendor: '389ds', memberships: '' });
    const wrong = await diagnose(before);
    expect(onlyFailure(wrong, 'vendor').hint).to.equal('vendor: write openldap');
    await expectMended(before, sectionOf(wrong));
  });

  it('wrong membership attribute: proposes the one that people show', async () => {
    const before = caseOf({ memberships: 'from: attribute, attribute: isMemberOf' });
    const wrong = await diagnose(before);
    expect(onlyFailure(wrong, 'memberships').hint).to.match(/^memberships\.attribute: write memberOf/);
    await expectMended(before, sectionOf(wrong));
  });

  it('missing right to read people', async () => {
    slapd.allow(`to dn.subtree="${PEOPLE}" by * none`, 'to * by * read');
    const wrong = await diagnose(caseOf());
    expect(onlyFailure(wrong, 'bases').hint).to.include(`give ${LOOKUP_DN} the right to see it`);
    slapd.allow();
    expect((await diagnose(caseOf())).failed).to.deep.equal([]);
  });

  it('missing right to read the login attribute: another one is not proposed in its place', async () => {
    slapd.allow(`to dn.subtree="${PEOPLE}" attrs=uid by * none`, 'to * by * read');
    const wrong = await diagnose(caseOf());
    expect(onlyFailure(wrong, 'people').hint).to.match(
      new RegExp(`^users\\.attribute: give ${LOOKUP_DN} the right to read uid`),
    );
    expect(wrong.proposal).to.equal(null);
    slapd.allow();
    expect((await diagnose(caseOf())).failed).to.deep.equal([]);
  });

  it('missing right to read memberOf: the right, or a search of the groups, mends it', async () => {
    const before = caseOf({ memberships: 'from: attribute' });
    slapd.allow('to attrs=memberOf by * none', 'to * by * read');
    const wrong = await diagnose(before);
    const { finding, hint } = onlyFailure(wrong, 'memberships');
    expect(finding).to.match(/^nobody of \d+ people shows memberOf, but groups list them as members$/);
    expect(hint)
      .to.include(`give ${LOOKUP_DN} the right to read memberOf`)
      .and.include('memberships.from: write search');
    await expectMended(before, sectionOf(wrong));
    slapd.allow();
    expect((await diagnose(before)).failed).to.deep.equal([]);
  });

  it('missing read right: on a single value of member, which can be searched for', async () => {
    const accountants = `cn=accountants,${GROUPS}`;
    slapd.allow(
      `to dn.subtree="${GROUPS}" attrs=member val.exact="${accountants}" by * search`,
      'to * by * read',
    );
    const { finding, hint } = onlyFailure(await diagnose(caseOf()), 'memberships');
    expect(finding).to.equal(
      `cn=finance,${GROUPS} is found by its member ${accountants}, and does not show it`,
    );
    expect(hint).to.include('the right to read every value');
    slapd.allow();
    expect((await diagnose(caseOf())).failed).to.deep.equal([]);
  });

  it('missing right to search groups by member', async () => {
    slapd.allow(`to dn.subtree="${GROUPS}" attrs=member,uniqueMember,memberUid by * none`, 'to * by * read');
    const wrong = await diagnose(caseOf());
    const { hint } = onlyFailure(wrong, 'memberships');
    expect(hint).to.include(`give ${LOOKUP_DN} the right to search the groups by their members`);
    await expectMended(caseOf(), sectionOf(wrong));
  });

  it('missing right to see groups', async () => {
    slapd.allow(`to dn.subtree="${GROUPS}" by * none`, 'to * by * read');
    const wrong = await diagnose(caseOf());
    expect(onlyFailure(wrong, 'bases').hint).to.match(/^memberships\.base: .* the right to see it$/);
    expect(statusOf(wrong, 'memberships')).to.equal('skipped');
  });

  it('wrong sentinel, and none', async () => {
    const wrong = await diagnose(caseOf({ sentinel: `{ userid: svc-probe, group: "cn=web,${GROUPS}" }` }));
    expect(onlyFailure(wrong, 'sentinel').hint).to.match(/^sentinel: /);
    const without = caseOf();
    const none = await diagnose({ ...without, section: without.section.replace(/^ +sentinel: .*\n/m, '') });
    expect(none.failed).to.deep.equal([]);
    expect(none.steps.at(-1)).to.include({ name: 'sentinel', status: 'skipped' });
    expect(none.steps.at(-1)?.hint).to.match(/^sentinel: name a person/);
  });

  describe('with thousands of groups', () => {
    const groups = Array.from(
      { length: MANY_GROUPS },
      (_, i) =>
        `dn: cn=many-${i},${GROUPS}\nobjectClass: groupOfNames\ncn: many-${i}\nmember: uid=nobody-${i},${PEOPLE}`,
    );
    const memberships = async (unindexed: readonly string[], filter?: string) => {
      const many = await startSlapd({ more: groups.join('\n\n'), sizeLimit: 50_000, unindexed });
      try {
        const { section, files, ...others } = caseOf({
          url: `ldaps://127.0.0.1:${many.securePort}`,
          memberships: `base: "${GROUPS}"${filter === undefined ? '' : `, filter: "${filter}"`}`,
        });
        const { steps, failed } = await diagnose({
          section,
          files: { ...files, 'ca.pem': many.certificates.ca },
          ...others,
        });
        expect(failed).to.deep.equal([]);
        return steps.find(({ name }) => name === 'memberships');
      } finally {
        await many.remove();
      }
    };

    it('names the index that is missing, and what no index helps', async () => {
      const found = await memberships(['uniqueMember']);
      expect(found?.finding).to.match(
        /; looking for the groups of one takes by member [\d.]+ ms, by uniqueMember [\d.]+ ms, by memberUid [\d.]+ ms, by memberUid in any case [\d.]+ ms \(a read of one entry [\d.]+ ms\)$/,
      );
      expect(found?.hint).to.include('olcDbIndex: uniqueMember eq');
      expect(found?.hint).to.include('(&(objectClass=posixGroup)(memberUid=<uid>))');
      expect(found?.hint).to.not.match(/olcDbIndex: member(Uid)? eq/);
    });

    it('says nothing where every comparison has its index', async () => {
      const found = await memberships(
        [],
        '(|(member=<dn>)(uniqueMember=<dn>)(&(objectClass=posixGroup)(memberUid=<uid>)))',
      );
      expect(found?.finding).to.include('by uniqueMember');
      expect(found?.hint).to.equal(undefined);
    });
  });
});

describe('doctor on an OpenLDAP that refuses pages', () => {
  let slapd: Slapd;
  before(function () {
    requireSlapd(this);
  });
  afterEach(() => slapd?.remove());

  for (const [what, limits] of [
    ['and gives all at once', 'limits * size=unlimited size.prtotal=disabled'],
    ['and gives less than all at once', 'limits * size=8 size.prtotal=disabled'],
  ] as const) {
    it(`${what}: finds nothing wrong, and says what that costs and what to set`, async () => {
      slapd = await startSlapd({ limits: [limits] });
      const section = `  corp:
    vendor: openldap
    urls: "ldap://127.0.0.1:${slapd.port}"
    plaintext: yes
    bind: { dn: "${LOOKUP_DN}", password: "\${env:PASSWORD}" }
    users: { base: "${PEOPLE}" }
    memberships: { base: "${GROUPS}" }
`;
      const well = await diagnose({ section, files: {}, password: LOOKUP_PASSWORD });
      expect(well.failed).to.deep.equal([]);
      const paging = well.steps.find(({ name }) => name === 'paging');
      expect(paging?.finding).to.include('refuses searches in pages').and.include('plan, who and snapshot');
      expect(paging?.hint).to.include(`limits dn.exact="${LOOKUP_DN}" size=unlimited size.prtotal=unlimited`);
      expect(JSON.stringify(well.steps)).to.not.include('referrals');
    });
  }
});
