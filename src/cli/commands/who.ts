/** `who`: everybody who has one group or one value of an authorization by the mapping in use, and by which rule. */
import { systemSurroundings } from '../../compose.ts';
import { isFailure, lineOf } from '../../failure.ts';
import { canBeGiven, parseOutput } from '../../mapping/explaining/why-not.ts';
import { type Output, outputText } from '../../mapping/translation.ts';
import { type Holder, holderOf, holdersToJson, renderHolders, sortHolders } from '../../plan/holders.ts';
import { loadSetup } from '../../setup/setup.ts';
import { plural } from '../../text/plural.ts';
import { printable } from '../../text/printable.ts';
import { meetEveryone } from '../../user-info/everyone.ts';
import { chooseEndpoint } from '../endpoint.ts';
import { countEveryone, directoriesOf, mappingOf, openDirectories } from '../everyone.ts';
import { print } from '../messages.ts';
import { startProgress } from '../progress.ts';
import { printJson } from '../result.ts';

export interface WhoOptions {
  readonly config: string;
  readonly endpoint?: string;
  /** A group's name, in place of an authorization. */
  readonly group?: string;
  readonly json: boolean;
}

/**
 * 0 where everybody was read, be it that nobody has it; 1 where not, and then nothing is printed as a result.
 * @param authorization written as `NAME: VALUE`
 */
export async function who(
  authorization: string | undefined,
  options: WhoOptions,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const wanted = wantedOf(authorization, options.group);
  if (wanted === undefined) {
    print(
      'say what is looked for: "NAME: VALUE" for an authorization, with a space behind the colon, or --group NAME',
    );
    return 1;
  }
  const setup = await loadSetup(options.config, env);
  const endpoint = chooseEndpoint(setup, options.endpoint);
  if (endpoint === undefined) return 1;
  const mapping = mappingOf(setup, endpoint.path);
  const text = outputText(wanted);
  const now = Date.now();
  const { clock } = systemSurroundings('silent');
  const directories = openDirectories(directoriesOf(setup, endpoint), [mapping], clock);
  const progress = startProgress(() => countEveryone(directories));
  let holders: Holder[] = [];
  let people = 0;
  try {
    const { ambiguous } = await meetEveryone(directories, () => {
      holders = [];
      people = 0;
      progress.restart();
      return ({ userid, person }) => {
        people++;
        progress.step();
        const holder = holderOf(wanted, mapping, userid, person, now);
        if (holder !== undefined) holders.push(holder);
      };
    });
    progress.end();
    const sorted = sortHolders(holders);
    const { path } = endpoint;
    if (options.json)
      printJson({ [wanted.kind]: text, endpoint: path, read: people, people: holdersToJson(sorted) });
    else process.stdout.write(renderHolders(sorted));
    print(`${holders.length} of ${plural(people, 'person', 'people')}`);
    if (holders.length === 0 && !canBeGiven(mapping, wanted))
      print(printable(`no rule of ${mapping.file} can give ${text}; is it spelled as the mapping gives it?`));
    if (ambiguous.length > 0)
      print(
        printable(
          `left out, as found more than once: ${ambiguous.slice(0, 5).join(', ')}${ambiguous.length > 5 ? ', …' : ''}`,
        ),
      );
    return 0;
  } catch (error) {
    if (!isFailure(error)) throw error;
    print(printable(`not everybody could be read: ${lineOf(error)}`));
    return 1;
  } finally {
    progress.end();
    await Promise.all(directories.map((directory) => directory.close()));
  }
}

function wantedOf(authorization: string | undefined, group: string | undefined): Output | undefined {
  if (authorization !== undefined && group !== undefined) return undefined;
  if (group !== undefined) return { kind: 'group', name: group };
  const isAuthorization = authorization !== undefined && /\S:\s+\S/.test(authorization);
  return isAuthorization ? parseOutput(authorization) : undefined;
}
