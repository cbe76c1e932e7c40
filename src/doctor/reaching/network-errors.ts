/** Errors of sockets, DNS and TLS as Node has them: their code, and what they say. */
import { ClosedError } from '../../directory/ldap/start-tls.ts';

export function codeOf(error: unknown): string | undefined {
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

// A host with several addresses gives an AggregateError, whose own message is empty.
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}

/** Whether the other side ended the connection rather than say anything. */
export function isClosed(error: unknown): boolean {
  return error instanceof ClosedError || ['ECONNRESET', 'EPIPE'].includes(codeOf(error) ?? '');
}
