/** The section that is proposed: what the operator wrote, with the changes, and without any secret. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is the config file's own syntax
import { expect } from 'chai';
import { parse } from 'yaml';
import { isWrittenIn, proposedSection } from '../../src/doctor/proposal.ts';

const CONFIG = `callers: { immuta: { password: hunter3 } }
directories:
  # the old password was hunter1
  corp:
    urls: [ldaps://a, ldaps://b]     # hunter1
    bind: { dn: "cn=a,dc=x", password: "\${file:secrets/ldap}" }
    users: { base: "ou=a,dc=x" }
  other:
    bind: { dn: "cn=a,dc=x", password: hunter2 }
    plaintext: yes
    users:
      base:
        - ou=a,dc=x
`;

describe('a proposed section', () => {
  it('keeps what is written, and says nothing of the rest of the file', () => {
    expect(parse(proposedSection(CONFIG, 'corp', []))).to.deep.equal({
      directories: {
        corp: {
          urls: ['ldaps://a', 'ldaps://b'],
          bind: { dn: 'cn=a,dc=x', password: '${file:secrets/ldap}' },
          users: { base: 'ou=a,dc=x' },
        },
      },
    });
  });

  it('makes the changes: replaces, adds in sections that are not there, takes out', () => {
    const changes = [
      { path: ['users', 'base'], value: ['ou=b,dc=x', 'ou=c,dc=x'] },
      { path: ['memberships', 'from'], value: 'search' },
      { path: ['memberships', 'filter'], value: '(member=<dn>)' },
      { path: ['plaintext'], value: undefined },
    ];
    expect(parse(proposedSection(CONFIG, 'other', changes))).to.deep.equal({
      directories: {
        other: {
          bind: { dn: 'cn=a,dc=x', password: '${file:secrets/ldap-bind}' },
          users: { base: ['ou=b,dc=x', 'ou=c,dc=x'] },
          memberships: { from: 'search', filter: '(member=<dn>)' },
        },
      },
    });
  });

  it('holds no secret that stands in the file, in a value or in a comment', () => {
    for (const name of ['corp', 'other']) expect(proposedSection(CONFIG, name, [])).to.not.include('hunter');
    for (const password of ['a${env:X}', '${env:X}b', '${env:X}${env:Y}', '12345', '{ a: hunter4 }']) {
      const text = proposedSection(CONFIG.replace('hunter2', password), 'other', []);
      expect(text).to.include('password: "${file:secrets/ldap-bind}"').and.not.include(password);
    }
  });

  it('leaves the file as it was for what is asked next', () => {
    const isWritten = isWrittenIn(CONFIG, 'corp');
    expect([['users', 'base'], ['vendor'], ['users', 'attribute'], ['bind']].map(isWritten)).to.deep.equal([
      true,
      false,
      false,
      true,
    ]);
  });
});
