/** `who`: everybody who has something, or an error. */
import { expect } from 'chai';
import { runKept } from '../acceptance/kept-program.ts';
import { folderWith } from '../acceptance/running-service.ts';
import { CONFIG, ENV, FILES, MAPPING } from './everyone-files.ts';

describe('who', () => {
  const who = (args: readonly string[], files: Readonly<Record<string, string>> = {}) =>
    runKept(['who', ...args], { cwd: folderWith({ ...FILES, ...files }), env: ENV });

  it('prints who has a value of an authorization, and by which rule and fact', async () => {
    const { status, stdout, stderr } = await who(['access: WRITE']);
    expect(stdout).to.equal(
      'bob  uid=bob,ou=people,dc=example,dc=test  rule writers (mapping.yaml:7)  group writers\n',
    );
    expect([status, stderr]).to.deep.equal([0, '1 of 4 people\n']);
  });

  it('prints who has a group, nested ways included', async () => {
    const { status, stdout } = await who(['--group', 'Readers']);
    expect(stdout.split('\n').map((line) => line.replace(/ {2,}/g, '  '))).to.deep.equal([
      'ann  uid=ann,ou=people,dc=example,dc=test  rule readers (mapping.yaml:4)  group readers, via staff',
      'bob  uid=bob,ou=people,dc=example,dc=test  rule readers (mapping.yaml:4)  group readers',
      '',
    ]);
    expect(status).to.equal(0);
  });

  it('--json gives the same for programs', async () => {
    const { stdout } = await who(['Access: Write', '--json']);
    expect(JSON.parse(stdout)).to.deep.equal({
      authorization: 'Access: Write',
      endpoint: '/user-info',
      read: 4,
      people: [
        {
          userid: 'bob',
          directory: 'corp',
          dn: 'uid=bob,ou=people,dc=example,dc=test',
          given: [
            {
              output: 'Access: Write',
              rule: { id: 'writers', file: 'mapping.yaml', line: 7 },
              facts: ['group writers'],
            },
          ],
        },
      ],
    });
  });

  it('exits with 0 where nobody has it', async () => {
    const { status, stdout, stderr } = await who(['Access: Nothing']);
    expect([status, stdout]).to.deep.equal([0, '']);
    expect(stderr).to.equal(
      '0 of 4 people\nno rule of mapping.yaml can give Access: Nothing; is it spelled as the mapping gives it?\n',
    );
  });

  it('says no more than that where a rule could give it', async () => {
    const mapping = MAPPING.replace('group: writers', 'group: unused');
    const { status, stdout, stderr } = await who(['access:  write'], { 'mapping.yaml': mapping });
    expect([status, stdout, stderr]).to.deep.equal([0, '', '0 of 4 people\n']);
  });

  it('exits with 1, and says who has it of nobody, where not everybody could be read', async () => {
    const config = CONFIG.replace('cn=probe,', 'cn=writers,');
    const { status, stdout, stderr } = await who(['Access: Write', '--json'], { 'config.yaml': config });
    expect([status, stdout]).to.deep.equal([1, '']);
    expect(stderr).to.match(
      /^not everybody could be read: directory_incomplete \(sentinel\): the sentinel /m,
    );
  });

  for (const args of [[], ['Write'], ['Access:Write'], ['Access: Write', '--group', 'Readers']]) {
    it(`says what to write in place of "${args.join(' ')}"`, async () => {
      const { status, stdout, stderr } = await who(args);
      expect([status, stdout]).to.deep.equal([1, '']);
      expect(stderr).to.include('"NAME: VALUE"').and.to.include('--group');
    });
  }
});
