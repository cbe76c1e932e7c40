/** Each command in a process of its own, and that `runKept`, by which most tests run it, tells the same. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ENV, FILES } from '../cli/everyone-files.ts';
import { runKept } from './kept-program.ts';
import { folderWith, runProgram } from './running-service.ts';

const TESTS = `mapping: mapping.yaml
tests:
  - { name: readers, user: { memberOf: [readers] }, expect: { groups: [Readers, Writers] } }
`;

describe('a command in a process of its own', () => {
  for (const [args, status] of [
    [['check'], 1],
    [['check', '--live', '--skip-tests'], 0],
    [['check', '--config', 'people.ldif'], 1],
    [['test'], 1],
    [['explain', 'bob', '--json'], 0],
    [['explain', 'nobody'], 1],
    [['plan', '--mapping', 'planned.yaml'], 2],
    [['who', '--group', 'Readers'], 0],
    [['snapshot', 'saved.ldif'], 0],
    [['doctor'], 0],
    [['hash-password'], 1],
    [['snapshoot'], 1],
  ] as const) {
    it(`${args.join(' ')}: ends with ${status}, having told what it tells in one that is kept`, async () => {
      const cwd = folderWith({ ...FILES, 'mapping.test.yaml': TESTS });
      const [own, kept] = [
        await runProgram(args, { cwd, env: ENV, input: 'a\nb\n' }),
        await runKept(args, { cwd, env: ENV, input: 'a\nb\n' }),
      ];
      expect(own.status).to.equal(status);
      expect(own.stdout + own.stderr).to.not.equal('');
      expect(kept).to.deep.equal(own);
    });
  }

  it('reads files and the environment anew each time', async () => {
    const cwd = folderWith(FILES);
    expect((await runKept(['check'], { cwd, env: ENV })).status).to.equal(0);
    expect((await runKept(['check'], { cwd })).stderr).to.include('IMMUTA');
    writeFileSync(join(cwd, 'mapping.yaml'), 'version: 2\n');
    expect((await runKept(['check'], { cwd, env: ENV })).stderr).to.include('mapping.yaml:1:');
  });
});
