/** `plan` as a governor runs it: what it prints and writes, and with which exit status it ends. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { runKept } from '../acceptance/kept-program.ts';
import { folderWith } from '../acceptance/running-service.ts';
import { CONFIG, ENV, FILES, MAPPING, PEOPLE, PLANNED, UNDER } from './everyone-files.ts';

interface PlanJson {
  readonly people: number;
  readonly changed: { readonly people: number };
  readonly ambiguous: { readonly people: number; readonly examples: readonly string[] };
  readonly dead: { readonly people: number };
  readonly rules: readonly { readonly rule: { readonly id: string }; readonly hints: readonly string[] }[];
  readonly exit_status: number;
}

describe('plan', () => {
  const inFolder = (files: Readonly<Record<string, string>> = {}) => {
    const folder = folderWith({ ...FILES, ...files });
    return { folder, run: (...args: string[]) => runKept(args, { cwd: folder, env: ENV }) };
  };
  const planned = ['plan', '--mapping', 'planned.yaml'];

  it('prints what would change for whom and why, and exits with 2', async () => {
    const { status, stdout, stderr } = await inFolder().run(...planned);
    expect(stderr).to.equal('');
    expect(stdout.split('\n').map((line) => line.replace(/ {2,}/g, '  '))).to.deep.equal([
      'mapping.yaml → planned.yaml: 2 people would be affected',
      'people',
      '  4  read; 2 of them would be affected',
      '  1  would be left with nothing  ann',
      '  1  get nothing either way: the account is dead  eve',
      'gained',
      '  Contractors  1 person  first release, rule contractors (planned.yaml:7)  bob',
      'lost',
      '  Readers  2 people  rule readers (mapping.yaml:4)  ann, bob',
      'released for the first time',
      '  Contractors  1 person',
      'groups that no rule names',
      '  4 of 5 under groups.under',
      ...['probe', 'readers', 'staff', 'unused'].map((name) => `  cn=${name},${UNDER}`),
      '',
    ]);
    expect(status).to.equal(2);
  });

  it('exits with 0 where nothing would change', async () => {
    const { status, stdout } = await inFolder().run('plan', '--mapping', 'mapping.yaml');
    expect(stdout).to.match(/^mapping\.yaml → mapping\.yaml: no change for anybody$/m);
    expect(status).to.equal(0);
  });

  it('exits with 3 where more people lose everything than --max-emptied allows', async () => {
    const { run } = inFolder();
    const [none, one] = await Promise.all(
      ['0', '1'].map((allowed) => run(...planned, '--max-emptied', allowed)),
    );
    expect([none?.status, one?.status]).to.deep.equal([3, 2]);
    expect(none?.stdout).to.match(/^1 person would lose everything .*; --max-emptied allows 0$/m);
  });

  for (const [what, args, message] of [
    ['no mapping is named', ['plan'], /--mapping/],
    ['the bound is no number', [...planned, '--max-emptied', 'few'], /whole number/],
    ['the mapping is not there', ['plan', '--mapping', 'nowhere.yaml'], /nowhere\.yaml.*no such file/],
    [
      'the snapshot is not there',
      [...planned, '--snapshot', 'nowhere.ldif'],
      /^no plan: cannot read nowhere\.ldif: /m,
    ],
    [
      'the snapshot is other LDIF',
      [...planned, '--snapshot', 'people.ldif'],
      /^no plan: people\.ldif: it is no snapshot/m,
    ],
    [
      'the page cannot be written',
      [...planned, '--html', 'nowhere/page.html'],
      /^no plan: cannot write nowhere\/page\.html: there is no such folder$/m,
    ],
    ['the page is a folder', [...planned, '--html', '.'], /^no plan: cannot write \.: it is a folder$/m],
  ] as const) {
    it(`exits with 1 where ${what}`, async () => {
      const { status, stdout, stderr } = await inFolder().run(...args);
      expect([status, stdout]).to.deep.equal([1, '']);
      expect(stderr).to.match(message);
    });
  }

  it('tells every problem of the new mapping at its place', async () => {
    const broken = PLANNED.replaceAll('give:', 'gives:');
    const { status, stderr } = await inFolder({ 'planned.yaml': broken }).run(...planned);
    expect(stderr.match(/^planned\.yaml:\d+:\d+: error: unknown key "gives"/gm)).to.have.lengthOf(2);
    expect(status).to.equal(1);
  });

  it('warns of what people may write themselves, as check does of the mapping in use', async () => {
    const { run } = inFolder({
      'config.yaml': CONFIG.replace('openldap', 'active-directory'),
      'planned.yaml': PLANNED.replace('employeeType', 'telephoneNumber'),
    });
    const { stderr } = await run(...planned);
    expect(stderr).to.match(/^planned\.yaml:\d+:\d+: warning: people may write telephoneNumber themselves/m);
  });

  it('is not made where the sentinel cannot be found', async () => {
    const config = CONFIG.replace('cn=probe,', 'cn=writers,');
    const { status, stdout, stderr } = await inFolder({ 'config.yaml': config }).run(...planned);
    expect([status, stdout]).to.deep.equal([1, '']);
    expect(stderr).to.match(/^no plan: directory_incomplete \(sentinel\): the sentinel /m);
  });

  it('is not made where no server answers', async () => {
    const config = CONFIG.replace(
      'ldif: people.ldif',
      'urls: ["ldap://127.0.0.1:1"]\n    plaintext: yes\n    bind: { anonymous: yes }',
    );
    const { status, stdout, stderr } = await inFolder({ 'config.yaml': config }).run(...planned, '--json');
    expect([status, stdout]).to.deep.equal([1, '']);
    expect(stderr).to.match(/^no plan: directory_unavailable: /m);
  });

  it('counts somebody whose user id two entries have once, as not answered', async () => {
    const twin = 'dn: cn=twin,ou=people,dc=example,dc=test\nobjectClass: inetOrgPerson\nuid: BOB\ncn: twin\n';
    const { stdout } = await inFolder({ 'people.ldif': `${PEOPLE}\n${twin}` }).run(...planned, '--json');
    const plan = JSON.parse(stdout) as PlanJson;
    expect([plan.people, plan.changed.people]).to.deep.equal([4, 1]);
    expect(plan.ambiguous).to.deep.equal({ people: 1, examples: ['bob'] });
  });

  it('counts whom two directories of the endpoint have, by the user ids that both take', async () => {
    const second = `  other:
    vendor: openldap
    ldif: other.ldif
    users: { base: 'ou=people,dc=example,dc=test', attribute: uid, userids: ['<name>@other', '<name>'] }
    memberships: { from: search, base: '${UNDER}' }
`;
    const config = CONFIG.replace('endpoints:', `${second}endpoints:`).replace('[corp]', '[corp, other]');
    const other = PEOPLE.replace(/^dn: uid=ann,[\s\S]*?\n\n/m, '').replace(/uid: svc-probe/, 'uid: probe2');
    const { stdout } = await inFolder({ 'config.yaml': config, 'other.ldif': other }).run(
      ...planned,
      '--json',
    );
    const plan = JSON.parse(stdout) as PlanJson;
    // corp's bob and eve are found in both; other's are asked for with @other, which corp takes as a whole and lacks.
    expect(plan.ambiguous).to.deep.equal({ people: 2, examples: ['bob', 'eve'] });
    expect(plan.people).to.equal(7);
    expect(plan.dead.people).to.equal(1);
  });

  it('--html writes a page that only its owner can read, beside what is printed', async () => {
    const { folder, run } = inFolder();
    const { status, stdout } = await run(...planned, '--html', 'page.html', '--json');
    const page = readFileSync(join(folder, 'page.html'), 'utf8');
    expect(page)
      .to.match(/^<!doctype html>/)
      .and.to.include('/user-info, directories as they are: corp');
    expect(page).to.include('Contractors').and.to.include('first release');
    expect(statSync(join(folder, 'page.html')).mode & 0o777).to.equal(0o600);
    expect([status, (JSON.parse(stdout) as PlanJson).exit_status]).to.deep.equal([2, 2]);
  });

  describe('from a snapshot', () => {
    it('is the same as from the directory', async () => {
      const { folder, run } = inFolder();
      expect((await run('snapshot', 's.ldif', '--mapping', 'planned.yaml')).status).to.equal(0);
      const live = await run(...planned, '--json');
      writeFileSync(join(folder, 'people.ldif'), PEOPLE.slice(0, PEOPLE.indexOf('dn: uid=ann')));
      const saved = await run(...planned, '--json', '--snapshot', 's.ldif');
      expect(saved).to.deep.equal(live);
    });

    it('is not made where the snapshot lacks what a mapping reads; the message says how to take it', async () => {
      const { run } = inFolder();
      await run('snapshot', 's.ldif');
      const { status, stdout, stderr } = await run(...planned, '--snapshot', 's.ldif');
      expect([status, stdout]).to.deep.equal([1, '']);
      expect(stderr).to.match(
        /^no plan: s\.ldif lacks the attribute employeeType of the directory corp; .*--mapping/m,
      );
    });

    it('is not made where the new mapping counts groups that were not saved', async () => {
      const { run } = inFolder({ 'planned.yaml': MAPPING.replace(`'${UNDER}'`, 'everywhere') });
      await run('snapshot', 's.ldif');
      const { status, stderr } = await run(...planned, '--snapshot', 's.ldif');
      expect(stderr).to.include('s.ldif lacks groups from everywhere');
      expect(status).to.equal(1);
    });

    for (const [what, from, to] of [
      ['people lie elsewhere', "base: 'ou=people,", "base: '"],
      ['groups are read otherwise', 'from: search', 'nested: no, from: search'],
      ['user ids are others', 'attribute: uid', "attribute: uid, userids: ['<name>@acme', '<name>']"],
    ] as const) {
      it(`is not made where by the config ${what} since it was taken`, async () => {
        const { folder, run } = inFolder();
        await run('snapshot', 's.ldif', '--mapping', 'planned.yaml');
        writeFileSync(join(folder, 'config.yaml'), CONFIG.replace(from, to));
        const { status, stdout, stderr } = await run(...planned, '--snapshot', 's.ldif');
        expect(stderr).to.match(
          /^no plan: s\.ldif was taken by other settings: .* the directory corp .* again$/m,
        );
        expect([status, stdout]).to.deep.equal([1, '']);
      });
    }

    it('is made where only limits, and what is due to dead accounts, have changed', async () => {
      const { folder, run } = inFolder();
      await run('snapshot', 's.ldif', '--mapping', 'planned.yaml');
      const config = CONFIG.replace('from: search', 'limits: { groups: 500 }, from: search').replace(
        '    sentinel:',
        '    accounts: { disabled: not_found }\n    limits: { search: 9s }\n    sentinel:',
      );
      writeFileSync(join(folder, 'config.yaml'), config);
      const { status, stderr } = await run(...planned, '--snapshot', 's.ldif');
      expect([status, stderr]).to.deep.equal([2, '']);
    });

    it('is not made of a part of one', async () => {
      const { folder, run } = inFolder();
      await run('snapshot', 's.ldif', '--mapping', 'planned.yaml');
      const text = readFileSync(join(folder, 's.ldif'), 'utf8');
      writeFileSync(join(folder, 's.ldif'), text.slice(0, text.indexOf('dn: uid=bob')));
      const { status, stderr } = await run(...planned, '--snapshot', 's.ldif');
      expect(stderr).to.match(/^no plan: s\.ldif: it is cut off/m);
      expect(status).to.equal(1);
    });
  });

  it('--previous tells under which name a group goes now that a rule means', async () => {
    const { folder, run } = inFolder();
    await run('snapshot', 'previous.ldif');
    writeFileSync(
      join(folder, 'people.ldif'),
      PEOPLE.replaceAll('cn=writers', 'cn=editors').replaceAll('cn: writers', 'cn: editors'),
    );
    const { stdout } = await run(...planned, '--json', '--previous', 'previous.ldif');
    const plan = JSON.parse(stdout) as PlanJson;
    expect(plan.rules.find(({ rule }) => rule.id === 'writers')?.hints).to.deep.equal([
      'the group writers is called editors now',
    ]);
  });
});
