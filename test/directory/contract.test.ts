import { requireSlapd } from '../directories/installed.ts';
import { type Slapd, startSlapd } from '../directories/slapd.ts';
import { directoryContract } from './contract.ts';
import { exampleSettings, ldifSource, openDirectory, slapdSource } from './example-settings.ts';

directoryContract('an LDIF file', (overrides, attributes) =>
  openDirectory(exampleSettings(ldifSource(), overrides), { attributes }),
);

describe('OpenLDAP', () => {
  let slapd: Slapd;
  before(async function () {
    requireSlapd(this);
    slapd = await startSlapd();
  });
  after(() => slapd?.remove());

  for (const scheme of ['ldap', 'ldaps'] as const) {
    directoryContract(`OpenLDAP by ${scheme}`, (overrides, attributes) =>
      openDirectory(exampleSettings(slapdSource(slapd, scheme), overrides), { attributes }),
    );
  }
});
