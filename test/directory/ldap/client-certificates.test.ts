/** Servers that ask who we are: client certificates, and SASL EXTERNAL, which binds by them. */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { expect } from 'chai';
import type { EntryDirectory } from '../../../src/directory/entry-directory.ts';
import type { LdapSettings, LdapTls } from '../../../src/directory/settings/settings.ts';
import { requireSlapd } from '../../directories/installed.ts';
import { type Slapd, startSlapd } from '../../directories/slapd.ts';
import { TurnedClock } from '../../turned-clock.ts';
import {
  exampleSettings,
  findPerson,
  ldapUrl,
  openDirectory,
  slapdSource,
  within,
} from '../example-settings.ts';
import { expectFailure, failureOf } from '../rejection.ts';

const ONLY_LOOKUP = [
  'to attrs=userPassword by anonymous auth by * none',
  'to * by dn.exact="cn=lookup,ou=services,dc=example,dc=test" read by * none',
];

describe('a client certificate', () => {
  let strict: Slapd;
  let lenient: Slapd;
  const opened: EntryDirectory[] = [];
  const open = (
    slapd: Slapd,
    scheme: 'ldap' | 'ldaps',
    client: LdapTls['client'],
    bind?: LdapSettings['bind'],
    clock?: TurnedClock,
  ) => {
    const tls = { ca: slapd.certificates.ca, startTls: scheme === 'ldap', client };
    const source = slapdSource(slapd, scheme, { tls, ...(bind === undefined ? {} : { bind }) });
    const one = openDirectory(exampleSettings(source), clock ? { clock } : {});
    opened.push(one);
    return one;
  };
  const find = (one: EntryDirectory) => findPerson(one, 'ann', within());
  /** What the server's log, which comes a moment late, says of binds. */
  const logOf = async (slapd: Slapd, since: number, what: RegExp) => {
    return (await slapd.settledLog()).slice(since).match(what) ?? [];
  };
  const results = (slapd: Slapd, since: number) => logOf(slapd, since, /RESULT tag=97 /g);
  const external = { kind: 'external' } as const;

  before(async function () {
    requireSlapd(this);
    [strict, lenient] = await Promise.all([
      startSlapd({ verifyClient: 'demand' }),
      startSlapd({ verifyClient: 'allow' }),
    ]);
    strict.allow(...ONLY_LOOKUP);
    lenient.allow(...ONLY_LOOKUP);
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()));
  });
  after(() => Promise.all([strict?.remove(), lenient?.remove()]));

  for (const scheme of ['ldap', 'ldaps'] as const) {
    const how = scheme === 'ldap' ? 'StartTLS' : 'ldaps';

    it(`is shown to the server that demands one (${how})`, async () => {
      expect((await find(open(strict, scheme, strict.certificates.client)))?.memberships).to.have.length(5);
    });

    it(`binds by SASL EXTERNAL as the account that it is mapped to (${how})`, async () => {
      const logged = (await strict.settledLog()).length;
      expect(
        (await find(open(strict, scheme, strict.certificates.client, external)))?.memberships,
      ).to.have.length(5);
      expect(await logOf(strict, logged, /BIND dn="cn=lookup,[^"]*" mech=EXTERNAL/g)).to.have.length(1);
    });

    it(`is missing, and SASL EXTERNAL is refused: directory_refused, with a backoff (${how})`, async () => {
      const clock = new TurnedClock();
      const logged = (await lenient.settledLog()).length;
      const one = open(lenient, scheme, undefined, external, clock);
      const refused = /refused the bind by client certificate \(SASL EXTERNAL\): result 7/;
      await expectFailure(find(one), 'directory_refused', refused);
      await expectFailure(find(one), 'directory_refused', /no further bind for 30 s/);
      expect(await results(lenient, logged)).to.have.length(1);
    });

    it(`is missing where one is demanded: directory_unavailable, and no bind (${how})`, async () => {
      const logged = (await strict.settledLog()).length;
      const one = open(strict, scheme, undefined);
      await expectFailure(find(one), 'directory_unavailable', /it may demand a client certificate/);
      expect(await results(strict, logged)).to.deep.equal([]);
    });

    it(`is another authority's: directory_unavailable, and no bind (${how})`, async () => {
      const logged = (await strict.settledLog()).length;
      const one = open(strict, scheme, strict.certificates.otherClient, external);
      const failure = await failureOf(find(one));
      expect(failure.code).to.equal('directory_unavailable');
      expect(failure.message).to.match(/it may not accept the client certificate/);
      expect(failure.message.match(/127\.0\.0\.1/g)).to.have.length(1);
      expect(failure.message).not.to.contain('-----');
      expect(await results(strict, logged)).to.deep.equal([]);
    });
  }

  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    for (const given of [true, false]) {
      it(`is ${given ? 'not accepted' : 'missing'} at a server that says so (${version})`, async () => {
        const { ca, certificateFile, keyFile, otherClient } = strict.certificates;
        const server = createServer({
          cert: readFileSync(certificateFile),
          key: readFileSync(keyFile),
          ca,
          requestCert: true,
          rejectUnauthorized: true,
          maxVersion: version,
        });
        server.on('tlsClientError', () => {});
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        const { port } = server.address() as AddressInfo;
        const tls = { ca, client: given ? otherClient : undefined };
        const one = openDirectory(
          exampleSettings(slapdSource(strict, 'ldaps', { urls: [ldapUrl('ldaps', port)], tls })),
        );
        try {
          const hint = given ? /may not accept the client certificate/ : /may demand a client certificate/;
          await expectFailure(find(one), 'directory_unavailable', hint);
        } finally {
          await one.close();
          await new Promise((resolve) => server.close(resolve));
        }
      });
    }
  }
});
