/**
 * A port behind which nobody takes connections: what is sent there is dropped, as by a host that is gone or a firewall.
 * A process that listens and stands still, whose queue of connections is full (listen(2), `backlog`).
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { standStill } from './standstill.ts';

export interface ClosedDoor {
  stop(): Promise<void>;
}

const LISTEN = `require('node:net').createServer().listen({ port: +process.argv[1], host: process.argv[2], backlog: 1 },
  () => console.log('listening'))`;
// More than a queue of one takes.
const TO_FILL = 4;

export async function startClosedDoor(port: number, host: string): Promise<ClosedDoor> {
  const child = spawn(process.execPath, ['-e', LISTEN, String(port), host], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  await standStill(child.pid ?? 0);
  const filling: Socket[] = Array.from({ length: TO_FILL }, () => connect(port, host).on('error', () => {}));
  const [first] = filling;
  if (first?.connecting) await once(first, 'connect');
  return {
    stop: async () => {
      for (const socket of filling) socket.destroy();
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
