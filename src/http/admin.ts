/**
 * The admin listener's routes, for probes and operators: alive, ready, what is degraded, and what is answered to whom
 * and why. Callers never come here. Who may be told reasons is decided by where the listener is bound.
 */
import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Readiness } from '../observe/readiness.ts';
import { type ExplainingParts, explainAnswer } from './explaining.ts';

const PATHS = ['/healthz', '/readyz', '/explain'];

/** What the admin listener tells of. */
export interface AdminParts extends ExplainingParts {
  readonly readiness: Readiness;
  /** For what should not happen. */
  readonly log: Logger;
  /**
   * Whether the listener is bound to loopback: the routes ask for no credentials, and where a connection seems to come
   * from is not who asks, as what runs beside the service forwards for others.
   */
  readonly tellsReasons: () => boolean;
}

/** The app of the admin listener. */
export function createAdminApp({ readiness, log, tellsReasons, ...explaining }: AdminParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use((_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    next();
  });
  const refusal = (request: Request): string | undefined =>
    tellsReasons() ? pageRefusal(request) : 'reasons are told where admin.host is a loopback address';
  const reasonsOnly: RequestHandler = (request, response, next) => {
    const reason = refusal(request);
    if (reason === undefined) next();
    else response.status(403).json({ status: 'forbidden', reason });
  };
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'alive' });
  });
  app.get('/readyz', (request, response) => {
    const { status, ...details } = readiness.report();
    response
      .status(status === 'ready' ? 200 : 503)
      .json(refusal(request) === undefined ? { status, ...details } : { status });
  });
  app.get('/explain', reasonsOnly, explainAnswer(explaining));
  app.use((_request, response) => {
    response.status(404).json({ status: 'not_found', paths: PATHS });
  });
  const failed: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
    log.error({ err: error }, 'a request of the admin listener failed unexpectedly');
    response.status(500).json({ status: 'internal_error' });
  };
  app.use(failed);
  return app;
}

// The names by which this machine calls itself. A page in one of its browsers may have a name of its own lead here; it
// cannot change the name that it asks for, nor what the browser says of where the page is from.
const OWN_NAME = /^(?:localhost|\[::1\]|127(?:\.\d{1,3}){3})(?::\d{1,5})?$/i;
const OWN_PAGES = ['none', 'same-origin'];

/** Why it may be a page of somebody else's that asks; undefined where it is none. */
function pageRefusal({ headers, url }: Request): string | undefined {
  const { host = '', 'sec-fetch-site': site = 'none' } = headers;
  if (!OWN_NAME.test(host) || !url.startsWith('/'))
    return 'reasons are told to who asks for this machine by an address or a name of loopback';
  return OWN_PAGES.includes(String(site)) ? undefined : 'reasons are not told to pages of other sites';
}
