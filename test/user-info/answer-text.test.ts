/** The text of an answer, as it is kept and as it is sent. */
import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { AnswerText, EMPTY_TEXT } from '../../src/user-info/answer-text.ts';

describe('the text of an answer', () => {
  for (const text of ['{}', '{"groups":[{"name":"Zürich"}]}', '{"groups":[{"name":"営業 😀 \\u2028 ÿ"}]}']) {
    it(`is sent as UTF-8: ${text}`, () => {
      const answer = new AnswerText(text);
      expect(answer.bytes.toString('utf8')).to.equal(text);
      expect(Buffer.from(answer.octets, 'latin1').equals(answer.bytes)).to.equal(true);
      expect(answer.length).to.equal(Buffer.byteLength(text));
      expect(answer.digest).to.equal(createHash('sha256').update(text, 'utf8').digest('hex'));
    });
  }

  it('knows where nothing is due', () => {
    expect(new AnswerText('{"groups":[],"authorizations":{}}').isEmpty).to.equal(true);
    expect(new AnswerText('{"groups":[{"name":"a"}],"authorizations":{}}').isEmpty).to.equal(false);
    expect(EMPTY_TEXT.isEmpty).to.equal(true);
  });
});
