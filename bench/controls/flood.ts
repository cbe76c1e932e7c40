/**
 * `flood.js PORT OPEN OCTETS ADDRESS`: keeps so many connections open that have each sent the beginning of a request, of
 * so many octets, and opens another one wherever one is closed, as fast as it can. Tells over IPC how many it opened.
 */
import { connect } from 'node:net';

const [port = 0, open = 0, octets = 0] = process.argv.slice(2, 5).map(Number);
const localAddress = process.argv[5] ?? '127.0.0.1';
const CONNECTING_AT_ONCE = 200;
const head = `GET /user-info?userid=nobody HTTP/1.1\r\nHost: x\r\nX-More: `.padEnd(octets, 'x');

let [opened, now, connecting] = [0, 0, 0];

function more(): void {
  while (now < open && connecting < CONNECTING_AT_ONCE) {
    now++;
    connecting++;
    let isConnecting = true;
    const settled = () => {
      if (isConnecting) connecting--;
      isConnecting = false;
    };
    const socket = connect({ port, host: '127.0.0.1', localAddress });
    socket.on('connect', () => {
      opened++;
      settled();
      socket.write(head);
      more();
    });
    socket
      .on('error', () => undefined)
      .on('close', () => {
        settled();
        now--;
        setImmediate(more);
      });
    socket.resume();
  }
}

process.on('message', () => process.send?.({ opened, now }));
process.on('disconnect', () => process.exit());
more();
