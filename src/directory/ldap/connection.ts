/**
 * One connection to one server, from its socket to its end. Owns message ids, the timers of operations and the rule
 * that nothing is sent any more once anything went wrong; the library encodes and decodes the messages. Its client is not
 * used: that one reconnects by itself, unbound and in plain text, ends paging early and hides truncation.
 */
import type { Socket } from 'node:net';
import {
  AbandonRequest,
  BindRequest,
  BindResponse,
  ExtendedResponse,
  MessageParser,
  PagedResultsControl,
  SearchReference,
  type SearchRequest,
  SearchResponse,
  UnbindRequest,
} from 'ldapts';
import type { Entry } from '../entries/entry.ts';
import type { LdapResult } from '../entries/ldap-result.ts';
import type { Reference } from '../forests/references.ts';
import type { LdapBind } from '../settings/settings.ts';
import { FrameReader } from './frames.ts';
import { entryMessage } from './search-entries.ts';

/** The connection ended, or the server sent what is no LDAP, before the result was there. */
export class ConnectionLostError extends Error {}

/** The server did not answer in time. The connection takes no further operations. */
export class OperationTimeoutError extends Error {}

export interface SearchResult extends LdapResult {
  readonly entries: readonly Entry[];
  /** The continuation references that came (RFC 4511 section 4.5.3). */
  readonly references: readonly Reference[];
  /** Whether the paged results control came with the result (RFC 2696). */
  readonly isPaged: boolean;
  /** Says that there are further pages. */
  readonly cookie: Buffer | undefined;
}

type Result = SearchResponse | BindResponse;

interface PendingOperation {
  /** The one message that ends it: a result of another operation must not pass for it. */
  readonly ends: typeof SearchResponse | typeof BindResponse;
  readonly entries: Entry[];
  readonly references: Reference[];
  readonly timer: NodeJS.Timeout;
  readonly resolve: (ended: EndedOperation) => void;
  readonly reject: (error: Error) => void;
}

interface EndedOperation extends Pick<PendingOperation, 'entries' | 'references'> {
  readonly response: Result;
}

interface OutgoingMessage {
  messageId: number;
  write(): Buffer;
}

const NO_MESSAGES: Parameters<MessageParser['read']>[1] = new Map();
const FAREWELL_MILLISECONDS = 1000;

export class LdapConnection {
  /** Resolves when the socket is closed. */
  readonly closed: Promise<void>;
  /** The server, for messages. */
  readonly server: string;
  readonly #socket: Socket;
  readonly #idle: number;
  readonly #frames = new FrameReader();
  readonly #parser = new MessageParser();
  readonly #pending = new Map<number, PendingOperation>();
  #lastMessageId = 0;
  #retired = false;
  #idleTimer: NodeJS.Timeout | undefined;

  /** @param idle milliseconds without operations after which it closes itself */
  constructor(socket: Socket, server: string, idle: number) {
    this.#socket = socket;
    this.server = server;
    this.#idle = idle;
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    this.#parser.on('message', (message) => this.#receive(message));
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('error', (error) => this.#lose(error.message));
    socket.on('end', () => this.#lose('the server closed the connection'));
    socket.on('close', () => this.#lose('the connection was closed'));
  }

  /** Whether it takes further operations. */
  get usable(): boolean {
    return !this.#retired;
  }

  /**
   * Binds (RFC 4513 section 5); the anonymous bind is sent too.
   * @param milliseconds until {@link OperationTimeoutError}
   */
  async bind(bind: LdapBind, milliseconds: number): Promise<LdapResult> {
    const request = new BindRequest({
      messageId: 0,
      ...(bind.kind === 'simple' ? { dn: bind.dn, password: bind.password } : {}),
      ...(bind.kind === 'external' ? { mechanism: 'EXTERNAL' as const } : {}),
    });
    const { response } = await this.#send(request, BindResponse, milliseconds);
    return { code: response.status, diagnostic: response.errorMessage };
  }

  /**
   * One search operation. Result codes are returned, not thrown.
   * @param milliseconds until {@link OperationTimeoutError}
   */
  async search(request: SearchRequest, milliseconds: number): Promise<SearchResult> {
    const { response, entries, references } = await this.#send(request, SearchResponse, milliseconds);
    const paged = response.controls?.find((control) => control instanceof PagedResultsControl);
    const cookie = paged?.value?.cookie;
    return {
      code: response.status,
      diagnostic: response.errorMessage,
      entries,
      references,
      isPaged: paged !== undefined,
      cookie: cookie?.length ? Buffer.from(cookie) : undefined,
    };
  }

  /** Takes no further operations and closes once those in flight have ended. */
  retire(): void {
    this.#retired = true;
    if (this.#pending.size === 0) this.#end();
  }

  #send(
    message: OutgoingMessage,
    ends: PendingOperation['ends'],
    milliseconds: number,
  ): Promise<EndedOperation> {
    return new Promise((resolve, reject) => {
      if (this.#retired) throw new ConnectionLostError(`${this.server}: the connection is closed`);
      clearTimeout(this.#idleTimer);
      message.messageId = ++this.#lastMessageId;
      const id = message.messageId;
      const octets = message.write();
      const timer = setTimeout(() => this.#timeOut(id, milliseconds), milliseconds);
      this.#pending.set(id, { ends, entries: [], references: [], timer, resolve, reject });
      this.#write(octets);
    });
  }

  // A write costs the system more than a search costs us: what is sent in one turn of the event loop goes together.
  #write(octets: Buffer): void {
    if (this.#socket.writableCorked === 0) {
      this.#socket.cork();
      setImmediate(() => this.#socket.uncork());
    }
    this.#socket.write(octets);
  }

  /** The operation, which from now on is none of those that wait. */
  #take(id: number): PendingOperation | undefined {
    const operation = this.#pending.get(id);
    if (operation === undefined) return undefined;
    clearTimeout(operation.timer);
    this.#pending.delete(id);
    this.#rest();
    return operation;
  }

  #rest(): void {
    if (this.#pending.size > 0) return;
    if (this.#retired) {
      this.#end();
      return;
    }
    this.#idleTimer = setTimeout(() => this.retire(), this.#idle);
  }

  // The other operations keep their own timers: one slow search does not fail its neighbours.
  #timeOut(id: number, milliseconds: number): void {
    this.#retired = true;
    const messageId = ++this.#lastMessageId;
    this.#write(new AbandonRequest({ messageId, abandonId: id }).write());
    this.#take(id)?.reject(
      new OperationTimeoutError(`${this.server}: no answer within ${Math.round(milliseconds)} ms`),
    );
  }

  #read(chunk: Buffer): void {
    try {
      // The parser throws its errors here: nobody listens to them.
      for (const frame of this.#frames.push(chunk)) {
        const found = entryMessage(frame);
        if (found === undefined) this.#parser.read(frame, NO_MESSAGES);
        else this.#pending.get(found.messageId)?.entries.push(found.entry);
      }
    } catch (error) {
      this.#lose(error instanceof Error ? error.message : String(error));
    }
  }

  #receive(message: { readonly messageId: number }): void {
    // RFC 4511 section 4.4.1: the one message without a request is the notice that the server ends the connection.
    if (message.messageId === 0 && message instanceof ExtendedResponse) {
      this.#lose(`the server ends the connection: ${message.errorMessage}`);
      return;
    }
    const operation = this.#pending.get(message.messageId);
    if (operation === undefined) return;
    if (message instanceof SearchReference) operation.references.push(message.uris);
    else if (message instanceof operation.ends) {
      const { entries, references, resolve } = operation;
      this.#take(message.messageId);
      resolve({ entries, references, response: message });
    } else this.#lose('the server answered with the result of another operation');
  }

  #lose(reason: string): void {
    this.#retired = true;
    clearTimeout(this.#idleTimer);
    this.#socket.destroy();
    const error = new ConnectionLostError(`${this.server}: ${reason}`);
    for (const id of [...this.#pending.keys()]) this.#take(id)?.reject(error);
  }

  #end(): void {
    if (!this.#socket.writable) return;
    const unbind = new UnbindRequest({ messageId: ++this.#lastMessageId });
    this.#socket.end(unbind.write(), () => this.#socket.destroy());
    setTimeout(() => this.#socket.destroy(), FAREWELL_MILLISECONDS).unref();
  }
}
