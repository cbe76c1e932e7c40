/** What a config file may say, though it is probably a mistake. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is the config file's own syntax
import { expect } from 'chai';
import { HASH, load, RIGHT } from './folder.ts';

describe('warnings about a config file', () => {
  const warned = async (text: string) => {
    const { config, problems } = await load(text, { SECRET: 's' }, { 'people.ldif': '' });
    expect(config).not.to.equal(undefined);
    expect(problems.map(({ severity }) => severity)).to.deep.equal(problems.map(() => 'warning'));
    return problems.map(({ position, message }) => `${position?.line}: ${message}`);
  };

  it('tell of a directory without sentinel', async () => {
    expect(await warned(RIGHT.replace(/ {4}sentinel.*\n/, ''))).to.deep.equal([
      '4: the directory "corp" has no sentinel: a lost read right looks like "no groups"',
    ]);
  });

  it('tell of signs of dead accounts that nothing comes of', async () => {
    const signs = '[{ attribute: a, is: b, means: locked }, { attribute: a, is: b, means: expired }]';
    const text = RIGHT.replace('endpoints:', `    accounts: { signs: ${signs} }\nendpoints:`);
    expect((await warned(text)).map((each) => each.replace(/^\d+: /, ''))).to.deep.equal([
      'nothing comes of this sign: what is locked is ignored',
    ]);
  });

  it('tell of passwords that are written in the file', async () => {
    expect(await warned(RIGHT.replaceAll('"${env:SECRET}"', 'secret'))).to.deep.equal([
      '2: a password written in this file',
      '6: a password written in this file',
    ]);
    expect(
      await warned(
        RIGHT.replace('password: "${env:SECRET}" }', `password_hash: ${HASH} }`).replace(HASH, `"${HASH}"`),
      ),
    ).to.deep.equal([]);
  });

  it('tell of what no endpoint uses', async () => {
    const text = RIGHT.replace(
      'directories:\n',
      '  spare: { password: "${env:SECRET}" }\ndirectories:\n',
    ).replace(
      'endpoints:\n',
      '  old: { ldif: people.ldif, users: { base: "dc=acme" }, sentinel: { userid: p, group: "cn=p" } }\nendpoints:\n',
    );
    expect(await warned(text)).to.deep.equal([
      '3: no endpoint uses the caller "spare"',
      '10: no endpoint uses the directory "old"',
    ]);
  });

  it('tell of a resource forest that nothing proves to be readable', async () => {
    const forest = (sentinel: string) =>
      RIGHT.replace(
        '    users:',
        '    vendor: active-directory\n    memberships: { foreign: resource }\n    users:',
      ).replace(
        'endpoints:\n',
        `  resource:
    vendor: active-directory
    urls: ldaps://dc.beta.example
    bind: { dn: "CN=svc,DC=beta,DC=example", password: "\${env:SECRET}" }
    users: { base: "DC=beta,DC=example" }
${sentinel}endpoints:
`,
      );
    expect(await warned(forest(''))).to.deep.equal([
      '8: nothing proves that "resource" may be read: lost rights look like "no groups there"',
    ]);
    const own = forest('    sentinel: { userid: probe, group: "CN=probe,DC=beta,DC=example" }\n');
    expect(await warned(own)).to.deep.equal([]);
    const across = forest('').replace(
      /( {4}sentinel: ).*/,
      '$1{ userid: probe, group: "CN=probe,DC=beta,DC=example" }',
    );
    expect(await warned(across)).to.deep.equal([]);
  });

  it('tell of a global catalog', async () => {
    const catalog = RIGHT.replace('ldap.acme.example', 'dc1.acme.example:3269').replace(
      'endpoints:',
      '    vendor: active-directory\n    accounts: { expired: ignore }\nendpoints:',
    );
    expect(await warned(catalog)).to.deep.equal([
      '5: this is a global catalog: memberships in groups that are local to other domains are not in it',
    ]);
  });

  it('tell of keys that say nothing', async () => {
    const ldif = RIGHT.replace('urls: ldaps://ldap.acme.example', 'ldif: people.ldif');
    expect(await warned(ldif)).to.deep.equal(['6: bind says nothing beside ldif']);
    const startTls = RIGHT.replace(
      'urls: ldaps:',
      'plaintext: yes\n    tls: { starttls: yes }\n    urls: ldap:',
    );
    expect(await warned(startTls)).to.deep.equal([
      '5: plaintext says nothing beside tls.starttls: nothing is sent unencrypted',
    ]);
    const search = '    memberships: { from: search, base: "dc=acme", attribute: memberOf }\nendpoints:';
    expect(await warned(RIGHT.replace('endpoints:', search))).to.deep.equal([
      '9: memberships.attribute says nothing with from: search',
    ]);
    const partial = '    vendor: active-directory\n    memberships: { partial: yes }\nendpoints:';
    expect(await warned(RIGHT.replace('endpoints:', partial))).to.deep.equal([
      '10: memberships.partial says nothing with from: token-groups, the default of the vendor active-directory',
    ]);
  });
});
