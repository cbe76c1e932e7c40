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
  files: ['names'],
  yaml: ['text'],
  'failure.ts': [],
  'deadline.ts': ['failure.ts'],
  'person.ts': [],
  'password-hash.ts': [],
  'caller-certificate.ts': ['names'],
  mapping: ['names', 'time', 'text', 'yaml', 'person.ts', 'failure.ts', 'multimap.ts'],
  directory: ['names', 'time', 'text', 'person.ts', 'failure.ts', 'deadline.ts', 'multimap.ts'],
  'user-info': ['directory', 'mapping', 'names', 'person.ts', 'failure.ts', 'deadline.ts'],
  observe: ['directory', 'person.ts', 'failure.ts', 'deadline.ts'],
  config: [
    'names',
    'files',
    'yaml',
    'directory',
    'user-info',
    'observe',
    'password-hash.ts',
    'caller-certificate.ts',
  ],
  'json-schema': ['config', 'mapping'],
  plan: ['mapping', 'names', 'text', 'yaml', 'person.ts', 'failure.ts'],
  snapshot: ['directory', 'mapping', 'names', 'person.ts'],
  visibility: ['directory', 'mapping', 'names', 'text', 'yaml', 'failure.ts'],
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

/**
 * The rooms inside of the two big storeys, lower ones first: what each may import of its own storey. A file that lies
 * there beside the rooms is one by itself.
 */
const INNER: Readonly<Record<string, readonly string[]>> = {
  'mapping/values': [],
  'mapping/patterns': ['values'],
  'mapping/answer.ts': [],
  'mapping/translation.ts': ['answer.ts'],
  'mapping/condition.ts': ['values', 'patterns'],
  'mapping/rule.ts': ['values', 'patterns', 'condition.ts', 'translation.ts'],
  'mapping/outputs': ['patterns', 'answer.ts', 'translation.ts', 'condition.ts', 'rule.ts'],
  'mapping/recognising': ['values', 'patterns', 'condition.ts', 'rule.ts', 'outputs'],
  'mapping/mapping.ts': ['values', 'rule.ts', 'recognising'],
  'mapping/named.ts': [
    'values',
    'patterns',
    'condition.ts',
    'rule.ts',
    'translation.ts',
    'recognising',
    'mapping.ts',
  ],
  'mapping/compile': [
    'values',
    'patterns',
    'condition.ts',
    'rule.ts',
    'translation.ts',
    'outputs',
    'recognising',
    'mapping.ts',
  ],
  'mapping/compile.ts': ['values', 'rule.ts', 'recognising', 'mapping.ts', 'compile'],
  'mapping/deciding': [
    'values',
    'patterns',
    'condition.ts',
    'rule.ts',
    'translation.ts',
    'outputs',
    'recognising',
    'mapping.ts',
  ],
  'mapping/tracing': [
    'values',
    'patterns',
    'answer.ts',
    'condition.ts',
    'rule.ts',
    'translation.ts',
    'outputs',
    'mapping.ts',
    'deciding',
  ],
  'mapping/translate.ts': ['rule.ts', 'translation.ts', 'outputs', 'mapping.ts', 'deciding', 'tracing'],
  'mapping/testing': ['values', 'translation.ts', 'recognising', 'mapping.ts', 'compile', 'translate.ts'],
  'mapping/explaining': [
    'values',
    'patterns',
    'answer.ts',
    'condition.ts',
    'rule.ts',
    'translation.ts',
    'outputs',
    'mapping.ts',
    'deciding',
    'tracing',
    'translate.ts',
  ],
  'directory/settings': [],
  'directory/filters': [],
  'directory/entries': ['settings', 'filters'],
  'directory/memberships': ['settings', 'filters', 'entries'],
  'directory/forests': ['settings', 'filters', 'entries', 'memberships'],
  'directory/people': ['settings', 'filters', 'entries', 'memberships'],
  'directory/sight': ['settings', 'filters', 'entries', 'memberships', 'people'],
  'directory/ldap': ['settings', 'filters', 'entries', 'forests'],
  'directory/ldif': ['settings', 'filters', 'entries', 'forests', 'people'],
  'directory/directory.ts': ['memberships', 'people', 'sight'],
  'directory/sentinel.ts': ['settings', 'entries'],
  'directory/entry-directory.ts': [
    'settings',
    'filters',
    'entries',
    'memberships',
    'forests',
    'people',
    'sight',
    'directory.ts',
    'sentinel.ts',
  ],
};

/** Inner rooms that not everybody may import who may import their storey. */
const KNOWN_TO: Readonly<Record<string, readonly string[]>> = {
  'directory/ldap': ['compose', 'doctor'],
  'directory/ldif': ['compose', 'config', 'setup', 'snapshot', 'cli'],
  'mapping/explaining': ['cli', 'user-info'],
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

/** The room within its storey; undefined where the storey has none. */
function innerRoomOf(file: string): string | undefined {
  const inner = file.split('/').slice(0, 2).join('/');
  return inner in INNER ? inner : undefined;
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

  it('knows every room inside of a storey that has some', () => {
    const storeys = new Set(Object.keys(INNER).map(roomOf));
    expect(
      sources.filter((file) => storeys.has(roomOf(file)) && innerRoomOf(file) === undefined),
    ).to.deep.equal([]);
    expect(
      Object.keys(INNER).filter((room) => !sources.some((file) => innerRoomOf(file) === room)),
    ).to.deep.equal([]);
  });

  it('has imports within a storey that point the way the design says', () => {
    const wrong = imports
      .filter(isInternal)
      .filter(({ from, to }) => roomOf(from) === roomOf(to) && innerRoomOf(from) !== innerRoomOf(to))
      .filter(({ from, to }) => {
        const target = innerRoomOf(to)?.slice(roomOf(to).length + 1) ?? '';
        return !INNER[innerRoomOf(from) ?? '']?.includes(target);
      })
      .map(({ from, to }) => `${from} imports ${to}`);
    expect(wrong).to.deep.equal([]);
  });

  it('has no rooms that may import each other', () => {
    const below: [room: string, lower: readonly string[]][] = [
      ...Object.entries(MAY_IMPORT),
      ...Object.entries(INNER).map(([room, lower]): [string, string[]] => [
        room,
        lower.map((each) => `${roomOf(room)}/${each}`),
      ]),
    ];
    const places = new Map(below.map(([room], i) => [room, i]));
    const higher = below.flatMap(([room, lower], i) =>
      lower
        .filter((each) => (places.get(each) ?? Number.POSITIVE_INFINITY) >= i)
        .map((each) => `${room} before ${each}`),
    );
    expect(higher).to.deep.equal([]);
  });

  it('leaves the rooms that are not for everybody to those they are for', () => {
    const wrong = imports
      .filter(isInternal)
      .filter(({ from, to }) => {
        const known = KNOWN_TO[innerRoomOf(to) ?? ''];
        return known !== undefined && roomOf(from) !== roomOf(to) && !known.includes(roomOf(from));
      })
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

  it('leaves no circle between files, types included', () => {
    const graph = new Map<string, string[]>();
    for (const { from, to } of imports.filter(isInternal)) {
      graph.set(from, [...(graph.get(from) ?? []), to]);
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

  it('has small files that open by what they own', () => {
    const long = [...texts].filter(([, text]) => text.split('\n').length - 1 > 300);
    const silent = [...texts].filter(([, text]) => !/^(?:#!.*\n)?\/\*\*/.test(text));
    expect([...long, ...silent].map(([file]) => file)).to.deep.equal([]);
  });

  it('has no file named for nothing', () => {
    expect(
      sources.filter((file) => /(?:^|\/)(?:utils?|helpers?|common|manager|misc|types)\.ts$/.test(file)),
    ).to.deep.equal([]);
  });
});
