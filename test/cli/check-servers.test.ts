/** `check --live` on a directory of several servers: what one that answers would hide is told, and is no error. */
import { expect } from 'chai';
import { runKept } from '../acceptance/kept-program.ts';
import { folderWith, OWN_NAMES_MAPPING, slapdConfig } from '../acceptance/running-service.ts';
import { freePorts } from '../directories/child-servers.ts';
import { bindResponse, type FakeLdapServer, startFakeLdapServer } from '../directories/fake-ldap-server.ts';
import { requireSlapd } from '../directories/installed.ts';
import { type Slapd, startSlapd } from '../directories/slapd.ts';

describe('check --live on several servers', () => {
  let slapd: Slapd;
  let refusing: FakeLdapServer;
  before(async function () {
    requireSlapd(this);
    slapd = await startSlapd();
    refusing = await startFakeLdapServer(() => {});
    refusing.answerBind = ({ id }, socket) => socket.write(bindResponse(id, 49));
  });
  after(async () => {
    await slapd?.remove();
    await refusing?.stop();
  });

  const checkLive = async (...others: readonly number[]) => {
    const urls = [slapd.port, ...others].map((port) => `"ldap://127.0.0.1:${port}"`).join(', ');
    const config = slapdConfig(slapd).replace(/urls: .*/, `urls: [${urls}]`);
    const cwd = folderWith({ 'config.yaml': config, 'mapping.yaml': OWN_NAMES_MAPPING });
    return runKept(['check', '--live', '--skip-tests'], { cwd });
  };

  it('says nothing of one that is the only one', async () => {
    const { status, stdout } = await checkLive();
    expect(stdout).not.to.include('servers');
    expect(status).to.equal(0);
  });

  it('tells each that could not stand in, and exits with 0', async () => {
    const [dead = 0, dead2 = 0] = await freePorts(2);
    const { status, stdout, stderr } = await checkLive(dead, dead2);

    expect(stdout).to.include('directory corp: 1 of 3 servers answer\n');
    for (const port of [dead, dead2])
      expect(stderr).to.match(
        new RegExp(
          `^directory corp: warning: no help where others fail: ldap://127\\.0\\.0\\.1:${port}: connect ECONNREFUSED`,
          'm',
        ),
      );
    expect(status).to.equal(0);
  });

  it('sends the secret to none behind one that refuses it', async () => {
    const [never = 0] = await freePorts(1);
    const { status, stdout, stderr } = await checkLive(refusing.port, never);
    expect(stderr).to.match(/^directory corp: warning: .* refused the bind as .*: result 49/m);
    expect(stdout).to.include(
      'directory corp: 1 of 2 servers answer; those behind it in the list were not tried\n',
    );
    expect(status).to.equal(0);
    expect(refusing.requests.filter(({ operation }) => operation === 'bind')).to.have.lengthOf(1);
  });
});
