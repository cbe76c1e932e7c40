/** What is answered before Express is the app's own answer, and nothing is once anything that it hangs on has changed. */
import { expect } from 'chai';
import {
  countEntries,
  DIRECTORIES,
  login,
  MAPPINGS,
  startWorld,
  type Variant,
  type World,
} from './known-requests-world.ts';

const ASK = 'GET /user-info?userid=ann HTTP/1.1';
const IMMUTA = login('immuta', 'pa:ss wörd');
const HOUR = 3_600_000;

describe('a request that is known', () => {
  countEntries();
  let world: World;

  afterEach(() => world?.stop());

  const knownAsk = async (variant: Variant = {}) => {
    world = await startWorld(variant);
    // The first makes the person known to the cache, and the request to the service.
    await world.ask(ASK, IMMUTA);
    await expectKnown(ASK, IMMUTA);
  };

  /** That both answer alike, the first without its app. */
  const expectKnown = async (...lines: readonly string[]) => {
    const before = world.sides.map((side) => side.entered());
    const [known, byApp] = await world.ask(...lines);
    expect(known).to.equal(byApp);
    expect(world.sides.map((side, i) => side.entered() - (before[i] ?? 0))).to.deep.equal([0, 1]);
    return known ?? '';
  };

  /** That both answer alike, each by its app. */
  const expectByApp = async (...lines: readonly string[]) => {
    const before = world.sides.map((side) => side.entered());
    const [one, other] = await world.ask(...lines);
    expect(one).to.equal(other);
    expect(world.sides.map((side, i) => side.entered() - (before[i] ?? 0))).to.deep.equal([1, 1]);
    return one ?? '';
  };

  const statusOf = (answer: string) => Number(answer.slice(9, 12));
  it('is answered as the app answers it, and audited alike', async () => {
    await knownAsk();
    const answer = await expectKnown(ASK, IMMUTA);
    expect(answer)
      .to.match(/^HTTP\/1\.1 200 OK\r\n/)
      .and.contain('Cache-Status: ldap-user-info; hit; ttl=300');
    expect(answer).to.match(/\{"groups":\[\{"name":"accountants"\}/);
    const [one, other] = world.sides.map(({ audit }) => audit());
    expect(one).to.deep.equal(other).and.have.length(3);
  });

  it('is as fresh as the person, and read again by the app when that is over', async () => {
    await knownAsk();
    world.turn(200_000);
    expect(await expectKnown(ASK, IMMUTA)).to.contain('; hit; ttl=100');
    world.turn(100_000);
    expect(await expectByApp(ASK, IMMUTA)).to.contain('; fwd=miss');
    expect(await expectKnown(ASK, IMMUTA)).to.contain('; hit; ttl=300');
  });

  it('begins the refresh in the last fifth of that time, like any other', async () => {
    await knownAsk();
    world.turn(250_000);
    expect(await expectKnown(ASK, IMMUTA)).to.contain('; hit; ttl=50');
    expect(await expectKnown(ASK, IMMUTA)).to.contain('; hit; ttl=300');
  });

  it('is a use of the person: others leave the memory first', async () => {
    await knownAsk({ cache: '{ fresh: 5m, people: 2 }' });
    await world.ask('GET /user-info?userid=gina HTTP/1.1', IMMUTA);
    await expectKnown(ASK, IMMUTA);
    await world.ask('GET /user-info?userid=loner HTTP/1.1', IMMUTA);
    expect(await expectKnown(ASK, IMMUTA)).to.contain('; hit');
    expect(await expectByApp('GET /user-info?userid=gina HTTP/1.1', IMMUTA)).to.contain('; fwd=miss');
  });

  it('is known by its URL as it was sent, whoever is meant by others', async () => {
    await knownAsk();
    for (const target of [
      '/user-info?userid=ANN',
      '/user-info?userid=ann&x=1',
      '/other?userid=ann',
      '/user-info?userid=%61nn',
    ]) {
      await expectByApp(`GET ${target} HTTP/1.1`, IMMUTA);
      await expectKnown(`GET ${target} HTTP/1.1`, IMMUTA);
    }
  });

  for (const [what, status, ...lines] of [
    ['with a wrong password', 401, ASK, login('immuta', 'wrong')],
    ['with another user', 401, ASK, login('nobody', 'pa:ss wörd')],
    ['with another scheme', 401, ASK, 'Authorization: Bearer x'],
    ['without credentials', 401, ASK],
    ['with an empty header', 401, ASK, 'Authorization: '],
    ['of a caller who may not ask', 403, ASK, login('stranger', 'stranger')],
    ['without a userid', 400, 'GET /user-info HTTP/1.1', IMMUTA],
    ['with two userids', 400, 'GET /user-info?userid=ann&userid=ann HTTP/1.1', IMMUTA],
    ['for nobody', 404, 'GET /user-info?userid=nobody HTTP/1.1', IMMUTA],
    ['for another path', 404, 'GET /nowhere?userid=ann HTTP/1.1', IMMUTA],
    ['by another method', 405, 'POST /user-info?userid=ann HTTP/1.1', IMMUTA, 'Content-Length: 0'],
    ['for the head alone', 200, 'HEAD /user-info?userid=ann HTTP/1.1', IMMUTA],
  ] as const) {
    it(`is another one ${what}: ${status}, before and after`, async () => {
      await knownAsk();
      for (let i = 0; i < 3; i++) expect(statusOf(await expectByApp(...lines))).to.equal(status);
      // The proof of this connection is the last one that was right.
      await world.ask(ASK, IMMUTA);
      await expectKnown(ASK, IMMUTA);
    });
  }

  it('is none of several Authorization headers, of which another reader may take another one', async () => {
    await knownAsk();
    for (const proofs of [
      [IMMUTA, login('immuta', 'wrong')],
      [login('immuta', 'wrong'), IMMUTA],
      [IMMUTA, IMMUTA.replace('Authorization', 'aUTHORIZATION')],
    ]) {
      const answers = await world.ask(ASK, ...proofs);
      expect(answers.map(statusOf)).to.deep.equal([400, 400]);
      await world.reconnect();
      await world.ask(ASK, IMMUTA);
    }
    await expectKnown(ASK, IMMUTA.replace('Authorization', 'aUTHORIZATION'));
  });

  it('is proven on each connection anew', async () => {
    await knownAsk();
    await world.reconnect();
    await expectByApp(ASK, IMMUTA);
    await expectKnown(ASK, IMMUTA);
  });

  it('is known of each caller who was answered, and of no other', async () => {
    await knownAsk({ callers: ['immuta', 'second'] });
    const second = login('second', 'second');
    await expectByApp(ASK, second);
    await expectKnown(ASK, second);
    // One proof a connection is kept.
    await expectByApp(ASK, IMMUTA);
    await expectKnown(ASK, IMMUTA);
  });

  it('is no caller’s who was proven, and may not ask for it', async () => {
    await knownAsk({ othersCallers: ['second'] });
    const second = login('second', 'second');
    await expectByApp('GET /other?userid=ann HTTP/1.1', second);
    await expectKnown('GET /other?userid=ann HTTP/1.1', second);
    expect(statusOf(await expectByApp(ASK, second))).to.equal(403);
  });

  for (const [what, variant, status, text] of [
    ['the mapping', { mapping: MAPPINGS.renamed }, 200, /of accountants/],
    ['the directory', { ldif: DIRECTORIES.revoked }, 200, /^(?!.*accountants)/s],
    ['who is there', { ldif: DIRECTORIES.gone }, 404, /unknown_user/],
    ['the password', { password: 'rotated' }, 401, /unauthenticated/],
    ['who may ask', { callers: ['stranger'] }, 403, /forbidden/],
    ['the endpoints', { endpoints: ['/other'] }, 404, /not_found/],
  ] as const) {
    it(`is not known any more once a reload changes ${what}`, async () => {
      await knownAsk();
      await world.reload(variant);
      const answer = await expectByApp(ASK, IMMUTA);
      expect(statusOf(answer)).to.equal(status);
      expect(answer).to.match(text);
    });
  }

  it('is not known any more after a reload that changes nothing', async () => {
    await knownAsk();
    await world.reload({});
    await expectByApp(ASK, IMMUTA);
    await expectKnown(ASK, IMMUTA);
  });

  it('obeys the dates of the mapping', async () => {
    await knownAsk({ mapping: MAPPINGS.dated, cache: '{ fresh: 2h, stale: 3h }' });
    world.turn(HOUR - 1);
    expect(await expectKnown(ASK, IMMUTA)).to.contain('passing');
    world.turn(1);
    expect(await expectKnown(ASK, IMMUTA))
      .to.match(/ttl=3600\b/)
      .and.not.contain('passing');
  });

  it('obeys the expiry of the account', async () => {
    await knownAsk({ ldif: DIRECTORIES.expiring, cache: '{ fresh: 48h, stale: 72h }' });
    world.turn(24 * HOUR - 1);
    expect(await expectKnown(ASK, IMMUTA)).to.contain('accountants');
    world.turn(1);
    expect(await expectKnown(ASK, IMMUTA)).to.contain('{"groups":[],"authorizations":{}}');
  });

  it('says like any other that its connection ends, once the service drains', async () => {
    await knownAsk();
    const stopping = Promise.all(world.sides.map(({ service }) => service.stop(300)));
    const [known, byApp] = await world.ask(ASK, IMMUTA);
    expect(known).to.equal(byApp).and.contain('Connection: close');
    await stopping;
  });
});
