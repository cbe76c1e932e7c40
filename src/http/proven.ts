/** Over which connections a right proof of who asks has come: noted by the app, asked where connections are too many. */
import type { Socket } from 'node:net';

const proven = new WeakSet<Socket>();

/** Notes that a caller was recognised by what came over the connection. */
export function noteProof(connection: Socket): void {
  proven.add(connection);
}

export function isProven(connection: Socket): boolean {
  return proven.has(connection);
}
