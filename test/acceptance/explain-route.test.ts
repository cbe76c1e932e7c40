/** `GET /explain` of the admin listener: what the running service answers now, and why. */
import { request } from 'node:http';
import { expect } from 'chai';
import { OWN_NAMES_MAPPING, startService } from './running-service.ts';

const PEOPLE = `dn: dc=acme,dc=com
objectClass: domain

dn: uid=jdoe,dc=acme,dc=com
objectClass: person
uid: jdoe
memberOf: cn=web,ou=groups,dc=example,dc=test
memberOf: cn=elsewhere,dc=acme,dc=com
`;
const CONFIG = `listen: { host: 127.0.0.1, port: 0 }
admin: { host: 127.0.0.1, port: 0 }
callers: { immuta: { password: secret } }
directories:
  corp:
    ldif: people.ldif
    users: { base: 'dc=acme,dc=com', attribute: uid }
    memberships: { from: attribute, nested: no }
endpoints:
  /user-info: { directories: [corp], mapping: mapping.yaml, callers: [immuta] }
  /other: { directories: [corp], mapping: mapping.yaml, callers: [immuta] }
log: { level: info }
`;

describe('the admin route /explain', () => {
  let service: Awaited<ReturnType<typeof startService>>;
  before(async () => {
    service = await startService({
      'config.yaml': CONFIG,
      'mapping.yaml': OWN_NAMES_MAPPING,
      'people.ldif': PEOPLE,
    });
  });
  after(() => service.end());

  const explain = async (query: string) => {
    const answer = await fetch(`${service.adminUrl}/explain?${query}`);
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };

  it('tells the answer that a caller gets at this moment, from memory where it is, with its reasons', async () => {
    const asked = await fetch(`${service.url}/user-info?userid=jdoe`, {
      headers: { authorization: `Basic ${Buffer.from('immuta:secret').toString('base64')}` },
    });
    const { status, body } = await explain('endpoint=/user-info&userid=jdoe');
    expect(status).to.equal(200);
    expect(body['status']).to.equal(200);
    expect(body['answer']).to.deep.equal(await asked.json());
    expect(body['cache']).to.match(/^ldap-user-info; hit; ttl=\d+$/);
    expect(body['dn']).to.equal('uid=jdoe,dc=acme,dc=com');
    const { given, not_counted: notCounted } = body as Record<string, Record<string, unknown>[]>;
    expect(given?.[0]).to.deep.include({ name: 'web', facts: ['group web'] });
    expect(notCounted?.[0]).to.deep.include({ dn: 'cn=elsewhere,dc=acme,dc=com', cause: 'outside' });
  });

  it('tells the status and the reason where there is no answer', async () => {
    const { status, body } = await explain('endpoint=/user-info&userid=nobody');
    expect(status).to.equal(200);
    expect(body).to.deep.equal({
      endpoint: '/user-info',
      userid: 'nobody',
      status: 404,
      code: 'unknown_user',
      reason: 'no directory has such a person',
    });
  });

  it('asks for the endpoint where there are several, and for a userid', async () => {
    expect(await explain('userid=jdoe')).to.deep.equal({
      status: 400,
      body: {
        status: 'not_explained',
        reason: 'say which endpoint is meant',
        endpoints: ['/user-info', '/other'],
      },
    });
    expect((await explain('endpoint=/nope&userid=jdoe')).status).to.equal(404);
    expect((await explain('endpoint=/other')).body['reason']).to.equal('userid: there is none');
  });

  it('says nothing to a page that reached it by a name of its own', async () => {
    const { hostname, port } = new URL(service.adminUrl);
    const status = await new Promise((resolve, reject) => {
      const path = '/explain?endpoint=/other&userid=jdoe';
      const sent = request({ hostname, port, path, headers: { host: 'evil.example' } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      sent.once('error', reject).end();
    });
    expect(status).to.equal(403);
  });
});
