/**
 * Each way to read less than all there is, provoked at real servers and, where none of them does it, at a fake: what
 * comes out at the other end is an error, and never a 200.
 */
import { expect } from 'chai';
import {
  type FakeAnswer,
  type FakeLdapServer,
  searchDone,
  searchEntry,
  startFakeLdapServer,
} from '../directories/fake-ldap-server.ts';
import { requireSamba, requireSlapd } from '../directories/installed.ts';
import { type Samba, startSamba } from '../directories/samba.ts';
import {
  ACCOUNT_PASSWORD,
  BASE_DN,
  BRANCH_DN,
  GROUPS_DN,
  LOOKUP_ACCOUNT,
  PEOPLE_DN,
  PROBE,
} from '../directories/samba-people.ts';
import { withoutRightTo } from '../directories/samba-rights.ts';
import {
  LIMITED_DN,
  LIMITED_PASSWORD,
  LOOKUP_DN,
  LOOKUP_PASSWORD,
  type Slapd,
  startSlapd,
} from '../directories/slapd.ts';
import { codeOf, type RunningService, startService } from './running-service.ts';

const MAPPING = `version: 1
groups: { under: everywhere }
rules:
  - id: own-names
    when: { group: <name> }
    where: { name: any }
    give: { groups: [<name>] }
`;
const SUFFIX = 'dc=example,dc=test';
const PEOPLE = `ou=people,${SUFFIX}`;
const GROUPS = `ou=groups,${SUFFIX}`;
const REFERRAL = `dn: ou=elsewhere,${SUFFIX}
objectClass: referral
objectClass: extensibleObject
ou: elsewhere
ref: ldap://elsewhere.example.test/ou=elsewhere,${SUFFIX}
`;

/** What is asked at an endpoint of its own: the directory's section, and how the answer is to fail. */
interface Way {
  readonly what: string;
  readonly section: string;
  readonly userid?: string;
  readonly status?: number;
  readonly code?: string;
}

/** One service with an endpoint and a directory for each way. */
async function serve(ways: readonly Pick<Way, 'section'>[], files: Readonly<Record<string, string>> = {}) {
  const directories = ways.map(({ section }, i) => `  d${i}:\n${section}`).join('\n');
  const endpoints = ways.map(
    (_, i) => `  /e${i}: { directories: [d${i}], mapping: mapping.yaml, callers: [immuta], deadline: 120s }`,
  );
  const config = `listen: { host: 127.0.0.1, port: 0 }
admin: { host: 127.0.0.1, port: 0 }
callers: { immuta: { password: secret } }
directories:
${directories}
endpoints:
${endpoints.join('\n')}
cache: { fresh: 10ms, stale: 10ms, unknown: 10ms }
`;
  return startService({ 'config.yaml': config, 'mapping.yaml': MAPPING, ...files });
}

async function outcome(service: RunningService, i: number, userid: string) {
  const answer = await service.get(`/e${i}?userid=${encodeURIComponent(userid)}`);
  return [answer.status, codeOf(answer)];
}

describe('what is incomplete', () => {
  let service: RunningService | undefined;
  afterEach(async () => {
    await service?.end();
    service = undefined;
  });

  describe('in OpenLDAP', () => {
    let slapd: Slapd;
    const section = ({
      base = PEOPLE,
      users = '',
      memberships = `base: "${GROUPS}"`,
      bind = `dn: "${LOOKUP_DN}", password: "${LOOKUP_PASSWORD}"`,
      more = '',
    }) => `    vendor: openldap
    urls: ldap://127.0.0.1:${slapd.port}
    plaintext: yes
    bind: { ${bind} }
    users: { base: "${base}"${users} }
    memberships: { ${memberships} }
${more}`;
    before(async function () {
      requireSlapd(this);
      slapd = await startSlapd({ more: REFERRAL, sizeLimit: 3 });
    });
    after(() => slapd?.remove());

    it('is an error', async () => {
      const everything = `from: search, base: "${SUFFIX}", filter: "(|(member=<dn>)(objectClass=groupOfNames))"`;
      const ways: readonly Way[] = [
        { what: 'a referral in the way to the person', section: section({ base: SUFFIX }) },
        {
          what: 'a referral, and nobody found',
          section: section({ base: SUFFIX }),
          userid: 'nobody',
        },
        {
          what: 'a referral in the way to groups',
          section: section({ memberships: `from: search, base: "${SUFFIX}"` }),
        },
        { what: 'no such base of people', section: section({ base: `ou=nowhere,${SUFFIX}` }) },
        {
          what: 'one of two bases is missing, and the person is in the other',
          section: section({}).replace(`"${PEOPLE}"`, `["${PEOPLE}", "ou=nowhere,${SUFFIX}"]`),
        },
        { what: 'no such base of groups', section: section({ memberships: `base: "ou=nowhere,${SUFFIX}"` }) },
        {
          what: 'a size limit, without the right to pages',
          section: section({
            bind: `dn: "${LIMITED_DN}", password: "${LIMITED_PASSWORD}"`,
            memberships: everything.replace(SUFFIX, GROUPS),
          }),
        },
        {
          what: 'more groups than the limit',
          section: section({ memberships: `base: "${GROUPS}", limits: { groups: 2 }` }),
        },
        {
          what: 'deeper nesting than the limit',
          section: section({ memberships: `base: "${GROUPS}", limits: { depth: 1 }` }),
        },
        {
          what: 'a sentinel that is not found',
          section: section({ more: `    sentinel: { userid: nobody, group: "cn=probe,${GROUPS}" }\n` }),
          userid: 'loner',
        },
        {
          what: 'a sentinel without its group',
          section: section({ more: `    sentinel: { userid: svc-probe, group: "cn=web,${GROUPS}" }\n` }),
          userid: 'loner',
        },
        {
          what: 'a membership that is no DN',
          section: section({ memberships: 'from: attribute, attribute: cn' }),
        },
        {
          what: 'groups without the attribute that names them',
          section: section({ memberships: `base: "${GROUPS}", name: displayName` }),
        },
      ];
      service = await serve(ways);
      for (const [i, { what, userid = 'ann' }] of ways.entries()) {
        expect(await outcome(service, i, userid), what).to.deep.equal([502, 'directory_incomplete']);
      }
    });

    it('is an error where a right is missing, and none once it is back', async () => {
      const probe = `    sentinel: { userid: svc-probe, group: "cn=probe,${GROUPS}" }\n`;
      service = await serve([
        { section: section({ more: probe }) },
        { section: section({ memberships: 'from: attribute', more: probe }) },
      ]);
      const others = ['to attrs=userPassword by anonymous auth by * none', 'to * by * read'];
      for (const [rule, asked] of [
        ['to attrs=memberOf by * none', [1]],
        ['to attrs=member,uniqueMember,memberUid by * none', [0]],
        ['to dn.exact="cn=web,ou=groups,dc=example,dc=test" by * none', [1]],
        [`to dn.subtree="${GROUPS}" by * none`, [0, 1]],
        [`to dn.subtree="${PEOPLE}" by * none`, [0, 1]],
        [`to dn.subtree="${PEOPLE}" attrs=uid by * search`, [0, 1]],
        [`to dn.subtree="${PEOPLE}" attrs=entry by * none`, [0, 1]],
      ] as const) {
        slapd.allow(rule, ...others);
        try {
          for (const i of asked) {
            expect(await outcome(service, i, 'ann'), `${rule}, ${i}`).to.deep.equal([
              502,
              'directory_incomplete',
            ]);
          }
        } finally {
          slapd.allow();
        }
        for (const i of asked) expect(await outcome(service, i, 'ann')).to.deep.equal([200, undefined]);
      }
    });
  });

  describe('in Active Directory', () => {
    let samba: Samba;
    const section = (memberships: string, others = '', base = PEOPLE_DN) => `    vendor: active-directory
    urls: ldaps://${samba.host}
    tls: { ca: ca.pem }
    bind: { dn: "${LOOKUP_ACCOUNT}", password: "${ACCOUNT_PASSWORD}" }
    users: { base: "${base}" }
    memberships: { ${memberships} }
    sentinel: { userid: ${PROBE.name}, group: "${PROBE.group}" }
    limits: { search: 60s }
${others}`;
    const STRATEGIES = ['token-groups', 'attribute', 'search'] as const;
    const levels = [1, 2, 3, 4].map((level) => `CN=level-${level},${GROUPS_DN}`);
    const deep = `CN=deep,${PEOPLE_DN}`;
    before(async function () {
      requireSamba(this);
      samba = await startSamba();
    });
    after(() => samba?.remove());
    const ask = async (which: (typeof STRATEGIES)[number], userid = 'deep') => {
      if (service === undefined) throw new Error('nothing is served');
      return outcome(service, STRATEGIES.indexOf(which), userid);
    };
    const files = () => ({ 'ca.pem': samba.certificates.ca });

    it('is an error', async () => {
      const ways: readonly Way[] = STRATEGIES.flatMap((from) => [
        {
          what: `${from}: more groups than the limit`,
          section: section(`from: ${from}, limits: { groups: 3 }`),
        },
        { what: `${from}: deeper than the limit`, section: section(`from: ${from}, limits: { depth: 2 }`) },
        {
          what: `${from}: no such base`,
          section: section(`from: ${from}`, '', `OU=Nowhere,${BASE_DN}`),
        },
      ]);
      service = await serve(ways, files());
      for (const [i, { what }] of ways.entries()) {
        expect(await outcome(service, i, 'deep'), what).to.deep.equal([502, 'directory_incomplete']);
      }
    });

    it('is an error where a right is missing, and none once it is back', async () => {
      service = await serve(
        STRATEGIES.map((from) => ({ section: section(`from: ${from}`) })),
        files(),
      );
      for (const [attribute, dns, strategies] of [
        ['tokenGroups', [deep], ['token-groups']],
        ['objectSid', [deep], ['token-groups', 'attribute', 'search']],
        ['primaryGroupID', [deep], ['token-groups', 'attribute', 'search']],
        ['userAccountControl', [PEOPLE_DN], ['token-groups', 'attribute', 'search']],
        ['accountExpires', [PEOPLE_DN], ['token-groups', 'attribute', 'search']],
        ['accountExpires', [deep], ['token-groups', 'attribute', 'search']],
        ['memberOf', [PEOPLE_DN], ['attribute']],
        ['objectSid', levels, ['token-groups']],
      ] as const) {
        for (const from of strategies) expect(await ask(from), from).to.deep.equal([200, undefined]);
        await withoutRightTo(samba, attribute, dns, async () => {
          for (const from of strategies) {
            expect(await ask(from), `${attribute}, ${from}`).to.deep.equal([502, 'directory_incomplete']);
          }
        });
      }
      for (const from of STRATEGIES) expect(await ask(from), from).to.deep.equal([200, undefined]);
    });

    it('is an error where the forest has several domains, but for token-groups and where a part is enough', async () => {
      // Samba has one domain alone; an entry that is there is made out to be another one.
      samba.change(`dn: CN=EU,CN=Partitions,CN=Configuration,${BASE_DN}
changetype: add
objectClass: crossRef
nCName: ${BRANCH_DN}
dnsRoot: eu.ad.example.test

dn: CN=EU,CN=Partitions,CN=Configuration,${BASE_DN}
changetype: modify
replace: systemFlags
systemFlags: 3
`);
      const part = section('from: attribute, partial: yes');
      service = await serve(
        [...STRATEGIES.map((from) => ({ section: section(`from: ${from}`) })), { section: part }],
        files(),
      );
      expect(await ask('token-groups')).to.deep.equal([200, undefined]);
      for (const from of ['attribute', 'search'] as const) {
        expect(await ask(from), from).to.deep.equal([502, 'directory_incomplete']);
      }
      expect(await outcome(service, 3, 'deep')).to.deep.equal([200, undefined]);
    });
  });

  describe('in what no real server sends at will', () => {
    const fakes: FakeLdapServer[] = [];
    afterEach(async () => {
      await Promise.all(fakes.splice(0).map((fake) => fake.stop()));
    });
    const DN = `uid=ann,${PEOPLE}`;
    const ann = (id: number, attributes: Readonly<Record<string, readonly string[]>> = {}) =>
      searchEntry(id, DN, { uid: ['ann'], memberOf: [`cn=a,${GROUPS}`], ...attributes });
    const ending =
      (code: number): FakeAnswer =>
      ({ id }, socket) =>
        socket.write(Buffer.concat([ann(id), searchDone(id, code)]));
    /** Too much for one answer; then pages. */
    const pages =
      (later: FakeAnswer): FakeAnswer =>
      (request, socket) => {
        const { id, cookie } = request;
        if (cookie === undefined) socket.write(Buffer.concat([ann(id), searchDone(id, 4)]));
        else if (cookie === '') socket.write(Buffer.concat([ann(id), searchDone(id, 0, 'more')]));
        else later(request, socket);
      };
    /** A first range, and what comes when the rest is asked for; whoever else looks around gets the first. */
    const ranges =
      (first: string, rest: string = first): FakeAnswer =>
      ({ id, text }, socket) => {
        const description = text.includes(';range=') ? rest : first;
        const entry = ann(id, { memberOf: [], [description]: [`cn=g,${GROUPS}`] });
        socket.write(Buffer.concat([entry, searchDone(id, 0)]));
      };
    const inTheMiddle: FakeAnswer = ({ id }, socket) => socket.write(ann(id).subarray(0, 30));

    it('is an error', async () => {
      const ways: readonly (readonly [string, FakeAnswer, number, string])[] = [
        ['operationsError after an entry', ending(1), 502, 'directory_incomplete'],
        ['timeLimitExceeded after an entry', ending(3), 502, 'directory_incomplete'],
        ['sizeLimitExceeded, also in pages', ending(4), 502, 'directory_incomplete'],
        ['referral as the result', ending(10), 502, 'directory_incomplete'],
        ['adminLimitExceeded after an entry', ending(11), 502, 'directory_incomplete'],
        ['insufficientAccessRights after an entry', ending(50), 502, 'directory_refused'],
        ['busy after an entry', ending(51), 503, 'directory_unavailable'],
        ['a later page that is refused', pages(ending(53)), 502, 'directory_incomplete'],
        ['a later page that never comes', pages(() => {}), 504, 'directory_timeout'],
        ['a cut before a later page', pages((_, socket) => socket.destroy()), 503, 'directory_unavailable'],
        [
          'a first range without the rest',
          ranges('memberOf;range=0-0', 'memberOf'),
          502,
          'directory_incomplete',
        ],
        ['ranges that do not get on', ranges('memberOf;range=0-0'), 502, 'directory_incomplete'],
        [
          'ranges with a gap',
          ranges('memberOf;range=0-0', 'memberOf;range=5-*'),
          502,
          'directory_incomplete',
        ],
        ['a stall in the middle of a message', inTheMiddle, 504, 'directory_timeout'],
        [
          'an end in the middle of a message',
          ({ id }, socket) => socket.end(ann(id).subarray(0, 30)),
          503,
          'directory_unavailable',
        ],
        ['no answer at all', () => {}, 504, 'directory_timeout'],
      ];
      for (const [, answer] of ways) fakes.push(await startFakeLdapServer(answer));
      service = await serve(
        fakes.map(({ port }) => ({
          section: `    vendor: generic
    urls: ldap://127.0.0.1:${port}
    plaintext: yes
    bind: { anonymous: yes }
    users: { base: "${PEOPLE}" }
    memberships: { nested: no }
    accounts: { expired: ignore }
    limits: { search: 3s }
`,
        })),
      );
      const served = service;
      const got = await Promise.all(ways.map((_, i) => outcome(served, i, 'ann')));
      for (const [i, [what, , status, code]] of ways.entries()) {
        expect(got[i], what).to.deep.equal([status, code]);
      }
    });
  });
});
