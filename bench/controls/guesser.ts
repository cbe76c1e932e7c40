/**
 * Guesses a caller's password as fast as they are answered: `node guesser.js PORT CONNECTIONS kept|anew`, the latter with
 * a new connection for each guess. Tells over IPC how many were answered, and with which statuses.
 */
import { Asker } from '../measuring/asker.ts';

const [port, connections, manner] = process.argv.slice(2);
const statuses: Record<number, number> = {};
let guesses = 0;

async function guess(): Promise<never> {
  let asker = new Asker(Number(port));
  for (;;) {
    const credentials = `immuta:guess ${guesses++} of ${process.pid}`;
    const answered = await asker.ask({ method: 'GET', target: '/user-info?userid=u1', credentials });
    const status = answered?.status ?? 0;
    statuses[status] = (statuses[status] ?? 0) + 1;
    if (manner !== 'anew') continue;
    asker.close();
    asker = new Asker(Number(port));
  }
}

for (let i = 0; i < Number(connections); i++) void guess();
process.on('message', () => process.send?.(statuses));
