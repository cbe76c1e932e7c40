/**
 * Requests and responses that are Express's from the start. It gives Node's own other prototypes, each one anew, after
 * which the engine knows no property of them in advance, in Express and in Node: a third of what a person took who is not
 * in memory. Where they have these prototypes already there is nothing to swap.
 */
import { IncomingMessage, type ServerOptions, ServerResponse } from 'node:http';
import type { Express } from 'express';

/** What a server makes of what comes in and goes out. */
export type Messages = Required<Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'>>;

/** The messages of a server for this app, and of no other: they carry the prototypes that it would give them. */
export function messagesOf(app: Express): Messages {
  class AppRequest extends IncomingMessage {}
  class AppResponse<Request extends IncomingMessage> extends ServerResponse<Request> {}
  Object.setPrototypeOf(AppRequest.prototype, app.request);
  Object.setPrototypeOf(AppResponse.prototype, app.response);
  app.request = AppRequest.prototype as Express['request'];
  app.response = AppResponse.prototype as unknown as Express['response'];
  return { IncomingMessage: AppRequest, ServerResponse: AppResponse };
}
