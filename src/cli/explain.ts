/** `explain`: what a person gets and why, by the very code that answers requests, from the directory as it is now. */
import { composeService, systemSurroundings } from '../compose.ts';
import { Deadline } from '../deadline.ts';
import { isFailure } from '../failure.ts';
import { renderTranslation, translationToJson } from '../mapping/explain.ts';
import { loadSetup, type Setup } from '../setup.ts';
import type { Explanation } from '../user-info/user-info.ts';
import { printable } from '../yaml/problem.ts';
import { print } from './messages.ts';

export interface ExplainOptions {
  readonly config: string;
  /** The endpoint's path; needed where the config has several. */
  readonly endpoint?: string;
  readonly json: boolean;
}

/** 0 where the person was explained; 1 where there is no such person or no certain answer. */
export async function explain(
  userid: string,
  options: ExplainOptions,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const setup = await loadSetup(options.config, env);
  const endpoint = chooseEndpoint(setup, options.endpoint);
  if (endpoint === undefined) return 1;
  const { path, deadline } = endpoint;
  const surroundings = systemSurroundings('silent');
  const service = composeService(setup, surroundings);
  try {
    const userInfo = service.userInfo.get(path);
    if (userInfo === undefined) throw new Error(`the endpoint ${path} was not wired`);
    const explanation = await userInfo.explain(userid, new Deadline(surroundings.clock, deadline));
    if (options.json) printJson({ userid, endpoint: path, ...explanationToJson(explanation) });
    else process.stdout.write(renderExplanation(explanation));
    return 0;
  } catch (error) {
    if (!isFailure(error)) throw error;
    const { code, message: reason } = error;
    if (options.json) printJson({ userid, endpoint: path, code, reason });
    print(printable(`${userid}: ${code}: ${reason}`));
    return 1;
  } finally {
    await service.stop();
  }
}

function explanationToJson({ person, account, translation }: Explanation): object {
  const { directory = null, dn = null } = person ?? {};
  const dead = account === undefined ? null : { status: account.status, due: account.due };
  return { directory, dn, account: dead, ...translationToJson(translation) };
}

function renderExplanation({ person, account, translation }: Explanation): string {
  const head =
    person === undefined
      ? 'no directory has such a person: an empty answer is due (users.unknown: empty)'
      : `${printable(person.dn)} (directory ${person.directory})`;
  const dead =
    account === undefined
      ? []
      : [`account ${account.status}: an empty answer is due, and the mapping is not asked`];
  return [head, ...dead, '', renderTranslation(translation), ''].join('\n');
}

function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

function chooseEndpoint(
  { config }: Setup,
  wanted: string | undefined,
): { path: string; deadline: number } | undefined {
  const paths = config.endpoints.map(({ path }) => path).join(', ');
  if (wanted === undefined && config.endpoints.length > 1) {
    print(`the config has several endpoints; say which one with --endpoint: ${paths}`);
    return undefined;
  }
  const chosen = config.endpoints.find(({ path }) => wanted === undefined || path === wanted);
  if (chosen === undefined) print(`the config has no endpoint ${wanted}; it has: ${paths}`);
  return chosen;
}
