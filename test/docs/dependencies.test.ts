/** What docs/dependencies.md says of packages is what the service runs with, and what a list for programs says. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { folderWith } from '../acceptance/running-service.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const json = (file: string) => JSON.parse(read(file)) as unknown;

interface Manifest {
  readonly license?: string;
  /** As manifests were written long ago. */
  readonly licenses?: readonly { readonly type: string }[];
  readonly dependencies?: Readonly<Record<string, string>>;
}

const licenceOf = (folder: string): string => {
  const { license, licenses } = json(`${folder}/package.json`) as Manifest;
  return license ?? licenses?.[0]?.type ?? 'none';
};

/** Cells of the rows below this heading. */
function table(heading: string): string[][] {
  const text = read('docs/dependencies.md');
  const start = text.indexOf(heading);
  const [, , ...rows] = text.slice(start, text.indexOf('\n\n', start)).split('\n');
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

const { packages } = json('package-lock.json') as {
  readonly packages: Readonly<Record<string, { readonly version: string; readonly dev?: boolean }>>;
};
const shipped = Object.entries(packages).filter(([folder, { dev }]) => folder !== '' && dev !== true);

describe('docs/dependencies.md', () => {
  it('names each package that is asked for, with its version, its licence and a reason', () => {
    const { dependencies = {} } = json('package.json') as Manifest;
    const rows = table('| package | version |');
    expect(rows.map(([name, version, licence]) => [name, version, licence])).to.deep.equal(
      Object.entries(dependencies).map(([name, version]) => [
        name,
        version,
        licenceOf(`node_modules/${name}`),
      ]),
    );
    for (const [name, version = '', , why = ''] of rows) {
      expect(why, name).to.match(/\w{2,} \w/);
      expect(packages[`node_modules/${name}`]?.version, name).to.equal(version);
    }
  });

  it('counts the licences of all that come along', () => {
    const counts = new Map<string, number>();
    for (const [folder] of shipped) {
      const licence = licenceOf(folder);
      const shown = licence === 'none' ? `MIT by its Readme alone (${folder.split('/').at(-1)})` : licence;
      counts.set(shown, (counts.get(shown) ?? 0) + 1);
    }
    const rows = table('| licence | packages |').map(([licence, count]) => [licence, Number(count)]);
    expect(Object.fromEntries(rows)).to.deep.equal(Object.fromEntries(counts));
  });

  it('is what npm sbom lists, without any host of a registry', () => {
    const file = join(folderWith({}), 'sbom.json');
    execFileSync(process.execPath, ['build/sbom.mjs', file], { cwd: ROOT, stdio: 'pipe' });
    const text = readFileSync(file, 'utf8');
    const { components } = JSON.parse(text) as { components: { name: string; version: string }[] };
    const names = (list: readonly { name: string; version: string }[]) =>
      list.map(({ name, version }) => `${name} ${version}`).sort();
    expect(names(components)).to.deep.equal(
      names(
        shipped.map(([folder, { version }]) => ({
          name: folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length),
          version,
        })),
      ),
    );
    expect(text).to.not.match(/registry\.|\.tgz/);
    expect(read('.gitignore').split('\n')).to.include('sbom.cdx.json');
  });
});
