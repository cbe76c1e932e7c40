import { type Ds389, startDs389 } from '../directories/389ds.ts';
import { requireDs389, requireSlapd } from '../directories/installed.ts';
import { type Slapd, startSlapd } from '../directories/slapd.ts';
import { directoryContract } from './contract.ts';
import { ds389Source, exampleSettings, ldifSource, openDirectory, slapdSource } from './example-settings.ts';

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

describe('389 Directory Server', () => {
  let ds: Ds389;
  before(async function () {
    requireDs389(this);
    ds = await startDs389();
  });
  after(() => ds?.remove());

  for (const scheme of ['ldap', 'ldaps'] as const) {
    directoryContract(
      `389 Directory Server by ${scheme}`,
      (overrides, attributes) =>
        openDirectory(exampleSettings(ds389Source(ds, scheme), overrides), { attributes }),
      { takesEmptySets: false },
    );
  }
});
