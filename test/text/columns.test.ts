/** Rows in columns, however many, and whatever a directory wrote into them. */
import { expect } from 'chai';
import { inColumns } from '../../src/text/columns.ts';

describe('mapping: columns', () => {
  it('are as wide as their widest cell, the last one apart', () => {
    expect(inColumns([['a', 'bb', 'c'], ['aaa', 'b'], ['']])).to.deep.equal(['  a    bb  c', '  aaa  b', '']);
  });

  it('are no wider than a terminal bears', () => {
    expect(
      inColumns([
        ['a', 'b'],
        ['x'.repeat(100), 'c'],
      ])[0],
    ).to.equal(`  a${' '.repeat(59)}  b`);
  });

  it('hold nothing that writes to a terminal', () => {
    expect(inColumns([['a\u001b[31m\nb', '\u202e']])).to.deep.equal(['  a\ufffd[31m\ufffdb  \ufffd']);
  });

  it('are made of as many rows as a large directory has people', () => {
    const rows = inColumns(Array.from({ length: 300_000 }, (_, i) => [`u${i}`, 'x']));
    expect(rows).to.have.lengthOf(300_000);
    expect(rows[0]).to.equal('  u0       x');
  });
});
