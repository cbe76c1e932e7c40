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
  SearchRequest,
  SearchResponse,
  UnbindRequest,
} from 'ldapts';
import type { Entry } from '../entries/entry.ts';
import type { LdapResult } from '../entries/ldap-result.ts';
import { ANY_ENTRY } from '../filters/filter.ts';
import type { Reference } from '../forests/references.ts';
import type { LdapBind } from '../settings/settings.ts';
import {
  type AnswerBounds,
  AnswerTooLargeError,
  type EndedOperation,
  type PendingOperation,
  PendingOperations,
} from './pending-operations.ts';
import { OperationCutError, type OperationTime, OperationTimeoutError, Silence } from './silence.ts';
import { MessageTooLongError } from './wire/ber.ts';
import { EncodedFilter } from './wire/filter-encoding.ts';
import { FrameReader } from './wire/frames.ts';
import { entryMessage } from './wire/search-entries.ts';

/** The connection ended, or the server sent what is no LDAP, before the result was there. */
export class ConnectionLostError extends Error {}

export interface SearchResult extends LdapResult {
  readonly entries: readonly Entry[];
  /** The continuation references that came (RFC 4511 section 4.5.3). */
  readonly references: readonly Reference[];
  /** Whether the paged results control came with the result (RFC 2696). */
  readonly isPaged: boolean;
  /** Says that there are further pages. */
  readonly cookie: Buffer | undefined;
}

interface OutgoingMessage {
  messageId: number;
  write(): Buffer;
}

/** RFC 4511 section 4.5.1.8: an empty list would ask for all attributes. */
export const NO_ATTRIBUTES = ['1.1'];
const NO_MESSAGES: Parameters<MessageParser['read']>[1] = new Map();
const FAREWELL_MILLISECONDS = 1000;
// Of operations that were given up; a server that goes on sending them after so many does not heed that.
const MOST_LATE_MESSAGES = 1000;
/** Where nobody configured any. */
const UNCONFIGURED: AnswerBounds = { entries: Number.POSITIVE_INFINITY, octets: 64 * 2 ** 20 };

export class LdapConnection {
  /** Resolves when the socket is closed. */
  readonly closed: Promise<void>;
  /** The server, for messages. */
  readonly server: string;
  readonly #socket: Socket;
  readonly #idle: number;
  readonly #frames: FrameReader;
  readonly #parser = new MessageParser();
  readonly #pending: PendingOperations;
  #lastMessageId = 0;
  /** When the server last ended an operation. */
  #answeredAt = Number.NEGATIVE_INFINITY;
  readonly #silence = new Silence();
  readonly #questions = new Set<number>();
  #lateMessages = 0;
  #retired = false;
  #idleTimer: NodeJS.Timeout | undefined;

  /** @param idle milliseconds without operations after which it closes itself */
  constructor(socket: Socket, server: string, idle: number, bounds: AnswerBounds = UNCONFIGURED) {
    this.#socket = socket;
    this.server = server;
    this.#idle = idle;
    this.#frames = new FrameReader(bounds.octets);
    this.#pending = new PendingOperations(bounds);
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
    const { response } = await this.#send(request, BindResponse, { milliseconds });
    return { code: response.status, diagnostic: response.errorMessage };
  }

  /**
   * One search operation. Result codes are returned, not thrown.
   * @param time until {@link OperationTimeoutError}, or {@link OperationCutError} where it was too short to tell
   * @param isUnbounded whether as much may come as there is; else {@link AnswerTooLargeError}
   */
  async search(request: SearchRequest, time: OperationTime, isUnbounded = false): Promise<SearchResult> {
    const sent = this.#send(request, SearchResponse, time, isUnbounded);
    const { response, entries, references } = await sent;
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
    time: OperationTime,
    isUnbounded = false,
  ): Promise<EndedOperation> {
    return new Promise((resolve, reject) => {
      if (this.#retired) throw new ConnectionLostError(`${this.server}: the connection is closed`);
      clearTimeout(this.#idleTimer);
      message.messageId = ++this.#lastMessageId;
      const id = message.messageId;
      const octets = message.write();
      const sentAt = performance.now();
      const { milliseconds, patience = milliseconds } = time;
      const timer =
        milliseconds > patience / 2
          ? setTimeout(() => this.#doubt(id, { milliseconds, patience }), patience / 2)
          : setTimeout(() => this.#timeOut(id, sentAt, { milliseconds, patience }), milliseconds);
      const came = { entries: [], references: [], octets: 0 };
      this.#pending.add(id, { ends, isUnbounded, ...came, sentAt, timer, resolve, reject });
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

  #take(id: number): PendingOperation | undefined {
    const operation = this.#pending.take(id);
    if (operation !== undefined) this.#rest();
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

  // Half of the time has passed. An answer to this, whatever it is, tells that the server is there: then it is the search
  // that takes long, and not a connection that went dead without a word.
  #doubt(id: number, time: Required<OperationTime>): void {
    const operation = this.#pending.get(id);
    if (operation === undefined) return;
    const { sentAt, ends } = operation;
    const left = time.milliseconds - time.patience / 2;
    operation.timer = setTimeout(() => this.#timeOut(id, sentAt, time), left);
    if (this.#retired || ends === BindResponse || this.#answeredAt > sentAt) return;
    const root = { baseDN: '', scope: 'base', filter: new EncodedFilter(ANY_ENTRY) } as const;
    const messageId = ++this.#lastMessageId;
    this.#questions.add(messageId);
    this.#write(new SearchRequest({ ...root, attributes: NO_ATTRIBUTES, messageId }).write());
  }

  // The other operations keep their own timers: one slow search does not fail its neighbours.
  #timeOut(id: number, sentAt: number, time: Required<OperationTime>): void {
    const reason = `${this.server}: no answer within ${Math.round(time.milliseconds)} ms`;
    if (!this.#silence.tells(sentAt, time)) {
      this.#giveUp(id, new OperationCutError(`${reason}, which was all the time there was`));
      return;
    }
    const isSlow = this.#answeredAt > sentAt;
    if (!isSlow) this.#retired = true;
    this.#giveUp(id, new OperationTimeoutError(reason, isSlow));
  }

  // The server is told: it need not go on.
  #giveUp(id: number, error: Error): void {
    const messageId = ++this.#lastMessageId;
    this.#write(new AbandonRequest({ messageId, abandonId: id }).write());
    this.#take(id)?.reject(error);
  }

  #read(chunk: Buffer): void {
    try {
      // The parser throws its errors here: nobody listens to them.
      for (const frame of this.#frames.push(chunk)) {
        const found = entryMessage(frame);
        if (found === undefined) this.#parser.read(frame, NO_MESSAGES);
        else this.#hold(found.messageId, frame.length, ({ entries }) => entries.push(found.entry));
      }
    } catch (error) {
      if (error instanceof MessageTooLongError)
        this.#take(error.messageId)?.reject(new AnswerTooLargeError(`${this.server}: ${error.message}`));
      this.#lose(error instanceof Error ? error.message : String(error));
    }
  }

  #hold(id: number, octets: number, add: (operation: PendingOperation) => void): void {
    const operation = this.#pending.get(id);
    if (operation === undefined) {
      if (++this.#lateMessages > MOST_LATE_MESSAGES) this.retire();
      return;
    }
    add(operation);
    const over = this.#pending.hold(id, operation, octets);
    if (over === undefined) return;
    this.#retired = true;
    this.#giveUp(over.id, new AnswerTooLargeError(`${this.server}: ${over.reason}`));
  }

  #receive(message: { readonly messageId: number }): void {
    // RFC 4511 section 4.4.1: the one message without a request is the notice that the server ends the connection.
    if (message.messageId === 0 && message instanceof ExtendedResponse) {
      this.#lose(`the server ends the connection: ${message.errorMessage}`);
      return;
    }
    if (message instanceof SearchReference) {
      const octets = message.uris.reduce((sum, uri) => sum + uri.length, 0);
      this.#hold(message.messageId, octets, ({ references }) => references.push(message.uris));
      return;
    }
    this.#answeredAt = performance.now();
    if (!this.#questions.delete(message.messageId) && message instanceof SearchResponse) this.#silence.end();
    const operation = this.#pending.get(message.messageId);
    if (operation === undefined) return;
    if (message instanceof operation.ends) {
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
    for (const id of this.#pending.ids) this.#take(id)?.reject(error);
  }

  #end(): void {
    if (!this.#socket.writable) return;
    const unbind = new UnbindRequest({ messageId: ++this.#lastMessageId });
    this.#socket.end(unbind.write(), () => this.#socket.destroy());
    setTimeout(() => this.#socket.destroy(), FAREWELL_MILLISECONDS).unref();
  }
}
