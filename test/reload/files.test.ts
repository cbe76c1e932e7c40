/** Which files a setup is made of: those that a reload watches, also where they are missing or wrong. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { readSetup } from '../../src/setup/setup.ts';
import { folderWith, OWN_NAMES_MAPPING } from '../acceptance/running-service.ts';
import { makeCertificates } from '../directories/certificates.ts';
import { PEOPLE_LDIF } from '../directories/slapd.ts';

const CONFIG = `listen: { host: 127.0.0.1, port: 0, tls: { certificate: server.pem, key: server.key } }
callers: { immuta: { password: "\${file:immuta}" } }
directories:
  corp:
    urls: [ldaps://directory.example.test]
    tls: { ca: ca.pem }
    bind: { dn: cn=a, password: "\${file:bind}" }
    users: { base: dc=test, attribute: uid }
    memberships: { from: attribute }
  file:
    ldif: people.ldif
    users: { base: dc=test, attribute: uid }
    memberships: { from: attribute }
endpoints:
  /a: { directories: [corp], mapping: a.yaml, callers: [immuta] }
  /b: { directories: [file], mapping: b.yaml, callers: [immuta] }
`;
const NAMES = [
  'a.yaml',
  'b.yaml',
  'bind',
  'ca.pem',
  'config.yaml',
  'immuta',
  'people.ldif',
  'server.key',
  'server.pem',
];

describe('the files of a setup', () => {
  let folder: string;

  beforeEach(() => {
    folder = folderWith({
      'config.yaml': CONFIG,
      'a.yaml': OWN_NAMES_MAPPING,
      'b.yaml': OWN_NAMES_MAPPING,
      'people.ldif': readFileSync(PEOPLE_LDIF, 'utf8'),
      immuta: 'secret-1',
      bind: 'secret-2',
    });
    makeCertificates(folder);
  });

  const read = async () => {
    const { setup, files } = await readSetup(join(folder, 'config.yaml'), {});
    return { isWhole: setup !== undefined, files: [...files].sort() };
  };
  const all = () => NAMES.map((name) => join(folder, name));

  it('are config, mappings, secrets, certificates and LDIF, each once', async () => {
    expect(await read()).to.deep.equal({ isWhole: true, files: all() });
  });

  for (const name of NAMES.filter((each) => each !== 'config.yaml')) {
    it(`are the same while ${name} is missing`, async () => {
      rmSync(join(folder, name));
      expect(await read()).to.deep.equal({ isWhole: false, files: all() });
    });
  }

  it('are the same while a mapping is wrong', async () => {
    writeFileSync(join(folder, 'a.yaml'), 'version: 7\n');
    expect(await read()).to.deep.equal({ isWhole: false, files: all() });
  });

  for (const [what, text] of [
    ['empty', ''],
    ['no YAML', ': ['],
  ] as const) {
    it(`hold the config file itself where that is ${what}`, async () => {
      writeFileSync(join(folder, 'config.yaml'), text);
      expect(await read()).to.deep.equal({ isWhole: false, files: [join(folder, 'config.yaml')] });
    });
  }

  it('hold the config file itself where there is none', async () => {
    rmSync(join(folder, 'config.yaml'));
    expect(await read()).to.deep.equal({ isWhole: false, files: [join(folder, 'config.yaml')] });
  });
});
