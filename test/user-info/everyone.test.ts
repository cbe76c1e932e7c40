/** Everyone whom an endpoint could be asked for, over directories made of a few lines. */
import { expect } from 'chai';
import type { Directory } from '../../src/directory/directory.ts';
import { incomplete } from '../../src/directory/entries/completeness.ts';
import type { WalkedPerson } from '../../src/directory/people/people-walk.ts';
import { Failure } from '../../src/failure.ts';
import { meetEveryone } from '../../src/user-info/everyone.ts';
import { expectFailure } from '../directory/rejection.ts';

interface Walks {
  /** The user ids of each walk in turn; the last one also of all later walks. */
  readonly walks: readonly (readonly string[])[];
  /** What a user id must end with to be taken, and what is not part of the name. */
  readonly suffix?: string;
  readonly skipped?: number;
}

function directoryOf(name: string, { walks, suffix = '', skipped = 0 }: Walks): Directory {
  let walked = 0;
  return {
    name,
    ask: (userid: string) =>
      userid.endsWith(suffix)
        ? {
            key: userid.slice(0, userid.length - suffix.length).toLowerCase(),
            find: async () => undefined,
          }
        : undefined,
    people: () => {
      const userids = walks[Math.min(walked++, walks.length - 1)] ?? [];
      return {
        skipped,
        knownGroups: () => [],
        async *[Symbol.asyncIterator](): AsyncGenerator<WalkedPerson> {
          for (const userid of userids) {
            if (userid === 'broken') throw new Failure('directory_incomplete', 'broken off');
            if (userid === 'lost') throw incomplete('page', 'the server is gone');
            if (userid === 'gone') throw new Failure('directory_unavailable', 'the server is gone');
            if (userid === 'slow') throw new Failure('directory_timeout', 'the server is gone');
            yield { userid } as WalkedPerson;
          }
        },
      };
    },
  } as Partial<Directory> as Directory;
}

async function meet(...directories: Directory[]) {
  let met: string[] = [];
  let begun = 0;
  const summary = await meetEveryone(directories, () => {
    begun++;
    met = [];
    return ({ userid }) => met.push(userid);
  });
  return { met, begun, ...summary };
}

describe('everyone of an endpoint', () => {
  it('is met once, in one walk', async () => {
    const one = directoryOf('one', { walks: [['ann', 'bob']], skipped: 2 });
    const other = directoryOf('other', { walks: [['carol']], skipped: 1 });
    expect(await meet(one, other)).to.deep.equal({
      met: ['ann', 'bob', 'carol'],
      begun: 1,
      ambiguous: [],
      skipped: 3,
    });
  });

  it('is not met where an entry with the same key comes again, and all others are met anew', async () => {
    const { met, begun, ambiguous } = await meet(directoryOf('one', { walks: [['ann', 'bob', 'ANN']] }));
    expect({ met, begun, ambiguous }).to.deep.equal({ met: ['bob'], begun: 2, ambiguous: ['ann'] });
  });

  it('is not met where another directory has a person under that very user id', async () => {
    // other takes ann@x and finds ann there; one takes whatever it is given, and has no "ann@x".
    const one = directoryOf('one', { walks: [['ann@x', 'bob']] });
    const other = directoryOf('other', { walks: [['ann@x', 'bob@x']], suffix: '@x' });
    const { met, ambiguous } = await meet(one, other);
    expect(met).to.deep.equal(['bob', 'bob@x']);
    expect(ambiguous).to.deep.equal(['ann@x']);
  });

  it('is not certain where others come to be there twice in the meantime', async () => {
    const changing = directoryOf('one', {
      walks: [
        ['ann', 'ann', 'bob'],
        ['ann', 'ann', 'bob', 'bob'],
      ],
    });
    await expectFailure(meet(changing), 'directory_incomplete', /changed while/);
  });

  for (const [failure, code] of [
    ['lost', 'directory_incomplete'],
    ['gone', 'directory_unavailable'],
    ['slow', 'directory_timeout'],
  ] as const) {
    it(`is met anew, once, where a server fails in the middle: ${code}`, async () => {
      const recovering = directoryOf('one', {
        walks: [
          ['ann', failure],
          ['ann', 'bob'],
        ],
      });
      expect(await meet(recovering)).to.deep.include({ met: ['ann', 'bob'], begun: 2 });
      const failing = directoryOf('one', { walks: [['ann', failure], ['ann', failure], ['ann']] });
      await expectFailure(meet(failing), code, /the server is gone/);
    });
  }

  it('is not certain where a walk breaks off', async () => {
    await expectFailure(
      meet(directoryOf('one', { walks: [['ann', 'broken']] })),
      'directory_incomplete',
      /broken off/,
    );
  });
});
