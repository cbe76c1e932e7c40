/** Servers that refuse pages, and servers whose size limits cut: everybody is read all the same, or the error says what to set. */
import { expect } from 'chai';
import type { EntryDirectory } from '../../../src/directory/entry-directory.ts';
import { LdapSource } from '../../../src/directory/ldap/ldap-source.ts';
import { isFailure } from '../../../src/failure.ts';
import { type Ds389, startDs389 } from '../../directories/389ds.ts';
import {
  type FakeLdapServer,
  searchDone,
  searchEntry,
  startFakeLdapServer,
} from '../../directories/fake-ldap-server.ts';
import { requireDs389, requireSlapd } from '../../directories/installed.ts';
import { LIMITED_DN, LIMITED_PASSWORD, LOOKUP_DN, type Slapd, startSlapd } from '../../directories/slapd.ts';
import {
  ds389Source,
  exampleSettings,
  findPerson,
  ldapUrl,
  type Overrides,
  openDirectory,
  PEOPLE,
  realClock,
  slapdSource,
  within,
} from '../example-settings.ts';
import { expectFailure } from '../rejection.ts';
import { collected } from '../walking-contract.ts';

const CROWD = 120;
const NO_PAGING = 'size.prtotal=disabled';
const SEARCH: Overrides = { memberships: { from: ['search'] } };
const EVERY_GROUP: Overrides = {
  memberships: { from: ['search'], nested: false, filter: '(|(member=<dn>)(cn=crew-*))' },
};

/** u0 …, in a group each. */
function crowd(): string {
  const numbers = Array.from({ length: CROWD }, (_, i) => i);
  return numbers
    .flatMap((i) => [
      `dn: uid=u${i},${PEOPLE}\nobjectClass: inetOrgPerson\nuid: u${i}\ncn: U ${i}\nsn: U\n`,
      `dn: cn=crew-${i},ou=groups,dc=example,dc=test\nobjectClass: groupOfNames\ncn: crew-${i}\nmember: uid=u${i},${PEOPLE}\n`,
    ])
    .join('\n');
}

describe('size limits', () => {
  const opened: { close(): Promise<void> }[] = [];
  const open = (...args: Parameters<typeof openDirectory>): EntryDirectory => {
    const directory = openDirectory(...args);
    opened.push(directory);
    return directory;
  };
  const crowdOf = async (directory: EntryDirectory) => {
    const people = await collected(directory.people());
    const crews = people.filter(({ userid }) => /^u\d+$/.test(userid));
    return crews.filter(
      ({ userid, person }) => person.memberships.map(({ name }) => name).join() === `crew-${userid.slice(1)}`,
    ).length;
  };
  const failureOf = async (work: () => Promise<unknown>) => {
    const error = await work().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!isFailure(error)) throw new Error('it did not fail');
    return { message: error.message, cure: error.cure };
  };
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((each) => each.close()));
  });

  describe('of OpenLDAP', () => {
    let slapd: Slapd;
    const start = async (...limits: string[]) => {
      slapd = await startSlapd({ more: crowd(), limits });
    };
    const at = (overrides: Overrides, source = {}) =>
      open(
        exampleSettings(slapdSource(slapd, 'ldap', source), {
          ...overrides,
          users: { userids: ['<name>'] },
        }),
      );
    const asLimited = { bind: { kind: 'simple', dn: LIMITED_DN, password: LIMITED_PASSWORD } } as const;
    before(function () {
      requireSlapd(this);
    });
    afterEach(() => slapd?.remove());

    it('where it refuses pages: one search takes their place, and everybody and every group is read', async () => {
      await start(`limits * size=unlimited ${NO_PAGING}`);
      const directory = at(SEARCH);
      expect(await crowdOf(directory)).to.equal(CROWD);
      expect(await directory.countPeople()).to.be.greaterThan(CROWD);
      expect((await collected(directory.groups([]))).length).to.be.greaterThan(CROWD);
      const settings = exampleSettings(slapdSource(slapd));
      const source = new LdapSource(settings, slapdSource(slapd), realClock);
      opened.push(source);
      const filter = { kind: 'present', attribute: 'uid' } as const;
      const sizes: number[] = [];
      for await (const page of source.pages({ base: PEOPLE, scope: 'sub', filter, attributes: [] }, 50))
        sizes.push(page.length);
      expect(sizes.length).to.be.greaterThan(2);
      expect(Math.max(...sizes), 'at once').to.equal(50);
      expect(source.refusesPages).to.equal(true);
      const elsewhere = {
        base: 'ou=nowhere,dc=example,dc=test',
        scope: 'sub',
        filter,
        attributes: [],
      } as const;
      await expectFailure(collected(source.pages(elsewhere, 50)), 'directory_incomplete', /\(base\)/);
    });

    it('where it refuses pages and its size limit cuts the one search: an error that says what to set', async () => {
      await start(`limits * size=50 ${NO_PAGING}`);
      const { message, cure } = await failureOf(() => crowdOf(at(SEARCH)));
      expect(cure).to.include(`limits dn.exact="${LOOKUP_DN}" size=unlimited size.prtotal=unlimited`);
      expect(message).to.include('result 4 (sizeLimitExceeded)').and.include(String(cure));
      expect((await findPerson(at(SEARCH), 'u7', within()))?.memberships).to.have.length(1);
      const lookup = await failureOf(() => findPerson(at(EVERY_GROUP), 'u7', within()));
      expect(lookup.message).to.include('result 4').and.include(`dn.exact="${LOOKUP_DN}"`);
      const anonymous = at(SEARCH, { bind: { kind: 'anonymous' } });
      expect((await failureOf(() => crowdOf(anonymous))).cure).to.include('limits anonymous size=unlimited');
    });

    it('where the limit over all pages cuts at a later one: the same error', async () => {
      await start('limits * size.soft=50 size.hard=50 size.prtotal=100');
      const { message, cure } = await failureOf(() => crowdOf(at(SEARCH, asLimited)));
      expect(message).to.include('result 4');
      expect(cure).to.include(`limits dn.exact="${LIMITED_DN}"`);
      const lookup = await failureOf(() => findPerson(at(EVERY_GROUP), 'u7', within()));
      expect(lookup.cure).to.include(`limits dn.exact="${LOOKUP_DN}"`);
    });

    it('where it bears small pages alone: these', async () => {
      await start('limits * size.soft=7 size.hard=7 size.pr=7 size.prtotal=unlimited');
      expect(await crowdOf(at(SEARCH))).to.equal(CROWD);
    });
  });

  describe('of 389 Directory Server', () => {
    let ds: Ds389;
    const start = async (...settings: string[]) => {
      ds = await startDs389({ more: crowd(), settings });
    };
    const at = (overrides: Overrides) =>
      open(
        exampleSettings(ds389Source(ds), { vendor: '389ds', ...overrides, users: { userids: ['<name>'] } }),
      );
    before(function () {
      requireDs389(this);
    });
    afterEach(() => ds?.remove());

    it('count each page: smaller pages are read', async () => {
      await start('nsslapd-sizelimit: 50', 'nsslapd-pagedsizelimit: 30');
      expect(await crowdOf(at(SEARCH))).to.equal(CROWD);
      expect((await findPerson(at(EVERY_GROUP), 'u7', within()))?.memberships).to.have.length(CROWD);
    });

    it('where they leave nothing: the error names the attributes of the bind account', async () => {
      await start('nsslapd-sizelimit: 0', 'nsslapd-pagedsizelimit: 0');
      const { message, cure } = await failureOf(() => crowdOf(at(SEARCH)));
      expect(message).to.match(/result (4|11) /);
      expect(cure).to.include(`on the entry ${LOOKUP_DN}: nsSizeLimit, nsPagedSizeLimit`);
    });
  });

  describe('of a server that takes no notice of pages, or of something in between that does', () => {
    let server: FakeLdapServer;
    const person = (id: number, name: string) => searchEntry(id, `uid=${name},${PEOPLE}`, { uid: [name] });
    const names = async () => {
      const source = {
        kind: 'ldap',
        urls: [ldapUrl('ldap', server.port)],
        tls: {},
        bind: { kind: 'anonymous' },
      } as const;
      const directory = open(
        exampleSettings(source, { memberships: { nested: false }, users: { userids: ['<name>'] } }),
      );
      return (await collected(directory.people())).map(({ userid }) => userid);
    };
    afterEach(() => server.stop());

    it('without the control in the first answer: that is not believed to be everybody', async () => {
      server = await startFakeLdapServer(({ id, cookie }, socket) => {
        const all = [person(id, 'a'), person(id, 'b'), person(id, 'c')];
        const entries = cookie === undefined ? all : all.slice(0, 2);
        socket.write(Buffer.concat([...entries, searchDone(id, 0)]));
      });
      expect(await names()).to.deep.equal(['a', 'b', 'c']);
    });

    for (const code of [11, 12, 53]) {
      it(`with result ${code}: one search takes the place of the pages`, async () => {
        server = await startFakeLdapServer(({ id, cookie }, socket) => {
          if (cookie !== undefined) socket.write(searchDone(id, code));
          else socket.write(Buffer.concat([person(id, 'a'), searchDone(id, 0)]));
        });
        expect(await names()).to.deep.equal(['a']);
      });
    }

    it('without the control in a later answer: the rest may be missing', async () => {
      server = await startFakeLdapServer(({ id, cookie }, socket) => {
        socket.write(Buffer.concat([person(id, 'a'), searchDone(id, 0, cookie === '' ? 'more' : undefined)]));
      });
      await expectFailure(names(), 'directory_incomplete', /\(page\).*without its control/);
    });

    it('without the control where a lookup came to the size limit: no answer', async () => {
      server = await startFakeLdapServer(({ id, cookie }, socket) => {
        socket.write(Buffer.concat([person(id, 'a'), searchDone(id, cookie === undefined ? 4 : 0)]));
      });
      const settings = exampleSettings(
        { kind: 'ldap', urls: [ldapUrl('ldap', server.port)], tls: {}, bind: { kind: 'anonymous' } },
        { vendor: 'active-directory', memberships: { nested: false, partial: true } },
      );
      const lookup = findPerson(open(settings), 'a', within());
      await expectFailure(lookup, 'directory_incomplete', /result 4.*ntdsutil.*MaxPageSize/);
    });
  });
});
