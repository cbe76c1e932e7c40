/**
 * The command line: which commands there are, with their options and help. Each command's work is in its own file;
 * here it is only named, and only the one that is asked for is loaded. Results go to standard output, messages to standard error.
 */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { printable } from '../text/printable.ts';
import type { DoctorOptions } from './commands/doctor.ts';
import type { ExplainOptions } from './commands/explain.ts';
import type { PlanOptions } from './commands/plan.ts';
import type { SnapshotOptions } from './commands/snapshot.ts';
import type { TestOptions } from './commands/test.ts';
import { VERSION } from './commands/version.ts';
import type { WhoOptions } from './commands/who.ts';

/** Runs the command that the arguments name and resolves to the exit status. Throws what the command throws. */
export async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  let status = 0;
  const program = new Command('ldap-user-info')
    .description("Answers Immuta's External User Info Endpoint from an LDAP directory.")
    .version(VERSION)
    .exitOverride()
    // It repeats what was typed, or what a script passed on.
    .configureOutput({
      outputError: (text, write) => write(text.split('\n').map(printable).join('\n')),
    })
    .showSuggestionAfterError();

  const command = (name: string, description: string): Command =>
    program.command(name).description(description).exitOverride();
  const config = (): Option =>
    new Option('-c, --config <file>', 'the config file')
      .env('LDAP_USER_INFO_CONFIG')
      .default(env['LDAP_USER_INFO_CONFIG'] ?? 'config.yaml');
  const endpoint = (): Option =>
    new Option('--endpoint <path>', 'the endpoint meant, where the config has several');
  const json = (): Option => new Option('--json', 'print JSON, for programs').default(false);
  const skipTests = (): Option =>
    new Option('--skip-tests', 'take mappings without running the tests beside them');

  command('serve', 'run the service until SIGTERM or SIGINT')
    .addOption(config())
    .addOption(skipTests())
    .action(async ({ config: file, skipTests = false }: { config: string; skipTests?: boolean }) => {
      const { serve } = await import('./commands/serve.ts');
      status = await serve(file, env, skipTests);
    });
  command('check', 'check the config, its mapping files and their tests without connecting anywhere')
    .addOption(config())
    .option(
      '--live',
      'also bind to each directory, look for its sentinel, and for the groups and attributes that the mappings name',
    )
    .addOption(skipTests())
    .action(async (options: { config: string; live?: boolean; skipTests?: boolean }) => {
      const { config: file, live = false, skipTests = false } = options;
      const { check } = await import('./commands/check.ts');
      status = await check(file, env, { live, skipTests });
    });
  command('test', "run the mappings' tests")
    .argument('[files...]', 'test files; without any, those beside the mappings of the config')
    .addOption(config())
    .option(
      '--coverage [percent]',
      'also tell which rules and never entries no test reached, and fail where less than this share is',
    )
    .addOption(json())
    .action(async (files: string[], options: TestOptions) => {
      const { test } = await import('./commands/test.ts');
      status = await test(files, options, env);
    });
  command('explain', 'what a person gets, and why')
    .argument('<userid>', 'the person, as Immuta would ask')
    .addOption(config())
    .addOption(endpoint())
    .option('--mapping <file>', 'a mapping in place of the one in use')
    .option('--ldif <file>', 'an LDIF file or a snapshot in place of the directory')
    .option('--why-not <value>', 'a group or "NAME: VALUE" that the person was expected to have')
    .addOption(json())
    .action(async (userid: string, options: ExplainOptions) => {
      const { explain } = await import('./commands/explain.ts');
      status = await explain(userid, options, env);
    });
  command('plan', 'what another mapping would change for everyone')
    .addOption(config())
    .addOption(endpoint())
    .requiredOption('--mapping <file>', 'the mapping that is not in use yet')
    .option('--snapshot <file>', 'read people from a snapshot in place of the directory')
    .option('--previous <file>', 'an earlier snapshot, by which renamed groups are told')
    .option('--html <file>', 'also write the plan as a page, for a change request')
    .option('--max-emptied <count>', 'exit with 3 where more people than this lose everything', wholeNumber)
    .addOption(json())
    .action(async (options: PlanOptions) => {
      const { plan } = await import('./commands/plan.ts');
      status = await plan(options, env);
    });
  command('who', 'who has a value of an authorization, or a group, and by which rule')
    .argument('[authorization]', 'written as "NAME: VALUE"')
    .addOption(config())
    .addOption(endpoint())
    .option('--group <name>', 'a group in place of an authorization')
    .addOption(json())
    .action(async (authorization: string | undefined, options: WhoOptions) => {
      const { who } = await import('./commands/who.ts');
      status = await who(authorization, options, env);
    });
  command('snapshot', 'write the people and groups that count to an LDIF file')
    .argument('<file>', 'where to; only its owner can read it')
    .addOption(config())
    .addOption(endpoint())
    .option('--mapping <file>', 'also save what this mapping reads, which is not in use yet')
    .action(async (file: string, options: SnapshotOptions) => {
      const { snapshot } = await import('./commands/snapshot.ts');
      status = await snapshot(file, options, env);
    });
  command('doctor', 'walk the connection to each directory step by step, and say what to change')
    .addOption(config())
    .addOption(endpoint())
    .addOption(json())
    .action(async (options: DoctorOptions) => {
      const { doctor } = await import('./commands/doctor.ts');
      status = await doctor(options, env);
    });
  command(
    'hash-password',
    'read a password from standard input and print its hash for `password_hash`',
  ).action(async () => {
    const { hashPasswordCommand } = await import('./commands/hash-password.ts');
    status = await hashPasswordCommand();
  });
  command('demo', 'run the service on the small directory that comes with it, and print what to try').action(
    async () => {
      const { demo } = await import('./commands/demo.ts');
      status = await demo(env);
    },
  );

  try {
    await program.parseAsync([...args], { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    throw error;
  }
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It is a whole number.');
  return Number(text);
}
