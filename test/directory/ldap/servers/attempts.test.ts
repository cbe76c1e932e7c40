/** To which servers one search is sent, and to which of them twice. */
import { expect } from 'chai';
import { ConnectionLostError } from '../../../../src/directory/ldap/connection.ts';
import { Attempts } from '../../../../src/directory/ldap/servers/attempts.ts';
import { OperationTimeoutError } from '../../../../src/directory/ldap/silence.ts';

describe('the attempts of one search', () => {
  const LOST = new ConnectionLostError('lost');
  const SILENT = new OperationTimeoutError('silent', false);
  const SLOW = new OperationTimeoutError('slow', true);
  /** With so many servers that are known. */
  const among = (...servers: string[]) =>
    new Attempts({ hasOther: (asked) => servers.some((each) => !asked.has(each)) });

  for (const error of [LOST, SILENT]) {
    it(`go to the same server once more after it was ${error.message}`, () => {
      const attempts = among('a');
      expect(attempts.begin('a')).to.equal(true);
      expect(attempts.failed('a', error)).to.equal(true);
      expect(attempts.begin('a')).to.equal(true);
      expect(attempts.failed('a', error)).to.equal(false);
      expect(attempts.begin('a')).to.equal(false);
    });
  }

  it('never go to a server that is still at work on it', () => {
    const attempts = among('a');
    attempts.begin('a');
    expect(attempts.failed('a', SLOW)).to.equal(false);
    expect(attempts.begin('a')).to.equal(false);
  });

  it('go to each other server, however many there are', () => {
    const attempts = among('a', 'b', 'c');
    for (const server of ['a', 'b']) {
      expect(attempts.begin(server)).to.equal(true);
      expect(attempts.failed(server, SLOW)).to.equal(true);
    }
    expect(attempts.begin('a')).to.equal(false);
    expect(attempts.begin('c')).to.equal(true);
    expect(attempts.failed('c', SLOW)).to.equal(false);
  });

  it('end, whatever is lost: twice at each server', () => {
    const servers = ['a', 'b', 'c'];
    const attempts = among(...servers);
    let sent = 0;
    for (let i = 0; i < 100; i++) {
      const server = servers[i % 3] ?? '';
      if (!attempts.begin(server)) break;
      sent++;
      if (!attempts.failed(server, LOST)) break;
    }
    expect(sent).to.equal(6);
  });
});
