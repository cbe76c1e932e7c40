/** That the two forests which other tests rely on trust each other, and answer as those tests take for granted. */
import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import { answers } from './child-servers.ts';
import { FOREST_PASSWORD, FORESTS, groupIn, lookupAccount } from './forests-people.ts';
import { requireForests } from './installed.ts';
import { type Forest, type Forests, sharedForests, startForests } from './samba-forests.ts';

// What Authenticated Users (S-1-5-11), everybody who logs on, is a member of.
const EVERYBODYS = ['Pre-Windows 2000 Compatible Access', 'Users'];

describe('two forests for tests', () => {
  let forests: Forests;
  before(async function () {
    requireForests(this);
    forests = await sharedForests();
  });

  const tokenOf = async (person: string, by: 'Kerberos' | 'NTLM') => {
    const [token, names] = await Promise.all([forests.res.tokenOf(person, by), forests.res.sids()]);
    const byId = new Map([...names].map(([cn, sid]) => [sid, cn]));
    const found = token.flatMap((sid) => byId.get(sid) ?? []);
    return found.filter((cn) => !EVERYBODYS.includes(cn)).sort();
  };
  const asked = (forest: Forest, ...args: readonly string[]): string =>
    execFileSync(
      'ldapsearch',
      [
        ...['-x', '-LLL', '-o', 'ldif-wrap=no', '-H', `ldaps://127.0.0.1:${forest.port}`],
        ...['-D', lookupAccount(forest.name), '-w', FOREST_PASSWORD, ...args],
      ],
      { env: { ...process.env, LDAPTLS_CACERT: forest.certificates.caFile }, stdio: 'pipe' },
    ).toString();
  const names = (ldif: string) => [...ldif.matchAll(/^dn: CN=([^,]+),/gm)].map(([, cn = '']) => cn).sort();
  const listed = (dn: string) => names(asked(forests.res, '-b', FORESTS.res.baseDn, `(member=${dn})`, '1.1'));

  it('give a person of the one a token at the other, by NTLM and by Kerberos', async () => {
    const ofAnn = [
      ...['Guests', 'res-local', 'res-loop', 'res-outer', 'res-top', 'res-via-global'],
      // Domain local groups of the person's own forest: Samba carries them along, Windows does not.
      'res-via-local',
      ...['res-via-primary', 'res-via-univ', 'res-via-univ-outer'],
    ];
    for (const by of ['NTLM', 'Kerberos'] as const) expect(await tokenOf('ann', by), by).to.deep.equal(ofAnn);
    expect(await tokenOf('ben', 'Kerberos')).to.deep.equal([
      ...['res-local', 'res-loop', 'res-outer', 'res-top', 'res-via-primary'],
    ]);
  });

  it('hold no distribution group in a token, nor what lies above one', async () => {
    expect(await tokenOf('dora', 'Kerberos')).to.deep.equal(['res-via-primary']);
  });

  it('show an ordinary account who lists a foreign principal, but not its memberOf', async () => {
    const ann = (await forests.corp.sids()).get('ann') ?? '';
    const filter = `(&(objectClass=foreignSecurityPrincipal)(objectSid=${ann}))`;
    const found = asked(forests.res, '-b', FORESTS.res.baseDn, filter, 'memberOf', 'cn');
    expect(found).to.include(`cn: ${ann}`).and.not.include('memberOf');
    const principal = /^dn: (.*)$/m.exec(found)?.[1] ?? '';
    expect(listed(principal)).to.deep.equal(['Guests', 'res-dist', 'res-local']);
    expect(asked(forests.res, '-b', groupIn('res', 'res-local'), '-s', 'base', 'memberOf')).to.include(
      `memberOf: ${groupIn('res', 'res-outer')}`,
    );
  });

  it('show an ordinary account the trust', () => {
    const base = `CN=System,${FORESTS.res.baseDn}`;
    const filter = '(objectClass=trustedDomain)';
    const found = asked(forests.res, '-b', base, filter, 'trustDirection', 'trustAttributes', 'flatName');
    expect(found)
      .to.include('trustDirection: 3')
      .and.include('trustAttributes: 8')
      .and.include('flatName: CORP');
  });

  it('are started as a pair of their own beside others, stopped and started again, and leave nothing', async () => {
    const own = await startForests();
    const { port } = own.res;
    try {
      expect(port).to.not.equal(forests.res.port);
      await own.res.stop();
      expect(() => asked(own.res, '-b', '', '-s', 'base')).to.throw();
      expect(names(asked(own.corp, '-b', FORESTS.corp.baseDn, '(cn=ann)', '1.1'))).to.deep.equal(['ann']);
      await own.res.start();
      expect(await own.res.tokenOf('ben', 'Kerberos')).to.include((await own.res.sids()).get('res-outer'));
    } finally {
      await own.remove();
    }
    expect(await answers(port)).to.equal(false);
  });
});
