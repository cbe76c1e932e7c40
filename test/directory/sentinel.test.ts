import { expect } from 'chai';
import type { PersonEvidence } from '../../src/directory/entries/completeness.ts';
import { Sentinel } from '../../src/directory/sentinel.ts';
import { Failure } from '../../src/failure.ts';
import type { Person } from '../../src/person.ts';
import { within } from './example-settings.ts';
import { expectFailure } from './rejection.ts';

describe('the sentinel', () => {
  const person: Person = {
    directory: 'example',
    dn: 'uid=probe,dc=x',
    attributes: new Map(),
    memberships: [{ dn: 'cn=Probe,dc=x', name: 'Probe', via: [] }],
    readAt: 0,
  };

  /** A sentinel whose reads end when told. */
  function controlled() {
    const reads: { resolve: (found: PersonEvidence | undefined) => void; reject: (error: Error) => void }[] =
      [];
    const sentinel = new Sentinel(
      { userid: 'probe', group: 'CN=probe, DC=x' },
      () => new Promise((resolve, reject) => reads.push({ resolve, reject })),
    );
    return { sentinel, reads };
  }
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  it('is read once for all who wait', async () => {
    const { sentinel, reads } = controlled();
    const waiting = Promise.all([1, 2, 3].map(() => sentinel.confirm(within())));
    await turn();
    expect(reads).to.have.length(1);
    reads[0]?.resolve({ person, isListed: true });
    await waiting;
  });

  it('is read again for who came after the read began, and once for all of them', async () => {
    const { sentinel, reads } = controlled();
    const first = sentinel.confirm(within());
    await turn();
    let released = false;
    const late = Promise.all([1, 2, 3].map(() => sentinel.confirm(within()))).then(() => {
      released = true;
    });
    await turn();
    expect(reads).to.have.length(1);
    reads[0]?.resolve({ person, isListed: true });
    await first;
    await turn();
    expect(released).to.equal(false);
    expect(reads).to.have.length(2);
    reads[1]?.resolve({ person, isListed: true });
    await late;
    const third = sentinel.confirm(within());
    await turn();
    expect(reads).to.have.length(3);
    reads[2]?.resolve({ person, isListed: true });
    await third;
  });

  it('fails only those who wait for the read that failed', async () => {
    const { sentinel, reads } = controlled();
    const first = sentinel.confirm(within());
    await turn();
    const second = sentinel.confirm(within());
    reads[0]?.reject(new Failure('directory_unavailable', 'down'));
    await expectFailure(first, 'directory_unavailable');
    await turn();
    reads[1]?.resolve({ person, isListed: true });
    await second;
  });

  it('keeps nobody beyond their deadline', async () => {
    const { sentinel } = controlled();
    await expectFailure(sentinel.confirm(within(20)), 'directory_timeout');
  });

  it('must be found, with its group', async () => {
    for (const [found, isListed, message] of [
      [undefined, false, /was not found/],
      [{ ...person, memberships: [] }, false, /without its group/],
      [person, false, /with its primary group alone/],
      [
        { ...person, memberships: [{ dn: 'cn=Probe,dc=y', name: 'Probe', via: [] }] },
        true,
        /without its group/,
      ],
    ] as const) {
      const { sentinel, reads } = controlled();
      const confirmed = sentinel.confirm(within());
      await turn();
      reads[0]?.resolve(found && { person: found, isListed });
      await expectFailure(confirmed, 'directory_incomplete', message);
    }
  });
});
