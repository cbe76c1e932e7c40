/** Each kind of file × each way of changing it: the new one is in use, the old one is not, and no request fails. */
import { expect } from 'chai';
import { requireSlapd } from '../directories/installed.ts';
import { type Slapd, startSlapd } from '../directories/slapd.ts';
import { inPieces, overwritten, renamed, swapped, type Way } from './rotating-files.ts';
import { type RotatingWorld, rotatingWorld } from './rotating-kinds.ts';
import { RotatingService } from './rotating-service.ts';

const WAYS: readonly { readonly name: string; readonly way: Way; readonly how: 'watch' | 'SIGHUP' }[] = [
  { name: 'swapped as Kubernetes does', way: swapped, how: 'watch' },
  { name: 'renamed into place', way: renamed, how: 'watch' },
  { name: 'written in place in small pieces', way: inPieces(4, 30), how: 'watch' },
  { name: 'written in place, with SIGHUP', way: overwritten, how: 'SIGHUP' },
];
const KINDS = [
  'the bind password',
  "one of a caller's two passwords",
  "one of a caller's two hashes",
  "the service's certificate and key",
  "the authority of callers' certificates",
  'the authority of a directory',
  'the certificate that is shown to a directory',
  'a mapping',
  'a table',
  'the config',
];

describe('files that are rotated under load', () => {
  let slapd: Slapd;
  let world: RotatingWorld;

  before(async function () {
    requireSlapd(this);
    slapd = await startSlapd({ verifyClient: 'try' });
    world = rotatingWorld(slapd);
  });

  after(() => slapd?.remove());

  it('are of all these kinds', () => {
    expect(world.kinds.map(({ name }) => name)).to.deep.equal(KINDS);
  });

  for (const { name: way, way: folderOf, how } of WAYS) {
    describe(way, () => {
      let service: RotatingService;

      const start = async () => {
        service = new RotatingService(folderOf(world.files));
        await service.start();
        for (const { proof, target } of world.witnesses) await service.letAsk(proof, target);
      };

      before(start);

      afterEach(async function () {
        if (this.currentTest?.isFailed() !== true) return;
        // What it left behind is no matter of the next one.
        for (const { announce } of world.kinds) announce?.('old');
        await service.end();
        await start();
      });

      after(() => service?.end());

      for (const name of KINDS) {
        it(`${name}: the next is in use and the old is not, a bad one keeps it, and back again`, async () => {
          const kind = world.kinds.find((each) => each.name === name);
          if (kind === undefined) throw new Error(`there is no ${name}`);
          const { files, bad, says, announce, isInUse } = kind;
          const answers = service.answers;
          await isInUse(service, 'old');
          announce?.('next');
          expect(await service.rotate(files.next, how)).to.include({ msg: 'reloaded' });
          await isInUse(service, 'next');
          const refused = await service.rotate(bad, how);
          expect(refused['msg']).to.equal('reload refused');
          expect(String(refused['problems'])).to.match(says);
          expect(await service.readyz()).to.deep.equal({ status: 200, reload: 'refused' });
          await isInUse(service, 'next');
          announce?.('old');
          expect(await service.rotate(files.old, how)).to.include({ msg: 'reloaded' });
          expect(await service.readyz()).to.deep.equal({ status: 200, reload: 'ok' });
          await isInUse(service, 'old');
          expect(service.failures.splice(0)).to.deep.equal([]);
          expect(service.answers).to.be.greaterThan(answers);
        });
      }
    });
  }
});
