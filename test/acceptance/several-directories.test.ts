/** One endpoint before two real servers, Active Directory and OpenLDAP: who is in one, in both, and when one fails. */
import { expect } from 'chai';
import { requireSamba, requireSlapd } from '../directories/installed.ts';
import { type Samba, startSamba } from '../directories/samba.ts';
import { ACCOUNT_PASSWORD, LOOKUP_ACCOUNT, PEOPLE_DN } from '../directories/samba-people.ts';
import { LOOKUP_DN, LOOKUP_PASSWORD, type Slapd, startSlapd } from '../directories/slapd.ts';
import { until } from '../until.ts';
import { codeOf, groupsOf, type RunningService, startService } from './running-service.ts';

// In the Samba domain there is one, too.
const TWIN = `dn: uid=twin1,ou=people,dc=example,dc=test
objectClass: inetOrgPerson
uid: twin1
cn: Twin
sn: Twin
`;
const MAPPING = `version: 1
groups: { under: everywhere }
rules:
  - id: own-names
    when: { group: <name> }
    where: { name: any }
    give: { groups: [<name>] }
`;

describe('several directories for one endpoint', () => {
  let samba: Samba;
  let slapd: Slapd;
  let service: RunningService | undefined;

  before(async function () {
    requireSlapd(this);
    requireSamba(this);
    samba = await startSamba();
    slapd = await startSlapd({ more: TWIN });
  });
  after(async () => {
    await samba?.remove();
    await slapd?.remove();
  });
  afterEach(async () => {
    await service?.end();
    service = undefined;
  });

  const serve = async ({
    unixPassword = LOOKUP_PASSWORD,
    unixIds = '<name>',
    order = 'corp, unix',
    deadline = '60s',
  } = {}) => {
    const config = `listen: { host: 127.0.0.1, port: 0 }
admin: { host: 127.0.0.1, port: 0 }
callers: { immuta: { password: secret } }
directories:
  corp:
    vendor: active-directory
    urls: ldaps://${samba.host}
    tls: { ca: ca.pem }
    bind: { dn: "${LOOKUP_ACCOUNT}", password: "${ACCOUNT_PASSWORD}" }
    users: { base: "${PEOPLE_DN}", userids: ["<name>"] }
    limits: { connect: 30s, search: 30s }
  unix:
    vendor: openldap
    urls: ldap://127.0.0.1:${slapd.port}
    plaintext: yes
    bind: { dn: "${LOOKUP_DN}", password: "${unixPassword}" }
    users: { base: "ou=people,dc=example,dc=test", userids: ["${unixIds}"] }
    memberships: { base: "ou=groups,dc=example,dc=test" }
    limits: { connect: 30s, search: 30s }
endpoints:
  /user-info: { directories: [${order}], mapping: mapping.yaml, callers: [immuta], deadline: ${deadline} }
cache: { fresh: 10ms, stale: 10ms, unknown: 10ms }
`;
    service = await startService({
      'config.yaml': config,
      'mapping.yaml': MAPPING,
      'ca.pem': samba.certificates.ca,
    });
    return service;
  };
  const outcome = async (userid: string) => {
    const answer = await service?.ask(userid);
    if (answer === undefined) throw new Error('nothing is served');
    return [answer.status, codeOf(answer)];
  };

  it('answers from the one that has the person, whichever it is', async () => {
    const { ask } = await serve();
    expect(groupsOf(await ask('deep'))).to.include.members(['Domain Users', 'level-1', 'level-5']);
    expect(groupsOf(await ask('ann'))).to.deep.equal(['accountants', 'finance', 'makers', 'staff', 'web']);
    expect(await outcome('nobody')).to.deep.equal([404, 'unknown_user']);
  });

  it('answers 409 for who is in both, in any spelling', async () => {
    await serve();
    for (const userid of ['twin1', 'TWIN1']) {
      expect(await outcome(userid)).to.deep.equal([409, 'ambiguous_user']);
    }
  });

  it('asks both at once: one that hangs does not keep the other from being asked', async () => {
    for (const order of ['corp, unix', 'unix, corp']) {
      const { ask, end } = await serve({ order, deadline: '5s' });
      await ask('deep');
      slapd.hang();
      try {
        const before = (await samba.searches()).length;
        expect(await outcome('wide')).to.deep.equal([504, 'directory_timeout']);
        expect((await samba.searches()).length).to.be.above(before);
      } finally {
        slapd.wake();
      }
      await end();
    }
  });

  it('answers nobody while one is down, be the person in the other, in it, in both or in none', async () => {
    await serve();
    const everybody = ['deep', 'ann', 'twin1', 'nobody'];
    for (const server of [slapd, samba]) {
      await server.stop();
      try {
        for (const userid of everybody) {
          expect(await outcome(userid), userid).to.deep.equal([503, 'directory_unavailable']);
        }
      } finally {
        await server.start();
      }
    }
    await until(async () => (await outcome('deep'))[0] === 200);
    expect(await outcome('ann')).to.deep.equal([200, undefined]);
    expect(await outcome('twin1')).to.deep.equal([409, 'ambiguous_user']);
  });

  it('answers nobody while one refuses the bind', async () => {
    await serve({ unixPassword: 'not the password' });
    for (const userid of ['deep', 'ann', 'twin1', 'nobody']) {
      expect(await outcome(userid), userid).to.deep.equal([502, 'directory_refused']);
    }
  });

  it('leaves out the one whose userids do not match: it may be down, and have the same name', async () => {
    await serve({ unixIds: '<name>@unix' });
    expect(await outcome('twin1')).to.deep.equal([200, undefined]);
    expect(await outcome('ann@unix')).to.deep.equal([200, undefined]);
    await slapd.stop();
    try {
      expect(await outcome('deep')).to.deep.equal([200, undefined]);
      expect(await outcome('ann@unix')).to.deep.equal([503, 'directory_unavailable']);
    } finally {
      await slapd.start();
    }
  });
});
