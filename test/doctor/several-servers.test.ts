/** `doctor` on a directory of several servers: one that is dead hides nothing of what the others show. */
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { composeInstruments } from '../../src/compose.ts';
import { type Examination, examine } from '../../src/doctor/examination.ts';
import { loadConfigAlone } from '../../src/setup/setup.ts';
import { runKept } from '../acceptance/kept-program.ts';
import { folderWith, OWN_NAMES_MAPPING, slapdConfig } from '../acceptance/running-service.ts';
import { freePorts } from '../directories/child-servers.ts';
import { requireSlapd } from '../directories/installed.ts';
import { type Slapd, startSlapd } from '../directories/slapd.ts';

interface Report {
  readonly ok: boolean;
  readonly directories: readonly Examination[];
  readonly mappings: { readonly problems: readonly unknown[]; readonly skipped?: string };
}

describe('doctor on several servers', () => {
  let slapd: Slapd;
  let hung: Slapd;
  let dead: number;
  before(async function () {
    requireSlapd(this);
    [slapd, hung] = await Promise.all([startSlapd(), startSlapd()]);
    hung.hang();
    [dead = 0] = await freePorts(1);
  });
  after(() => Promise.all([slapd?.remove(), hung?.remove()]));

  const text = (port: number) => `ldap://127.0.0.1:${port}`;
  const run = (urls: readonly string[], ...args: readonly string[]) => {
    const config = slapdConfig(slapd, { limits: 'connect: 500ms, search: 5s' });
    const cwd = folderWith({
      'config.yaml': config.replace(/urls: .*/, `urls: ${JSON.stringify(urls)}`),
      'mapping.yaml': OWN_NAMES_MAPPING,
    });
    return runKept(['doctor', ...args], { cwd });
  };
  const reportOf = async (urls: readonly string[]) => {
    const { status, stdout } = await run(urls, '--json');
    const { ok, directories, mappings } = JSON.parse(stdout) as Report;
    const [directory] = directories;
    if (directory === undefined) throw new Error('no directory was examined');
    return { status, ok, directory, mappings };
  };

  for (const place of ['first', 'last']) {
    it(`goes on with the one that was bound, mappings included, where the ${place} is dead`, async () => {
      const urls = [text(slapd.port), text(dead)];
      const { status, stdout } = await run(place === 'last' ? urls : urls.reverse());
      expect(stdout).to.include(`  failed   tcp          ${text(dead)}: nobody listens on port ${dead}\n`);
      expect(stdout).to.include('  ok       sentinel     svc-probe: found with its group\n');
      expect(stdout).to.include(
        `\nThe config works as it is, but no help would come from ${text(dead)} where others fail:\n\ndirectories:\n`,
      );
      expect(stdout).to.match(/\nmappings\n {2}ok {7}the directories show what they name\n$/);
      expect(status).to.equal(1);
    });
  }

  it('--json says so too', async () => {
    const { status, ok, directory, mappings } = await reportOf([text(dead), text(slapd.port)]);
    expect([status, ok]).to.deep.equal([1, false]);
    expect(directory).to.include({ works: true, answers: true });
    expect(directory.noHelp).to.deep.equal([text(dead)]);
    expect(mappings).to.deep.equal({ problems: [] });
  });

  it('names what the config writes, where what its host offers instead is no help either', async () => {
    // An authority of the other slapd: TLS is offered there, and not trusted.
    const urls = [`ldaps://127.0.0.1:${slapd.securePort}`, `ldap://127.0.0.1:${hung.securePort}`];
    const config = slapdConfig(slapd, { limits: 'connect: 500ms, search: 5s' })
      .replace(/urls: .*/, `urls: ${JSON.stringify(urls)}`)
      .replace('plaintext: yes', 'plaintext: yes\n    tls: { ca: ca.pem }');
    hung.wake();
    try {
      const files = { 'config.yaml': config, 'mapping.yaml': OWN_NAMES_MAPPING };
      const cwd = folderWith({ ...files, 'ca.pem': slapd.certificates.ca });
      const { stdout } = await runKept(['doctor', '--json'], { cwd });
      expect((JSON.parse(stdout) as Report).directories[0]?.noHelp).to.deep.equal([urls[1]]);
    } finally {
      hung.hang();
    }
  });

  it('goes on where the first hangs', async () => {
    const { directory, mappings } = await reportOf([text(hung.port), text(slapd.port)]);
    expect(directory.steps.filter(({ status }) => status === 'failed').map(({ on }) => on)).to.deep.equal([
      text(hung.port),
    ]);
    expect(directory.noHelp).to.deep.equal([text(hung.port)]);
    expect(mappings).to.deep.equal({ problems: [] });
  });

  it('goes on where a name of DNS is not known, and says of which no help would come', async () => {
    const unknown = 'srv:no-such-domain.invalid';
    const config = slapdConfig(slapd).replace(
      /urls: .*/,
      `urls: ["${unknown}", "ldap://127.0.0.1:${slapd.port}"]`,
    );
    const cwd = folderWith({ 'config.yaml': config, 'mapping.yaml': OWN_NAMES_MAPPING });
    const { stdout, stderr } = await runKept(['doctor', '--json'], { cwd });
    expect(stderr).to.equal('');
    const { directories, mappings } = JSON.parse(stdout) as Report;
    expect(directories[0]?.noHelp).to.deep.equal([unknown]);
    expect(mappings).to.deep.equal({ problems: [] });
  });

  it('goes on at the address that was bound, by TLS for the name, where another of the name is silent', async () => {
    const silent = createServer((socket) => socket.resume().on('error', () => {}));
    await new Promise<void>((resolve) => silent.listen(slapd.securePort, '127.0.0.2', resolve));
    try {
      const name = `ldaps://ldap.example.test:${slapd.securePort}`;
      const config = slapdConfig(slapd, { limits: 'connect: 500ms, search: 5s' })
        .replace(/urls: .*/, `urls: ${name}`)
        .replace('plaintext: yes', 'tls: { ca: ca.pem }');
      const cwd = folderWith({ 'config.yaml': config, 'ca.pem': slapd.certificates.ca });
      const loaded = await loadConfigAlone(join(cwd, 'config.yaml'), {});
      const settings = loaded.config.directories.get('corp');
      if (settings === undefined) throw new Error('the config has no corp');
      const lookup = async () => ['127.0.0.2', '127.0.0.1'];
      const found = await examine(settings, { ...composeInstruments(), lookup }, () => true);
      expect(found.noHelp).to.deep.equal([`${name} [127.0.0.2]`]);
      expect(found).to.include({ works: true, answers: true, vendor: 'openldap' });
      expect(found.steps.at(-1)).to.include({ name: 'sentinel', status: 'ok' });
    } finally {
      await new Promise((resolve) => silent.close(resolve));
    }
  });

  it('looks for nothing that mappings name where no server was bound, and tells of no help', async () => {
    const { status, directory, mappings } = await reportOf([text(dead), text(hung.port)]);
    expect(status).to.equal(1);
    expect(directory).to.include({ works: false, answers: false });
    expect(directory.noHelp).to.deep.equal([]);
    expect(mappings.skipped).to.equal('a step before failed');
  });

  it('looks for nothing that mappings name where the one that works is not the one of the config', async () => {
    const wrong = await reportOf([`ldaps://127.0.0.1:${slapd.port}`, text(dead)]);
    expect(wrong.directory).to.include({ answers: false });
    expect(wrong.mappings.skipped).to.equal('a step before failed');
  });
});
