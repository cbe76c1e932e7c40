/** The sample config of each vendor: what stands in it loads, each option that it shows loads too, nothing else does. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { VENDORS } from '../../src/directory/settings/vendors.ts';
import { certificates, load } from '../config/folder.ts';

const FOLDER = fileURLToPath(new URL('../../deploy/directories', import.meta.url));
const samples = readdirSync(FOLDER).sort();
// Prose has no `key: value` alone in a line.
const OPTION = /^( +)# (([a-z_]+): [[{'"\w(].*)$/;

describe('deploy/directories', () => {
  const pem = certificates();
  const files = {
    'secrets/immuta': 'a secret\n',
    'secrets/ldap-bind': 'another secret\n',
    'tls/acme-root.pem': pem.ca,
    'tls/ipa-ca.pem': pem.ca,
    'tls/google-client.pem': pem.certificate,
    'tls/google-client.key': pem.key,
  };

  it('has a sample for each vendor', () => {
    expect(samples).to.deep.equal(
      Object.keys(VENDORS)
        .map((vendor) => `${vendor}.yaml`)
        .sort(),
    );
  });

  it('has groups searched in the whole tree where nothing else is said', async () => {
    const { config } = await load(readFileSync(join(FOLDER, 'openldap.yaml'), 'utf8'), {}, files);
    const { from, base } = config?.directories.get('corp')?.memberships ?? {};
    expect([from, base]).to.deep.equal([['search'], 'dc=acme,dc=example']);
  });

  it('has one for two forests beside it', async () => {
    const sample = fileURLToPath(new URL('../../deploy/trusted-forests.yaml', import.meta.url));
    const own = { ...files, 'secrets/resource-bind': 'a third secret\n' };
    const { config, said } = await load(readFileSync(sample, 'utf8'), {}, own);
    expect(said).to.equal('');
    const forests = config?.directories.get('corp')?.foreign?.map(({ name, users }) => [name, users.bases]);
    expect(forests).to.deep.equal([['resource', ['DC=beta,DC=example']]]);
  });

  for (const sample of samples) {
    const text = readFileSync(join(FOLDER, sample), 'utf8');

    it(`${sample} loads as it is, with vendor, urls, bind and users.base alone`, async () => {
      const { config, problems } = await load(text, {}, files);
      expect(problems.map(({ message }) => message)).to.deep.equal([
        'the directory "corp" has no sentinel: a lost read right looks like "no groups"',
      ]);
      expect(config?.directories.get('corp')?.vendor).to.equal(sample.replace('.yaml', ''));
    });

    for (const [number, line] of text.split('\n').entries()) {
      const option = optionIn(line);
      if (option === undefined) continue;
      it(`${sample} loads with ${option.text}`, async () => {
        const { said } = await load(withOption(text, number, option), {}, files);
        if (option.key === 'sentinel') expect(said).to.equal('');
        else expect(said).to.not.include(': error: ');
      });
    }
  }
});

interface Option {
  readonly indent: string;
  readonly key: string;
  readonly text: string;
}

function optionIn(line: string): Option | undefined {
  const [, indent, text, key] = OPTION.exec(line) ?? [];
  return indent === undefined || key === undefined || text === undefined ? undefined : { indent, key, text };
}

/** The sample with one option taken out of its comment, in place of what says otherwise. */
function withOption(text: string, number: number, { indent, key, text: option }: Option): string {
  return text
    .split('\n')
    .map((line, i) => {
      if (i === number) return `${indent}${option}`;
      return line.startsWith(`${indent}${key}:`) ? '' : line;
    })
    .join('\n');
}
