/** The answers to what Node's HTTP parser refuses, and so never becomes a request of the app. */
import { STATUS_CODES } from 'node:http';
import { problem } from './problems.ts';

const STATUSES: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** The whole answer as octets of HTTP/1.1, a problem+json that closes the connection. */
export function unreadableAnswer(code: string, requestId: string): string {
  const status = STATUSES[code] ?? 400;
  const title = STATUS_CODES[status] ?? '';
  const body = problem({ status, title, code: 'unreadable_request' }, requestId);
  return [
    `HTTP/1.1 ${status} ${title}`,
    `X-Request-Id: ${requestId}`,
    'Cache-Control: no-store',
    'Cache-Status: ldap-user-info; fwd=bypass',
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
