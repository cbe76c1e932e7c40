/**
 * A real slapd with the people of the tests, for somebody at a terminal: `npm run directory`. Beside it a config and a
 * mapping that fit, and what to ask of it. Ctrl-C ends it and removes its folder.
 */
import { folderWith, OWN_NAMES_MAPPING, slapdConfig } from '../acceptance/running-service.ts';
import { missingForSlapd } from './installed.ts';
import { LOOKUP_DN, LOOKUP_PASSWORD, startSlapd } from './slapd.ts';

const missing = missingForSlapd();
if (missing !== undefined) {
  process.stderr.write(`${missing} to run a directory by hand\n`);
  process.exit(1);
}
const slapd = await startSlapd();
const folder = folderWith({ 'config.yaml': slapdConfig(slapd), 'mapping.yaml': OWN_NAMES_MAPPING });
const url = `ldap://127.0.0.1:${slapd.port}`;
const people = 'ou=people,dc=example,dc=test';

process.stdout.write(`slapd answers at ${url} with the people of test/directories/people.ldif

Ask it yourself:
  ldapsearch -x -H ${url} -D ${LOOKUP_DN} -w ${LOOKUP_PASSWORD} -b ${people} '(uid=ann)' memberOf
Ask the service, from the sources as they are now:
  export LDAP_USER_INFO_CONFIG=${folder}/config.yaml
  npx tsx src/main.ts doctor
  npx tsx src/main.ts explain ann
  npx tsx src/main.ts serve

Ctrl-C ends it.
`);
// Nothing else here keeps the process alive: the server is ended with it.
setInterval(() => undefined, 60_000);
