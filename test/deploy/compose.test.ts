/**
 * docker-compose.yml without a Docker engine: checked against the Compose specification's schema, read together with
 * the Dockerfiles and the config, and its entry script and config run natively.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { parse } from 'yaml';
import { loadSetup } from '../../src/setup/setup.ts';
import { folderWith, type RunningService, startService } from '../acceptance/running-service.ts';
import { endWithUs, freePorts } from '../directories/child-servers.ts';
import { requireSlapd, SERVER_ENVIRONMENT } from '../directories/installed.ts';
import { until } from '../until.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

interface ComposeService {
  readonly build: { readonly context: string; readonly dockerfile?: string };
  readonly secrets: readonly string[];
  readonly volumes: readonly string[];
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { condition: string }>>;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly stop_grace_period?: string;
}

interface Compose {
  readonly services: Readonly<Record<'ldap-user-info' | 'openldap', ComposeService>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

const compose = parse(read('docker-compose.yml')) as Compose;
const config = read('deploy/compose/config.yaml');
const { 'ldap-user-info': service, openldap } = compose.services;

/** The instructions of a Dockerfile, continuation lines joined. */
function instructions(file: string): { name: string; rest: string }[] {
  return read(file)
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => /^[A-Z]+ /.test(line))
    .map((line) => ({ name: line.split(' ', 1)[0] ?? '', rest: line.slice(line.indexOf(' ') + 1) }));
}

const dockerfileOf = ({ build }: ComposeService) => build.dockerfile ?? join(build.context, 'Dockerfile');

describe('docker-compose.yml', () => {
  it('is valid by the Compose specification', () => {
    execFileSync(process.execPath, [join(ROOT, 'node_modules/dclint/bin/dclint.cjs'), 'docker-compose.yml'], {
      cwd: ROOT,
      stdio: 'pipe',
    });
  });

  for (const [name, each] of Object.entries(compose.services)) {
    it(`${name}: every path that its Dockerfile copies is there and not ignored`, () => {
      const ignored = each.build.context === '.' ? read('.dockerignore').split('\n') : undefined;
      const copies = instructions(dockerfileOf(each)).filter(({ name: kind }) => kind === 'COPY');
      const sources = copies
        .filter(({ rest }) => !rest.includes('--from='))
        .flatMap(({ rest }) =>
          rest
            .split(/\s+/)
            .filter((word) => !word.startsWith('--'))
            .slice(0, -1),
        );
      expect(sources.length).to.be.greaterThan(1);
      for (const source of sources) {
        expect(existsSync(join(ROOT, each.build.context, source)), source).to.equal(true);
        if (ignored) expect(ignored, source).to.include(`!${source}`);
      }
    });

    it(`${name}: runs as an ordinary user without capabilities, with a read-only root and a health check`, () => {
      const kinds = new Map(instructions(dockerfileOf(each)).map(({ name: kind, rest }) => [kind, rest]));
      expect(kinds.get('USER')).to.match(/^(?:node|openldap)$/);
      expect(kinds.get('HEALTHCHECK')).to.match(/CMD/);
      expect(each.read_only).to.equal(true);
      expect(each.cap_drop).to.deep.equal(['ALL']);
      expect(each.security_opt).to.deep.equal(['no-new-privileges:true']);
      expect(each).to.not.have.any.keys('cap_add', 'privileged');
    });

    it(`${name}: every file that it mounts is there, or made by prepare.sh`, () => {
      const mounted = each.volumes
        .filter((volume) => volume.startsWith('.'))
        .map((volume) => volume.split(':')[0] ?? '');
      for (const file of mounted) expect(existsSync(join(ROOT, file)), file).to.equal(true);
      const made = prepared();
      for (const secret of each.secrets) {
        const file = compose.secrets[secret]?.file ?? '';
        expect(file).to.match(/^deploy\/compose\/secrets\//);
        expect(existsSync(file.replace('deploy/compose/secrets', made)), file).to.equal(true);
      }
    });
  }

  it('gives the service every secret that its config reads, and nothing else', () => {
    const used = [...config.matchAll(/\/run\/secrets\/([\w.-]+)/g)].map(([, name]) => name);
    expect([...new Set(used)].sort()).to.deep.equal([...service.secrets].sort());
  });

  it('sets every variable that the entry script uses and has no default for', () => {
    const script = read('deploy/openldap/entrypoint.sh').replace(/^#.*$/gm, '');
    const used = new Set([...script.matchAll(/\$\{?(LDAPS?_[A-Z_]+)/g)].map(([, name = '']) => name));
    const defaults = new Set([...script.matchAll(/\$\{(LDAPS?_[A-Z_]+):=/g)].map(([, name = '']) => name));
    const set = Object.keys(openldap.environment ?? {});
    expect([...used].filter((name) => !defaults.has(name) && !set.includes(name))).to.deep.equal([]);
    expect(set.filter((name) => !used.has(name))).to.deep.equal([]);
  });

  it('has ports that agree with the config, the images and the health checks', () => {
    const port = /^ {2}port: (\d+)$/m.exec(config)?.[1];
    expect(service.ports).to.deep.equal([`127.0.0.1:${port}:${port}`]);
    const admin = /admin: \{ host: 127\.0\.0\.1, port: (\d+) \}/.exec(config)?.[1];
    const image = read('deploy/image/Dockerfile');
    expect(image).to.include(`EXPOSE ${port} ${admin}`).and.to.include(`http://127.0.0.1:${admin}/healthz`);
    expect(config).to.include(`urls: [ldaps://openldap:${openldap.environment?.['LDAPS_PORT']}]`);
    expect(read('deploy/openldap/Dockerfile')).to.include(`EXPOSE ${openldap.environment?.['LDAPS_PORT']}`);
    expect(service.depends_on).to.deep.equal({ openldap: { condition: 'service_healthy' } });
    const mounts = service.volumes.map((volume) => volume.split(':')[1]);
    expect(mounts).to.include(/LDAP_USER_INFO_CONFIG=(\S+)/.exec(image)?.[1]);
  });

  it('gives the service the time that its drain takes at the most', async () => {
    const folder = prepared();
    const text = config.replaceAll('/run/secrets', folder);
    const files = { 'config.yaml': text, 'mapping.yaml': read('deploy/compose/mapping.yaml') };
    const { config: loaded } = await loadSetup(join(folderWith(files), 'config.yaml'), {});
    const deadlines = loaded.endpoints.map(({ deadline }) => deadline);
    const most = loaded.drain.linger + Math.max(...deadlines) + 5000;
    expect(Number(/^(\d+)s$/.exec(service.stop_grace_period ?? '')?.[1]) * 1000).to.be.greaterThan(most);
  });

  describe('run natively', () => {
    let running: RunningService;
    let secrets: string;
    let ldap: { readonly port: number; readonly env: NodeJS.ProcessEnv };

    before(async function () {
      requireSlapd(this);
      secrets = prepared();
      const [port = 0] = await freePorts(1);
      const here = (path: string) => path.replace('/run/secrets', secrets);
      const environment = Object.entries(openldap.environment ?? {}).map(
        ([name, value]) => [name, here(value)] as const,
      );
      ldap = {
        port,
        env: {
          ...SERVER_ENVIRONMENT,
          ...Object.fromEntries(environment),
          LDAP_HOST: '127.0.0.1',
          LDAPS_PORT: String(port),
          LDAP_DATA: folderWith({}),
          LDAP_SEED: join(ROOT, 'deploy/openldap/seed.ldif'),
        },
      };
      const child = spawn(join(ROOT, 'deploy/openldap/entrypoint.sh'), ['serve'], {
        env: ldap.env,
        stdio: 'ignore',
      });
      endWithUs(child);
      await until(isHealthy);
      running = await startService({
        'config.yaml': here(config.replaceAll('/run/secrets', secrets))
          .replace('ldaps://openldap:1636', `ldaps://127.0.0.1:${port}`)
          .replace('host: 0.0.0.0\n  port: 8443', 'host: 127.0.0.1\n  port: 0')
          .replace('port: 9090', 'port: 0'),
        'mapping.yaml': read('deploy/compose/mapping.yaml'),
      });
    });

    after(() => running?.end());

    const isHealthy = (): boolean => {
      try {
        const stdout = execFileSync(join(ROOT, 'deploy/openldap/entrypoint.sh'), ['healthy'], {
          env: ldap.env,
          stdio: 'pipe',
        });
        return stdout.includes('supportedLDAPVersion: 3');
      } catch {
        return false;
      }
    };

    const ask = (userid: string): Promise<{ status: number; body: string }> =>
      new Promise((resolve, reject) => {
        const password = readFileSync(join(secrets, 'immuta'), 'utf8').trim();
        const authorization = `Basic ${Buffer.from(`immuta:${password}`).toString('base64')}`;
        const target = `${running.url}/user-info?userid=${encodeURIComponent(userid)}`;
        const ca = readFileSync(join(secrets, 'ca.pem'));
        request(target, { ca, agent: false, headers: { authorization } }, (response) => {
          let body = '';
          response.on('data', (chunk) => (body += String(chunk)));
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
        })
          .on('error', reject)
          .end();
      });

    it('is healthy', () => {
      expect(isHealthy()).to.equal(true);
    });

    for (const [userid, body] of [
      [
        'jdoe',
        '{"groups":[{"name":"TEAM-accounting"},{"name":"unix-dev"}],"authorizations":{"Department":["Finance"],"EMEA":["Sales"]}}',
      ],
      [
        'jsmith@acme.example',
        '{"groups":[{"name":"TEAM-R&D, Core"}],"authorizations":{"APAC":["Expenses"],"Department":["Human Resources","Payroll"]}}',
      ],
      ['ŁUKASZ', '{"groups":[],"authorizations":{"EMEA":["Sales"]}}'],
      ['new', '{"groups":[],"authorizations":{}}'],
      ['gone', '{"groups":[],"authorizations":{}}'],
    ] as const) {
      it(`answers for ${userid} over TLS at both ends`, async () => {
        expect(await ask(userid)).to.deep.equal({ status: 200, body });
      });
    }

    it('keeps the passwords out of the process list and the server’s config', () => {
      const processes = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
      const slapdConfig = readFileSync(join(ldap.env['LDAP_DATA'] ?? '', 'slapd.conf'), 'utf8');
      for (const name of ['ldap-lookup', 'ldap-admin', 'immuta']) {
        const password = readFileSync(join(secrets, name), 'utf8').trim();
        expect(password).to.match(/^[0-9a-f]{48}$/);
        expect(processes).to.not.include(password);
        expect(slapdConfig).to.not.include(password);
      }
    });
  });
});

let preparedFolder: string | undefined;

/** The folder that prepare.sh fills, made once. */
function prepared(): string {
  if (preparedFolder === undefined) {
    preparedFolder = join(folderWith({}), 'secrets');
    execFileSync('sh', [join(ROOT, 'deploy/compose/prepare.sh'), preparedFolder], { stdio: 'pipe' });
  }
  return preparedFolder;
}
