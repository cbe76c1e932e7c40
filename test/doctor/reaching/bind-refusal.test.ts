/** What a refused bind means, by the codes that servers give; Active Directory's as it writes them. */
import { expect } from 'chai';
import { refusalOf } from '../../../src/doctor/reaching/bind-refusal.ts';

const said = (data: string) =>
  `80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data ${data}, v4563\u0000`;

describe('a refused bind in words', () => {
  for (const [data, finding, setting] of [
    ['525', 'there is no such account', 'bind.dn'],
    ['52e', 'the password is wrong, or there is no such account', 'bind.password'],
    ['52E', 'the password is wrong, or there is no such account', 'bind.password'],
    ['530', 'the account may not log on at this time', 'bind.dn'],
    ['531', 'the account may not log on from this machine', 'bind.dn'],
    ['532', 'the password has expired', 'bind.password'],
    ['533', 'the account is disabled', 'bind.dn'],
    ['534', 'the account has not been granted this kind of logon', 'bind.dn'],
    ['701', 'the account has expired', 'bind.dn'],
    ['773', 'the password must be changed at the next logon', 'bind.password'],
    ['775', 'the account is locked after too many wrong passwords', 'bind.dn'],
  ] as const) {
    it(`${data}: ${finding}`, () => {
      const refusal = refusalOf({ code: 49, diagnostic: said(data) });
      expect(refusal.finding).to.equal(`refused: ${finding} (result 49, data ${data.toLowerCase()})`);
      expect(refusal.hint.startsWith(`${setting}: `)).to.equal(true);
    });
  }

  it('takes a code that it does not know for what the result says', () => {
    const refusal = refusalOf({ code: 49, diagnostic: said('999') });
    expect(refusal.finding).to.match(
      /^refused: the account or its password is wrong.* \(result 49, data 999\)$/,
    );
  });

  it('never repeats what the server says', () => {
    for (const code of [1, 7, 8, 13, 32, 34, 48, 49, 50, 53, 80]) {
      const { finding, hint } = refusalOf({ code, diagnostic: 'you sent hunter2, data 52e' });
      expect(finding + hint).to.not.include('hunter2');
      expect(finding).to.include(`(result ${code})`);
    }
  });
});
