/** Messages out of a stream, however the network cuts it. */
import { expect } from 'chai';
import { MalformedMessageError, MessageTooLongError } from '../../../../src/directory/ldap/wire/ber.ts';
import { FrameReader } from '../../../../src/directory/ldap/wire/frames.ts';
import { searchDone, searchEntry } from '../../../directories/fake-ldap-server.ts';

describe('the messages of a stream', () => {
  const MESSAGES = [
    searchEntry(1, 'uid=ann', { cn: ['Ann'] }),
    searchEntry(1, 'uid=bob', { description: ['x'.repeat(100_000)] }),
    searchEntry(1, 'uid=cat', { description: ['y'.repeat(300)] }),
    searchDone(1, 0),
  ];
  const STREAM = Buffer.concat(MESSAGES);

  for (const size of [1, 2, 3, 5, 100, 65_536, STREAM.length]) {
    it(`are the same in pieces of ${size} octets`, () => {
      const reader = new FrameReader();
      const frames: Buffer[] = [];
      for (let at = 0; at < STREAM.length; at += size)
        frames.push(...reader.push(STREAM.subarray(at, at + size)));
      expect(frames.map((frame) => frame.toString('hex'))).to.deep.equal(
        MESSAGES.map((message) => message.toString('hex')),
      );
      expect(reader.isEmpty).to.equal(true);
    });
  }

  it('are begun where something is left over', () => {
    for (const left of [1, 3, 10]) {
      const reader = new FrameReader();
      reader.push(STREAM.subarray(0, left));
      expect(reader.isEmpty).to.equal(false);
    }
  });

  it('are no longer than they may be, whatever they say', () => {
    const [entry = STREAM] = MESSAGES;
    expect(new FrameReader(entry.length).push(entry)).to.have.length(1);
    expect(() => new FrameReader(entry.length - 1).push(entry)).to.throw(
      MalformedMessageError,
      /limits\.octets/,
    );
    // Nothing of it is there yet but its id, or not even that.
    const announced = Buffer.from([0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0x02, 0x02, 0x01, 0x04, 0x64, 0x82]);
    expect(() => new FrameReader().push(announced.subarray(0, 6))).to.throw(MalformedMessageError);
    expect(() => new FrameReader().push(announced))
      .to.throw(MessageTooLongError, /limits\.octets/)
      .with.property('messageId', 260);
  });
});
