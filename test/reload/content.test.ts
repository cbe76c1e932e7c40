/** What is kept of a file's octets: whether another content is the same, or a beginning of it, also of a large file. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Content, isBeginning, isSameContent, readContent } from '../../src/reload/content.ts';
import { folderWith } from '../acceptance/running-service.ts';

const MEBIBYTE = 1024 * 1024;

describe('the content of a file', () => {
  const contentOf = async (octets: string | Buffer): Promise<Content> => {
    const file = join(folderWith({}), 'file');
    writeFileSync(file, octets);
    const content = await readContent(file);
    if (content === undefined) throw new Error('there is a file');
    return content;
  };

  it('is not there where there is no file, or none that ends', async () => {
    const folder = folderWith({});
    expect(await readContent(join(folder, 'nothing'))).to.equal(undefined);
    expect(await readContent(folder)).to.equal(undefined);
    expect(await readContent('/dev/zero')).to.equal(undefined);
  });

  for (const [now, was, same, beginning] of [
    ['', '', true, false],
    ['', 'a', false, true],
    ['a', '', false, false],
    ['ab', 'abc', false, true],
    ['ab', 'ab', true, false],
    ['aB', 'abc', false, false],
    ['abc', 'ab', false, false],
    ['bc', 'abc', false, false],
  ] as const) {
    it(`"${now}", where it was "${was}": ${same ? 'the same' : beginning ? 'a beginning' : 'another'}`, async () => {
      const [one, other] = [await contentOf(now), await contentOf(was)];
      expect([isSameContent(one, other), isBeginning(one, other)]).to.deep.equal([same, beginning]);
    });
  }

  it('of a large file is compared by digests, and kept small', async () => {
    const octets = Buffer.alloc(5 * MEBIBYTE, 'some people\n');
    const was = await contentOf(octets);
    expect(was.size).to.equal(octets.length);
    expect(was.head.length + was.digests.join('').length).to.be.lessThan(MEBIBYTE + 5000);
    const changedAt = (position: number, length = octets.length) => {
      const changed = Buffer.from(octets.subarray(0, length));
      if (position >= 0) changed[position] = 0;
      return contentOf(changed);
    };
    expect(isSameContent(await changedAt(-1), was)).to.equal(true);
    for (const position of [0, 2 * MEBIBYTE, octets.length - 1])
      expect(isSameContent(await changedAt(position), was), `at ${position}`).to.equal(false);
    for (const length of [1, 1000, MEBIBYTE + 1, 3 * MEBIBYTE, octets.length - 1])
      expect(isBeginning(await changedAt(-1, length), was), `of ${length}`).to.equal(true);
    for (const position of [0, MEBIBYTE - 1, MEBIBYTE + 1, 2 * MEBIBYTE])
      expect(isBeginning(await changedAt(position, 3 * MEBIBYTE), was), `at ${position}`).to.equal(false);
  });

  for (const [what, octets, ends] of [
    ['a newline', 'a\n', true],
    ['CRLF', 'a\r\n', true],
    ['a letter', 'a', false],
    ['nothing', '', false],
    ['a newline in UTF-16', Buffer.from('\uFEFFa\n', 'utf16le'), true],
    ['a letter in UTF-16', Buffer.from('\uFEFFa', 'utf16le'), false],
    ['a newline in UTF-16, the high octet first', Buffer.from('\uFEFFa\n', 'utf16le').swap16(), true],
    ['a letter in UTF-16, the high octet first', Buffer.from('\uFEFFa', 'utf16le').swap16(), false],
    ['half of a newline in UTF-16', Buffer.from('\uFEFFa\n', 'utf16le').subarray(0, -1), false],
  ] as const) {
    it(`tells whether the last line is ended: ${what}`, async () => {
      expect((await contentOf(octets)).endsLine).to.equal(ends);
    });
  }
});
