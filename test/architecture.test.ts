/**
 * The house's plan, kept by machine: which room may import which, that mapping/ stays pure, and that only the
 * composition root names concrete classes.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { INNER, KNOWN_TO, MAY_IMPORT, PURE_PACKAGES } from './rooms.ts';

const SRC = fileURLToPath(new URL('../src', import.meta.url));

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

  it('names no arrow that nobody takes', () => {
    const taken = new Set(
      imports
        .filter(isInternal)
        .flatMap(({ from, to }) => [
          `${roomOf(from)} → ${roomOf(to)}`,
          `${innerRoomOf(from)} → ${innerRoomOf(to)}`,
          `${roomOf(from)} → ${innerRoomOf(to)}`,
        ]),
    );
    const named = [
      ...Object.entries(MAY_IMPORT).flatMap(([room, lower]) => lower.map((each) => `${room} → ${each}`)),
      ...Object.entries(INNER).flatMap(([room, lower]) =>
        lower.map((each) => `${room} → ${roomOf(room)}/${each}`),
      ),
      ...Object.entries(KNOWN_TO).flatMap(([room, known]) => known.map((each) => `${each} → ${room}`)),
    ];
    expect(named.filter((arrow) => !taken.has(arrow))).to.deep.equal([]);
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
    for (const value of ['Deadline', 'Place', 'Tally', 'CompactMultimap']) classes.delete(value);
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
