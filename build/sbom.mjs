/**
 * `npm run sbom`: the packages that the service runs with as CycloneDX, in sbom.cdx.json or the file that is named, by
 * `npm sbom` on a lockfile of them alone: with `--omit dev` it leaves out whatever a development package needs as well.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (name) => JSON.parse(readFileSync(join(root, name), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'sbom-'));
try {
  const { devDependencies: _, ...manifest } = read('package.json');
  const lockfile = read('package-lock.json');
  delete lockfile.packages[''].devDependencies;
  for (const [path, { dev }] of Object.entries(lockfile.packages)) if (dev) delete lockfile.packages[path];
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lockfile));
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only', '--offline'];
  const text = execFileSync('npm', args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  // The name is the folder's otherwise.
  const sbom = JSON.parse(text);
  sbom.metadata.component.name = manifest.name;
  const file = resolve(root, process.argv[2] ?? 'sbom.cdx.json');
  writeFileSync(file, `${JSON.stringify(sbom, null, 2)}\n`);
  process.stderr.write(`${file}: ${sbom.components.length} packages\n`);
} finally {
  rmSync(folder, { recursive: true });
}
