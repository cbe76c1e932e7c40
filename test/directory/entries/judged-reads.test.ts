/** What is whole, what is not, and what may be missing, of the reads that completeness.ts judges for others. */
import { expect } from 'chai';
import { incomplete, isRightMissing, judgeDn, orElse } from '../../../src/directory/entries/completeness.ts';
import { Failure } from '../../../src/failure.ts';
import { formatDn } from '../../../src/names/dn.ts';
import { expectFailure } from '../rejection.ts';

describe('completeness: reads judged for others', () => {
  it('a DN is taken, and a text that is none names itself', () => {
    expect(formatDn(judgeDn('CN=Ann,DC=x'))).to.equal('CN=Ann,DC=x');
    expect(() => judgeDn('no dn')).to.throw(Failure, 'incomplete (value): "no dn" is no DN');
  });

  it('a right that is missing leaves everybody their answer, and no other failure does', async () => {
    const failing = (error: unknown) => async () => {
      throw error;
    };
    const missing = [incomplete('entry', 'x'), new Failure('directory_refused', 'x')];
    for (const error of missing) {
      expect(isRightMissing(error)).to.equal(true);
      expect(await orElse(failing(error), 'other')).to.equal('other');
    }
    const down = new Failure('directory_unavailable', 'down');
    expect(isRightMissing(down)).to.equal(false);
    await expectFailure(orElse(failing(down), 'other'), 'directory_unavailable');
    expect(await orElse(async () => 'whole', 'other')).to.equal('whole');
  });
});
