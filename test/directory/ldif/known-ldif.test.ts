/** An LDIF text that is in use is not parsed again, whatever other files are read meanwhile. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { parseLdif } from '../../../src/directory/ldif/ldif.ts';
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
});
