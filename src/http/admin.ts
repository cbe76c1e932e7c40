/**
 * The admin listener's routes, for probes and operators: alive, ready, and what is degraded. Callers never come here.
 */
import express, { type Express, type Request } from 'express';
import type { Readiness } from '../observe/readiness.ts';

/** The app of the admin listener. Reasons are told to loopback only: the routes ask for no credentials. */
export function createAdminApp(readiness: Readiness): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use((_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store');
    next();
  });
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'alive' });
  });
  app.get('/readyz', (request, response) => {
    const { status, directories, reload } = readiness.report();
    response
      .status(status === 'ready' ? 200 : 503)
      .json(isLoopback(request) ? { status, directories, reload } : { status });
  });
  app.use((_request, response) => {
    response.status(404).json({ status: 'not_found', paths: ['/healthz', '/readyz'] });
  });
  return app;
}

function isLoopback(request: Request): boolean {
  const address = request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '';
  return address === '::1' || address.startsWith('127.');
}
