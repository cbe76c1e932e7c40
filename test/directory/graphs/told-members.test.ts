/**
 * A search for what lies above many groups at once: the groups found tell which of them they list, and the ways are those
 * that asking for each alone finds, be the entries as they may.
 */
import { expect } from 'chai';
import { BoundedSource } from '../../../src/directory/entries/bulkhead.ts';
import { EntryDirectory } from '../../../src/directory/entry-directory.ts';
import { parseGroupFilterTemplate } from '../../../src/directory/filters/filter-template.ts';
import { listingAttributes } from '../../../src/directory/graphs/told-members.ts';
import { LdapSource } from '../../../src/directory/ldap/ldap-source.ts';
import { searchDone, searchEntry, startFakeLdapServer } from '../../directories/fake-ldap-server.ts';
import { requireSlapd } from '../../directories/installed.ts';
import { LOOKUP_DN, type Slapd, startSlapd } from '../../directories/slapd.ts';
import { countedSource } from '../counted-source.ts';
import {
  exampleSettings,
  findPerson,
  GROUPS,
  ldapUrl,
  type Overrides,
  PEOPLE,
  realClock,
  slapdSource,
  within,
} from '../example-settings.ts';

const LEVELS = 5;
const DIRECT = 40;
const person = (uid: string) => `uid=${uid},${PEOPLE}`;
const group = (name: string) => `cn=${name},${GROUPS}`;

function personLdif(uid: string): string {
  return `dn: ${person(uid)}\nobjectClass: inetOrgPerson\nuid: ${uid}\ncn: ${uid}\nsn: ${uid}`;
}

/** A number from 0 below 1 that is the same in each run (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Groups of several classes that list each other at random, also in circles; members are spelled in several ways. */
function graph(name: string, seed: number): string {
  const random = randomFrom(seed);
  const below = (count: number) => Math.floor(random() * count);
  const size = 8 + below(20);
  const nth = (i: number) => `${name}-${i}`;
  const spelled = (dn: string) =>
    [dn, dn.toUpperCase(), dn.replaceAll(',', ' ,  '), dn.replaceAll('cn=', '2.5.4.3=')][below(4)];
  const groups = Array.from({ length: size }, (_, i) => {
    const members = [
      ...(random() < 0.3 || i === 0 ? [person(name)] : []),
      ...Array.from({ length: 1 + below(4) }, () => group(nth(below(size)))),
    ];
    const classes = [
      ['groupOfNames', ['member']],
      ['groupOfNames', ['member']],
      ['groupOfUniqueNames', ['uniqueMember']],
      // May list by the other attribute too.
      ['groupOfNames\nobjectClass: extensibleObject', ['member', 'uniqueMember']],
    ] as const;
    const [objectClass, attributes] = classes[below(classes.length)] ?? classes[0];
    const lines = new Map(
      members.map((dn, j) => [`${j === 0 ? attributes[0] : attributes[below(attributes.length)]} ${dn}`, dn]),
    );
    const listed = [...lines].map(([key, dn]) => `${key.split(' ', 1)[0]}: ${spelled(dn)}`);
    return [`dn: ${group(nth(i))}\nobjectClass: ${objectClass}\ncn: ${nth(i)}`, ...listed].join('\n');
  });
  return [personLdif(name), ...groups].join('\n\n');
}

/** 40 groups that list the person; of each level every two are in one of the next. */
function levels(): string {
  const count = (level: number) => Math.ceil(DIRECT / 2 ** level);
  const records = [personLdif('deep')];
  for (let level = 0; level < LEVELS; level++) {
    for (let i = 0; i < count(level); i++) {
      const children = [2 * i, 2 * i + 1].filter((j) => j < count(level - 1));
      const members = level === 0 ? [person('deep')] : children.map((j) => group(`deep-${level - 1}-${j}`));
      const name = `deep-${level}-${i}`;
      records.push(
        `dn: ${group(name)}\nobjectClass: groupOfNames\ncn: ${name}\n${members.map((dn) => `member: ${dn}`).join('\n')}`,
      );
    }
  }
  return records.join('\n\n');
}

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

describe('groups above many, asked for at once', () => {
  let slapd: Slapd;
  before(async function () {
    requireSlapd(this);
    slapd = await startSlapd({
      more: [levels(), ...SEEDS.map((seed) => graph(`w${seed}`, seed))].join('\n\n'),
    });
  });
  after(() => slapd?.remove());
  afterEach(() => slapd.allow());

  // What a vendor's servers are not known to tell is asked for one by one.
  async function read(
    uid: string,
    vendor: 'openldap' | 'generic',
    memberships: Overrides['memberships'] = {},
  ) {
    const source = slapdSource(slapd);
    const settings = exampleSettings(source, { vendor, memberships: { from: ['search'], ...memberships } });
    const counted = countedSource(
      new BoundedSource(new LdapSource(settings, source, realClock), settings.limits),
    );
    const directory = new EntryDirectory(settings, counted, [], realClock);
    try {
      const found = await findPerson(directory, uid, within());
      const ways = (found?.memberships ?? []).map(({ dn, via }) => [...via, dn].join(' > '));
      return { ways: ways.sort(), searches: counted.searches.length };
    } finally {
      await directory.close();
    }
  }
  async function expectSame(uid: string, memberships?: Overrides['memberships']) {
    const [told, alone] = [await read(uid, 'openldap', memberships), await read(uid, 'generic', memberships)];
    expect(told.ways).to.deep.equal(alone.ways);
    expect(told.ways).to.not.have.length(0);
    expect(told.searches).to.be.at.most(alone.searches);
    return { told, alone };
  }

  it('take one search a level', async () => {
    const { told, alone } = await expectSame('deep');
    expect(told.ways).to.have.length(40 + 20 + 10 + 5 + 3);
    // The person, the direct groups, and what lies above those of each level.
    expect(told.searches).to.equal(2 + LEVELS);
    expect(alone.searches).to.be.above(50);
  });

  for (const seed of SEEDS) {
    it(`have the ways that each alone has, in graph ${seed}`, async () => {
      await expectSame(`w${seed}`);
      await expectSame(`w${seed}`, { filter: '(member=<dn>)' });
      await expectSame(`w${seed}`, { name: 'cn', filter: '(&(objectClass=groupOfNames)(member=<dn>))' });
    });
  }

  it('have them where who they list may be searched for, and not read', async () => {
    slapd.allow(
      `to dn.regex="^cn=w.*[02468]," attrs=member by dn.exact="${LOOKUP_DN}" search by * none`,
      'to attrs=userPassword by anonymous auth by * none',
      'to * by * read',
    );
    for (const seed of SEEDS) await expectSame(`w${seed}`);
  });

  it('have them where one of two attributes that list members may not be read', async () => {
    slapd.allow(
      `to attrs=uniqueMember by dn.exact="${LOOKUP_DN}" search by * none`,
      'to attrs=userPassword by anonymous auth by * none',
      'to * by * read',
    );
    for (const seed of SEEDS) await expectSame(`w${seed}`);
  });

  it('have them where the classes may not be read', async () => {
    slapd.allow(
      `to dn.subtree="${GROUPS}" attrs=objectClass by dn.exact="${LOOKUP_DN}" search by * none`,
      'to attrs=userPassword by anonymous auth by * none',
      'to * by * read',
    );
    for (const seed of SEEDS) await expectSame(`w${seed}`);
  });

  it('are asked for one by one, and their members not read, where the server does not know the control', async () => {
    const asked: { control: boolean; members: boolean }[] = [];
    // Two groups of the person, in a third.
    const fake = await startFakeLdapServer(({ id, text }, socket) => {
      const control = text.includes('1.2.826.0.1.3344810.2.3');
      const isAbove = /cn=[ab],/.test(text);
      const members = (text.match(/member/g) ?? []).length > (text.match(/cn=[abc],/g) ?? []).length;
      if (isAbove) asked.push({ control, members });
      if (control) return socket.write(searchDone(id, 12));
      const found = text.includes('uid=ann')
        ? ['a', 'b'].map((name) => searchEntry(id, group(name), { objectClass: ['groupOfNames'] }))
        : isAbove
          ? [searchEntry(id, group('c'), { objectClass: ['groupOfNames'] })]
          : text.includes('cn=c,')
            ? []
            : [searchEntry(id, person('ann'), { objectClass: ['inetOrgPerson'], uid: ['ann'] })];
      return socket.write(Buffer.concat([...found, searchDone(id, 0)]));
    });
    const source = {
      kind: 'ldap',
      urls: [ldapUrl('ldap', fake.port)],
      tls: {},
      bind: { kind: 'anonymous' },
    } as const;
    const settings = exampleSettings(source, {
      memberships: { from: ['search'], filter: '(member=<dn>)' },
    });
    const directory = new EntryDirectory(
      settings,
      new LdapSource(settings, source, realClock),
      [],
      realClock,
    );
    try {
      for (let time = 0; time < 2; time++) {
        const found = await findPerson(directory, 'ann', within());
        expect(found?.memberships.map(({ name, via }) => [...via, name].join(' > '))).to.have.members([
          'a',
          'b',
          'a > c',
        ]);
      }
      // Refused once, then for both, then for each; the second time it is known.
      expect(asked.map(({ control }) => control)).to.deep.equal([true, ...Array(6).fill(false)]);
      expect(asked.slice(1).map(({ members }) => members)).to.deep.equal(Array(6).fill(false));
    } finally {
      await directory.close();
      await fake.stop();
    }
  });

  describe('are told by what lists them', () => {
    for (const [filter, expected] of [
      ['(member=<dn>)', ['member']],
      ['(|(member=<dn>)(uniqueMember=<dn>)(memberUid=<uid>))', ['member', 'uniquemember']],
      ['(|(member=<dn>)(&(objectClass=posixGroup)(memberUid=<uid>)))', ['member']],
      ['(&(objectClass=groupOfNames)(!(cn=x*))(|(member=<dn>)(owner=<dn>)))', ['member', 'owner']],
      // Which of the two is true of an entry, its members do not tell.
      ['(|(member=<dn>)(&(objectClass=x)(uniqueMember=<dn>)))', undefined],
      ['(|(member=<dn>)(cn=everybody))', undefined],
      ['(&(member=<dn>)(owner=<dn>))', undefined],
      ['(!(member=<dn>))', undefined],
      ['(member:1.2.840.113556.1.4.1941:=<dn>)', undefined],
      ['(member=<dn>*)', undefined],
      ['(member;x-y=<dn>)', undefined],
      ['(description=of <dn>)', undefined],
      ['(memberUid=<uid>)', undefined],
    ] as const) {
      it(filter, () => {
        expect(listingAttributes(parseGroupFilterTemplate(filter))).to.deep.equal(expected);
      });
    }
  });
});
