/**
 * What is sent, and what directories and files hold, reaches the log and the terminal as text and nothing else: no line
 * of its own, nothing that a terminal obeys. And names that JavaScript gives a meaning are names.
 */
import { expect } from 'chai';
import {
  codeOf,
  folderWith,
  groupsOf,
  type RunningService,
  runProgram,
  startService,
} from './running-service.ts';

const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'];
const ESC = '\x1b[2J\x1b]0;owned\x07';
const base64 = (text: string) => Buffer.from(text).toString('base64');

/** Who has a name, is in a group and has a value that say the same. */
const entry = (name: string, i: number) => `dn: cn=person ${i},dc=acme,dc=com
objectClass: person
cn: person ${i}
uid:: ${base64(name)}
title:: ${base64(name)}
memberOf:: ${base64(`cn=${name},ou=groups,dc=acme,dc=com`)}
`;
const PEOPLE = `dn: dc=acme,dc=com
objectClass: domain

${[...NAMES, `x${ESC}y`].map(entry).join('\n')}`;
const MAPPING = `version: 1
groups: { under: 'ou=groups,dc=acme,dc=com' }
tables:
  constructor: { toString: [valueOf], constructor: [toString], prototype: [prototype] }
rules:
  - id: constructor
    when: { group: <toString> }
    where: { toString: any }
    give: { groups: [<toString>] }
  - id: toString
    when: { attribute: { title: <valueOf> } }
    where: { valueOf: constructor }
    give: { authorizations: { hasOwnProperty: [<valueOf>] } }
`;
const CONFIG = `listen: { host: 127.0.0.1, port: 0 }
admin: { host: 127.0.0.1, port: 0 }
callers:
  constructor: { password: secret }
  toString: { password: secret }
directories:
  valueOf:
    ldif: people.ldif
    users: { base: 'dc=acme,dc=com', attribute: uid }
    memberships: { from: attribute, nested: no }
endpoints: { /constructor: { directories: [valueOf], mapping: mapping.yaml, callers: [constructor] } }
`;
const FILES = { 'config.yaml': CONFIG, 'mapping.yaml': MAPPING, 'people.ldif': PEOPLE };
// What a terminal obeys or hides, and what ends a line there; the line feed at a line's own end aside.
const OBEYED = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

describe('what others wrote', () => {
  let service: RunningService;
  before(async () => {
    service = await startService(FILES);
  });
  after(() => service?.end());

  it('is a name, however JavaScript would take it', async () => {
    const ask = (userid: string, user = 'constructor') =>
      service.get(`/constructor?userid=${encodeURIComponent(userid)}`, { credentials: `${user}:secret` });
    for (const name of NAMES) {
      const answer = await ask(name);
      expect(answer.status, name).to.equal(200);
      expect(groupsOf(answer), name).to.deep.equal([name]);
    }
    const values = async (name: string) =>
      (JSON.parse((await ask(name)).body) as { authorizations: unknown }).authorizations;
    expect(await values('constructor')).to.deep.equal({ hasOwnProperty: ['toString'] });
    expect(await values('toString')).to.deep.equal({ hasOwnProperty: ['valueOf'] });
    expect(await values('hasOwnProperty')).to.deep.equal({});
    for (const user of ['__proto__', 'hasOwnProperty', 'valueOf'])
      expect((await ask('constructor', user)).status, user).to.equal(401);
    expect((await ask('constructor', 'toString')).status).to.equal(403);
    for (const unknown of ['isPrototypeOf', '__defineGetter__', 'length'])
      expect(codeOf(await ask(unknown)), unknown).to.equal('unknown_user');
    for (const path of ['/__proto__', '/toString', '/hasOwnProperty'])
      expect(codeOf(await service.get(`${path}?userid=a`)), path).to.equal('not_found');
  });

  it('makes no line of the log, and nothing that a terminal obeys', async () => {
    const evil = `"}\n{"level":60,"msg":"forged"}\r\n${ESC}\u2028\u202e`;
    const before = service.log().length;
    const headers = { 'user-agent': `x${String.fromCharCode(0x9b)}2J`, 'x-request-id': 'forged' };
    await service.get(`/constructor?userid=${encodeURIComponent(evil)}`, {
      credentials: 'constructor:secret',
      headers,
    });
    await service.get(`/${encodeURIComponent(evil)}?userid=a`, { headers });
    await service.get('/constructor?userid=a', { credentials: `${evil}:${evil}` });
    await service.get(`/constructor?userid=${encodeURIComponent('a\u202eb\ufeff')}`, {
      credentials: 'constructor:secret',
      headers,
    });
    const status = await service.end();
    expect(status).to.equal(0);
    const lines = service.log().slice(before);
    expect(lines.filter(({ msg }) => ['request', 'answer'].includes(String(msg)))).to.have.length.at.least(4);
    expect(lines.filter(({ msg, level }) => msg === 'forged' || level === 60)).to.deep.equal([]);
    expect(lines.filter(({ request_id: id }) => id === 'forged')).to.deep.equal([]);
    expect(lines.map(({ userid }) => userid)).to.include('a\u202eb\ufeff');
    expect(service.errors()).to.not.match(OBEYED);
  });

  for (const [what, args] of [
    ['what a person has', ['explain', 'person', '--ldif', 'people.ldif']],
    ['who is asked for', ['explain', `y${ESC}\u202e`]],
    ['what a rule gives', ['who', `group: x${ESC}y`]],
    ['what is not known', ['explain', 'constructor', '--why-not', `group: x${ESC}\u202e`]],
    ['a file', ['check', '--config', `x${ESC}.yaml`]],
    ['a command', [`x${ESC}`]],
  ] as const) {
    it(`is printed without what a terminal obeys: ${what}`, async () => {
      const { stdout, stderr } = await runProgram([...args], { cwd: folderWith(FILES) });
      expect(stdout + stderr).to.not.equal('');
      expect(stdout + stderr).to.not.match(OBEYED);
    });
  }
});
