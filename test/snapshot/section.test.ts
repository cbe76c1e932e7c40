/** A snapshot's form: what is written is read again, and a part of it is not taken for the whole. */
import { expect } from 'chai';
import {
  isSnapshot,
  parseSnapshot,
  SnapshotError,
  writeEnd,
  writeHead,
  writeSectionEnd,
  writeSectionHead,
} from '../../src/snapshot/section.ts';

const HEAD = {
  directory: 'corp "ü"\n# end',
  attributes: ['mail', 'uid'],
  groupsUnder: ['OU=Gruppen für alle,DC=acme,DC=com'],
  membershipAttribute: 'memberOf',
  groupClass: 'group',
  settings: '0123456789ab',
  identities: true,
};
const RECORDS = 'dn: cn=a,dc=x\ncn: a\n\ndn: cn=b,dc=x\ncn: b\n\n';
const TEXT = [
  writeHead({ takenAt: 1_795_000_000_000, endpoint: '/user-info' }),
  writeSectionHead(HEAD),
  RECORDS,
  writeSectionEnd({ people: 2, groups: 0, listed: true }),
  writeSectionHead({ ...HEAD, directory: 'other', attributes: [], groupsUnder: [], identities: false }),
  writeSectionEnd({ people: 0, groups: 0, listed: false }),
  writeEnd(),
].join('');

describe('a snapshot', () => {
  it('is read as it was written', () => {
    const { takenAt, endpoint, sections } = parseSnapshot(TEXT);
    expect([takenAt, endpoint]).to.deep.equal([1_795_000_000_000, '/user-info']);
    expect(sections).to.have.lengthOf(2);
    const { text, ...first } = sections[0] ?? { text: '' };
    expect(first).to.deep.equal({ ...HEAD, people: 2, groups: 0, isListed: true });
    expect(text).to.include(RECORDS.trim());
    expect(sections[1]).to.deep.include({
      directory: 'other',
      attributes: [],
      groupsUnder: [],
      people: 0,
      identities: false,
      isListed: false,
    });
  });

  it('of a version that did not say so has all groups, with their identities', () => {
    const older = TEXT.replaceAll(/,"(?:identities|listed)":(?:true|false)/g, '');
    for (const { identities, isListed } of parseSnapshot(older).sections)
      expect([identities, isListed]).to.deep.equal([true, true]);
  });

  it('has comments of ASCII alone, a line each', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
    expect(TEXT).to.match(/^[\x0a\x20-\x7e]*$/);
  });

  it('survives line ends of the other kind', () => {
    expect(parseSnapshot(TEXT.replaceAll('\n', '\r\n')).sections).to.have.lengthOf(2);
  });

  it('is told from other LDIF', () => {
    expect(isSnapshot(TEXT)).to.equal(true);
    expect(isSnapshot(RECORDS)).to.equal(false);
    expect(() => parseSnapshot(RECORDS)).to.throw(SnapshotError, 'no snapshot');
    expect(() => parseSnapshot(TEXT.replace('snapshot 1', 'snapshot 2'))).to.throw(SnapshotError);
  });

  it('is refused where a record is not there any more, or one more is', () => {
    const lacking = TEXT.replace('dn: cn=b,dc=x\ncn: b\n\n', '');
    for (const text of [lacking, TEXT.replace(RECORDS, `${RECORDS}dn:: Y249YyxkYz14\ncn: c\n\n`)])
      expect(() => parseSnapshot(text)).to.throw(SnapshotError, 'changed by hand');
  });

  it('is refused where any of it is cut off at its end', () => {
    const lines = TEXT.trimEnd().split('\n');
    for (let kept = 0; kept < lines.length; kept++)
      expect(() => parseSnapshot(lines.slice(0, kept).join('\n')), `${kept} lines`).to.throw(SnapshotError);
  });
});
