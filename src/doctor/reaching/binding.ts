/** The bind, sent once over a connection that is as the config demands, and why it got no answer. */
import type { Socket } from 'node:net';
import { OperationTimeoutError } from '../../directory/ldap/silence.ts';
import type { LdapBind, LdapTls, LdapUrl } from '../../directory/settings/settings.ts';
import type { Instruments } from '../instruments.ts';
import { failed, ok, type Step } from '../step.ts';
import { type Address, SILENT } from './address.ts';
import { refusalOf } from './bind-refusal.ts';
import { messageOf } from './network-errors.ts';

export type BindEnd = 'bound' | 'refused' | 'unreachable';

/** Sends the bind, and ends the socket. */
export async function bindOnce(
  socket: Socket,
  { url, text: on }: Address,
  tls: LdapTls,
  bind: LdapBind,
  limit: number,
  { speak }: Instruments,
): Promise<{ step: Step; end: BindEnd }> {
  const connection = speak(socket, on);
  try {
    if (bind.kind === 'simple' && bind.password === '') {
      const hint =
        'bind.password: put a password there; without one a server takes the bind for an anonymous one';
      return {
        step: failed('bind', 'the password is empty, and was not sent', { on, hint }),
        end: 'refused',
      };
    }
    const result = await connection.bind(bind, limit);
    if (result.code === 0) return { step: ok('bind', `bound ${who(bind)}`, { on }), end: 'bound' };
    const { finding, hint } = refusalOf(result);
    return { step: failed('bind', `${who(bind)}: ${finding}`, { on, hint }), end: 'refused' };
  } catch (error) {
    return {
      step: failed('bind', `the bind got no answer: ${messageOf(error)}`, {
        on,
        hint: unansweredHint(error, url, tls),
      }),
      end: 'unreachable',
    };
  } finally {
    connection.retire();
  }
}

function unansweredHint(error: unknown, { scheme }: LdapUrl, tls: LdapTls): string {
  const isPlain = scheme === 'ldap' && tls.startTls !== true;
  if (error instanceof OperationTimeoutError)
    return isPlain ? `${SILENT}; or write ldaps://, where the port takes TLS alone` : SILENT;
  if (isPlain)
    return "urls: the port may speak no LDAP, or TLS alone, or be a balancer's with nothing behind it; correct the port, or how it is spoken to";
  return tls.client === undefined
    ? 'tls.certificate: the server may demand a client certificate, and none is set'
    : 'tls.certificate: the server may not accept this client certificate';
}

function who(bind: LdapBind): string {
  switch (bind.kind) {
    case 'simple':
      return `as ${bind.dn}`;
    case 'external':
      return 'by client certificate (SASL EXTERNAL)';
    case 'anonymous':
      return 'anonymously';
  }
}
