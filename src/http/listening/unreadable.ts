/**
 * Answers to what never becomes a request of the app: what Node's HTTP parser refuses, what could be understood in two
 * ways, and what comes when requests under way fill all places. Each is a problem+json with which its connection ends.
 */
import { type ServerResponse, STATUS_CODES } from 'node:http';
import { problem } from '../problems.ts';

const STATUSES: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** An answer that needs no app. */
export interface Refusal {
  readonly status: number;
  readonly title: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly body: string;
}

/** @param code of Node's error */
export function unreadable(code: string, requestId: string): Refusal {
  const status = STATUSES[code] ?? 400;
  return refusal({ status, title: STATUS_CODES[status] ?? '', code: 'unreadable_request' }, requestId);
}

/** Neither path nor authority can be asked to be a tunnel. */
export function noTunnel(requestId: string): Refusal {
  const kind = { status: 405, title: 'Only GET and HEAD are answered here', code: 'method_not_allowed' };
  return refusal(kind, requestId, { Allow: 'GET, HEAD' });
}

export function tooManyRequests(requestId: string): Refusal {
  const kind = { status: 503, title: 'Too many requests at once', code: 'overloaded' };
  return refusal(kind, requestId, { 'Retry-After': '1' });
}

function refusal(
  kind: { readonly status: number; readonly title: string; readonly code: string },
  requestId: string,
  more: Refusal['fields'] = {},
): Refusal {
  const body = problem(kind, requestId);
  const fields = {
    'X-Request-Id': requestId,
    'Cache-Control': 'no-store',
    'Cache-Status': 'ldap-user-info; fwd=bypass',
    'X-Content-Type-Options': 'nosniff',
    ...more,
    'Content-Type': 'application/problem+json',
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
  };
  return { status: kind.status, title: kind.title, fields, body };
}

/** As octets of HTTP/1.1, for a socket of which Node's parser knows no request. */
export function asOctets({ status, title, fields, body }: Refusal): string {
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${title}`, ...lines, '', body].join('\r\n');
}

/** In its turn among the answers of its connection. */
export function sendRefusal(response: ServerResponse, { status, title, fields, body }: Refusal): void {
  response.writeHead(status, title, fields).end(body);
}
