/** `snapshot`, and what is read from it: the same people with the same explanations, and nothing beside. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { runKept } from '../acceptance/kept-program.ts';
import { folderWith } from '../acceptance/running-service.ts';
import { CONFIG, ENV, FILES, MAPPING, PEOPLE, UNDER } from './everyone-files.ts';

describe('snapshot', () => {
  const inFolder = (files: Readonly<Record<string, string>> = {}) => {
    const folder = folderWith({ ...FILES, ...files });
    return {
      run: (...args: string[]) => runKept(args, { cwd: folder, env: ENV }),
      saved: () => readFileSync(join(folder, 's.ldif'), 'utf8'),
      mode: () => statSync(join(folder, 's.ldif')).mode & 0o777,
    };
  };

  it('holds what the config and the mapping read, and nothing else', async () => {
    const { run, saved, mode } = inFolder();
    const { status, stdout, stderr } = await run('snapshot', 's.ldif');
    expect([status, stdout, stderr]).to.deep.equal([0, '', 's.ldif: 4 people\n']);
    expect(mode()).to.equal(0o600);
    const names = new Set(saved().match(/^[a-z]+(?=::? )/gim));
    expect([...names].sort()).to.deep.equal(
      ['dn', 'entryUUID', 'memberOf', 'objectClass', 'pwdaccountlockedtime', 'uid', 'version'].sort(),
    );
    expect(saved()).to.not.match(/example\.test$|telephone|Employee|secret/m);
  });

  it('--mapping adds what another mapping reads', async () => {
    const { run, saved } = inFolder();
    await run('snapshot', 's.ldif', '--mapping', 'planned.yaml');
    expect(saved()).to.match(/^employeetype: Contractor$/m);
    expect(saved()).to.not.include('mail');
  });

  it('has groups without members too, with what survives a rename', async () => {
    const { run, saved } = inFolder();
    await run('snapshot', 's.ldif');
    expect(saved()).to.include(
      `dn: cn=unused,${UNDER}\nobjectClass: groupOfNames\nentryUUID: 00000000-0000-0000-0000-000000000005\n`,
    );
  });

  const filter = `filter: '(&(objectClass=inetOrgPerson)(|(uid=<name>)(mail=<userid>)))'`;
  for (const [what, changes] of [
    ['as the config has it', {}],
    ['with people found by a filter', { 'config.yaml': CONFIG.replace('attribute: uid', filter) }],
    [
      'with people and groups told apart by their class alone',
      {
        'config.yaml': CONFIG.replace('ou=people,', '')
          .replace('attribute: uid', "filter: '(&(objectClass=inetOrgPerson)(cn=<name>))'")
          .replace('from: search', 'name: cn, from: search'),
      },
    ],
    [
      'with groups named by an attribute',
      {
        'config.yaml': CONFIG.replace('from: search', 'name: displayName, from: search'),
        'mapping.yaml': MAPPING.replace('group: readers', 'group: The readers'),
      },
    ],
    [
      'with a group of which the name is not certain',
      {
        'config.yaml': CONFIG.replace('from: search', 'name: displayName, from: search'),
        'mapping.yaml': MAPPING.replace('group: writers', 'group: <w>').replace(
          'give: { authorizations',
          'where: { w: any }\n    give: { groups: [<w>], authorizations',
        ),
        'people.ldif': PEOPLE.replace('displayName: The writers', 'displayName: Old\ndisplayName: New'),
      },
    ],
    [
      'with a mapping that reads memberOf itself',
      {
        'mapping.yaml': MAPPING.replace(
          '{ group: writers }',
          '{ group: writers, attribute: { memberOf: { missing: yes } } }',
        ),
      },
    ],
    ['with nesting left out', { 'config.yaml': CONFIG.replace('from: search', 'nested: no, from: search') }],
  ] as const) {
    it(`gives the explanations of the directory, ${what}`, async () => {
      const { run } = inFolder(changes);
      expect((await run('snapshot', 's.ldif')).status).to.equal(0);
      for (const userid of ['ann', 'bob', 'eve', 'readers']) {
        const [live, offline] = await Promise.all([
          run('explain', userid, '--json'),
          run('explain', userid, '--json', '--ldif', 's.ldif'),
        ]);
        expect(offline, userid).to.deep.equal(live);
      }
    });
  }

  it('does not replace anything where the directory cannot be read', async () => {
    const { run } = inFolder({
      'config.yaml': CONFIG.replace('cn=probe,', 'cn=writers,'),
      's.ldif': 'older',
    });
    const { status, stderr } = await run('snapshot', 's.ldif');
    expect(stderr).to.match(/^nothing was written: directory_incomplete \(\w+\): /m);
    expect(status).to.equal(1);
  });

  it('says so where the file cannot be written', async () => {
    const { status, stderr } = await inFolder().run('snapshot', 'nowhere/s.ldif');
    expect([status, stderr]).to.deep.equal([1, 'cannot write nowhere/s.ldif: there is no such folder\n']);
  });
});

describe('explain, from files', () => {
  const explain = (args: readonly string[], files: Readonly<Record<string, string>> = {}) =>
    runKept(['explain', ...args], { cwd: folderWith({ ...FILES, ...files }), env: ENV });

  it('--mapping explains by a mapping that is not in use', async () => {
    const { status, stdout } = await explain(['bob', '--mapping', 'planned.yaml']);
    expect(stdout).to.match(/^ {2}Contractors +rule contractors \(planned\.yaml:7\)/m);
    expect(status).to.equal(0);
  });

  it('--ldif reads any LDIF file by the settings of the directory, and without its sentinel', async () => {
    const other = PEOPLE.replace(`member: uid=bob,ou=people,dc=example,dc=test\n`, '').replace(
      /^dn: uid=svc-probe,[\s\S]*?\n\n/m,
      '',
    );
    const { status, stdout } = await explain(['bob', '--ldif', 'other.ldif'], { 'other.ldif': other });
    expect(stdout).to.include('Access: Write').and.to.not.include('Readers');
    expect(status).to.equal(0);
  });

  for (const [what, files, args, message] of [
    ['is not there', {}, ['--ldif', 'x.ldif'], /^cannot read x\.ldif: /m],
    [
      'is no LDIF',
      { 'x.ldif': 'dn: uid=a,dc=x\nuid a\n\nuid: b\n\nuid: c\n' },
      ['--ldif', 'x.ldif'],
      /^x\.ldif is no sound LDIF: line 2: [^\n\ufffd]* \(and 2 more problems\)$/m,
    ],
  ] as const) {
    it(`says so where the file ${what}`, async () => {
      const { status, stdout, stderr } = await explain(['bob', ...args], files);
      expect([status, stdout]).to.deep.equal([1, '']);
      expect(stderr).to.match(message);
    });
  }

  it('does not take a plain LDIF file for several directories', async () => {
    const second = `  other: { ldif: people.ldif, users: { base: 'dc=example,dc=test', attribute: uid }, memberships: { from: attribute } }\n`;
    const config = CONFIG.replace('endpoints:', `${second}endpoints:`).replace('[corp]', '[corp, other]');
    const { status, stderr } = await explain(['bob', '--ldif', 'people.ldif'], { 'config.yaml': config });
    expect(stderr).to.include('cannot stand for several directories: corp, other');
    expect(status).to.equal(1);
  });
});
