/** Files that change under a running service, on a real slapd: passwords, mappings, and what is wrong in them. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { requireSlapd, SERVER_ENVIRONMENT } from '../directories/installed.ts';
import { LOOKUP_DN, LOOKUP_PASSWORD, type Slapd, startSlapd } from '../directories/slapd.ts';
import { until } from '../until.ts';
import {
  codeOf,
  folderWith,
  groupsOf,
  OWN_NAMES_MAPPING,
  type RunningService,
  slapdConfig,
  startService,
} from './running-service.ts';

const ANN = ['accountants', 'finance', 'makers', 'staff', 'web'];
const UPPER_MAPPING = OWN_NAMES_MAPPING.replace('give: { groups: [<name>] }', 'give: { groups: [x-<name>] }');
const PERSON_MAPPING = `${OWN_NAMES_MAPPING}  - id: surname
    when: { attribute: { departmentNumber: <number> } }
    where: { number: digits }
    give: { authorizations: { Department: [<number>] } }
`;

const TABLE_MAPPING = PERSON_MAPPING.replace('number: digits', 'number: departments').replace(
  'rules:',
  'tables: { departments: { file: departments.csv } }\nrules:',
);

describe('a reload', () => {
  let slapd: Slapd;
  let service: RunningService;

  before(async function () {
    requireSlapd(this);
    slapd = await startSlapd();
  });

  after(() => slapd?.remove());

  afterEach(() => service?.end());

  const serve = async (changes: Parameters<typeof slapdConfig>[1] = {}) => {
    service = await startService({
      'config.yaml': slapdConfig(slapd, { bindPassword: '${file:ldap-password}', ...changes }),
      'mapping.yaml': OWN_NAMES_MAPPING,
      'ldap-password': `${LOOKUP_PASSWORD}\n`,
    });
  };
  const write = (name: string, text: string) => writeFileSync(join(service.folder, name), text);
  const logged = (msg: string) => service.log().filter((line) => line['msg'] === msg);
  const untilLogged = async (msg: string, count = 1) => {
    await until(() => logged(msg).length >= count);
  };
  const LOOKED = 'looked in the directories for what the mappings name';
  const setPassword = (password: string) =>
    slapd.change(`dn: ${LOOKUP_DN}\nchangetype: modify\nreplace: userPassword\nuserPassword: ${password}\n`);
  const countIn = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;
  const countBinds = (log: string) =>
    countIn(log, /BIND dn="cn=lookup,ou=services,dc=example,dc=test" method=128/g);
  const countRefused = (log: string) => countIn(log, / RESULT tag=97 err=49 /g);
  const countLookups = (log: string) => countIn(log, /filter="\(uid=ann\)"/g);
  const readyz = async () => {
    const answer = await fetch(`${service.adminUrl}/readyz`);
    return { ...((await answer.json()) as { reload: string; warnings: string[] }), status: answer.status };
  };

  it('a password rotated at the directory first: one refused bind, old answers meanwhile, new ones at once', async () => {
    await serve({ cache: 'fresh: 100ms, unknown: 50ms', limits: 'idle: 200ms' });
    expect(groupsOf(await service.ask('ann'))).to.deep.equal(ANN);
    await untilLogged(LOOKED);
    const before = (await slapd.settledLog()).length;
    setPassword('new-secret');
    try {
      // Once the connection that is bound already was closed, being idle.
      do await sleep(500);
      while (!(await service.ask('ann')).headers['cache-status']?.includes('directory_refused'));
      for (let i = 0; i < 10; i++) {
        const old = await service.ask('ann');
        expect(groupsOf(old)).to.deep.equal(ANN);
        expect(old.headers['cache-status']).to.match(
          /^ldap-user-info; hit; ttl=-\d+; detail=directory_refused$/,
        );
        for (const stranger of [`gina`, `nobody${i}`]) {
          const answer = await service.ask(stranger);
          expect([answer.status, codeOf(answer)]).to.deep.equal([502, 'directory_refused']);
        }
        await sleep(50);
      }
      expect(countBinds((await slapd.settledLog()).slice(before)), 'binds with the old password').to.equal(1);

      write('ldap-password', 'new-secret\n');
      let [isReloaded, isNew] = [false, false];
      while (!isReloaded && !isNew) {
        isReloaded = logged('reloaded').length > 0;
        const answer = await service.ask('ann');
        expect(groupsOf(answer)).to.deep.equal(ANN);
        isNew = answer.headers['cache-status']?.includes('miss') === true;
      }
      expect(isNew, 'without the wait after a refused bind').to.equal(true);
      expect(countRefused((await slapd.settledLog()).slice(before)), 'refused binds in all').to.equal(1);
      expect(JSON.stringify(service.log())).to.not.include('new-secret').and.not.include(LOOKUP_PASSWORD);
    } finally {
      setPassword(LOOKUP_PASSWORD);
    }
  });

  it('a password rotated in the file first: one refused bind, told, and connections that are bound go on', async () => {
    await serve({ cache: 'fresh: 50ms, unknown: 50ms' });
    await untilLogged(LOOKED);
    const before = (await slapd.settledLog()).length;
    const countTried = async () => countBinds((await slapd.settledLog()).slice(before));
    write('ldap-password', 'not-yet\n');
    const UNUSED = /^no connection is bound by the new password yet/;
    const isTold = () => service.log().some(({ msg }) => UNUSED.test(String(msg)));
    let asked = 0;
    while (!isTold() || asked < 10) {
      const [ann, gina] = await Promise.all([service.ask('ann'), service.ask('gina')]);
      expect(groupsOf(ann)).to.deep.equal(ANN);
      expect(groupsOf(gina)).to.deep.equal(['unix-dev', 'unix-ops']);
      for (const { headers } of [ann, gina]) expect(headers['cache-status']).not.to.include('detail');
      if (isTold()) asked++;
      await sleep(50);
    }
    expect(await countTried(), 'binds with the password that is not right yet').to.equal(1);
    expect((await readyz()).warnings).to.have.lengthOf(1);
    expect((await readyz()).warnings[0]).to.match(
      /^directory corp: the last bind was refused: .*: result 49 /,
    );

    // Written again, and other settings of the directory changed: still the same secret, for new connections.
    write('ldap-password', 'not-yet\n');
    write('config.yaml', slapdConfig(slapd, { bindPassword: '${file:ldap-password}', limits: 'queue: 7' }));
    await untilLogged('reloaded', 2);
    expect(codeOf(await service.ask('smith'))).to.equal('directory_refused');
    expect(await countTried()).to.equal(1);
    expect((await readyz()).status).to.equal(200);
    write('ldap-password', LOOKUP_PASSWORD);
    await untilLogged('reloaded', 3);
    expect((await service.ask('smith')).status).to.equal(200);
    expect((await readyz()).warnings.join()).not.to.include('the last bind was refused');
    expect(JSON.stringify(service.log())).to.not.include('not-yet').and.not.include(LOOKUP_PASSWORD);
  });

  it('a password rotated while both are right: new connections by the new one, and none is lost', async () => {
    await serve({ cache: 'fresh: 50ms' });
    await untilLogged(LOOKED);
    slapd.change(`dn: ${LOOKUP_DN}\nchangetype: modify\nadd: userPassword\nuserPassword: the-next\n`);
    try {
      const before = (await slapd.settledLog()).length;
      const logOf = async () => (await slapd.settledLog()).slice(before);
      write('ldap-password', 'the-next\n');
      while (countBinds(await logOf()) === 0) expect((await service.ask('ann')).status).to.equal(200);
      await until(async () => / UNBIND/.test(await logOf()));
      for (let i = 0; i < 5; i++) {
        expect((await service.ask('ann')).status).to.equal(200);
        await sleep(60);
      }
      expect([countBinds(await logOf()), countRefused(await logOf())]).to.deep.equal([1, 0]);
    } finally {
      setPassword(LOOKUP_PASSWORD);
    }
  });

  it('a mapping changed: new answers without new lookups, unless attributes are needed that were not read', async () => {
    await serve();
    await service.ask('ann');
    await untilLogged(LOOKED);
    const before = (await slapd.settledLog()).length;
    write('mapping.yaml', UPPER_MAPPING);
    await untilLogged('reloaded');
    const other = await service.ask('ann');
    expect(groupsOf(other)).to.deep.equal(ANN.map((name) => `x-${name}`));
    expect(other.headers['cache-status']).to.match(/; hit; ttl=\d+$/);
    await sleep(100);
    expect(countLookups((await slapd.settledLog()).slice(before))).to.equal(0);

    write('mapping.yaml', PERSON_MAPPING);
    await untilLogged('reloaded', 2);
    await untilLogged(LOOKED, 3);
    const looked = (await slapd.settledLog()).length;
    const more = await service.ask('ann');
    expect(JSON.parse(more.body)).to.deep.include({ authorizations: { Department: ['7', '8'] } });
    expect(more.headers['cache-status']).to.include('fwd=miss');
    expect((await service.ask('ann')).headers['cache-status']).to.include('hit');
    await sleep(100);
    expect(countLookups((await slapd.settledLog()).slice(before))).to.be.greaterThan(0);
    expect(countBinds((await slapd.settledLog()).slice(looked)), 'live connections stay').to.equal(0);
  });

  it('a table file changed, gone, and there again: the last whole one counts', async () => {
    await serve();
    write('departments.csv', 'code,text\n7,Sales\n');
    write('mapping.yaml', TABLE_MAPPING);
    await untilLogged('reloaded');
    const departments = async () =>
      (JSON.parse((await service.ask('ann')).body) as { authorizations: object }).authorizations;
    expect(await departments()).to.deep.equal({ Department: ['Sales'] });
    write('departments.csv', 'code,text\n7,Sales\n8,Research\n');
    await untilLogged('reloaded', 2);
    expect(await departments()).to.deep.equal({ Department: ['Research', 'Sales'] });
    rmSync(join(service.folder, 'departments.csv'));
    await untilLogged('reload refused');
    expect(JSON.stringify(logged('reload refused'))).to.include('the table file cannot be read');
    expect(await departments()).to.deep.equal({ Department: ['Research', 'Sales'] });
    write('departments.csv', 'code,text\n7,Support\n');
    await untilLogged('reloaded', 3);
    expect(await departments()).to.deep.equal({ Department: ['Support'] });
  });

  it('a mapping that names a group by its GUID now: people are read again, their groups with identities', async () => {
    await serve();
    await service.ask('ann');
    const found = execFileSync(
      'ldapsearch',
      ['-x', '-LLL', '-D', LOOKUP_DN, '-w', LOOKUP_PASSWORD, '-H', `ldap://127.0.0.1:${slapd.port}`].concat([
        '-b',
        'ou=groups,dc=example,dc=test',
        '(cn=web)',
        'entryUUID',
      ]),
      { env: SERVER_ENVIRONMENT },
    ).toString();
    const [, guid] = /^entryUUID: (.*)$/m.exec(found) ?? [];
    write(
      'mapping.yaml',
      `${OWN_NAMES_MAPPING}  - { id: web, when: { group: 'guid:${guid}' }, give: { groups: [The web] } }\n`,
    );
    await untilLogged('reloaded');
    const answer = await service.ask('ann');
    expect(answer.headers['cache-status']).to.include('fwd=miss');
    expect(groupsOf(answer)).to.deep.equal(['The web', ...ANN]);
    expect(groupsOf(await service.ask('smith'))).to.not.include('The web');
  });

  it('whole or not at all: a broken mapping leaves everything as it was, and the log says why', async () => {
    await serve();
    expect(groupsOf(await service.ask('ann'))).to.deep.equal(ANN);
    expect((await readyz()).reload).to.equal('ok');
    write('mapping.yaml', OWN_NAMES_MAPPING.replace('give:', 'gives:'));
    write('config.yaml', slapdConfig(slapd).replace('secret2', 'hunter2'));
    await untilLogged('reload refused');
    const text = JSON.stringify(logged('reload refused'));
    expect(text).to.include('mapping.yaml:').and.to.include('unknown key').and.not.include('hunter2');
    expect(await readyz()).to.include({ status: 200, reload: 'refused' });
    expect(groupsOf(await service.ask('ann'))).to.deep.equal(ANN);
    // The config was right, but it is one whole with the mapping.
    expect((await service.ask('ann', { credentials: 'stranger:hunter2' })).status).to.equal(401);
    write('mapping.yaml', UPPER_MAPPING);
    await untilLogged('reloaded');
    expect(groupsOf(await service.ask('ann'))).to.include('x-web');
    expect((await service.ask('ann', { credentials: 'stranger:hunter2' })).status).to.equal(403);
    expect((await readyz()).reload).to.equal('ok');
  });

  it('a mapping whose tests fail: refused, and taken once they pass', async () => {
    await serve();
    expect(groupsOf(await service.ask('ann'))).to.deep.equal(ANN);
    const tests = (expected: string) => `mapping: mapping.yaml
tests:
  - { name: the web group, user: { memberOf: [web] }, expect: { groups: [${expected}] } }
`;
    // A test file that comes up, and then a mapping that breaks it.
    write('mapping.test.yaml', tests('web'));
    await untilLogged('reloaded');
    write('mapping.yaml', UPPER_MAPPING);
    await untilLogged('reload refused');
    expect(JSON.stringify(logged('reload refused'))).to.include(
      'mapping.test.yaml:3:13: error: test \\"the web group\\" fails: the answer lacks web; has x-web (rule own-names)',
    );
    expect(await readyz()).to.include({ status: 200, reload: 'refused' });
    expect(groupsOf(await service.ask('ann'))).to.deep.equal(ANN);
    write('mapping.test.yaml', tests('x-web'));
    await untilLogged('reloaded', 2);
    expect(groupsOf(await service.ask('ann'))).to.include('x-web');
    expect((await readyz()).reload).to.equal('ok');
  });

  it("Kubernetes' swap of a mounted folder, and SIGHUP", async () => {
    const mounted = folderWith({});
    mkdirSync(join(mounted, '..1'));
    writeFileSync(join(mounted, '..1/mapping.yaml'), OWN_NAMES_MAPPING);
    symlinkSync('..1', join(mounted, '..data'));
    symlinkSync('..data/mapping.yaml', join(mounted, 'mapping.yaml'));
    const config = slapdConfig(slapd).replace('mapping: mapping.yaml', `mapping: ${mounted}/mapping.yaml`);
    service = await startService({ 'config.yaml': config });
    expect(groupsOf(await service.ask('ann'))).to.deep.equal(ANN);
    mkdirSync(join(mounted, '..2'));
    writeFileSync(join(mounted, '..2/mapping.yaml'), UPPER_MAPPING);
    symlinkSync('..2', join(mounted, '..data_tmp'));
    renameSync(join(mounted, '..data_tmp'), join(mounted, '..data'));
    await untilLogged('reloaded');
    expect(groupsOf(await service.ask('ann'))).to.include('x-web');
    service.process.kill('SIGHUP');
    await untilLogged('reloaded', 2);
    expect(logged('reloaded')[1]).to.include({ cause: 'SIGHUP' });
    expect(groupsOf(await service.ask('ann'))).to.include('x-web');
  });
});
