/** What is shipped: plain JavaScript that runs by itself, made of dependencies that are pinned exactly. */
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { folderWith } from './acceptance/running-service.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

describe('the package', () => {
  it('runs as built, from its own files alone', () => {
    const folder = folderWith({ 'package.json': read('package.json') });
    execFileSync(process.execPath, ['build/bundle.mjs', join(folder, 'dist')], { cwd: ROOT });
    for (const part of ['deploy', 'mappings'])
      cpSync(join(ROOT, part), join(folder, part), { recursive: true });
    const args = ['dist/main.js', 'explain', 'jdoe', '--config', 'deploy/demo/config.yaml'];
    const stdout = execFileSync(process.execPath, args, {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(stdout).to.include('Accountants').and.to.include('rule accountants (mappings/demo.yaml:');
  });

  it('pins every dependency to one version', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<
      string,
      Record<string, string>
    >;
    const versions = Object.values({ ...dependencies, ...devDependencies });
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).to.deep.equal([]);
    expect(versions.length).to.be.greaterThan(20);
  });

  it('has every optional package of every platform in the lockfile, so that `npm ci` takes it', () => {
    const { packages } = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { optionalDependencies?: Record<string, string> }>;
    };
    const optional = Object.values(packages).flatMap((each) => Object.keys(each.optionalDependencies ?? {}));
    expect(optional.filter((name) => !(`node_modules/${name}` in packages))).to.deep.equal([]);
    expect(optional).to.include('@biomejs/cli-darwin-arm64');
  });

  it('names no registry host in the lockfile', () => {
    expect(read('package-lock.json')).to.not.match(/"resolved"|https?:\/\/registry/);
  });
});
