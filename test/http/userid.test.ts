import { expect } from 'chai';
import { isFailure } from '../../src/failure.ts';
import { readUserid } from '../../src/http/userid.ts';

const accepted: readonly [target: string, userid: string][] = [
  ['/user-info?userid=jdoe', 'jdoe'],
  ['/user-info?a=1&userid=jdoe&b', 'jdoe'],
  ['/user-info?userid=a%2Bb%40x', 'a+b@x'],
  ['/user-info?userid=Jane+Doe', 'Jane Doe'],
  ['/user-info?userid=a=b', 'a=b'],
  ['/user-info?user%69d=jdoe', 'jdoe'],
  ['/user-info?userid=%C5%81ukasz', 'Łukasz'],
  [`/user-info?userid=${Buffer.from('Łukasz').toString('latin1')}`, 'Łukasz'],
  ['/user-info?userid=%F0%9F%98%80', '😀'],
  [`/user-info?userid=${'%F0%9F%98%80'.repeat(256)}`, '😀'.repeat(256)],
  ['/user-info?userid=*)(uid=*', '*)(uid=*'],
  ['/user-info?userid=jdoe&%zz=1&USERID=other', 'jdoe'],
  ['/user-info?userid=a?b#c', 'a?b#c'],
];

const refused: readonly [target: string, reason: string][] = [
  ['/user-info', 'there is none'],
  ['/user-info?', 'there is none'],
  ['/user-info?user=jdoe', 'there is none'],
  ['/user-info?userid', 'it is empty'],
  ['/user-info?userid=', 'it is empty'],
  ['/user-info?userid=a&userid=a', 'it is repeated'],
  ['/user-info?userid=a&user%69d=b', 'it is repeated'],
  [`/user-info?userid=${'a'.repeat(257)}`, 'more than 256'],
  [`/user-info?userid=${'%F0%9F%98%80'.repeat(257)}`, 'more than 256'],
  ['/user-info?userid=%C5', 'not UTF-8'],
  ['/user-info?userid=%ff%fe', 'not UTF-8'],
  ['/user-info?userid=%C0%AF', 'not UTF-8'],
  ['/user-info?userid=%ED%A0%80', 'not UTF-8'],
  ['/user-info?userid=%zz', 'not UTF-8'],
  ['/user-info?userid=a%', 'not UTF-8'],
  ['/user-info?userid=a%00b', 'control'],
  ['/user-info?userid=a%0Ab', 'control'],
  ['/user-info?userid=%7F', 'control'],
  ['/user-info?userid=%C2%85', 'control'],
  ['/user-info?userid=%E2%80%A8', 'control'],
  ['/user-info?userid=%E2%80%A9', 'control'],
];

describe('the userid of a request', () => {
  for (const [target, userid] of accepted) {
    it(`takes ${target.slice(0, 60)}`, () => expect(readUserid(target)).to.equal(userid));
  }
  for (const [target, reason] of refused) {
    it(`refuses ${target.slice(0, 60)}: ${reason}`, () => {
      try {
        readUserid(target);
      } catch (error) {
        expect(isFailure(error, 'bad_userid')).to.equal(true);
        expect((error as Error).message).to.include(reason);
        return;
      }
      expect.fail('it was accepted');
    });
  }
});
