/** The sample for operators stays valid. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { certificates, load } from './folder.ts';

describe('deploy/config.sample.yaml', () => {
  it('is valid where its files are there', async () => {
    const pem = certificates();
    const sample = readFileSync(new URL('../../deploy/config.sample.yaml', import.meta.url), 'utf8');
    const { config, said } = await load(
      sample,
      {},
      {
        'secrets/immuta': 'a secret\n',
        'secrets/ldap-bind': 'another secret\n',
        'tls/server.pem': pem.certificate,
        'tls/server.key': pem.key,
        'tls/ldap-ca.pem': pem.ca,
      },
    );
    expect(said).to.equal('');
    expect(config?.callers.get('immuta')?.passwords).to.deep.equal(['a secret']);
    expect(config?.directories.get('corp')?.memberships.from).to.deep.equal(['search']);
  });
});
