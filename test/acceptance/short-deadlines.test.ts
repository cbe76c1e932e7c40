/** Callers with less time than a directory takes: they get 504, and the servers, which are well, are not taken for failed. */
import { expect } from 'chai';
import { requireSlapd } from '../directories/installed.ts';
import { type RecordingProxy, startRecordingProxy } from '../directories/recording-proxy.ts';
import { type Slapd, startSlapd } from '../directories/slapd.ts';
import { until } from '../until.ts';
import {
  codeOf,
  OWN_NAMES_MAPPING,
  type RunningService,
  slapdConfig,
  startService,
} from './running-service.ts';

const DELAY = 450;
const PEOPLE = Array.from({ length: 12 }, (_, i) => `p${i}`);
const MORE = PEOPLE.map(
  (uid) =>
    `dn: uid=${uid},ou=people,dc=example,dc=test\nobjectClass: inetOrgPerson\nuid: ${uid}\ncn: P\nsn: P\n`,
).join('\n');

describe('callers with less time than the directory takes', () => {
  let slapd: Slapd;
  let proxies: RecordingProxy[] = [];
  let service: RunningService;
  before(async function () {
    requireSlapd(this);
    slapd = await startSlapd({ more: MORE });
  });
  after(() => slapd?.remove());
  afterEach(async () => {
    await service?.end();
    for (const proxy of proxies) await proxy.stop();
  });

  const failed = () => service.log().filter(({ msg }) => /server failed|no server of/.test(String(msg)));

  for (const servers of [1, 3])
    it(`get 504, and no further connection is made: ${servers} of ${servers} servers are well`, async () => {
      proxies = await Promise.all(Array.from({ length: servers }, () => startRecordingProxy(slapd.port)));
      const urls = proxies.map(({ port }) => `"ldap://127.0.0.1:${port}"`).join(', ');
      const config = slapdConfig(slapd, { limits: 'search: 20s', deadline: '1s' });
      service = await startService({
        'config.yaml': config.replace(/urls: .*/, `urls: [${urls}]`),
        'mapping.yaml': OWN_NAMES_MAPPING,
      });
      await until(() => service.log().some(({ msg }) => /^looked in the directories/.test(String(msg))));
      const before = proxies.map(({ connections }) => connections.length);
      for (const proxy of proxies) proxy.delay = DELAY;
      const answers = [];
      for (const uid of PEOPLE) answers.push(await service.ask(uid));
      const late = answers.filter((answer) => answer.status === 504);
      expect(late.map(codeOf)).to.deep.equal(late.map(() => 'directory_timeout'));
      expect(late, 'who came too late').to.have.length.greaterThan(2);
      expect(failed()).to.deep.equal([]);
      expect(proxies.map(({ connections }) => connections.length)).to.deep.equal(before);
    });
});
