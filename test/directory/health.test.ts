/** What is told of the lookups of a directory as they begin to fail and as they do no longer. */
import { expect } from 'chai';
import { Health } from '../../src/directory/health.ts';
import { Failure, type FailureCode } from '../../src/failure.ts';

describe('the health of a directory', () => {
  let now = 0;
  let told: string[] = [];
  let health: Health;
  beforeEach(() => {
    [now, told] = [0, []];
    health = new Health(
      { now: () => now },
      { failing: ({ code, message }) => told.push(`${code}: ${message}`), well: () => told.push('well') },
    );
  });
  const fail = (code: FailureCode, message = 'why') => health.failed(new Failure(code, message));

  it('is told once as lookups begin to fail, and once as none has for a minute', () => {
    for (let i = 0; i < 3; i++) fail('directory_refused');
    now = 59_999;
    health.succeeded();
    expect(told).to.deep.equal(['directory_refused: why']);
    now = 60_000;
    health.succeeded();
    health.succeeded();
    expect(told).to.deep.equal(['directory_refused: why', 'well']);
    fail('directory_refused', 'again');
    expect(told.at(-1)).to.equal('directory_refused: again');
  });

  it('is told for each way of failing, and no more while some fail and others do not', () => {
    for (let i = 0; i < 5; i++) {
      now += 30_000;
      fail('directory_incomplete', 'one person');
      fail('directory_timeout');
      health.succeeded();
    }
    expect(told).to.deep.equal(['directory_incomplete: one person', 'directory_timeout: why']);
  });

  it('is not told here where no server answers: servers tell that', () => {
    fail('directory_unavailable');
    now = 100_000;
    health.succeeded();
    expect(told).to.deep.equal([]);
  });

  it('has the last failure until a lookup succeeds, or a probe has found well what may pass', () => {
    expect(health.lastFailure()).to.equal(undefined);
    now = 5;
    fail('directory_timeout');
    expect([health.lastFailure(), health.lastFailure(4), health.lastFailure(5)]).to.deep.equal([
      'directory_timeout',
      'directory_timeout',
      undefined,
    ]);
    fail('directory_incomplete');
    expect(health.lastFailure(6)).to.equal('directory_incomplete');
    health.succeeded();
    expect(health.lastFailure()).to.equal(undefined);
  });
});
