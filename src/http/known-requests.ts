/**
 * Requests that the app answered before, answered again without entering Express, which takes most of the time of an
 * answer from memory. What is kept is what the app found out, never an answer: who gave this connection's proof, and
 * whom a URL asks for. Whether the person is remembered, fresh and alive, and what is due, is decided anew each time.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { LRUCache } from 'lru-cache';
import type { ShownCertificate } from '../caller-certificate.ts';
import type { KeptQuestion } from '../user-info/kept-question.ts';
import { provenCertificate } from './callers/client-certificate.ts';
import { type Exchange, type ExchangeParts, noteAnswer, openExchange, sendAnswer } from './exchange.ts';
import type { Caller, Served, ServedEndpoint } from './served.ts';

/** What it needs beside what every exchange is opened with. */
export interface KnownRequestsParts extends ExchangeParts {
  /** Milliseconds since 1970, for the dates of certificates. */
  readonly wallNow: () => number;
  /** Whether no new connection is taken any more: then the app answers. */
  readonly isClosed: () => boolean;
  /** Octets that it may use from now on, the least recently asked for going first; asked when it begins anew. */
  readonly memory: () => number;
}

/** What the last request of a connection gave to prove who asks, and whose passport found it to be. */
interface Proof {
  readonly served: Served;
  readonly authorization: string | undefined;
  readonly certificate: ShownCertificate | undefined;
  readonly caller: Caller;
}

/** Whom a URL asks for, where. */
interface Known {
  readonly endpoint: ServedEndpoint;
  readonly question: KeptQuestion;
  /** Who was answered. */
  readonly callers: readonly Caller[];
}

const LONGEST_URL = 1024;
// Octets of one that is known, without its texts: measured.
const OCTETS = 350;

/** What the app found out about requests. */
export class KnownRequests {
  readonly #parts: KnownRequestsParts;
  #byUrl: LRUCache<string, Known>;
  readonly #alone = new WeakMap<Caller, readonly Caller[]>();
  #proofs = new WeakMap<Socket, Proof>();
  #served: Served;

  constructor(parts: KnownRequestsParts) {
    this.#parts = parts;
    this.#served = parts.served();
    this.#byUrl = emptyMemory(parts);
  }

  /** Lets go of everything: what it was found out by is not served any more. */
  forget(): void {
    this.#byUrl = emptyMemory(this.#parts);
    this.#proofs = new WeakMap();
    this.#served = this.#parts.served();
  }

  /** Learns from a request that the app has answered about a person. */
  note(request: IncomingMessage, { served, caller, certificate, endpoint, userid }: Exchange): void {
    const { url = '', method, socket } = request;
    if (served !== this.#parts.served() || caller === undefined || endpoint === undefined) return;
    if (served !== this.#served) this.forget();
    if (method !== 'GET' || userid === undefined || url.length > LONGEST_URL) return;
    this.#proofs.set(socket, { served, authorization: authorizationOf(request), certificate, caller });
    const known = this.#byUrl.peek(url);
    if (known?.callers.includes(caller)) return;
    const question = known?.question ?? endpoint.userInfo.keep(userid);
    if (question === undefined) return;
    this.#byUrl.set(url, {
      endpoint,
      question,
      callers: known === undefined ? this.#only(caller) : [...known.callers, caller],
    });
  }

  /** What answers the requests that are known, and hands on all others. */
  inFrontOf(app: RequestListener): RequestListener {
    return (request, response) => {
      if (!this.#answer(request, response)) app(request, response);
    };
  }

  #answer(request: IncomingMessage, response: ServerResponse): boolean {
    const { served, isClosed } = this.#parts;
    if (request.method !== 'GET' || served() !== this.#served || isClosed()) return false;
    const caller = this.#callerOf(request);
    if (caller === undefined) return false;
    const known = this.#byUrl.get(request.url ?? '');
    if (known === undefined || !known.callers.includes(caller)) return false;
    const { endpoint, question } = known;
    const answer = endpoint.userInfo.hit(question);
    if (answer?.kind !== 'answer') return false;
    const exchange = openExchange(request, response, this.#parts);
    Object.assign(exchange, { endpoint, caller, userid: question.userid });
    noteAnswer(response, exchange, answer);
    sendAnswer(response, exchange, answer.text);
    return true;
  }

  // One caller is usual, and one list of it enough.
  #only(caller: Caller): readonly Caller[] {
    const known = this.#alone.get(caller) ?? [caller];
    this.#alone.set(caller, known);
    return known;
  }

  #callerOf(request: IncomingMessage): Caller | undefined {
    const proof = this.#proofs.get(request.socket);
    const isSame =
      proof !== undefined &&
      proof.served === this.#served &&
      proof.authorization === authorizationOf(request) &&
      proof.certificate === provenCertificate(request.socket, this.#parts.wallNow());
    return isSame ? proof.caller : undefined;
  }
}

function emptyMemory({ memory }: KnownRequestsParts): LRUCache<string, Known> {
  return new LRUCache({
    maxSize: Math.max(1, Math.floor(memory())),
    sizeCalculation: ({ question: { userid, key } }, url) => OCTETS + url.length + userid.length + key.length,
  });
}

/** The only one, as several are refused; read off the raw headers, since making an object of them takes longer than all the rest. */
function authorizationOf({ rawHeaders }: IncomingMessage): string | undefined {
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === 13 && name.toLowerCase() === 'authorization') return rawHeaders[at + 1];
  }
  return undefined;
}
