/** Each row of SECURITY.md's table names tests that are there, and every file that documents link to is. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const text = readFileSync(join(ROOT, 'SECURITY.md'), 'utf8');
const rows = text
  .split('\n')
  .filter((line) => /^\| (?!who \||---)/.test(line))
  .map((line) => line.split(' | '));

describe('SECURITY.md', () => {
  it('names for each threat who, what is at stake, a control, and what shows it', () => {
    expect(rows.length).to.be.greaterThan(10);
    for (const row of rows) {
      expect(row, row[0]).to.have.length(4);
      const shown = [...(row[3] ?? '').matchAll(/`([^`]+)`/g)].map(([, file = '']) => file);
      expect(shown, row[0]).to.not.be.empty;
      for (const file of shown) {
        expect(file).to.match(/^(?:test\/.*\.test|bench\/paths\/.*)\.ts$/);
        expect(existsSync(join(ROOT, file)), file).to.equal(true);
      }
    }
  });

  it('links to what is there, and invents no address to write to', () => {
    for (const [, target = ''] of text.matchAll(/\]\(([^)]+)\)/g))
      expect(existsSync(join(ROOT, target)), target).to.equal(true);
    expect(text).to.not.match(/\S@\S/);
  });
});
