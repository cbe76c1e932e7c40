/**
 * The house's plan, kept by machine: which room may import which, that mapping/ stays pure, and that only the
 * composition root names concrete classes.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const SRC = fileURLToPath(new URL('../src', import.meta.url));

/** What the composition root wires. */
const WIRED: readonly string[] = [
  'setup',
  'config',
  'directory',
  'doctor',
  'mapping',
  'user-info',
  'http',
  'observe',
  'reload',
  'snapshot',
  'visibility',
  'deadline.ts',
];

/** For each room, what it may import of the house; files at the top of src/ are rooms by their own name. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  names: [],
  time: [],
  'multimap.ts': [],
  text: [],
  files: [],
  yaml: ['text'],
  'failure.ts': [],
  'deadline.ts': ['failure.ts'],
  'person.ts': [],
  'password-hash.ts': [],
  'caller-certificate.ts': ['names'],
  mapping: ['names', 'time', 'text', 'yaml', 'person.ts', 'failure.ts'],
  directory: ['names', 'time', 'text', 'person.ts', 'failure.ts', 'deadline.ts', 'multimap.ts'],
  config: ['names', 'files', 'yaml', 'directory', 'password-hash.ts', 'caller-certificate.ts'],
  'user-info': ['directory', 'mapping', 'names', 'person.ts', 'failure.ts', 'deadline.ts'],
  'json-schema': ['config', 'mapping'],
  plan: ['mapping', 'names', 'text', 'yaml', 'person.ts', 'failure.ts'],
  snapshot: ['directory', 'mapping', 'names', 'person.ts'],
  visibility: ['directory', 'mapping', 'names', 'text', 'yaml', 'failure.ts'],
  observe: ['directory', 'person.ts', 'failure.ts', 'deadline.ts'],
  http: [
    'mapping',
    'person.ts',
    'user-info',
    'observe',
    'names',
    'failure.ts',
    'deadline.ts',
    'password-hash.ts',
    'caller-certificate.ts',
  ],
  setup: ['files', 'config', 'mapping', 'directory', 'visibility', 'yaml', 'person.ts', 'failure.ts'],
  doctor: ['directory', 'names', 'text', 'yaml', 'failure.ts', 'deadline.ts'],
  reload: ['config', 'files', 'directory', 'yaml', 'deadline.ts'],
  compose: [...WIRED, 'files'],
  'compose.ts': ['compose', ...WIRED],
  cli: [
    'directory',
    'doctor',
    'observe',
    'compose.ts',
    'files',
    'setup',
    'mapping',
    'names',
    'plan',
    'snapshot',
    'config',
    'text',
    'user-info',
    'visibility',
    'yaml',
    'failure.ts',
    'deadline.ts',
    'password-hash.ts',
  ],
  'main.ts': ['cli', 'yaml'],
};

/** Packages and Node modules that a pure room may use. */
const PURE_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  mapping: ['zod', 're2js', 'temporal-polyfill', 'csv-parse/sync'],
  names: [],
  time: [],
  plan: ['node:crypto'],
  yaml: ['yaml', 'zod', 'fastest-levenshtein'],
};

interface Import {
  readonly from: string;
  readonly to: string;
  readonly names: readonly string[];
  readonly typeOnly: boolean;
}

const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
);
const texts = new Map(sources.map((file) => [file, readFileSync(join(SRC, file), 'utf8')]));
const imports: Import[] = sources.flatMap((from) => importsOf(from, texts.get(from) ?? ''));

function importsOf(from: string, text: string): Import[] {
  const statements = text.matchAll(
    /^(?:import|export)\s+(?:(type\s+)?([\w\s{},*$]+?)\s+from\s+)?'([^']+)';/gm,
  );
  return [...statements].map(([, type, clause = '', target = '']) => ({
    from,
    to: target.startsWith('.') ? relative(SRC, resolve(SRC, dirname(from), target)) : target,
    names: clause
      .replace(/[{}]/g, '')
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '' && !name.startsWith('type ')),
    typeOnly: type !== undefined,
  }));
}

function roomOf(file: string): string {
  return file.split('/')[0] ?? file;
}

function isInternal({ to }: Import): boolean {
  return to.endsWith('.ts');
}

describe('architecture', () => {
  it('sees the sources', () => {
    expect(sources.length).to.be.greaterThan(40);
    expect(imports.filter(isInternal).length).to.be.greaterThan(100);
  });

  it('knows every room', () => {
    expect([...new Set(sources.map(roomOf))].filter((room) => !(room in MAY_IMPORT))).to.deep.equal([]);
  });

  it('has imports that point the way the design says', () => {
    const wrong = imports
      .filter(isInternal)
      .filter(
        ({ from, to }) => roomOf(from) !== roomOf(to) && !MAY_IMPORT[roomOf(from)]?.includes(roomOf(to)),
      )
      .map(({ from, to }) => `${from} imports ${to}`);
    expect(wrong).to.deep.equal([]);
  });

  it('keeps mapping/, names/, plan/, time/ and yaml/ free of input, output, clocks and randomness', () => {
    const pure = (file: string) => PURE_PACKAGES[roomOf(file)];
    const wrong = imports
      .filter((each) => !isInternal(each) && pure(each.from)?.includes(each.to) === false)
      .map(({ from, to }) => `${from} imports ${to}`);
    const impure =
      /\b(?:Date\.now|new Date\(\)|performance\.|Math\.random|process\.|setTimeout|setInterval|console\.)/;
    const calls = sources.filter((file) => pure(file) && impure.test(texts.get(file) ?? ''));
    expect([...wrong, ...calls]).to.deep.equal([]);
  });

  it('names concrete classes of another room in the composition root alone', () => {
    const classes = new Map(
      sources.flatMap((file) =>
        [...(texts.get(file) ?? '').matchAll(/^export class (\w+)(?:<[^>]*>)?(?: extends (\w+))?/gm)]
          .filter(([, , base]) => base !== 'Error')
          .map(([, name = '']) => [name, file] as const),
      ),
    );
    // Values of the language of the house, not components that could be exchanged.
    for (const value of ['Deadline', 'Tally', 'CompactMultimap']) classes.delete(value);
    const wrong = imports
      .filter(
        ({ from, to, typeOnly }) =>
          !['compose.ts', 'compose'].includes(roomOf(from)) &&
          !typeOnly &&
          isInternal({ to } as Import) &&
          roomOf(from) !== roomOf(to),
      )
      .flatMap(({ from, to, names }) =>
        names.filter((name) => classes.get(name) === to).map((name) => `${from} imports ${name}`),
      );
    expect([...classes.keys()]).to.include('PeopleCache');
    expect(wrong).to.deep.equal([]);
  });

  it('leaves no circle between files', () => {
    const graph = new Map<string, string[]>();
    for (const { from, to, typeOnly } of imports.filter(isInternal)) {
      if (!typeOnly) graph.set(from, [...(graph.get(from) ?? []), to]);
    }
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
      if (done.has(file) || path.includes(file)) return;
      for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
      done.add(file);
    };
    for (const file of graph.keys()) visit(file, []);
    expect(circles).to.deep.equal([]);
  });

  it('has no file named for nothing', () => {
    expect(
      sources.filter((file) => /(?:^|\/)(?:utils?|helpers?|common|manager|misc|types)\.ts$/.test(file)),
    ).to.deep.equal([]);
  });
});
