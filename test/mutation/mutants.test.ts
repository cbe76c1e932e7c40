/** That the tester changes what it should, one thing at a time, and that the text with all changes is the same without. */
import { expect } from 'chai';
import { transformSync } from 'esbuild';
import { ASKED, mutantsOf, withAll } from './mutants.ts';

/** The text under each of its changes alone. */
function changed(text: string): string[] {
  return mutantsOf(text).map(({ start, end, to }) => text.slice(0, start) + to + text.slice(end));
}

describe('changes of a source text', () => {
  for (const [what, text, expected] of [
    ['comparisons', 'f = a < b;', ['undefined;', 'f = a <= b;', 'f = a >= b;', 'f = true;', 'f = false;']],
    ['conditions', 'const f = a ? b : c;', ['const f = false ? b : c;', 'const f = true ? b : c;']],
    ['what stands in for nothing', 'const f = a ?? b;', ['const f = a;', 'const f = b;']],
    ['calls on what may not be there', 'const f = a?.b;', ['const f = a.b;']],
    ['elements of what may not be there', 'const f = a?.[0];', ['const f = a[0];']],
    [
      'methods',
      'const f = (a ?? b).filter(c);',
      ['const f = (a ?? b);', 'const f = (a).filter(c);', 'const f = (b).filter(c);'],
    ],
    ['methods for their likes', 'const f = a.some(b);', ['const f = a.every(b);']],
    ['results of functions', 'const f = () => a;', ['const f = () => undefined;']],
    ['texts', "const f = 'a';", ["const f = '';"]],
    ['lists', 'const f = [a];', ['const f = [];']],
    ['patterns', 'const f = /^a$/;', ['const f = /a$/;', 'const f = /^a/;']],
    ['truths', 'const f = !true;', ['const f = true;', 'const f = !false;']],
    ['blocks', 'function f() { return a; }', ['function f() {}']],
  ] as const) {
    it(`are made of ${what}`, () => {
      expect(changed(text).map((each) => each.replace(/^f = undefined/, 'undefined'))).to.have.members(
        expected as unknown as string[],
      );
    });
  }

  it('are not made of types, imports and names', () => {
    for (const text of [
      "import { a } from 'b';",
      "export * from 'b';",
      "interface A { readonly a: 'b' | [] | {}; }",
      "type A = 'b' extends 'c' ? true : false;",
      "const f: A<'b'> = a as 'b';",
      'const f = a.filter;',
    ])
      expect(changed(text), text).to.deep.equal([]);
  });

  const run = (code: string, inForce: number): unknown => {
    const script = transformSync(code, { loader: 'ts' }).code;
    return new Function(ASKED, `${script}; return answer();`)((id: number) => id === inForce);
  };

  it('are all in one text, which is as it was until one of them is in force', () => {
    const text = `
      const names = (list: readonly (string | undefined)[]) => list.map((each) => each?.trim().length ?? -1);
      function answer(): unknown {
        let sum = 0;
        for (const length of names([' ab ', undefined, 'c'])) {
          if (length > 0 && length < 9) sum += length;
        }
        switch (sum) {
          case 3: return { sum, kind: 'three' };
          default: return { sum, kind: 'other' };
        }
      }`;
    const mutants = mutantsOf(text);
    const all = withAll(text, mutants);
    expect(run(all, 0)).to.deep.equal({ sum: 3, kind: 'three' });
    for (const { id, start, end, to } of mutants) {
      const outcome = (code: string, inForce: number) => {
        try {
          return run(code, inForce);
        } catch (error) {
          return String(error);
        }
      };
      expect(outcome(all, id), `${text.slice(start, end)} → ${to}`).to.deep.equal(
        outcome(text.slice(0, start) + to + text.slice(end), 0),
      );
    }
  });
});
