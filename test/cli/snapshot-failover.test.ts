/** `snapshot` where a server fails in the middle of the walk: all is read anew at the next one, or nothing is written. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { runKept } from '../acceptance/kept-program.ts';
import { folderWith, OWN_NAMES_MAPPING, slapdConfig } from '../acceptance/running-service.ts';
import { requireSlapd } from '../directories/installed.ts';
import { type RecordingProxy, startRecordingProxy } from '../directories/recording-proxy.ts';
import { type Slapd, startSlapd } from '../directories/slapd.ts';

// More than a page.
const MORE = Array.from(
  { length: 700 },
  (_, i) =>
    `dn: uid=many${i},ou=people,dc=example,dc=test\nobjectClass: inetOrgPerson\nuid: many${i}\ncn: Many\nsn: Many\n`,
).join('\n');

describe('snapshot, as a server fails in the middle', () => {
  let slapd: Slapd;
  let proxy: RecordingProxy;
  before(async function () {
    requireSlapd(this);
    slapd = await startSlapd({ more: MORE, limits: [`limits * size.soft=unlimited size.hard=unlimited`] });
    proxy = await startRecordingProxy(slapd.port);
  });
  after(async () => {
    await proxy?.stop();
    await slapd?.remove();
  });

  const run = async (...ports: readonly number[]) => {
    const urls = ports.map((port) => `"ldap://127.0.0.1:${port}"`).join(', ');
    const config = slapdConfig(slapd, { limits: 'connect: 3s, search: 3s' }).replace(
      /urls: .*/,
      `urls: [${urls}]`,
    );
    const folder = folderWith({ 'config.yaml': config, 'mapping.yaml': OWN_NAMES_MAPPING });
    const ended = await runKept(['snapshot', 's.ldif'], { cwd: folder });
    const file = join(folder, 's.ldif');
    return { ...ended, text: existsSync(file) ? readFileSync(file, 'utf8') : undefined };
  };
  const peopleOf = (text = '') => text.match(/^dn: uid=.*$/gm)?.sort();

  it('reads all anew at the next server, or writes nothing', async () => {
    const whole = await run(slapd.port);
    expect(whole.status, whole.stderr).to.equal(0);
    expect(peopleOf(whole.text)).to.have.length.greaterThan(700);
    let isCut = false;
    // In the first page of people, which many such entries tell.
    proxy.toClient = (chunk) => {
      if (!isCut && chunk.includes('uid=many400,')) {
        isCut = true;
        proxy.drop();
      }
      return isCut ? undefined : chunk;
    };
    const anew = await run(proxy.port, slapd.port);
    expect(isCut).to.equal(true);
    expect([anew.status, peopleOf(anew.text)]).to.deep.equal([0, peopleOf(whole.text)]);
    expect(anew.stderr).to.equal(whole.stderr);
    isCut = false;
    const none = await run(proxy.port);
    expect([none.status, none.text]).to.deep.equal([1, undefined]);
    expect(none.stderr).to.match(/^nothing was written: directory_/m);
  });
});
