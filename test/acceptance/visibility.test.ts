/** What `never` turns on and the directory does not have: told by each command, and by serve until it is mended. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { requireSlapd } from '../directories/installed.ts';
import { type Slapd, startSlapd } from '../directories/slapd.ts';
import { until } from '../until.ts';
import { runKept } from './kept-program.ts';
import { OWN_NAMES_MAPPING, type RunningService, slapdConfig, startService } from './running-service.ts';

const MAPPING = `${OWN_NAMES_MAPPING}never:
  - id: no-web-for-leavers
    when: { group: leaverz }
    take: { groups: [web] }
`;

describe('a never by a group that is not there', () => {
  let slapd: Slapd;
  let service: RunningService;
  before(async function () {
    requireSlapd(this);
    slapd = await startSlapd({
      more: 'dn: cn=leavers,ou=groups,dc=example,dc=test\nobjectClass: groupOfNames\ncn: leavers\nmember: uid=loner,ou=people,dc=example,dc=test\n',
    });
    service = await startService({ 'config.yaml': slapdConfig(slapd, {}), 'mapping.yaml': MAPPING });
  });
  after(async () => {
    await service?.end();
    await slapd?.remove();
  });

  const TOLD = /never no-web-for-leavers names the group leaverz.*did you mean "leavers"/s;

  for (const args of [
    ['check', '--live'],
    ['doctor'],
    ['doctor', '--json'],
    ['plan', '--mapping', 'mapping.yaml'],
  ]) {
    it(`is an error of ${args.join(' ')}, and none once it is spelt well`, async () => {
      const run = () => runKept(args, { cwd: service.folder });
      const { status, stdout, stderr } = await run();
      expect(`${stdout}${stderr}`.replaceAll('\\"', '"')).to.match(TOLD);
      expect(status).to.equal(1);
      expect(stdout, 'a plan that nobody can believe').not.to.match(/gained|lost/);
      writeFileSync(join(service.folder, 'well.yaml'), MAPPING.replace('leaverz', 'leavers'));
      const config = slapdConfig(slapd, {}).replace('mapping.yaml', 'well.yaml');
      writeFileSync(join(service.folder, 'well-config.yaml'), config);
      const well = await runKept(
        [...args.map((arg) => arg.replace('mapping.yaml', 'well.yaml')), '--config', 'well-config.yaml'],
        { cwd: service.folder },
      );
      expect(`${well.stdout}${well.stderr}`).not.to.match(/names the group/);
      expect(well.status).to.equal(0);
    });
  }

  it('is a warning of serve, in the log once and in readiness, and gone once it is mended', async () => {
    const readyz = async () => {
      const answer = await fetch(`${service.adminUrl}/readyz`);
      const { warnings } = (await answer.json()) as { warnings: readonly string[] };
      return { status: answer.status, warnings };
    };
    const untilWarnings = async (isSo: (warnings: readonly string[]) => boolean) => {
      await until(async () => isSo((await readyz()).warnings));
      return readyz();
    };
    const told = await untilWarnings((warnings) => warnings.length > 0);
    expect(told.status).to.equal(200);
    expect(told.warnings.join()).to.match(TOLD);
    const warned = service.log().filter(({ level, msg }) => level === 40 && TOLD.test(String(msg)));
    expect(warned).to.have.length(1);
    writeFileSync(join(service.folder, 'mapping.yaml'), MAPPING.replace('leaverz', 'leavers'));
    const mended = await untilWarnings((warnings) => !TOLD.test(warnings.join()));
    expect(mended).to.deep.include({ status: 200 });
    expect(mended.warnings.join()).not.to.match(TOLD);
  });
});
