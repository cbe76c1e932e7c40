/** Makes a server hang: its process is stopped, and stands still from the moment on that a test goes on. */
import { readdirSync, readFileSync } from 'node:fs';

/** How long the system may take to stop a process. Milliseconds. */
const STOP_WITHIN = 10_000;

/**
 * Stops the process (SIGSTOP) and returns once each of its threads stands still. The signal is only sent when `kill`
 * returns: on a busy machine a thread goes on for a while, and answers what was meant to hang.
 */
export function standStill(pid: number | undefined): void {
  if (pid === undefined) return;
  process.kill(pid, 'SIGSTOP');
  const until = performance.now() + STOP_WITHIN;
  const pause = new Int32Array(new SharedArrayBuffer(4));
  while (!statesOf(pid).every((state) => 'TZX'.includes(state))) {
    if (performance.now() > until) throw new Error(`process ${pid} did not stop within ${STOP_WITHIN} ms`);
    Atomics.wait(pause, 0, 0, 1);
  }
}

/** The state of each thread, a letter as in proc(5); none where the process has ended. */
function statesOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((thread) => {
      const line = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
      return line.charAt(line.lastIndexOf(')') + 2);
    });
  } catch {
    return [];
  }
}
