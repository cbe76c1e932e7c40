/**
 * What a refused bind means and which setting it is about. Active Directory says in a code of its own, within the
 * diagnostic message, what RFC 4511 leaves open; the message itself is never repeated.
 */
import type { LdapResult } from '../../directory/entries/ldap-result.ts';

export interface Refusal {
  readonly finding: string;
  readonly hint: string;
}

// Win32 error codes in hexadecimal, as Active Directory writes them after "data".
const ACTIVE_DIRECTORY: Readonly<Record<string, Refusal>> = {
  '525': { finding: 'there is no such account', hint: 'bind.dn: name an account that exists, by its DN' },
  '52e': {
    finding: 'the password is wrong, or there is no such account',
    hint: "bind.password: put the account's password there; or bind.dn, where the account is another one",
  },
  '530': {
    finding: 'the account may not log on at this time',
    hint: 'bind.dn: allow this account to log on at all hours (logonHours), or name another one',
  },
  '531': {
    finding: 'the account may not log on from this machine',
    hint: 'bind.dn: allow this account to log on to the domain controllers (userWorkstations), or name another one',
  },
  '532': {
    finding: 'the password has expired',
    hint: 'bind.password: give the account a new password that does not expire, and put it there',
  },
  '533': {
    finding: 'the account is disabled',
    hint: 'bind.dn: enable this account in the directory, or name another one',
  },
  '534': {
    finding: 'the account has not been granted this kind of logon',
    hint: 'bind.dn: grant this account the right to log on over the network, or name another one',
  },
  '701': {
    finding: 'the account has expired',
    hint: "bind.dn: set the account's end (accountExpires) to never, or name another one",
  },
  '773': {
    finding: 'the password must be changed at the next logon',
    hint: 'bind.password: set a password that need not be changed (pwdLastSet), and put it there',
  },
  '775': {
    finding: 'the account is locked after too many wrong passwords',
    hint: 'bind.dn: unlock this account; and find who sends wrong passwords, or it will be locked again',
  },
};

const ENCRYPT: Refusal = {
  finding: 'the server takes no password without encryption',
  hint: 'urls: write ldaps://, or tls: { starttls: yes }',
};
const NAME_AN_ACCOUNT = 'bind: write dn and password of an account that may search';

const RESULTS: Readonly<Record<number, Refusal>> = {
  7: {
    finding: 'the server does not know this way to bind',
    hint: 'bind: write dn and password in place of sasl',
  },
  8: ENCRYPT,
  13: ENCRYPT,
  32: { finding: 'there is no such account', hint: 'bind.dn: name an account that exists, by its DN' },
  34: { finding: 'the server does not take this for a DN', hint: "bind.dn: write the account's whole DN" },
  48: { finding: 'the account cannot bind in this way', hint: NAME_AN_ACCOUNT },
  49: {
    finding: 'the account or its password is wrong; this server does not tell which',
    hint: 'bind.password: put the password of bind.dn there; and bind.dn: name an account that exists and is not locked',
  },
  50: { finding: 'the account has no right to bind', hint: 'bind.dn: give this account that right' },
  53: { finding: 'the server is not willing to take this bind', hint: NAME_AN_ACCOUNT },
};

/** The refusal in words; the bind did not succeed. */
export function refusalOf({ code, diagnostic }: LdapResult): Refusal {
  const [, data = ''] = /\bAcceptSecurityContext error, data ([0-9a-f]{1,8})\b/i.exec(diagnostic) ?? [];
  const refusal = ACTIVE_DIRECTORY[data.toLowerCase()] ?? RESULTS[code];
  const number = data === '' ? `result ${code}` : `result ${code}, data ${data.toLowerCase()}`;
  return {
    finding: `refused: ${refusal?.finding ?? 'the server gives no reason that is known here'} (${number})`,
    hint: refusal?.hint ?? "bind: the server's own log may say why it refuses this account",
  };
}
