/**
 * Requests written as octets: oversized, malformed, or such that two readers could understand them in two ways. Each
 * has one answer, its own, and what could be understood in two ways has none but a refusal with which the connection
 * ends.
 */
import { connect } from 'node:net';
import { expect } from 'chai';
import { until } from '../until.ts';
import { OWN_NAMES_MAPPING, type RunningService, startService } from './running-service.ts';

const PEOPLE = `dn: dc=acme,dc=com
objectClass: domain

${['ann', 'bob']
  .map(
    (uid) => `dn: uid=${uid},dc=acme,dc=com
objectClass: person
uid: ${uid}
memberOf: cn=${uid}s,ou=groups,dc=example,dc=test
`,
  )
  .join('\n')}`;
const CONFIG = `listen: { host: 127.0.0.1, port: 0, failed_logins: { count: 100000 } }
admin: { host: 127.0.0.1, port: 0 }
callers: { immuta: { password: secret }, other: { password: secret } }
directories:
  corp:
    ldif: people.ldif
    users: { base: 'dc=acme,dc=com', attribute: uid }
    memberships: { from: attribute, nested: no }
endpoints: { /user-info: { directories: [corp], mapping: mapping.yaml, callers: [immuta] } }
`;

const login = (user: string) =>
  `Authorization: Basic ${Buffer.from(`${user}:secret`).toString('base64')}\r\n`;
const IN = login('immuta');
const HOST = 'Host: x\r\n';
const TARGET = '/user-info?userid=ann';
const get = (headers: string, target = TARGET, rest = '') =>
  `GET ${target} HTTP/1.1\r\n${HOST}${IN}${headers}\r\n${rest}`;
const post = (headers: string, rest: string) =>
  `POST ${TARGET} HTTP/1.1\r\n${HOST}${IN}${headers}\r\n${rest}`;
/** What must never be answered: it stands where no request can be. */
const HIDDEN = `GET /user-info?userid=bob HTTP/1.1\r\n${HOST}${IN}\r\n`;
const CHUNKED = 'Transfer-Encoding: chunked\r\n';
const length = (octets: number | string) => `Content-Length: ${octets}\r\n`;

interface Expected {
  readonly status: number;
  readonly code?: string;
  /** Whether another request may follow on the connection. */
  readonly isKept?: boolean;
}
const UNREADABLE: Expected = { status: 400, code: 'unreadable_request' };
const NO_POST: Expected = { status: 405, code: 'method_not_allowed' };
const FOUND: Expected = { status: 200 };

const SHAPES: readonly (readonly [what: string, text: string, expected: Expected])[] = [
  // Two readers see two ends of the body.
  ['Content-Length beside Transfer-Encoding', post(length(5) + CHUNKED, `0\r\n\r\n${HIDDEN}`), UNREADABLE],
  ['Transfer-Encoding beside Content-Length', post(CHUNKED + length(5), `0\r\n\r\n${HIDDEN}`), UNREADABLE],
  ['two Content-Length', post(length(5) + length(6), `abcde${HIDDEN}`), UNREADABLE],
  ['the same Content-Length twice', post(length(5) + length(5), `abcde${HIDDEN}`), UNREADABLE],
  ['a list of Content-Length', post(length('5, 5'), `abcde${HIDDEN}`), UNREADABLE],
  ['a Content-Length with a sign', post(length('+5'), `abcde${HIDDEN}`), UNREADABLE],
  ['a negative Content-Length', post(length('-5'), HIDDEN), UNREADABLE],
  ['a Content-Length that no number holds', post(length('9'.repeat(30)), HIDDEN), UNREADABLE],
  ['chunked, and then another coding', post('Transfer-Encoding: chunked, identity\r\n', HIDDEN), UNREADABLE],
  [
    'another coding, and then chunked',
    get('Transfer-Encoding: gzip, chunked\r\n', TARGET, `0\r\n\r\n${HIDDEN}`),
    UNREADABLE,
  ],
  ['two Transfer-Encoding', post(`${CHUNKED}Transfer-Encoding: identity\r\n`, HIDDEN), UNREADABLE],
  ['a coding that nobody knows', get('Transfer-Encoding: xchunked\r\n', TARGET, HIDDEN), UNREADABLE],
  // Two readers see two ends of a line, or of a name.
  ['a folded line', get('X-A: a\r\n b\r\n'), UNREADABLE],
  [
    'a folded Transfer-Encoding',
    post('Transfer-Encoding:\r\n chunked\r\n', `0\r\n\r\n${HIDDEN}`),
    UNREADABLE,
  ],
  ['lines that end with a line feed alone', get('').replaceAll('\r\n', '\n'), UNREADABLE],
  ['one line that ends with a line feed alone', get('X-A: a\nX-B: b\r\n'), UNREADABLE],
  ['a head that ends with a line feed alone', get('').replace(/\r\n$/, '\n'), UNREADABLE],
  ['a carriage return alone', get('X-A: a\rX-B: b\r\n'), UNREADABLE],
  ['a NUL in a value', get('X-A: a\0b\r\n'), UNREADABLE],
  ['a space before the colon', get('Content-Length : 5\r\n', TARGET, HIDDEN), UNREADABLE],
  ['a space before the first name', `GET ${TARGET} HTTP/1.1\r\n X-A: b\r\n${HOST}${IN}\r\n`, UNREADABLE],
  ['a header without a name', get(': b\r\n'), UNREADABLE],
  ['a control character in a name', get('X\x01: b\r\n'), UNREADABLE],
  // Two readers see two hosts, callers or targets.
  ['no Host', `GET ${TARGET} HTTP/1.1\r\n${IN}\r\n`, UNREADABLE],
  ['two Hosts', get('Host: y\r\n'), UNREADABLE],
  ['two callers', get(login('other')), UNREADABLE],
  ['one caller twice', get(IN), UNREADABLE],
  ['a fragment in the target', get('', '/user-info#?userid=ann'), UNREADABLE],
  ['a space in the target', get('', '/user info?userid=ann'), UNREADABLE],
  ['octets that are no ASCII in the path', get('', '/us\xe9r-info'), UNREADABLE],
  ['a NUL in the target', get('', '/user-info?userid=a\0'), UNREADABLE],
  ['tabs for spaces', get('').replace(/^GET (\S+) /, 'GET\t$1\t'), UNREADABLE],
  // Another protocol.
  ['HTTP/0.9', `GET ${TARGET}\r\n\r\n`, UNREADABLE],
  ['HTTP/2.0 in the words of 1.1', get('').replace('HTTP/1.1', 'HTTP/2.0'), UNREADABLE],
  ['HTTP/1.2', get('').replace('HTTP/1.1', 'HTTP/1.2'), UNREADABLE],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', UNREADABLE],
  ['TLS where there is none', '\x16\x03\x01\x00\x05hello', UNREADABLE],
  ['a method in small letters', get('').replace('GET', 'get'), UNREADABLE],
  ['a method that nobody knows', get('').replace('GET', 'BREW'), UNREADABLE],
  ['CONNECT', `CONNECT ann:443 HTTP/1.1\r\n${HOST}${IN}\r\n${HIDDEN}`, NO_POST],
  // Too much of it.
  ['a target of 200 kB', get('', `${TARGET}${'n'.repeat(200_000)}`), { ...UNREADABLE, status: 431 }],
  ['a header of 200 kB', get(`X-A: ${'a'.repeat(200_000)}\r\n`), { ...UNREADABLE, status: 431 }],
  ['more headers than are read', get('X-A: a\r\n'.repeat(500)), { ...UNREADABLE, status: 431 }],
  [
    'a caller behind more headers than are read',
    `GET ${TARGET} HTTP/1.1\r\n${HOST}${'X-A: a\r\n'.repeat(2100)}${IN}\r\n`,
    { ...UNREADABLE, status: 431 },
  ],
  [
    'two callers, one behind more headers than are read',
    get(`${'X-A: a\r\n'.repeat(2100)}${login('other')}`),
    { ...UNREADABLE, status: 431 },
  ],
  ['headers of 200 kB', get('X-A: aaaa\r\n'.repeat(20_000)), { ...UNREADABLE, status: 431 }],
  [
    'a userid of 10,000',
    get('', `/user-info?userid=${'a'.repeat(10_000)}`),
    { status: 400, code: 'bad_userid', isKept: true },
  ],
  // What has one meaning, and nobody asks for: what stands behind it is never taken for a request.
  ['a body of GET', get(length(HIDDEN.length), TARGET, HIDDEN), FOUND],
  ['a body of GET that is longer than was told', get(length(3), TARGET, `abc${HIDDEN}`), FOUND],
  ['a chunked body of GET', get(CHUNKED, TARGET, `3\r\nabc\r\n0\r\n\r\n${HIDDEN}`), FOUND],
  ['a body of GET that does not come', get(length(500), TARGET, HIDDEN), FOUND],
  ['a body of POST', post(length(5), `abcde${HIDDEN}`), NO_POST],
  ['chunk extensions', post(CHUNKED, `3;a=b\r\nabc\r\n0\r\n\r\n${HIDDEN}`), NO_POST],
  ['long chunk extensions', post(CHUNKED, `3;a=${'b'.repeat(40_000)}\r\nabc\r\n0\r\n\r\n`), NO_POST],
  ['a chunk without a size', post(CHUNKED, `zz\r\n\r\n0\r\n\r\n${HIDDEN}`), NO_POST],
  ['a chunk of a size that no number holds', post(CHUNKED, `${'f'.repeat(20)}\r\n${HIDDEN}`), NO_POST],
  ['trailers', post(CHUNKED, `0\r\nContent-Length: 5\r\n\r\n${HIDDEN}`), NO_POST],
  ['chunked in HTTP/1.0', post(CHUNKED, `0\r\n\r\n${HIDDEN}`).replace('HTTP/1.1', 'HTTP/1.0'), NO_POST],
  ['an expectation of going on', get(`Expect: 100-continue\r\n${length(5)}`), FOUND],
  ['another expectation', get('Expect: much\r\n'), FOUND],
  ['an upgrade to WebSocket', get('Connection: Upgrade\r\nUpgrade: websocket\r\n', TARGET, HIDDEN), FOUND],
  [
    'an upgrade to HTTP/2',
    get('Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n'),
    FOUND,
  ],
  // What has one meaning, and is answered as ever.
  ['an absolute target', get('', `http://elsewhere.example${TARGET}`), { ...FOUND, isKept: true }],
  [
    'an absolute target that is none',
    get('', 'http://[::1/user-info'),
    { status: 404, code: 'not_found', isKept: true },
  ],
  [
    'a target of a server as a whole',
    get('', '*').replace('GET', 'OPTIONS'),
    { status: 404, code: 'not_found', isKept: true },
  ],
  ['a path that leads back', get('', `/x/..${TARGET}`), { status: 404, code: 'not_found', isKept: true }],
  ['an escaped path', get('', '/user%2dinfo?userid=ann'), { status: 404, code: 'not_found', isKept: true }],
  ['an empty body', get(length(0)), { ...FOUND, isKept: true }],
  [
    'a list of other readers',
    get(`X-Forwarded-For: 127.0.0.1\r\nForwarded: for=127.0.0.1\r\n`),
    { ...FOUND, isKept: true },
  ],
  ['empty lines before it', `\r\n\r\n${get('')}`, { ...FOUND, isKept: true }],
];

interface Conversation {
  readonly answers: readonly string[];
  readonly isKept: boolean;
}

/** What came back for the octets, up to the connection's end, or up to the answer of a further request. */
async function say(url: string, text: string, isKept: boolean): Promise<Conversation> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let came = '';
  socket.setEncoding('latin1').on('data', (chunk) => (came += String(chunk)));
  socket.on('error', () => undefined);
  socket.write(text, 'latin1');
  const answers = () => came.split(/(?=HTTP\/1\.1 \d{3} )/).filter((answer) => answer !== '');
  if (isKept) {
    await until(() => came.endsWith('}') || socket.closed);
    socket.write(`GET /last HTTP/1.1\r\n${HOST}\r\n`);
    await until(() => (answers().length > 1 && came.endsWith('}')) || socket.closed);
  } else await until(() => socket.closed);
  const wasKept = !socket.closed;
  socket.destroy();
  return { answers: isKept ? answers().slice(0, -1) : answers(), isKept: wasKept };
}

describe('requests of odd shapes', () => {
  let service: RunningService;
  before(async () => {
    service = await startService({
      'config.yaml': CONFIG,
      'mapping.yaml': OWN_NAMES_MAPPING,
      'people.ldif': PEOPLE,
    });
  });
  after(() => service.end());

  for (const [what, text, { status, code, isKept = false }] of SHAPES) {
    it(`have one answer, ${status}, ${isKept ? 'and others follow' : 'and the connection ends'}: ${what}`, async () => {
      const { answers, isKept: wasKept } = await say(service.url, text, isKept);
      expect(answers.map((answer) => Number(answer.slice(9, 12)))).to.deep.equal([status]);
      const [head = '', body = ''] = (answers[0] ?? '').split('\r\n\r\n');
      expect(wasKept).to.equal(isKept);
      expect(head).to.match(isKept ? /\r\nConnection: keep-alive/i : /\r\nConnection: close/i);
      expect(head)
        .to.match(/\r\nX-Content-Type-Options: nosniff/)
        .and.match(/\r\nCache-Control: no-store/);
      expect(head).to.include(
        `\r\nContent-Type: application/${code === undefined ? 'json' : 'problem+json'}`,
      );
      if (code === undefined) expect(body).to.include('"anns"');
      else expect(JSON.parse(body)).to.include({ status, code });
      expect(head + body).to.not.include('bobs');
    });
  }

  it('answer pipelined requests in their order, each to its own caller', async () => {
    const asked = Array.from({ length: 60 }, (_, i) => i % 4);
    const texts = [
      get(''),
      get('', '/user-info?userid=bob'),
      get('').replace(IN, login('other')),
      get('').replace(IN, ''),
    ];
    const expected = [
      /^HTTP\/1\.1 200 .*"anns"/s,
      /^HTTP\/1\.1 200 .*"bobs"/s,
      /^HTTP\/1\.1 403 /,
      /^HTTP\/1\.1 401 /,
    ];
    const all = asked.map((kind) => texts[kind] ?? '').join('');
    const last = get('Connection: close\r\n', '/last');
    const { answers } = await say(service.url, all + last, false);
    expect(answers).to.have.length(asked.length + 1);
    for (const [i, kind] of asked.entries()) expect(answers[i]).to.match(expected[kind] ?? /never/);
  });

  it('are read strictly whatever Node was started with', async () => {
    const lenient = await startService(
      { 'config.yaml': CONFIG, 'mapping.yaml': OWN_NAMES_MAPPING, 'people.ldif': PEOPLE },
      [],
      undefined,
      { NODE_OPTIONS: '--insecure-http-parser --no-deprecation' },
    );
    try {
      for (const text of [
        post(length(5) + CHUNKED, `0\r\n\r\n${HIDDEN}`),
        get('X-A: a\rX-B: b\r\n'),
        get('X-A: a\0b\r\n'),
      ]) {
        const { answers } = await say(lenient.url, text, false);
        expect(answers.map((answer) => Number(answer.slice(9, 12)))).to.deep.equal([400]);
      }
    } finally {
      await lenient.end();
    }
  });
});
