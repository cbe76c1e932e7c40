/** The table of the mutation tester, kept right while files move; what the tester does is mutants.test.ts. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { EQUIVALENT } from './equivalents.ts';
import { TABLE } from './table.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

describe('the table of the mutation tester', () => {
  for (const [file, { tests, score }] of Object.entries(TABLE)) {
    it(`names files that are there: ${file}`, () => {
      expect([file, ...tests].filter((each) => !existsSync(join(ROOT, each)))).to.deep.equal([]);
      expect(tests).to.not.deep.equal([]);
      expect(score).to.be.within(0, 100);
    });
  }

  it('has a row for each file with equivalent changes', () => {
    expect(Object.keys(EQUIVALENT).filter((file) => !(file in TABLE))).to.deep.equal([]);
  });
});
