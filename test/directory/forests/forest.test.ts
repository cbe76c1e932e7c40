/** A forest of several domains, and references to parts of it: what is whole, what is taken for it, what is refused. */
import { expect } from 'chai';
import { EntryDirectory } from '../../../src/directory/entry-directory.ts';
import { harmfulReferences } from '../../../src/directory/forests/references.ts';
import { LdifSource } from '../../../src/directory/ldif/ldif-source.ts';
import { Failure } from '../../../src/failure.ts';
import { parseDn } from '../../../src/names/dn.ts';
import { countedSource } from '../counted-source.ts';
import {
  exampleSettings,
  findPerson,
  ldapUrl,
  type Overrides,
  realClock,
  within,
} from '../example-settings.ts';
import { expectFailure } from '../rejection.ts';

const CONFIGURATION = 'CN=Configuration,DC=acme,DC=test';
const partition = (cn: string, dn: string, flags: number) =>
  `dn: CN=${cn},CN=Partitions,${CONFIGURATION}\nobjectClass: crossRef\nnCName: ${dn}\nsystemFlags: ${flags}`;
const ROOT_DSE = `dn:\nobjectClass: top\nconfigurationNamingContext: ${CONFIGURATION}`;
const PARTITIONS = `dn: CN=Partitions,${CONFIGURATION}\nobjectClass: crossRefContainer`;
const OTHERS = [
  partition('conf', CONFIGURATION, 1),
  partition('dns', 'DC=ForestDnsZones,DC=acme,DC=test', 5),
  partition('acme', 'DC=acme,DC=test', 3),
];
const CHILD = partition('eu', 'DC=eu,DC=acme,DC=test', 3);
const PEOPLE = [
  'dn: DC=acme,DC=test\nobjectClass: domainDNS',
  'dn: CN=Ann,DC=acme,DC=test\nobjectClass: user\nsAMAccountName: ann\nmemberOf: CN=staff,DC=acme,DC=test',
  'dn: CN=staff,DC=acme,DC=test\nobjectClass: group\ngroupType: -2147483646\nmember: CN=Ann,DC=acme,DC=test',
];

describe('a forest', () => {
  // Served as a server would serve it: an LDIF file alone is nobody's domain controller.
  const open = (records: readonly string[], overrides: Overrides = {}) => {
    const text = [...records, ...PEOPLE].concat('').join('\n\n');
    const settings = exampleSettings(
      { kind: 'ldap', urls: [ldapUrl('ldap', 1)], tls: {}, bind: { kind: 'anonymous' } },
      {
        vendor: 'active-directory',
        accounts: { disabled: 'ignore', expired: 'ignore', locked: 'ignore' },
        ...overrides,
        users: { bases: ['DC=acme,DC=test'], attribute: 'sAMAccountName' },
        memberships: { base: 'DC=acme,DC=test', filter: '(member=<dn>)', ...overrides.memberships },
      },
    );
    const source = countedSource(new LdifSource(settings, text));
    const directory = new EntryDirectory(settings, source, [], realClock, {
      fresh: 60_000,
      identities: false,
    });
    return { source, find: () => findPerson(directory, 'ann', within()) };
  };

  for (const from of ['attribute', 'search'] as const) {
    it(`of one domain has all memberships in it, and is looked at once (${from})`, async () => {
      const { find, source } = open([ROOT_DSE, PARTITIONS, ...OTHERS], { memberships: { from: [from] } });
      const person = await find();
      expect(person?.memberships).to.have.length(1);
      expect(person?.completeness).to.deep.equal({ isWhole: true, notes: [] });
      source.reset();
      await find();
      expect(source.searches).to.have.length(from === 'attribute' ? 1 : 2);
    });

    it(`is looked for below the domain where the root DSE is a proxy's (${from})`, async () => {
      const { find } = open(['dn:\nobjectClass: OpenLDAProotDSE', PARTITIONS, ...OTHERS], {
        memberships: { from: [from] },
      });
      expect((await find())?.completeness).to.deep.equal({ isWhole: true, notes: [] });
      const hidden = open(['dn:\nobjectClass: OpenLDAProotDSE'], { memberships: { from: [from] } });
      await expectFailure(hidden.find(), 'directory_incomplete', /\(domain\).*cannot be read/);
    });

    it(`of several is refused, unless the config takes a part for the whole (${from})`, async () => {
      const records = [ROOT_DSE, PARTITIONS, ...OTHERS, CHILD];
      const { find } = open(records, { memberships: { from: [from] } });
      await expectFailure(find(), 'directory_incomplete', /\(domain\).*eu,DC=acme.*partial: yes/);
      const person = await open(records, { memberships: { from: [from], partial: true } }).find();
      expect(person?.memberships).to.have.length(1);
      expect(person?.completeness?.isWhole).to.equal(false);
    });
  }

  it('whose domains cannot be read is refused too', async () => {
    for (const records of [
      [],
      [ROOT_DSE],
      [ROOT_DSE, PARTITIONS],
      [ROOT_DSE, PARTITIONS, ...OTHERS.slice(0, 2)],
    ]) {
      await expectFailure(open(records).find(), 'directory_incomplete', /which domains the forest has/);
    }
  });
});

describe('references', () => {
  const partitions = async () => [
    { dn: parseDn('DC=acme,DC=test'), isDomain: true },
    { dn: parseDn('DC=eu,DC=acme,DC=test'), isDomain: true },
    { dn: parseDn(CONFIGURATION), isDomain: false },
    { dn: parseDn('DC=My App,DC=acme,DC=test'), isDomain: false },
  ];
  const harmful = (
    uris: readonly string[],
    elsewhere: readonly string[] = [],
    ask: typeof partitions = partitions,
  ) =>
    harmfulReferences(
      uris.map((uri) => [uri]),
      elsewhere.map(parseDn),
      ask,
    );

  it('to partitions without people do no harm', async () => {
    const uris = [
      `ldap://acme.test/${CONFIGURATION}`,
      'ldap://app.acme.test/DC=My%20App,DC=acme,DC=test??sub',
    ];
    expect(await harmful(uris)).to.deep.equal([]);
  });

  it('to domains do, unless another directory serves the domain', async () => {
    const uri = 'ldaps://eu.acme.test:636/DC=EU,DC=acme,DC=test';
    expect(await harmful([uri])).to.deep.equal([uri]);
    expect(await harmful([uri], ['DC=eu,DC=acme,DC=test'])).to.deep.equal([]);
    expect(await harmful([uri], ['DC=us,DC=acme,DC=test'])).to.deep.equal([uri]);
  });

  it('to nowhere certain do', async () => {
    const uris = [
      'ldap://acme.test',
      'ldap://acme.test/',
      'ldap://acme.test/%zz',
      'ldap://x/no dn',
      'http://x/DC=a',
      '',
    ];
    expect(await harmful(uris)).to.deep.equal(uris);
    expect(await harmfulReferences([[]], [], partitions)).to.deep.equal(['nowhere']);
  });

  it('all do where nobody can say what the forest is made of', async () => {
    const uri = `ldap://acme.test/${CONFIGURATION}`;
    const failing = (code: 'directory_incomplete' | 'directory_unavailable') => () =>
      Promise.reject(new Failure(code, 'no'));
    expect(await harmful([uri], [], failing('directory_incomplete'))).to.deep.equal([uri]);
    await expectFailure(harmful([uri], [], failing('directory_unavailable')), 'directory_unavailable');
  });
});
