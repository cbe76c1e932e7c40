/**
 * The command line: which commands there are, with their options and help. Each command's work is in its own file;
 * here it is only named. Results go to standard output, messages to standard error.
 */
import { Command, CommanderError, Option } from 'commander';
import { check } from './check.ts';
import { demo } from './demo.ts';
import { explain } from './explain.ts';
import { hashPasswordCommand } from './hash-password.ts';
import { serve } from './serve.ts';
import { VERSION } from './version.ts';

/** Runs the command that the arguments name and resolves to the exit status. Throws what the command throws. */
export async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  let status = 0;
  const program = new Command('ldap-user-info')
    .description("Answers Immuta's External User Info Endpoint from an LDAP directory.")
    .version(VERSION)
    .exitOverride()
    .showSuggestionAfterError();

  const command = (name: string, description: string): Command =>
    program.command(name).description(description).exitOverride();
  const config = (): Option =>
    new Option('-c, --config <file>', 'the config file')
      .env('LDAP_USER_INFO_CONFIG')
      .default(env['LDAP_USER_INFO_CONFIG'] ?? 'config.yaml');
  const endpoint = (): Option =>
    new Option('--endpoint <path>', 'the endpoint meant, where the config has several');

  command('serve', 'run the service until SIGTERM or SIGINT')
    .addOption(config())
    .action(async ({ config: file }: { config: string }) => {
      status = await serve(file, env);
    });
  command('check', 'check the config and its mapping files without connecting anywhere')
    .addOption(config())
    .option('--live', 'also bind to each directory and look for its sentinel')
    .action(async ({ config: file, live = false }: { config: string; live?: boolean }) => {
      status = await check(file, env, live);
    });
  command('explain', 'what a person gets, and why')
    .argument('<userid>', 'the person, as Immuta would ask')
    .addOption(config())
    .addOption(endpoint())
    .option('--json', 'print JSON, for programs')
    .action(async (userid: string, options: { config: string; endpoint?: string; json?: boolean }) => {
      status = await explain(userid, { ...options, json: options.json ?? false }, env);
    });
  command(
    'hash-password',
    'read a password from standard input and print its hash for `password_hash`',
  ).action(async () => {
    status = await hashPasswordCommand();
  });
  command('demo', 'run the service on the small directory that comes with it, and print what to try').action(
    async () => {
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
