/**
 * `npm run build`, second part: the program with all that it needs as a few files, one a command beside what they share,
 * in dist/ or in the folder that is named. Loading eight hundred files took longer than all the rest of the start. Names and lines stay readable.
 */
import { build } from 'esbuild';

await build({
  // The second is a thread's, which compose/mappings-beside.ts looks for beside the part that it is in.
  entryPoints: { main: 'src/main.ts', 'mapping-worker': 'src/compose/mapping-worker.ts' },
  outdir: process.argv[2] ?? 'dist',
  bundle: true,
  splitting: true,
  chunkNames: 'part-[name]-[hash]',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  legalComments: 'linked',
  // What the CommonJS packages among them call for Node's own modules.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);",
  },
});
