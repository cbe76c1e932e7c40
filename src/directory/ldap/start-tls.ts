/**
 * The StartTLS exchange (RFC 4511 section 4.14) on a socket that has carried nothing yet. After it nothing but TLS may
 * be sent; a server that does not agree, or says more than it must in clear, leaves no connection at all.
 */
import type { Socket } from 'node:net';
import { ExtendedRequest, ExtendedResponse, MessageParser } from 'ldapts';
import { describe, SUCCESS } from '../entries/ldap-result.ts';
import { FrameReader } from './wire/frames.ts';

const START_TLS = '1.3.6.1.4.1.1466.20037';
const MESSAGE_ID = 1;

/** The server closed the connection in place of an answer. */
export class ClosedError extends Error {}

/** Resolves when the server awaits the handshake. Otherwise destroys the socket and rejects with an Error. */
export function startTls(socket: Socket, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const frames = new FrameReader();
    const settle = (error?: Error) => {
      signal.removeEventListener('abort', onAbort);
      socket.off('data', onData).off('error', settle).off('close', onClose);
      if (error === undefined) return resolve();
      socket.on('error', () => {});
      socket.destroy();
      reject(error);
    };
    const onData = (chunk: Buffer) => {
      try {
        const [answer, ...further] = frames.push(chunk);
        if (answer === undefined) return;
        // Whoever sits on the line could put answers there that would then pass for encrypted ones (CVE-2011-0411).
        if (further.length > 0 || !frames.isEmpty) {
          throw new Error('the server sent unencrypted data behind its answer to StartTLS');
        }
        checkAnswer(answer);
        // What comes from now on stays in the socket for TLS to read.
        socket.pause();
        settle();
      } catch (error) {
        settle(error instanceof Error ? error : new Error(String(error)));
      }
    };
    const onClose = () => settle(new ClosedError('the server closed the connection at StartTLS'));
    const onAbort = () => settle(new Error('no answer to StartTLS in time'));
    socket.on('data', onData).on('error', settle).on('close', onClose);
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) return onAbort();
    socket.write(new ExtendedRequest({ messageId: MESSAGE_ID, oid: START_TLS }).write());
  });
}

function checkAnswer(frame: Buffer): void {
  const messages: unknown[] = [];
  const parser = new MessageParser();
  parser.on('message', (message) => messages.push(message));
  parser.on('error', (error) => {
    throw error;
  });
  parser.read(frame, new Map());
  const [answer] = messages;
  if (!(answer instanceof ExtendedResponse))
    throw new Error('the server answered StartTLS with something else');
  if (answer.status !== SUCCESS) {
    const { status: code, errorMessage: diagnostic } = answer;
    throw new Error(`the server refused StartTLS: ${describe({ code, diagnostic })}`);
  }
  if (answer.messageId !== MESSAGE_ID) throw new Error('the server answered another request than StartTLS');
}
