/**
 * Requests that one connection sends ahead of the answers to those before: each is begun in a turn of the event loop of its
 * own, so that whoever else asks is not kept waiting, and beyond a bound none are read until some are answered, so that no
 * caller fills the memory. How many connections there are is places.ts's.
 */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

interface Ahead {
  unanswered: number;
  readonly waiting: (() => void)[];
  isHeld: boolean;
}

// What has been read already, 64 KiB at the most, is parsed to its end: hundreds of requests may come beyond it.
const MOST_UNANSWERED = 64;

/** The connections of one server. */
export class Pipelining {
  readonly #ahead = new WeakMap<Socket, Ahead>();

  /**
   * Begins a request that came over the connection, and is answered, or given up, by the response: at once, or behind those
   * that came before it.
   */
  begin(socket: Socket, response: ServerResponse, answer: () => void): void {
    const ahead = this.#ahead.get(socket) ?? { unanswered: 0, waiting: [], isHeld: false };
    this.#ahead.set(socket, ahead);
    response.once('close', () => {
      if (--ahead.unanswered >= MOST_UNANSWERED / 2 || !ahead.isHeld) return;
      ahead.isHeld = false;
      socket.resume();
    });
    if (++ahead.unanswered === 1) {
      answer();
      return;
    }
    if (ahead.waiting.push(answer) === 1) setImmediate(() => beginNext(ahead));
    // Node has a socket go on whenever it has read a request whole, which it has not yet.
    if (ahead.unanswered >= MOST_UNANSWERED) process.nextTick(() => hold(socket, ahead));
  }
}

function beginNext(ahead: Ahead): void {
  ahead.waiting.shift()?.();
  if (ahead.waiting.length > 0) setImmediate(() => beginNext(ahead));
}

function hold(socket: Socket, ahead: Ahead): void {
  if (ahead.unanswered < MOST_UNANSWERED || ahead.isHeld) return;
  ahead.isHeld = true;
  socket.pause();
  // Node may have had it go on already, and only not said so.
  const pauseAgain = () => {
    if (ahead.isHeld) socket.pause();
    else socket.off('resume', pauseAgain);
  };
  socket.on('resume', pauseAgain);
}
