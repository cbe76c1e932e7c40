/** Every file in refused/ is named for its mistake and stands beside exactly what is said about it. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { loadConfig } from '../../src/config/load.ts';
import { renderProblem } from '../../src/yaml/problem.ts';
import { makeCertificates } from '../directories/certificates.ts';

const FIXTURES = fileURLToPath(new URL('./refused', import.meta.url));
const ENV = {
  SECRET: 'c4nary',
  EMPTY: '',
  FILTER: '(&(member=<dn>)(secretAttribute~=x))',
  TWO_LINES: 'c4nary\nc4nary',
  HASH: `$scrypt$ln=15,r=8,p=1$${'A'.repeat(22)}$${'B'.repeat(43)}`,
};

describe('config files that are refused', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'refused-'));
    cpSync(FIXTURES, folder, { recursive: true });
    makeCertificates(folder);
    const encrypted = ['pkey', '-in', 'server.key', '-aes256', '-passout', 'pass:x', '-out', 'encrypted.key'];
    execFileSync('openssl', encrypted, { cwd: folder, stdio: 'pipe' });
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const name of readdirSync(FIXTURES).filter((file) => file.endsWith('.yaml'))) {
    it(name.replace('.yaml', '').replaceAll('-', ' '), async () => {
      const { config, problems } = await loadConfig(join(folder, name), ENV);
      const said = `${problems.map(renderProblem).join('\n')}\n`.replaceAll(`${folder}/`, '');
      expect(config).to.equal(undefined);
      expect(said).not.to.contain('c4nary').and.not.to.contain('hunter2');
      const expected = join(FIXTURES, name.replace('.yaml', '.txt'));
      expect(said).to.equal(readFileSync(expected, 'utf8'));
    });
  }
});
