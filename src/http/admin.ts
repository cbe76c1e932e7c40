/**
 * The admin listener's routes, for probes and operators: alive, ready, what is degraded, and what is answered to whom
 * and why. Callers never come here.
 */
import express, { type Express, type Request, type RequestHandler } from 'express';
import type { Readiness } from '../observe/readiness.ts';
import { type ExplainingParts, explainAnswer } from './explaining.ts';

const PATHS = ['/healthz', '/readyz', '/explain'];

/** The app of the admin listener. Reasons are told to loopback only: the routes ask for no credentials. */
export function createAdminApp(readiness: Readiness, explaining: ExplainingParts): Express {
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
    const { status, ...details } = readiness.report();
    response
      .status(status === 'ready' ? 200 : 503)
      .json(isLoopback(request) ? { status, ...details } : { status });
  });
  app.get('/explain', loopbackOnly, explainAnswer(explaining));
  app.use((_request, response) => {
    response.status(404).json({ status: 'not_found', paths: PATHS });
  });
  return app;
}

const loopbackOnly: RequestHandler = (request, response, next) => {
  if (isLoopback(request) && isLoopbackName(request)) next();
  else response.status(403).json({ status: 'forbidden', reason: 'reasons are told on loopback only' });
};

function isLoopback(request: Request): boolean {
  const address = request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '';
  return address === '::1' || address.startsWith('127.');
}

// A page in a browser of this machine may have its own name lead here; it cannot change the name that it asks for.
function isLoopbackName(request: Request): boolean {
  const name = (request.headers.host ?? '').replace(/:\d+$/, '');
  return name === 'localhost' || name === '[::1]' || /^127\.[0-9.]+$/.test(name);
}
