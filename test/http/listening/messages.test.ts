/** The server makes requests and responses that Express need not change: otherwise every one of them is slow. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect } from 'chai';
import express, { type Express } from 'express';
import { pino } from 'pino';
import { messagesOf } from '../../../src/http/listening/messages.ts';
import { type Listener, listen } from '../../../src/http/listening/server.ts';

const AT_HOME = { host: '127.0.0.1', port: 0, tls: undefined };
const SURROUNDINGS = { log: pino({ level: 'silent' }), newRequestId: () => 'id' };

describe('the messages of a server', () => {
  let listener: Listener | undefined;
  afterEach(() => listener?.close(0));

  const prototypes = (request: IncomingMessage, response: ServerResponse) => [
    Object.getPrototypeOf(request),
    Object.getPrototypeOf(response),
  ];

  const seen = async (app: Express, url: (listener: Listener) => string) => {
    const found: unknown[] = [];
    const inFront = (request: IncomingMessage, response: ServerResponse) => {
      found.push(prototypes(request, response));
      app(request, response);
      found.push(prototypes(request, response));
    };
    listener = await listen(inFront, AT_HOME, SURROUNDINGS, messagesOf(app));
    const response = await fetch(url(listener));
    return { found, body: await response.json(), status: response.status };
  };

  it('have the prototypes of the app before it sees them', async () => {
    const app = express();
    app.use((_request, response) => void response.json({}));
    const { found } = await seen(app, ({ url }) => url);
    const own = [app.request, app.response];
    expect(found).to.have.length(2);
    for (const pair of found as unknown[][]) {
      for (const [i, each] of pair.entries()) expect(each).to.equal(own[i]);
    }
  });

  it('are all that Express makes of its own', async () => {
    const app = express();
    app.use((request, response) => {
      const own = request.app === app && response.app === app && request.res === response;
      response.status(418).json({ own, path: request.path, type: request.get('Accept') });
    });
    const { body, status } = await seen(app, ({ url }) => `${url}/one?two=3`);
    expect(status).to.equal(418);
    expect(body).to.deep.equal({ own: true, path: '/one', type: '*/*' });
  });

  it('of one app are not those of another', () => {
    const [one, other] = [express(), express()];
    expect(messagesOf(one).IncomingMessage).not.to.equal(messagesOf(other).IncomingMessage);
    expect(one.request).not.to.equal(other.request);
  });
});
