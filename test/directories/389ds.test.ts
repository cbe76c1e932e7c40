import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect } from 'chai';
import { type Ds389, startDs389 } from './389ds.ts';
import { requireDs389, SERVER_ENVIRONMENT } from './installed.ts';

const PEOPLE = 'ou=people,dc=example,dc=test';
const GROUPS = 'ou=groups,dc=example,dc=test';

describe('389 Directory Server for tests', () => {
  const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('ds389-'));
  let before389: readonly string[];
  let ds: Ds389;
  before(async function () {
    requireDs389(this);
    before389 = folders();
    ds = await startDs389({ memberOf: {} });
  });
  after(() => ds?.remove());

  const look = (filter: string, ...attributes: string[]) => {
    const args = ['-x', '-LLL', '-o', 'ldif-wrap=no', '-H', `ldap://127.0.0.1:${ds.port}`];
    return execFileSync('ldapsearch', [...args, '-b', 'dc=example,dc=test', filter, ...attributes], {
      env: SERVER_ENVIRONMENT,
    }).toString();
  };
  const group = (name: string, attribute: string, member: string, objectClass: string) =>
    [`dn: cn=${name},${GROUPS}`, 'changetype: add', `objectClass: ${objectClass}`, `cn: ${name}`]
      .concat(`${attribute}: ${member}`, '')
      .join('\n');

  it('keeps memberOf of groups that it gets while it runs, nested, by member only', () => {
    expect(look('(uid=loner)', 'memberOf')).not.to.match(/memberOf/);
    ds.change(group('late', 'member', `uid=loner,${PEOPLE}`, 'groupOfNames'));
    ds.change(group('above', 'member', `cn=late,${GROUPS}`, 'groupOfNames'));
    ds.change(group('unseen', 'uniqueMember', `uid=loner,${PEOPLE}`, 'groupOfUniqueNames'));
    const seen = look('(uid=loner)', 'memberOf').match(/(?<=memberOf: cn=)\w+/g);
    expect(seen?.sort()).to.deep.equal(['above', 'late']);
  });

  it('knows no more than was written of groups that are older than the plug-in', () => {
    expect(look('(uid=dup1)', 'memberOf')).not.to.match(/memberOf/);
    expect(look('(uid=ann)', 'memberOf')).to.match(/memberOf: cn=accountants/);
  });

  it('tells its searches, hides what it is told to, and keeps its data over a restart', async () => {
    const told = ds.searches().length;
    look('(uid=ann)', 'mail');
    expect(ds.searches().slice(told).join()).to.match(
      /SRCH base="dc=example,dc=test" scope=2 filter="\(uid=ann\)"/,
    );
    ds.allow(
      '(targetattr="uid || objectClass")(version 3.0; acl "few"; allow (read, search) userdn="ldap:///anyone";)',
    );
    expect(look('(uid=ann)')).not.to.match(/mail/);
    ds.allow();
    expect(look('(uid=ann)')).to.match(/mail: ann@/);
    await ds.stop();
    await ds.start();
    expect(look('(uid=loner)', 'memberOf')).to.match(/memberOf: cn=late/);
  });

  it('leaves nothing behind', async () => {
    const [folder] = folders().filter((name) => !before389.includes(name));
    await ds.remove();
    expect(existsSync(`${tmpdir()}/${folder}`)).to.equal(false);
    expect(existsSync(`/dev/shm/sem.${folder}.stats`)).to.equal(false);
  });
});
