/** What a config file that is right becomes: every key, every default. */
import { join } from 'node:path';
import { expect } from 'chai';
import { loadConfig } from '../../src/config/load.ts';
import { renderProblem } from '../../src/yaml/problem.ts';
import { certificates, HASH, load, RIGHT } from './folder.ts';

const PEM = certificates();

describe('loadConfig', () => {
  it('applies every default', async () => {
    const { config, problems, folder } = await load(RIGHT);
    expect(problems).to.deep.equal([]);
    expect({ ...config, callers: undefined, directories: undefined }).to.deep.equal({
      file: join(folder, 'config.yaml'),
      listen: {
        host: '127.0.0.1',
        port: 8443,
        tls: undefined,
        failedLogins: { count: 20, window: 60_000 },
      },
      admin: { host: '127.0.0.1', port: 9090, written: false },
      callers: undefined,
      directories: undefined,
      endpoints: [
        {
          path: '/user-info',
          directories: ['corp'],
          mapping: { file: join(folder, 'mapping.yaml'), shown: join(folder, 'mapping.yaml') },
          callers: ['immuta'],
          deadline: 8000,
        },
      ],
      drain: { linger: 1000 },
      cache: {
        people: 100_000,
        memory: undefined,
        fresh: 300_000,
        stale: 3_600_000,
        unknown: 30_000,
        wait: 2000,
      },
      log: { level: 'info', audit: 'yes' },
    });
    expect(config?.callers.get('immuta')).to.deep.equal({
      name: 'immuta',
      user: 'immuta',
      passwords: ['a secret'],
      passwordHashes: [],
      certificate: undefined,
    });
    expect(config?.directories.get('corp')).to.deep.equal({
      name: 'corp',
      vendor: 'generic',
      source: {
        kind: 'ldap',
        urls: [{ scheme: 'ldaps', host: 'ldap.acme.example', port: 636, text: 'ldaps://ldap.acme.example' }],
        tls: { ca: undefined, serverName: undefined, startTls: false, client: undefined },
        bind: { kind: 'simple', dn: 'cn=svc,dc=acme', password: 'a secret' },
      },
      users: {
        bases: ['ou=people,dc=acme'],
        attribute: 'uid',
        people: undefined,
        userids: ['<userid>'],
        unknown: 'not_found',
      },
      memberships: {
        from: ['attribute'],
        nested: true,
        attribute: 'memberOf',
        hasPlainNames: false,
        base: undefined,
        filter: '(|(member=<dn>)(uniqueMember=<dn>)(&(objectClass=posixGroup)(memberUid=<uid>)))',
        uidAttribute: 'uid',
        name: undefined,
        limits: { groups: 10_000, depth: 32 },
        primaryGroup: undefined,
        posixGroup: { number: 'gidNumber', objectClass: 'posixGroup' },
        distribution: undefined,
        partial: false,
      },
      accounts: { disabled: 'empty', expired: 'empty', locked: 'ignore' },
      sentinel: { userid: 'probe', group: 'cn=probe,dc=acme' },
      referrals: 'error',
      beside: [],
      limits: {
        connections: 2,
        concurrent: 64,
        queue: 1000,
        connect: 3000,
        search: 5000,
        idle: 120_000,
        age: 600_000,
        entries: 100_000,
        octets: 64 * 2 ** 20,
      },
    });
  });

  it('knows what people and groups are in Active Directory', async () => {
    const text = RIGHT.replace('endpoints:', '    vendor: active-directory\nendpoints:');
    const { config } = await load(text, { SECRET: 'a secret' });
    const corp = config?.directories.get('corp');
    expect(corp?.users).to.deep.include({
      attribute: 'sAMAccountName',
      people: '(&(objectClass=user)(!(objectClass=computer)))',
    });
    expect(corp?.memberships).to.deep.include({
      from: ['token-groups'],
      nested: true,
      primaryGroup: { rid: 'primaryGroupID', sid: 'objectSid' },
      distribution: false,
    });
    const all = text.replace('endpoints:', '    memberships: { distribution: yes }\nendpoints:');
    const counting = (await load(all, { SECRET: 'a secret' })).config?.directories.get('corp');
    expect(counting?.memberships.distribution).to.equal(true);
  });

  it("keeps the vendor's own restriction beside a filter of the config", async () => {
    const people = '(&(objectClass=user)(!(objectClass=computer)))';
    for (const vendor of ['active-directory', 'entra-ds', 'ad-lds']) {
      const text = RIGHT.replace('endpoints:', `    vendor: ${vendor}\nendpoints:`).replace(
        'users: { ',
        'users: { filter: "(mail=<userid>)", ',
      );
      const { config, said } = await load(text, { SECRET: 'a secret' });
      expect(config?.directories.get('corp')?.users, said).to.deep.include({
        filter: '(mail=<userid>)',
        people,
      });
    }
  });

  it('takes signs of dead accounts, one value or several', async () => {
    const signs =
      "[{ attribute: loginDisabled, is: 'TRUE', means: disabled }, { attribute: st, is: [a, b], means: locked }]";
    const text = RIGHT.replace('endpoints:', `    accounts: { locked: empty, signs: ${signs} }\nendpoints:`);
    const { config, problems } = await load(text, { SECRET: 'a secret' });
    expect(problems).to.deep.equal([]);
    expect(config?.directories.get('corp')?.accounts).to.deep.equal({
      disabled: 'empty',
      expired: 'empty',
      locked: 'empty',
      signs: [
        { attribute: 'loginDisabled', is: ['TRUE'], means: 'disabled' },
        { attribute: 'st', is: ['a', 'b'], means: 'locked' },
      ],
    });
  });

  it('tells each directory which others are asked beside it, at every endpoint that asks it', async () => {
    const other = (name: string) =>
      `  ${name}: { urls: ldaps://b.example, bind: { anonymous: yes }, users: { base: "dc=${name}" }, sentinel: { userid: p, group: "cn=p" } }\n`;
    const text = RIGHT.replace('endpoints:', `${other('b')}${other('c')}endpoints:`).replace(
      /\[?corp\]?, mapping: ([^,]*),(.*)$/m,
      '[corp, b, c], mapping: $1,$2\n  /two: { directories: [corp, b], mapping: $1,$2',
    );
    const { config, problems } = await load(text, { SECRET: 'a secret' });
    expect(problems.filter(({ severity }) => severity === 'error')).to.deep.equal([]);
    const beside = (name: string) => config?.directories.get(name)?.beside?.map((each) => each.name);
    expect([beside('corp'), beside('b'), beside('c')]).to.deep.equal([['b'], ['corp'], ['corp', 'b']]);
    expect(config?.directories.get('b')?.beside).to.deep.equal([
      { name: 'corp', bases: ['ou=people,dc=acme'] },
    ]);
  });

  it('takes every key', async () => {
    const text = `
listen: { host: "::", port: 0, tls: { certificate: tls/a.pem, key: tls/a.key }, failed_logins: { count: 3, window: 1h } }
admin: { host: localhost, port: 0 }
callers:
  immuta: { user: "Immuta ü", passwords: ["\${env:SECRET}", "\${file:old}"] }
  other: { password_hash: "${HASH}", password: "\${env:SECRET}" }
directories:
  corp:
    vendor: pingdirectory
    urls: ["LDAP://[::1]:1389/", ldaps://dc1.acme.example]
    plaintext: true
    tls: { ca: ca.pem, server_name: dc.acme.example, starttls: no }
    bind: { anonymous: yes }
    users: { base: ["ou=a,dc=acme", "ou=b,dc=acme"], filter: "(mail=<userid>)", userids: ['<name>@acme.example'], unknown: empty }
    memberships: { from: search, nested: true, base: "ou=groups,dc=acme", filter: (memberUid=<uid>), uid_attribute: entryUUID, name: ou, partial: no, limits: { groups: 5, depth: 2 } }
    accounts: { disabled: ignore, expired: not_found, locked: empty }
    sentinel: { userid: probe@acme.example, group: "cn=probe,dc=acme" }
    referrals: ignore
    limits: { connections: 4, concurrent: 8, queue: 0, connect: 500ms, search: 1s, idle: 1m, age: 1h, entries: 9, octets: 2MiB }
  file: { ldif: people.ldif, users: { base: "dc=acme", attribute: mail }, sentinel: { userid: probe, group: "cn=probe,dc=acme" } }
endpoints:
  /a: { directories: [corp, file], mapping: sub/a.yaml, callers: [immuta, other], deadline: 10s }
  /b/c: { directories: file, mapping: /etc/b.yaml, callers: other }
drain: { linger: 10m }
cache: { people: 7, memory: 64MiB, fresh: 0s, stale: 0s, unknown: 0s, wait: 0s }
log: { level: debug, audit: values }
`;
    const { config, said, folder } = await load(
      text,
      { SECRET: 's' },
      {
        old: 'former\n',
        'tls/a.pem': PEM.certificate,
        'tls/a.key': PEM.key,
        'ca.pem': PEM.ca,
        'people.ldif': 'dn: dc=acme\n',
      },
    );
    expect(said).to.equal('');
    expect(config?.listen).to.deep.equal({
      host: '::',
      port: 0,
      tls: { certificate: PEM.certificate, key: PEM.key, clientCa: undefined },
      failedLogins: { count: 3, window: 3_600_000 },
    });
    expect(config?.admin).to.deep.equal({ host: 'localhost', port: 0, written: true });
    expect(config?.callers.get('immuta')).to.include({ user: 'Immuta ü' });
    expect(config?.callers.get('immuta')?.passwords).to.deep.equal(['s', 'former']);
    expect(config?.callers.get('other')?.passwords).to.deep.equal(['s']);
    expect(config?.callers.get('other')?.passwordHashes.map(({ ln }) => ln)).to.deep.equal([15]);
    const corp = config?.directories.get('corp');
    expect(corp?.source).to.deep.equal({
      kind: 'ldap',
      urls: [
        { scheme: 'ldap', host: '::1', port: 1389, text: 'LDAP://[::1]:1389/' },
        { scheme: 'ldaps', host: 'dc1.acme.example', port: 636, text: 'ldaps://dc1.acme.example' },
      ],
      tls: { ca: PEM.ca, serverName: 'dc.acme.example', startTls: false, client: undefined },
      bind: { kind: 'anonymous' },
    });
    expect(corp?.users).to.deep.equal({
      bases: ['ou=a,dc=acme', 'ou=b,dc=acme'],
      filter: '(mail=<userid>)',
      people: undefined,
      userids: ['<name>@acme.example'],
      unknown: 'empty',
    });
    expect(corp?.accounts).to.deep.equal({ disabled: 'ignore', expired: 'not_found', locked: 'empty' });
    expect(corp?.memberships).to.deep.equal({
      from: ['search'],
      nested: true,
      attribute: 'isMemberOf',
      hasPlainNames: false,
      base: 'ou=groups,dc=acme',
      filter: '(memberUid=<uid>)',
      uidAttribute: 'entryUUID',
      name: 'ou',
      limits: { groups: 5, depth: 2 },
      primaryGroup: undefined,
      posixGroup: undefined,
      distribution: undefined,
      partial: false,
    });
    expect(corp?.referrals).to.equal('ignore');
    expect(corp?.limits).to.deep.equal({
      connections: 4,
      concurrent: 8,
      queue: 0,
      connect: 500,
      search: 1000,
      idle: 60_000,
      age: 3_600_000,
      entries: 9,
      octets: 2 * 2 ** 20,
    });
    expect(config?.directories.get('file')?.source).to.deep.equal({
      kind: 'ldif',
      file: join(folder, 'people.ldif'),
      text: 'dn: dc=acme\n',
    });
    expect(config?.directories.get('file')?.users.attribute).to.equal('mail');
    expect(config?.endpoints).to.deep.equal([
      {
        path: '/a',
        directories: ['corp', 'file'],
        mapping: { file: join(folder, 'sub/a.yaml'), shown: join(folder, 'sub/a.yaml') },
        callers: ['immuta', 'other'],
        deadline: 10_000,
      },
      {
        path: '/b/c',
        directories: ['file'],
        mapping: { file: '/etc/b.yaml', shown: '/etc/b.yaml' },
        callers: ['other'],
        deadline: 8000,
      },
    ]);
    expect(config?.drain).to.deep.equal({ linger: 600_000 });
    expect(config?.cache).to.deep.equal({
      people: 7,
      memory: 2 ** 26,
      fresh: 0,
      stale: 0,
      unknown: 0,
      wait: 0,
    });
    expect(config?.log).to.deep.equal({ level: 'debug', audit: 'values' });
  });

  it('takes a client certificate, to bind by it', async () => {
    const written = 'tls: { certificate: c.pem, key: c.key }\n    bind: { sasl: external }';
    const { config, said } = await load(
      RIGHT.replace(/bind: .*/, written),
      { SECRET: 's' },
      { 'c.pem': PEM.certificate, 'c.key': PEM.key },
    );
    expect(said).to.equal('');
    const source = config?.directories.get('corp')?.source;
    expect(source).to.have.nested.property('tls.client').that.deep.equals({
      certificate: PEM.certificate,
      key: PEM.key,
    });
    expect(source).to.have.property('bind').that.deep.equals({ kind: 'external' });
  });

  for (const [others, service, startTls] of [
    ['', 'ldaps', false],
    ['plaintext: yes', 'ldap', false],
    ['tls: { starttls: yes }', 'ldap', true],
  ] as const) {
    it(`looks up ${service} servers in DNS${others === '' ? '' : ` with ${others}`}`, async () => {
      const { config, said } = await load(
        RIGHT.replace('urls: ldaps://ldap.acme.example', `urls: SRV:acme.example\n    ${others}`),
      );
      expect(said).to.equal('');
      expect(config?.directories.get('corp')?.source).to.deep.include({
        urls: [{ scheme: 'srv', domain: 'acme.example', service, text: 'SRV:acme.example' }],
        tls: { ca: undefined, serverName: undefined, startTls, client: undefined },
      });
    });
  }

  it('takes ldap:// where StartTLS is to follow', async () => {
    const { config, said } = await load(
      RIGHT.replace(
        'urls: ldaps://ldap.acme.example',
        'urls: ldap://ldap.acme.example\n    tls: { starttls: yes }',
      ),
    );
    expect(said).to.equal('');
    expect(config?.directories.get('corp')?.source).to.have.nested.property('tls.startTls', true);
  });

  it("takes the vendor's defaults", async () => {
    const { config } = await load(
      RIGHT.replace(
        '    users',
        '    vendor: openldap\n    memberships: { base: "ou=groups,dc=acme" }\n    users',
      ),
    );
    expect(config?.directories.get('corp')?.memberships).to.deep.include({
      from: ['search'],
      filter: '(|(member=<dn>)(uniqueMember=<dn>)(memberUid=<uid>))',
    });
    const freeipa = await load(RIGHT.replace('    users', '    vendor: freeipa\n    users'));
    expect(freeipa.config?.directories.get('corp')?.memberships.nested).to.equal(false);
  });

  it('does without nesting only where an attribute alone tells all groups by itself', async () => {
    const nested = async (vendor: string, memberships: string) => {
      const lines = `    vendor: ${vendor}\n    memberships: { ${memberships} }\n    users`;
      const { config } = await load(RIGHT.replace('    users', lines));
      return config?.directories.get('corp')?.memberships.nested;
    };
    for (const vendor of ['389ds', 'freeipa', 'pingdirectory']) {
      expect(await nested(vendor, 'base: dc=acme'), vendor).to.equal(false);
      expect(await nested(vendor, 'from: [attribute]'), vendor).to.equal(false);
      expect(await nested(vendor, 'from: search'), vendor).to.equal(true);
      expect(await nested(vendor, 'from: [attribute, search]'), vendor).to.equal(true);
      expect(await nested(vendor, 'attribute: nsRole'), vendor).to.equal(true);
      expect(await nested(vendor, 'nested: yes'), vendor).to.equal(true);
    }
    for (const vendor of ['openldap', 'active-directory', 'okta', 'generic']) {
      expect(await nested(vendor, 'from: attribute'), vendor).to.equal(true);
    }
  });

  it('counts the group of the gidNumber, but not beside a filter of its own, unless told', async () => {
    const posix = async (more: string, vendor = 'openldap') => {
      const lines = `    vendor: ${vendor}\n    memberships: { base: "dc=acme"${more} }\n    users`;
      const { config } = await load(RIGHT.replace('    users', lines));
      return config?.directories.get('corp')?.memberships.posixGroup?.number;
    };
    const filter = ', from: search, filter: (member=<dn>)';
    expect(await posix('')).to.equal('gidNumber');
    expect(await posix(', from: attribute')).to.equal('gidNumber');
    expect(await posix(', primary: no')).to.equal(undefined);
    expect(await posix(filter)).to.equal(undefined);
    expect(await posix(`${filter}, primary: yes`)).to.equal('gidNumber');
    expect(await posix('', 'active-directory')).to.equal(undefined);
  });

  it('yields what nobody can change', async () => {
    const { config } = await load(RIGHT);
    expect(() => Object.assign(config ?? {}, { file: 'x' })).to.throw(TypeError);
    expect(() => Object.assign(config?.cache ?? {}, { fresh: 1 })).to.throw(TypeError);
    expect(() => Object.assign(config?.callers.get('immuta') ?? {}, { user: 'x' })).to.throw(TypeError);
    expect(() => Object.assign(config?.endpoints[0]?.callers ?? [], ['x'])).to.throw(TypeError);
  });

  it('shows paths below the working directory relative to it', async () => {
    const { mappings, config } = await load(
      RIGHT.replace('mapping: mapping.yaml', `mapping: ${join(process.cwd(), 'mappings/x.yaml')}`),
    );
    expect(config?.endpoints[0]?.mapping.shown).to.equal('mappings/x.yaml');
    expect(mappings.map(({ shown }) => shown)).to.deep.equal(['mappings/x.yaml']);
  });

  it('names the mappings of a config with errors too, each once, and makes problems where they are named', async () => {
    const text = `${RIGHT}  /b: { directories: [corp], mapping: ./mapping.yaml, callers: [nobody] }\n`;
    const { config, mappings, folder } = await load(text);
    expect(config).to.equal(undefined);
    expect(mappings.map(({ file }) => file)).to.deep.equal([join(folder, 'mapping.yaml')]);
    const [mapping] = mappings;
    expect(mapping?.unreadable('it is gone')).to.include({
      severity: 'error',
      message: `the mapping file ${mapping?.shown}: it is gone`,
      hint: 'paths start at the folder of this config file',
    });
    expect(mapping?.unfit('it does not fit')).to.include({ severity: 'error', message: 'it does not fit' });
    for (const problem of [mapping?.unreadable(''), mapping?.unfit('')])
      expect(problem?.position).to.deep.equal({ line: 10, column: 47 });
  });

  it('says how to name a config file where there is none', async () => {
    const { config, problems } = await loadConfig('/nonexistent/config.yaml', {});
    expect(config).to.equal(undefined);
    expect(problems.map(renderProblem)).to.deep.equal([
      '/nonexistent/config.yaml: error: cannot read the config file: there is no such file ' +
        '(name it with --config, or in the environment variable LDAP_USER_INFO_CONFIG)',
    ]);
    const folder = await loadConfig('/tmp', {});
    expect(folder.problems[0]?.message).to.equal('cannot read the config file: it is not a file');
  });

  for (const [host, loopback] of [
    ['127.0.0.1', true],
    ['127.9.9.9', true],
    ['"::1"', true],
    ['localhost', true],
    ['0.0.0.0', false],
    ['"::"', false],
    ['10.0.0.1', false],
    ['127.acme.example', false],
    ['localhost.acme.example', false],
    ['"::ffff:127.0.0.1"', false],
  ] as const) {
    it(`${loopback ? 'listens' : 'does not listen'} for passwords without TLS on ${host}`, async () => {
      const { config } = await load(`listen: { host: ${host} }\n${RIGHT}`);
      expect(config !== undefined).to.equal(loopback);
      const plain = await load(`listen: { host: ${host}, plaintext: yes }\n${RIGHT}`);
      expect(plain.config?.listen.host).to.equal(host.replaceAll('"', ''));
    });
  }

  for (const [written, milliseconds] of [
    ['1ms', 1],
    ['500ms', 500],
    ['30s', 30_000],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['500h', 1_800_000_000],
    ['0s', undefined],
    ['501h', undefined],
    ['5', undefined],
    ['05s', undefined],
    ['1.5s', undefined],
    ['-1s', undefined],
    ['5 s', undefined],
    ['5S', undefined],
    ['1d', undefined],
    ['1h30m', undefined],
  ] as const) {
    it(`reads the duration ${written} as ${milliseconds ?? 'none'}`, async () => {
      const { config } = await load(RIGHT.replace('[immuta] }', `[immuta], deadline: ${written} }`));
      expect(config?.endpoints[0]?.deadline).to.equal(milliseconds);
    });
  }
});
