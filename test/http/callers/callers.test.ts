import { createHook } from 'node:async_hooks';
import { scryptSync } from 'node:crypto';
import { expect } from 'chai';
import type { ShownCertificate } from '../../../src/caller-certificate.ts';
import { isFailure } from '../../../src/failure.ts';
import { KnownCallers } from '../../../src/http/callers/callers.ts';
import type { Caller } from '../../../src/http/served.ts';
import { parsePasswordHash } from '../../../src/password-hash.ts';
import { from } from './attempts.ts';

const encode = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');

function hashOf(password: string, ln: number): ReturnType<typeof parsePasswordHash> {
  const salt = Buffer.from('0123456789abcdef');
  const hash = scryptSync(password, salt, 32, { N: 2 ** ln, r: 8, p: 1, maxmem: 2 ** 28 });
  return parsePasswordHash(`$scrypt$ln=${ln},r=8,p=1$${encode(salt)}$${encode(hash)}`);
}

/** How many slow hashes are made meanwhile. */
async function slowHashesOf(work: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const hook = createHook({
    init: (_id, kind) => {
      if (kind === 'SCRYPTREQUEST') count++;
    },
  }).enable();
  await work();
  hook.disable();
  return count;
}

const hashed: Caller = {
  name: 'hashed',
  user: 'hashed',
  passwords: [],
  passwordHashes: [hashOf('right', 10)],
  certificate: undefined,
};
const plain: Caller = {
  name: 'plain',
  user: 'Plain',
  passwords: ['one', 'two'],
  passwordHashes: [],
  certificate: undefined,
};

/** The proofs of a request that brings a password, and perhaps a certificate. */
const proofs = (user: string, password: string, certificate?: ShownCertificate) => ({
  credentials: { user, password },
  certificate,
});

describe('callers with passwords', () => {
  it('are known by any of their passwords, and by no other', async () => {
    const callers = new KnownCallers([plain, hashed]);
    expect(await callers.recognise(proofs('Plain', 'one'), from('a'))).to.equal(plain);
    expect(await callers.recognise(proofs('Plain', 'two'), from('a'))).to.equal(plain);
    expect(await callers.recognise(proofs('hashed', 'right'), from('a'))).to.equal(hashed);
    for (const [user, password] of [
      ['Plain', 'three'],
      ['plain', 'one'],
      ['Plain', ''],
      ['hashed', 'one'],
      ['nobody', 'one'],
    ] as const) {
      expect(await callers.recognise(proofs(user, password), from('a'))).to.equal(undefined);
    }
  });

  it('are checked slowly once: a proof is remembered, and so is a failure', async () => {
    const callers = new KnownCallers([hashed]);
    const slowChecksOf = (password: string) =>
      slowHashesOf(() => callers.recognise(proofs('hashed', password), from('a')));
    expect(await slowChecksOf('right')).to.equal(1);
    expect(await slowChecksOf('right')).to.equal(0);
    expect(await slowChecksOf('wrong')).to.equal(1);
    expect(await slowChecksOf('wrong')).to.equal(0);
  });

  it('cost as many slow checks as anybody whom nobody knows', async () => {
    const cert: Caller = { ...hashed, name: 'cert', user: 'cert', certificate: { san: 'a.example' } };
    const twice: Caller = { ...hashed, passwordHashes: [hashOf('a', 10), hashOf('b', 10)] };
    for (const [set, expected] of [
      [[plain], 0],
      [[plain, hashed, cert], 1],
      [[plain, twice], 2],
    ] as const) {
      const callers = new KnownCallers(set);
      for (const user of ['hashed', 'Plain', 'cert', 'nobody', 'somebody', 'x'.repeat(50_000)]) {
        const ask = async () =>
          expect(await callers.recognise(proofs(user, `of ${user}`), from('a'))).to.equal(undefined);
        expect(await slowHashesOf(ask), user.slice(0, 20)).to.equal(expected);
        expect(await slowHashesOf(ask), user.slice(0, 20)).to.equal(0);
      }
    }
  });

  it('stand in for strangers, each stranger having one of them, whatever was tried for others', async () => {
    const twice = { ...hashed, name: 'twice', passwordHashes: [hashOf('a', 10), hashOf('b', 10)] };
    const callers = new KnownCallers([hashed, twice]);
    const seen = new Set<number>();
    for (let i = 0; i < 20; i++) {
      const costOf = (password: string) =>
        slowHashesOf(() => callers.recognise(proofs(`stranger ${i}`, password), from('a')));
      const cost = await costOf('one');
      expect(await costOf('another')).to.equal(cost);
      seen.add(cost);
    }
    expect(seen).to.deep.equal(new Set([1, 2]));
  });

  it('are nobody whom another one stands in for', async () => {
    const callers = new KnownCallers([plain, hashed]);
    for (const user of ['nobody', 'Plain', '\0', 'hashed\0', ''])
      for (let i = 0; i < 2; i++)
        expect(await callers.recognise(proofs(user, 'right'), from('a'))).to.equal(undefined);
    expect(await callers.recognise(proofs('hashed', 'right'), from('a'))).to.equal(hashed);
    expect(await callers.recognise(proofs('nobody', 'right'), from('a'))).to.equal(undefined);
  });

  it('pass while a stranger at another address floods the slow checks', async () => {
    const callers = new KnownCallers([hashed]);
    const flood = Array.from({ length: 392 }, (_, i) =>
      callers.recognise(proofs('hashed', `guess ${i}`), from('stranger')).catch((error: unknown) => error),
    );
    expect(await callers.recognise(proofs('hashed', 'right'), from('immuta'))).to.equal(hashed);
    const outcomes = await Promise.all(flood);
    // Its share and the narrow way beside it: 4 + 64 + 1 + 256.
    expect(outcomes.filter((outcome) => isFailure(outcome, 'overloaded'))).to.have.length(67);
    expect(outcomes.filter((outcome) => outcome === undefined)).to.have.length(325);
  });
});

describe('callers with certificates', () => {
  const caller = (name: string, password?: string, san?: string): Caller => ({
    name,
    user: name,
    passwords: password === undefined ? [] : [password],
    passwordHashes: [],
    certificate: san === undefined ? undefined : { san },
  });
  const reader = caller('reader', undefined, 'shared.example');
  const writer = caller('writer', 'w', 'shared.example');
  const other = caller('other', undefined, 'other.example');
  const both = caller('both', 'b', 'both.example');
  const worded = caller('worded', 'p');
  const callers = new KnownCallers([
    reader,
    writer,
    other,
    both,
    worded,
    { ...worded, name: 'bare', user: 'bare', passwords: [] },
  ]);
  const showing = (...names: string[]): ShownCertificate => ({
    subject: undefined,
    names: new Set(names.map((name) => `dns ${name}`)),
    fingerprint: '',
    validFrom: 0,
    validTo: Number.POSITIVE_INFINITY,
  });

  const [shared, others, boths, nobodys] = ['shared', 'other', 'both', 'nobody'].map((name) =>
    showing(`${name}.example`),
  );

  for (const [what, certificate, login, expected] of [
    ['nothing', undefined, undefined, undefined],
    ['the certificate that is all it needs', others, undefined, other],
    ['a certificate that is two callers’, one of whom gives a password too', shared, undefined, reader],
    ['the same with the password of the other', shared, ['writer', 'w'], writer],
    ['the same with a wrong password', shared, ['writer', 'x'], undefined],
    [
      'a certificate of two callers who give nothing else',
      showing('shared.example', 'other.example'),
      undefined,
      undefined,
    ],
    ['the certificate alone where a password is needed too', boths, undefined, undefined],
    ['the password alone where a certificate is needed too', undefined, ['both', 'b'], undefined],
    ['both where both are needed', boths, ['both', 'b'], both],
    ['a wrong password beside the right certificate', boths, ['both', 'x'], undefined],
    ['an empty password beside the right certificate', boths, ['both', ''], undefined],
    ['the certificate of another where both are needed', others, ['both', 'b'], undefined],
    ['the certificate of nobody where both are needed', nobodys, ['both', 'b'], undefined],
    ['the password that is all it needs', undefined, ['worded', 'p'], worded],
    ['the same beside a certificate of nobody', nobodys, ['worded', 'p'], worded],
    ['the same beside the certificate of another', others, ['worded', 'p'], undefined],
    ['the same beside the certificate of another who would need both', boths, ['worded', 'p'], undefined],
    ['a right certificate beside the user of nobody', others, ['nobody', 'p'], undefined],
    ['a right certificate beside its own name and some password', others, ['other', 'p'], undefined],
    ['a right certificate beside its own name and none', others, ['other', ''], undefined],
    ['the name of a caller without any proof', undefined, ['bare', ''], undefined],
  ] as const) {
    it(`${what}: ${expected?.name ?? 'nobody'}`, async () => {
      const [user, password] = login ?? [];
      const credentials = user === undefined || password === undefined ? undefined : { user, password };
      expect(await callers.recognise({ credentials, certificate }, from('a'))).to.equal(expected);
    });
  }

  it('are not told whether a password is right before their certificate is', async () => {
    const slow = { ...both, passwords: [], passwordHashes: [hashOf('right', 10)] };
    for (const certificate of [others, undefined]) {
      const known = new KnownCallers([slow]);
      for (const password of ['right', 'wrong']) {
        const ask = async () =>
          expect(await known.recognise(proofs('both', password, certificate), from('a'))).to.equal(undefined);
        // Held against a hash all the same, so that it takes as long.
        expect(await slowHashesOf(ask)).to.equal(1);
        expect(await slowHashesOf(ask)).to.equal(0);
      }
      expect(await slowHashesOf(() => known.recognise(proofs('both', 'right', boths), from('a')))).to.equal(
        1,
      );
    }
  });

  it('tell where a password helps', () => {
    expect(callers.anyByPassword(new Set(['reader', 'other']))).to.equal(false);
    expect(callers.anyByPassword(new Set(['reader', 'both']))).to.equal(true);
    expect(callers.anyByPassword(new Set(['bare', 'nobody']))).to.equal(false);
  });
});
