/** `explain`: what a person gets and why, by the very code that answers requests, from the directory as it is now. */
import { composeService, systemSurroundings } from '../../compose.ts';
import type { Endpoint } from '../../config/config.ts';
import { Deadline } from '../../deadline.ts';
import { type FailureCode, isFailure } from '../../failure.ts';
import { renderTranslation } from '../../mapping/explaining/explain.ts';
import { parseOutput, renderWhyNot, type WhyNot, whyNot } from '../../mapping/explaining/why-not.ts';
import { namedFile } from '../../setup/mapping-file.ts';
import { loadSetup, type Setup, withDirectories, withMapping } from '../../setup/setup.ts';
import { printable } from '../../text/printable.ts';
import { type Explained, explanationToJson } from '../../user-info/explanation.ts';
import { chooseEndpoint } from '../endpoint.ts';
import { directoriesFrom, directoriesOf, mappingOf, SourceError } from '../everyone.ts';
import { print } from '../messages.ts';
import { printJson } from '../result.ts';

const NOTHING_DUE = 'the account, or its absence: nothing is due whatever the mapping says';

export interface ExplainOptions {
  readonly config: string;
  /** The endpoint's path; needed where the config has several. */
  readonly endpoint?: string;
  readonly json: boolean;
  /** A mapping file in place of the endpoint's. */
  readonly mapping?: string;
  /** An LDIF file in place of the endpoint's directories: a snapshot, or any other. */
  readonly ldif?: string;
  /** A group or `NAME: VALUE` that the person is expected to have. */
  readonly whyNot?: string;
}

/** 0 where the person was explained; 1 where there is no such person or no certain answer. */
export async function explain(
  userid: string,
  options: ExplainOptions,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const loaded = await loadSetup(options.config, env);
  const endpoint = chooseEndpoint(loaded, options.endpoint);
  if (endpoint === undefined) return 1;
  const { path, deadline } = endpoint;
  const surroundings = systemSurroundings('silent');
  const setup = await setupFor(loaded, endpoint, options);
  if (setup === undefined) return 1;
  const service = composeService(setup, surroundings);
  try {
    const userInfo = service.userInfo.get(path);
    if (userInfo === undefined) throw new Error(`the endpoint ${path} was not wired`);
    const explanation = await userInfo.explain(userid, new Deadline(surroundings.clock, deadline));
    if (explanation.kind === 'not_found')
      return notExplained(userid, path, 'unknown_user', explanation.explanation, options);
    const asked = whyNotOf(explanation, options.whyNot);
    if (options.json) {
      const why = asked === undefined ? {} : { why_not: asked };
      printJson({ userid, endpoint: path, ...explanationToJson(explanation), ...why });
    } else if (asked === undefined) process.stdout.write(renderExplanation(explanation));
    else process.stdout.write(`${renderWhyNot(asked).map(printable).join('\n')}\n`);
    return 0;
  } catch (error) {
    if (!isFailure(error)) throw error;
    return notExplained(userid, path, error.code, error.message, options);
  } finally {
    await service.stop();
  }
}

function notExplained(
  userid: string,
  endpoint: string,
  code: FailureCode,
  reason: string,
  { json }: ExplainOptions,
): number {
  if (json) printJson({ userid, endpoint, code, reason });
  print(printable(`${userid}: ${code}: ${reason}`));
  return 1;
}

function whyNotOf(explained: Explained, text: string | undefined): WhyNot | undefined {
  if (text === undefined) return undefined;
  const output = parseOutput(text);
  if (explained.kind === 'empty') return { output, isGiven: false, rules: [], removedBy: [NOTHING_DUE] };
  return whyNot(explained.mapping, explained.person, output, Date.now());
}

async function setupFor(
  setup: Setup,
  endpoint: Endpoint,
  { mapping, ldif }: ExplainOptions,
): Promise<Setup | undefined> {
  const explained =
    mapping === undefined ? setup : await withMapping(setup, endpoint.path, namedFile(mapping));
  if (ldif === undefined) return explained;
  try {
    const directories = await directoriesFrom(ldif, directoriesOf(setup, endpoint), [
      mappingOf(explained, endpoint.path),
    ]);
    return withDirectories(explained, directories);
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    print(printable(error.message));
    return undefined;
  }
}

function renderExplanation(explained: Explained): string {
  const { person, translation } = explained;
  const account = explained.kind === 'empty' ? explained.account : undefined;
  const head =
    person === undefined
      ? 'no directory has such a person: an empty answer is due (users.unknown: empty)'
      : `${printable(person.dn)} (directory ${person.directory})`;
  const dead =
    account === undefined
      ? []
      : [`account ${account.status}: an empty answer is due, and the mapping is not asked`];
  const notes = (person?.completeness?.notes ?? []).map(printable);
  return [head, ...notes, ...dead, '', renderTranslation(translation), ''].join('\n');
}
