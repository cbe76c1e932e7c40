/** `demo`: the real service on the small LDIF directory and mapping that come with it, and what to try on it. */
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import closeWithGrace from 'close-with-grace';
import { composeService, systemSurroundings } from '../../compose.ts';
import { packageFile } from '../../package-root.ts';
import { loadSetup, type Setup } from '../../setup/setup.ts';

const CONFIG = fileURLToPath(packageFile('deploy/demo/config.yaml'));

/** Resolves only where the service cannot start. */
export async function demo(env: NodeJS.ProcessEnv): Promise<number> {
  const config = relative(process.cwd(), CONFIG);
  const setup = await loadSetup(config, env);
  const { url, stop } = await startOnFreePort(setup);
  closeWithGrace({ delay: 5000, logger: false }, stop);
  process.stdout.write(guide(url, config));
  return new Promise<never>(() => undefined);
}

async function startOnFreePort(setup: Setup): Promise<{ url: string; stop: () => Promise<void> }> {
  const surroundings = systemSurroundings(setup.config.log.level);
  const { config } = setup;
  const service = composeService(setup, surroundings);
  try {
    return { url: await service.start(), stop: () => service.stop(0) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    const elsewhere = { ...setup, config: { ...config, listen: { ...config.listen, port: 0 } } };
    const second = composeService(elsewhere, surroundings);
    return { url: await second.start(), stop: () => second.stop(0) };
  }
}

function guide(url: string, config: string): string {
  const ask = (credentials: string, userid: string, flags = '-s') =>
    `curl ${flags} -u ${credentials} '${url}/user-info?userid=${userid}'`;
  return `ldap-user-info answers at ${url}/user-info
People: deploy/demo/people.ldif   Mapping: mappings/demo.yaml   Config: ${config}

What Immuta would ask about jdoe:
  ${ask('immuta:demo', 'jdoe')}
A wrong password (401), and someone who is not there (404):
  ${ask('immuta:wrong', 'jdoe', '-i')}
  ${ask('immuta:demo', 'nobody', '-i')}
Why jdoe gets what she gets:
  npx ldap-user-info explain jdoe --config ${config}

Ctrl-C ends it.
`;
}
