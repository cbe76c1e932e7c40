/** Spaces that mean nothing, in what people are asked by and in what directories hold: the same person and groups. */
import { expect } from 'chai';
import fc from 'fast-check';
import type { EntryDirectory } from '../../../src/directory/entry-directory.ts';
import { comparisonKey } from '../../../src/names/insignificant-spaces.ts';
import type { Person } from '../../../src/person.ts';
import { type Ds389, startDs389 } from '../../directories/389ds.ts';
import { requireDs389, requireSlapd } from '../../directories/installed.ts';
import { type Slapd, startSlapd } from '../../directories/slapd.ts';
import {
  ds389Source,
  exampleSettings,
  findPerson,
  GROUPS,
  ldifSource,
  type Overrides,
  openDirectory,
  PEOPLE,
  slapdSource,
  within,
} from '../example-settings.ts';
import { collected } from '../walking-contract.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

const MORE = `
dn: cn=Mary  Ann,${PEOPLE}
objectClass: inetOrgPerson
uid: mary
cn: Mary  Ann
sn: Ann
mail:: ${base64('mary@example.test ')}

dn: uid=nora,${PEOPLE}
objectClass: inetOrgPerson
uid: nora
cn: Nora
sn: Nora
mail: nora@example.test

dn: cn=Old  Hands,${GROUPS}
objectClass: groupOfNames
cn: Old  Hands
member: CN=mary   ann, ou=People,  dc=example,dc=test
member: uid=nora,${PEOPLE}

dn: cn=Seniors,${GROUPS}
objectClass: groupOfNames
cn: Seniors
member: cn=old hands,${GROUPS}
`;

const named = (person: Person | undefined) =>
  person?.memberships.map(({ name }) => name.replace(/ +/g, ' ')).sort();

function contract(open: (overrides: Overrides) => EntryDirectory): void {
  const opened: EntryDirectory[] = [];
  afterEach(() => Promise.all(opened.splice(0).map((one) => one.close())));
  const directory = (overrides: Overrides = {}) => {
    const one = open(overrides);
    opened.push(one);
    return one;
  };
  const byMail = { users: { attribute: 'mail', userids: ['<userid>'] } } as const;
  const uid = async (one: EntryDirectory, userid: string) => {
    const person = await one.ask(userid)?.find(within());
    // 389 Directory Server shows DNs without the second of two spaces.
    return person?.dn.split(',')[0]?.toLowerCase().replace(/ +/g, ' ');
  };

  for (const userid of [
    'ann ',
    '  ANN',
    '\u00a0ann',
    'ann\u3000',
    ' ann@example.test ',
    'ann @example.test',
  ]) {
    it(`${JSON.stringify(userid)} finds ann, and has ann's key in the cache`, async () => {
      const one = directory();
      expect(await uid(one, userid)).to.equal('uid=ann');
      expect(one.ask(userid)?.key).to.equal(one.ask('ann@example.test')?.key);
    });
  }

  for (const userid of [' ', '\u00a0', 'a nn', 'ann\u200b']) {
    it(`${JSON.stringify(userid)} finds nobody`, async () => {
      expect(await uid(directory(), userid)).to.equal(undefined);
    });
  }

  for (const userid of ['mary@example.test', 'mary@example.test ', ' MARY@example.test']) {
    it(`the address with a space at its end is found by ${JSON.stringify(userid)}`, async () => {
      const one = directory(byMail);
      expect(await uid(one, userid)).to.equal('cn=mary ann');
      expect(one.ask(userid)?.key).to.equal(one.ask('mary@example.test')?.key);
    });
  }

  for (const userid of ['Mary Ann', 'mary   ann', ' Mary\u2003Ann']) {
    it(`the name with two spaces is found by ${JSON.stringify(userid)}`, async () => {
      const one = directory({ users: { attribute: 'cn', userids: ['<userid>'] } });
      expect(await uid(one, userid)).to.equal('cn=mary ann');
    });
  }

  it('a walk tells user ids that find their people again', async () => {
    const one = directory(byMail);
    const userids = (await collected(one.people())).map(({ userid }) => userid);
    expect(userids).to.include('mary@example.test');
    const unique = userids.filter((userid) => userid !== 'dup@example.test');
    for (const userid of unique) expect(await uid(one, userid), userid).not.to.equal(undefined);
  });

  it('members whose DNs are spelled with other spaces are members, nested too', async () => {
    const one = directory({ memberships: { from: ['search'], filter: '(member=<dn>)' } });
    const person = await findPerson(one, 'mary', within());
    expect(named(person)).to.deep.equal(['Old Hands', 'Seniors']);
    for await (const { userid, person: walked } of one.people()) {
      if (userid === 'mary@example.test' || userid === 'mary')
        expect(named(walked)).to.deep.equal(['Old Hands', 'Seniors']);
    }
  });
}

describe('spaces that mean nothing: an LDIF file', () => {
  contract((overrides) => openDirectory(exampleSettings(ldifSource(MORE), overrides)));
});

describe('spaces that mean nothing: any LDIF file', () => {
  const SPACES = [' ', '  ', '\t', '\u00a0', '\u2003', '\u3000\u205f', '\u0085'];
  const PEOPLE_OF = ['Ann Lee', 'Bob', 'Cy De'];
  const GROUPS_OF = ['Red Team', 'Blue', 'All Of Us'];

  // Where a text has a space it gets others, and at its ends; letters change their case.
  const changer = (numbers: readonly number[]) => {
    let at = 0;
    const next = (below: number) =>
      Math.abs(Math.trunc(Math.sin((numbers[++at % numbers.length] ?? 0) + at * 3.3) * 1e6)) % below;
    const space = () => SPACES[next(SPACES.length)] ?? ' ';
    const end = () => (next(3) === 0 ? space() : '');
    return (text: string) =>
      `${end()}${Array.from(text, (c) => (c === ' ' ? space() : next(2) === 0 ? c.toUpperCase() : c.toLowerCase())).join('')}${end()}`;
  };
  const escaped = (text: string) =>
    Array.from(Buffer.from(text), (octet) => `\\${octet.toString(16).padStart(2, '0')}`).join('');
  const ldif = (change: (text: string) => string, direct: readonly (readonly [number, number])[]) => {
    const personDn = (i: number) => `cn=${escaped(change(PEOPLE_OF[i] ?? ''))}, ou=people,dc=x`;
    const groupDn = (i: number) => `cn=${escaped(change(GROUPS_OF[i] ?? ''))},ou=groups , dc=x`;
    const value = (name: string, text: string) => `${name}:: ${base64(text)}`;
    return [
      'dn: dc=x\nobjectClass: domain\ndc: x',
      ...['people', 'groups'].map((ou) => `dn: ou=${ou},dc=x\nobjectClass: organizationalUnit\nou: ${ou}`),
      ...PEOPLE_OF.map((name, i) =>
        [
          `dn: ${personDn(i)}`,
          'objectClass: inetOrgPerson',
          value('cn', change(name)),
          value('uid', change(`u ${i}`)),
          ...direct.flatMap(([who, group]) => (who === i ? [value('memberOf', groupDn(group))] : [])),
        ].join('\n'),
      ),
      ...GROUPS_OF.map((name, i) =>
        [
          `dn: ${groupDn(i)}`,
          'objectClass: groupOfNames',
          value('cn', change(name)),
          ...direct.flatMap(([who, group]) => (group === i ? [value('member', personDn(who))] : [])),
          // Each group lies in the next one.
          ...(i > 0 ? [value('member', groupDn(i - 1))] : []),
          ...(i < GROUPS_OF.length - 1 ? [value('memberOf', groupDn(i + 1))] : []),
        ].join('\n'),
      ),
      '',
    ].join('\n\n');
  };

  it('spaces and case in its values and DNs, and in what is asked for, change no membership', async () => {
    const settings = (text: string, from: 'attribute' | 'search') =>
      exampleSettings(
        { kind: 'ldif', file: 'any.ldif', text },
        {
          users: { bases: ['ou=people,dc=x'], userids: ['<userid>'] },
          memberships: { from: [from], base: 'ou=groups,dc=x', filter: '(member=<dn>)' },
        },
      );
    const read = async (text: string, from: 'attribute' | 'search', change: (asked: string) => string) => {
      const one = openDirectory(settings(text, from));
      const found = await Promise.all(
        PEOPLE_OF.map(async (_, i) => {
          const asked = change(`u ${i}`);
          const question = one.ask(asked);
          const person = await question?.find(within());
          return [question?.key, person?.memberships.map(({ name }) => comparisonKey(name)).sort()];
        }),
      );
      await one.close();
      return found;
    };
    const memberships = fc.uniqueArray(fc.tuple(fc.nat(2), fc.nat(2)), {
      selector: ([who, group]) => `${who} ${group}`,
      minLength: 1,
    });
    await fc.assert(
      fc.asyncProperty(memberships, fc.array(fc.nat(1000), { minLength: 4 }), async (direct, numbers) => {
        const plain = ldif((text) => text, direct);
        const odd = ldif(changer(numbers), direct);
        for (const from of ['attribute', 'search'] as const) {
          const clean = await read(plain, from, (text) => text);
          expect(await read(odd, from, (text) => text)).to.deep.equal(clean);
          expect(await read(odd, from, changer(numbers))).to.deep.equal(clean);
        }
      }),
      { seed: 20261122, numRuns: 10, endOnFailure: true },
    );
  });
});

describe('spaces that mean nothing: OpenLDAP', () => {
  let slapd: Slapd;
  before(async function () {
    requireSlapd(this);
    slapd = await startSlapd({ more: MORE });
  });
  after(() => slapd?.remove());
  contract((overrides) => openDirectory(exampleSettings(slapdSource(slapd), overrides)));
});

describe('spaces that mean nothing: 389 Directory Server', () => {
  let ds: Ds389;
  before(async function () {
    requireDs389(this);
    ds = await startDs389({ more: MORE });
  });
  after(() => ds?.remove());
  contract((overrides) => openDirectory(exampleSettings(ds389Source(ds), overrides)));
});
