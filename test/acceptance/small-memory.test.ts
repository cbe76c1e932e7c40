/** More people than the heap could hold: with `cache.memory` those whom nobody asked for longest go, and nothing fails. */
import { expect } from 'chai';
import { requireSlapd } from '../directories/installed.ts';
import { type Slapd, startSlapd } from '../directories/slapd.ts';
import { type RunningService, slapdConfig, startService } from './running-service.ts';

const PEOPLE = 2000;
const TEXT = 15_000;
// Megabytes; people alone would take as many, and their answers again.
const HEAP = 64;

const MAPPING = `
version: 1
groups: { under: everywhere }
rules:
  - id: notes
    when: { attribute: { description: <note> } }
    where: { note: any }
    give: { authorizations: { Note: [<note>] } }
`;

const note = (i: number) => `${i} `.padEnd(TEXT, 'abcdefgh');
const crowd = () =>
  Array.from(
    { length: PEOPLE },
    (_, i) =>
      `dn: uid=u${i},ou=people,dc=example,dc=test\nobjectClass: inetOrgPerson\nuid: u${i}\ncn: User ${i}\nsn: User\n` +
      `description: ${note(i)}\n`,
  ).join('\n');

describe('a small memory', () => {
  let slapd: Slapd;
  let service: RunningService;

  before(async function () {
    requireSlapd(this);
    slapd = await startSlapd({ more: crowd() });
    service = await startService(
      {
        'config.yaml': slapdConfig(slapd, {
          memberships: 'from: attribute, nested: no',
          cache: 'people: 100000, memory: 8MiB, fresh: 1h',
        }),
        'mapping.yaml': MAPPING,
      },
      [],
      HEAP,
    );
  });

  after(async () => {
    await service?.end();
    await slapd?.remove();
  });

  it('holds as many people as their octets allow, whatever their number may be, and answers everybody', async () => {
    const cacheOf = async (i: number) => {
      const { body, headers } = await service.ask(`u${i}`);
      expect(body).to.equal(JSON.stringify({ groups: [], authorizations: { Note: [note(i)] } }));
      return headers['cache-status'];
    };
    for (let i = 0; i < PEOPLE; i += 10)
      await Promise.all(Array.from({ length: 10 }, (_, j) => cacheOf(i + j)));
    expect(await cacheOf(PEOPLE - 1)).to.match(/; hit;/);
    // Two texts of fifteen thousand octets each: some 250 have room.
    expect(await cacheOf(PEOPLE - 150)).to.match(/; hit;/);
    expect(await cacheOf(PEOPLE - 400)).to.match(/fwd=miss/);
  });
});
