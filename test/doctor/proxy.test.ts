/** `doctor`, and the answers, where an OpenLDAP stands before Active Directory and passes searches on (back-ldap). */
import { expect } from 'chai';
import { runKept } from '../acceptance/kept-program.ts';
import { folderWith } from '../acceptance/running-service.ts';
import { requireSamba, requireSlapd } from '../directories/installed.ts';
import { sharedSamba } from '../directories/samba.ts';
import { ACCOUNT_PASSWORD, BASE_DN, LOOKUP_ACCOUNT, PEOPLE_DN, PROBE } from '../directories/samba-people.ts';
import { type SlapdProxy, startSlapdProxy } from '../directories/slapd-proxy.ts';
import { type Case, type Diagnosis, diagnose, onlyFailure, sectionOf } from './doctor-run.ts';

interface Settings {
  readonly vendor?: string;
  readonly base?: string;
  readonly more?: string;
}

describe('Active Directory behind a proxy', () => {
  let proxy: SlapdProxy;
  before(async function () {
    requireSlapd(this);
    requireSamba(this);
    proxy = await startSlapdProxy(await sharedSamba());
  });
  after(() => proxy?.remove());

  const caseFor = ({ vendor = 'active-directory', base = PEOPLE_DN, more = '' }: Settings = {}): Case => ({
    section: `  corp:
    vendor: ${vendor}
    urls: ldap://127.0.0.1:${proxy.port}
    plaintext: yes
    bind: { dn: "${LOOKUP_ACCOUNT}", password: "\${env:PASSWORD}" }
    users: { base: "${base}" }
${more}    sentinel: { userid: ${PROBE.name}, group: "${PROBE.group}" }
`,
    files: {},
    password: ACCOUNT_PASSWORD,
  });
  const vendorStep = ({ steps }: Diagnosis) => steps.find(({ name }) => name === 'vendor');

  for (const base of [PEOPLE_DN, BASE_DN]) {
    it(`is known by its people, and works as the config says, below ${base}`, async () => {
      const well = await diagnose(caseFor({ base }));
      expect(well.failed).to.deep.equal([]);
      expect(well.vendor).to.equal('active-directory');
      expect(vendorStep(well)?.finding).to.match(/^active-directory, behind a proxy/);
    });
  }

  it('is told what the proxy does not pass on, and which settings answer that', async () => {
    const { hint = '' } = vendorStep(await diagnose(caseFor())) ?? {};
    for (const word of ['token-groups', 'in-chain', 'ranged', 'referrals: ignore', 'partial', 'bind.dn'])
      expect(hint).to.include(word);
  });

  for (const vendor of ['openldap', 'generic']) {
    it(`is not left to ${vendor}, whose defaults see no primary group`, async () => {
      const wrong = await diagnose(caseFor({ vendor }));
      expect(onlyFailure(wrong, 'vendor').hint).to.match(/^vendor: write active-directory/);
      const mended = await diagnose({ ...caseFor(), section: sectionOf(wrong) });
      expect(mended.failed).to.deep.equal([]);
      expect(mended.changes).to.deep.equal([]);
    });
  }

  it('gives the same groups by every strategy', async () => {
    const mapping = `version: 1
groups: { under: everywhere }
rules:
  - { id: own, when: { group: <g> }, where: { g: any }, give: { groups: [<g>] } }
`;
    const answers: string[] = [];
    for (const from of ['token-groups', 'attribute', 'search']) {
      const { section } = caseFor({ more: `    memberships: { from: ${from} }\n` });
      const config = `callers: { immuta: { password: "\${env:CALLER}" } }
directories:
${section}endpoints:
  /user-info: { directories: [corp], mapping: m.yaml, callers: [immuta] }
`;
      const cwd = folderWith({ 'config.yaml': config, 'm.yaml': mapping });
      const env = { ...process.env, PASSWORD: ACCOUNT_PASSWORD, CALLER: 'a caller' };
      for (const userid of ['deep', 'wide', 'alone']) {
        const { status, stdout, stderr } = await runKept(['explain', userid, '--json'], { cwd, env });
        expect(status, stderr).to.equal(0);
        answers.push(JSON.stringify((JSON.parse(stdout) as { answer: unknown }).answer));
      }
    }
    expect(answers.slice(3, 6)).to.deep.equal(answers.slice(0, 3));
    expect(answers.slice(6)).to.deep.equal(answers.slice(0, 3));
  });
});
