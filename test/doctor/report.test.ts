/** How an examination is told: harmless on a terminal, and without secrets that a server may have repeated. */
import { expect } from 'chai';
import type { Examination } from '../../src/doctor/examination.ts';
import { renderExamination, withoutSecrets } from '../../src/doctor/report.ts';
import { failed, failedRead, ok } from '../../src/doctor/step.ts';
import { Failure } from '../../src/failure.ts';

const of = (...steps: Examination['steps']): Examination => ({
  directory: 'corp',
  steps,
  vendor: undefined,
  changes: [],
  works: false,
  answers: false,
  noHelp: [],
});

describe('the report of an examination', () => {
  it('has a line for each step, and its hint below', () => {
    const text = renderExamination(
      of(ok('tcp', 'open'), failed('bind', 'refused', { on: 'ldaps://a', hint: 'bind.dn: b' })),
    );
    expect(text).to.equal(
      'directory corp\n  ok       tcp          open\n  failed   bind         ldaps://a: refused\n                        → bind.dn: b\n',
    );
  });

  it('cannot write to the terminal by what a directory holds', () => {
    expect(renderExamination(of(ok('lookup', '\u001b[2J', { on: 'a\u202eb' })))).to.match(
      /a\ufffdb: \ufffd\[2J\n$/,
    );
  });

  it('masks a secret that a server repeats, and nowhere else', () => {
    const failure = new Failure('directory_incomplete', 'result 1: secret-1 is no good; password too');
    const masked = withoutSecrets(of(failed('bind', 'the password'), failedRead('people', failure)), [
      'secret-1',
      'password',
      '',
    ]);
    expect(masked.steps.map(({ finding }) => finding)).to.deep.equal([
      'the password',
      'result 1: ******* is no good; ******* too',
    ]);
    expect(masked.steps[1]).to.not.have.property('isQuoted');
  });

  it('throws what is no failure of a read', () => {
    expect(() => failedRead('people', new TypeError('a bug'))).to.throw(TypeError);
  });
});
