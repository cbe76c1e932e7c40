/** SRV records as servers (RFC 2782): which of them name one, and in which order they are to be asked. */
import type { SrvRecord } from 'node:dns';

const HOST = /^[\w-]+(?:\.[\w-]+)*\.?$/;

/** Those that name a host and a port; the target "." says that there is no such service. */
export function usableRecords(records: readonly SrvRecord[]): readonly SrvRecord[] {
  return records.filter(({ name, port }) => HOST.test(name) && port > 0);
}

/** The lowest priority first, within one priority by chance in proportion to the weights. */
export function byPreference(records: readonly SrvRecord[], random: () => number): SrvRecord[] {
  const left = [...records].sort((a, b) => a.priority - b.priority || a.weight - b.weight);
  const ordered: SrvRecord[] = [];
  while (left.length > 0) {
    const same = left.filter(({ priority }) => priority === left[0]?.priority);
    const sum = same.reduce((total, { weight }) => total + weight, 0);
    const drawn = Math.floor(random() * (sum + 1));
    let running = 0;
    const chosen = same.findIndex(({ weight }) => {
      running += weight;
      return running >= drawn;
    });
    ordered.push(...left.splice(chosen, 1));
  }
  return ordered;
}
