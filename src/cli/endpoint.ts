/** Which endpoint of the config a command means. */
import type { Endpoint } from '../config/config.ts';
import type { Setup } from '../setup/setup.ts';
import { print } from './messages.ts';

/** The only endpoint, or the one of that path. Undefined where that is not clear; the reason is printed then. */
export function chooseEndpoint({ config }: Setup, wanted: string | undefined): Endpoint | undefined {
  const paths = config.endpoints.map(({ path }) => path).join(', ');
  if (wanted === undefined && config.endpoints.length > 1) {
    print(`the config has several endpoints; say which one with --endpoint: ${paths}`);
    return undefined;
  }
  const chosen = config.endpoints.find(({ path }) => wanted === undefined || path === wanted);
  if (chosen === undefined) print(`the config has no endpoint ${wanted}; it has: ${paths}`);
  return chosen;
}
