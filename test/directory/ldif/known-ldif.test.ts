/** LDIF that is in use is not read again, whatever other files are read meanwhile. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { parseLdif, parseLdifInSlices, readLdif } from '../../../src/directory/ldif/known-ldif.ts';
import { ldifText } from '../../../src/directory/ldif/ldif-octets.ts';
import { LdifSource } from '../../../src/directory/ldif/ldif-source.ts';
import { savedPeopleSettings } from '../../../src/directory/ldif/saved-people.ts';

const people = (name: string) => `dn: uid=${name},dc=example,dc=test\nobjectClass: person\nuid: ${name}\n`;

describe('LDIF in use', () => {
  it('is parsed once, beside others and after a garbage collection, and anew where it changed', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const sources = ['ann', 'bob'].map(
      (name) => new LdifSource(savedPeopleSettings('x.ldif', people(name)), people(name)),
    );
    parseLdif(people('carl'));
    collect();
    for (const [i, name] of ['ann', 'bob'].entries())
      expect(parseLdif(people(name))).to.equal(sources[i]?.content);
    expect(parseLdif(people('anna'))).to.not.equal(sources[0]?.content);
  });

  it('is not decoded again where its octets are the same, and read anew where one of them is another', async () => {
    const octets = Buffer.from(people('dora'));
    const content = await readLdif(octets);
    expect(await readLdif(Buffer.from(octets))).to.equal(content);
    expect(await parseLdifInSlices(people('dora'))).to.equal(content);
    expect(parseLdif(people('dora'))).to.equal(content);
    octets[8] = 'D'.charCodeAt(0);
    const other = await readLdif(octets);
    expect(other).to.not.equal(content);
    expect(other.entries.map(({ dn }) => dn)).to.deep.equal(['uid=Dora,dc=example,dc=test']);
  });

  it('is the same read in slices, however long', async () => {
    const many = Array.from({ length: 20_000 }, (_, i) => people(`anné-${i}`)).join('\n');
    const octets = Buffer.from(`\ufeff${many}`);
    // In the middle of a part, where the octet is no UTF-8.
    octets[octets.lastIndexOf('anné-19998') + 3] = 0xff;
    const content = await readLdif(octets);
    expect(content.text).to.equal(ldifText(octets));
    expect(content.entries.length).to.equal(20_000);
    expect(content.faulty.length).to.equal(1);
    expect(content.entries[7000]?.dn).to.equal('uid=anné-7000,dc=example,dc=test');
  });
});
