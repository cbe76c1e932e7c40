/** Whatever is wrong with a config file, no message shows a secret. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is the config file's own syntax
import { expect } from 'chai';
import { load, RIGHT } from './folder.ts';

// Both halves must be hidden: YAML cuts unquoted secrets at commas, colons and comments.
const HALVES = ['hunter2', 'sw0rdfish'];

const WRITTEN: Readonly<Record<string, string>> = {
  plain: 'hunter2sw0rdfish',
  'in double quotes': '"hunter2 sw0rdfish"',
  'in single quotes': "'hunter2 sw0rdfish'",
  'over two lines': '"hunter2\n      sw0rdfish"',
  'as a block': '|\n      hunter2\n      sw0rdfish',
  'as a list': '[hunter2, sw0rdfish]',
  'as a block list': '\n      - hunter2\n      - sw0rdfish',
  'as a section': '{ hunter2: sw0rdfish }',
  'as a block section': '\n      hunter2: sw0rdfish',
  'cut by a comment': 'hunter2 #sw0rdfish',
  'cut by a comment with a space': 'hunter2 # sw0rdfish',
  'with an anchor': '&hunter2 sw0rdfish',
  'with an anchor alone': '&hunter2sw0rdfish',
  'with an alias': '*hunter2sw0rdfish',
  'with a tag': '!hunter2 sw0rdfish',
  'with a reserved character': '@hunter2sw0rdfish',
  'with a backquote': '`hunter2sw0rdfish',
  'with a percent sign': '%hunter2 sw0rdfish',
  'cut by a colon': 'hunter2: sw0rdfish',
  'in quotes that are not closed': '"hunter2 sw0rdfish',
  'in quotes that close too early': '"hunter2" sw0rdfish',
  'with a bad escape': '"hunter2\\q sw0rdfish"',
  'in a bracket that is not closed': '[hunter2, sw0rdfish',
  'in a brace that is not closed': '{hunter2, sw0rdfish',
  'after a tab': '\n\thunter2 sw0rdfish',
  'in a reference': '"${hunter2sw0rdfish}"',
  'beside a reference': '"hunter2${env:NOT_SET}sw0rdfish"',
  'before a broken reference': 'hunter2${sw0rdfish',
};

const KEYS = ['password', 'passwords', 'password_hash', 'password_hashes', 'pasword', 'Password', 'geheim'];

describe('masking', () => {
  for (const [how, written] of Object.entries(WRITTEN)) {
    it(`hides a secret ${how}`, async () => {
      for (const key of KEYS) {
        await expectHidden(RIGHT.replace('{ password: "${env:SECRET}" }', `\n    ${key}: ${written}`));
        await expectHidden(
          RIGHT.replace('password: "${env:SECRET}" }\n    users', `${key}: ${written} }\n    users`),
        );
        await expectHidden(RIGHT.replace('{ password: "${env:SECRET}" }', `{ ${key}: ${written}, "x": y }`));
      }
    });
  }

  it('hides what stands where a section with secrets belongs', async () => {
    for (const text of [
      RIGHT.replace('immuta: { password: "${env:SECRET}" }', 'immuta: hunter2'),
      RIGHT.replace('immuta: { password: "${env:SECRET}" }', 'immuta: [hunter2, sw0rdfish]'),
      RIGHT.replace('\n  immuta: { password: "${env:SECRET}" }', ' { immuta: hunter2, sw0rdfish }'),
      RIGHT.replace(
        '\n  immuta: { password: "${env:SECRET}" }',
        ' [{ name: immuta, passwd: hunter2 }, sw0rdfish]',
      ),
      RIGHT.replace(/bind: .*/, 'bind: hunter2'),
      RIGHT.replace(/bind: .*/, 'bind: [cn=svc, hunter2]'),
      RIGHT.replace(/urls: .*/, 'urls: ldaps://svc:hunter2@ldap.acme.example'),
      RIGHT.replace(/urls: .*/, 'urls: ["ldaps://svc:hunter2@ldap.acme.example"]'),
      `listen: { tls: { certificate: a, key: "-----BEGIN PRIVATE KEY-----hunter2" } }\n${RIGHT}`,
    ]) {
      await expectHidden(text);
    }
  });

  it('keeps excerpts readable otherwise', async () => {
    const { said } = await load(RIGHT.replace('immuta: {', 'immuta: { usr: x,').replace('[corp]', '[crop]'));
    expect(said).to.contain('immuta: { usr: *, password: "${env:SECRET}" }');
    expect(said).to.contain('directories: [crop], mapping: mapping.yaml, callers: [immuta]');
  });

  it('never shows what stands for ${…}, at any key', async () => {
    const whole = `listen: { host: H, port: 1, tls: { certificate: C, key: K }, failed_logins: { count: 1, window: 1s } }
admin: { host: H, port: 1 }
callers:
  immuta: { user: u, password: p, passwords: [p], password_hash: h, password_hashes: [h] }
  cert: { certificate: { subject: s, san: s, fingerprint: f } }
directories:
  corp:
    vendor: openldap
    urls: [u]
    tls: { ca: c, certificate: c, key: k, server_name: n, starttls: no }
    bind: { dn: d, password: p, sasl: s, anonymous: no }
    users: { base: b, attribute: a, filter: f, userids: [u], unknown: u }
    memberships: { from: f, nested: no, attribute: a, base: b, filter: f, uid_attribute: u, name: n, limits: { groups: 1, depth: 1 } }
    accounts: { disabled: d, expired: e, locked: l }
    sentinel: { userid: u, group: g }
    referrals: r
    limits: { connections: 1, queue: 1, connect: 1s }
    plaintext: no
  file: { ldif: l, users: { base: b } }
endpoints:
  /user-info: { directories: [d], mapping: m, callers: [c], deadline: 1s }
cache: { people: 1, fresh: 1s, stale: 1s }
log: { level: l, audit: a }
`;
    const referring = whole.replace(/(?<=[:[] )(?![{[])[^,\s[\]{}]+|(?<=\[)\w+(?=\])/g, '"${env:CANARY}"');
    expect(referring.match(/CANARY/g)).to.have.length.above(55);
    for (const CANARY of [
      'c4nary',
      'ou=c4nary;',
      '(c4nary=<c4nary>)',
      '<c4nary>',
      'ldaps://c4nary/?',
      'srv:c4nary',
      '/c4nary',
      'c4nary\n',
      '$scrypt$c4nary',
      '-----BEGIN c4nary',
    ]) {
      const { said, problems } = await load(referring, { CANARY });
      expect(problems).to.have.length.above(20);
      expect(said.split('\n').filter((line) => line.includes('c4nary'))).to.deep.equal([]);
    }
  });
});

async function expectHidden(text: string): Promise<void> {
  const { said } = await load(text);
  for (const half of HALVES) expect(said, text).not.to.contain(half);
  expect(said, text).not.to.equal('');
}
