/**
 * `plan`, `who` and `snapshot` where answering is possible and reading everything is not: groups that are gone, groups
 * that may not be read, member values that may only be searched for.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { runKept } from '../acceptance/kept-program.ts';
import { type Ended, folderWith } from '../acceptance/running-service.ts';
import { requireSlapd } from '../directories/installed.ts';
import { LOOKUP_DN, LOOKUP_PASSWORD, type Slapd, startSlapd } from '../directories/slapd.ts';

const ENV = { ...process.env, IMMUTA: 'immuta-secret', BIND: LOOKUP_PASSWORD };
const PEOPLE = 'ou=people,dc=example,dc=test';
const GROUPS = 'ou=groups,dc=example,dc=test';
const mapping = (given: string, more = '') => `version: 1
groups: { under: '${GROUPS}' }
rules:
  - id: web
    when: { group: web }
    give: { groups: [${given}] }
  - id: nobody
    when: { group: no-such-group }
    give: { groups: [Nobody] }
${more}`;
const BY_GUID = `  - { id: by-guid, when: { group: 'guid:00000000-0000-0000-0000-000000000001' }, give: { groups: [X] } }\n`;

const config = (source: string, memberships: string) => `listen: { host: 127.0.0.1, port: 0 }
callers: { immuta: { password: "\${env:IMMUTA}" } }
directories:
  corp:
${source}
    users: { base: "${PEOPLE}", attribute: uid }
    memberships: { ${memberships} }
endpoints: { /user-info: { directories: [corp], mapping: mapping.yaml, callers: [immuta] } }
`;

describe('commands over everybody, with no more rights than answering takes', () => {
  let folder: string;
  const run = (...args: string[]): Promise<Ended> => runKept(args, { cwd: folder, env: ENV });
  const setUp = (files: Readonly<Record<string, string>>) => {
    folder = folderWith({
      'mapping.yaml': mapping('Web'),
      'new.yaml': mapping('Weavers'),
      'by-guid.yaml': mapping('Web', BY_GUID),
      ...files,
    });
  };
  /** What everybody's answers come to, told by plan, who and snapshot alike. */
  const expectEverybody = async (uids: readonly string[]) => {
    const [who, live, written, ...explained] = await Promise.all([
      run('who', '--group', 'Web', '--json'),
      run('plan', '--mapping', 'new.yaml', '--json'),
      run('snapshot', 'people.snapshot', '--mapping', 'new.yaml'),
      ...uids.map((uid) => run('explain', uid)),
    ]);
    for (const { status, stderr } of explained) expect(status, stderr).to.equal(0);
    expect(who.status, who.stderr).to.equal(0);
    const { people } = JSON.parse(who.stdout) as { people: { userid: string }[] };
    expect(people.map(({ userid }) => userid)).to.deep.equal(uids);
    expect(live.status, live.stderr).to.equal(2);
    expect(written.status, written.stderr).to.equal(0);
    const saved = await run('plan', '--mapping', 'new.yaml', '--snapshot', 'people.snapshot', '--json');
    expect(saved.status, saved.stderr).to.equal(2);
    const plans = [live, saved].map(({ stdout }) => JSON.parse(stdout) as PlanJson);
    for (const { changed } of plans) expect(changed.people).to.equal(uids.length);
    return { plans, written };
  };
  interface PlanJson {
    readonly changed: { readonly people: number };
    readonly groups: { readonly unlisted: readonly string[] };
    readonly rules: readonly { readonly rule: { readonly id: string }; readonly hints: readonly string[] }[];
  }
  const hintsOf = ({ rules }: PlanJson) => rules.find(({ rule }) => rule.id === 'nobody')?.hints;

  describe('from a file', () => {
    const ldif = (...memberOf: string[]) =>
      [
        ...['dc=example,dc=test', PEOPLE, GROUPS].map((dn) => `dn: ${dn}\nobjectClass: top\n`),
        `dn: uid=a,${PEOPLE}\nobjectClass: inetOrgPerson\nuid: a\n${memberOf.map((dn) => `memberOf: ${dn}\n`).join('')}`,
        `dn: cn=web,${GROUPS}\nobjectClass: groupOfNames\ncn: web\nentryUUID: 00000000-0000-0000-0000-000000000001\n`,
      ].join('\n');
    const source = '    ldif: people.ldif\n    vendor: generic';

    it('are made where a memberOf points to a group that is no more', async () => {
      setUp({
        'config.yaml': config(source, 'from: attribute, nested: no'),
        'people.ldif': ldif(`cn=web,${GROUPS}`, `cn=gone,${GROUPS}`),
      });
      const { plans } = await expectEverybody(['a']);
      for (const plan of plans) {
        expect(plan.groups.unlisted).to.deep.equal([]);
        expect(hintsOf(plan)).to.deep.equal(['no group that it names is there']);
      }
    });

    it('fail where the mapping needs the identity of such a group, as the answer does', async () => {
      setUp({
        'config.yaml': config(source, 'from: attribute, nested: no'),
        'people.ldif': ldif(`cn=web,${GROUPS}`, `cn=gone,${GROUPS}`),
        'mapping.yaml': mapping('Web', BY_GUID),
      });
      expect((await run('explain', 'a')).status).to.equal(1);
      const plan = await run('plan', '--mapping', 'new.yaml');
      expect([plan.status, plan.stdout]).to.deep.equal([1, '']);
    });

    it('take no snapshot for a mapping by identities that was not taken for one', async () => {
      setUp({
        'config.yaml': config(source, 'from: attribute, nested: no'),
        'people.ldif': ldif(`cn=web,${GROUPS}`),
      });
      await run('snapshot', 'plain.ldif');
      const refused = await run('plan', '--mapping', 'by-guid.yaml', '--snapshot', 'plain.ldif');
      expect(refused.status).to.equal(1);
      expect(refused.stderr)
        .to.include('plain.ldif lacks SIDs and GUIDs of the groups')
        .and.include('--mapping');
      await run('snapshot', 'whole.ldif', '--mapping', 'by-guid.yaml');
      const taken = await run('plan', '--mapping', 'by-guid.yaml', '--snapshot', 'whole.ldif', '--json');
      expect(taken.status, taken.stderr).to.equal(2);
    });
  });

  describe('from OpenLDAP', () => {
    let slapd: Slapd;
    before(async function () {
      requireSlapd(this);
      slapd = await startSlapd();
    });
    after(() => slapd?.remove());
    const source = () => `    vendor: openldap
    urls: ["ldap://127.0.0.1:${slapd.port}"]
    plaintext: yes
    bind: { dn: "${LOOKUP_DN}", password: "\${env:BIND}" }`;
    const AUTHENTICATION = 'to attrs=userPassword by anonymous auth by * none';

    it('are made where no group may be read, and say so', async () => {
      slapd.allow(AUTHENTICATION, `to dn.subtree="${GROUPS}" by * disclose`, 'to * by * read');
      setUp({ 'config.yaml': config(source(), 'from: attribute, nested: no') });
      const { plans, written } = await expectEverybody(['ann', 'jose']);
      expect(written.stderr).to.include('could not be listed');
      for (const plan of plans) {
        expect(plan.groups.unlisted.join()).to.match(/^corp: /);
        expect(hintsOf(plan)?.join()).to.include('whether there is one could not be seen');
      }
      const text = await run('plan', '--mapping', 'new.yaml', '--html', 'plan.html');
      expect(text.stdout).to.include('groups that could not be listed');
      expect(readFileSync(join(folder, 'plan.html'), 'utf8')).to.include('could not all be listed');
    });

    it('are made where members may be searched for and not be read', async () => {
      slapd.allow(AUTHENTICATION, 'to attrs=member,uniqueMember by * search', 'to * by * read');
      setUp({ 'config.yaml': config(source(), `from: search, base: "${GROUPS}"`) });
      const { plans } = await expectEverybody(['ann', 'jose']);
      for (const plan of plans) expect(plan.groups.unlisted).to.deep.equal([]);
    });
  });
});
