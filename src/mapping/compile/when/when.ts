/** A when-block: the conditions of `when` and of `unless`, and which placeholders they capture. */
import type { Path } from '../../../yaml/finding.ts';
import type { Condition } from '../../condition.ts';
import type { Template } from '../../patterns/template.ts';
import { declarationFor, refuseAttributeName } from '../attributes.ts';
import { itemPath, type Report, readDn } from '../report.ts';
import { fitting, isKeys, keysOf, listOf, WhenSchema } from '../schema.ts';
import { compileAttributeTest } from './attribute-test.ts';
import { type CompiledGroup, compileGroup } from './group.ts';
import type { WhenContext } from './when-context.ts';

/** A place where a placeholder may be captured or used. */
export interface TemplatePlace {
  readonly template: Template;
  readonly path: Path;
}

/** An attribute as a rule names it. */
export interface AttributePlace {
  readonly name: string;
  readonly path: Path;
}

export interface CompiledWhen {
  readonly conditions: readonly Condition[];
  /** For each condition the ways to meet it, of which one is enough. */
  readonly alternatives: readonly (readonly {
    readonly path: Path;
    readonly placeholders: readonly string[];
  }[])[];
  readonly templates: readonly TemplatePlace[];
  readonly groups: readonly CompiledGroup[];
  /** The same by condition: of each list one is enough. */
  readonly groupLists: readonly (readonly CompiledGroup[])[];
  readonly attributes: readonly AttributePlace[];
  /** Whether all of the block was understood; else what it captures is not known. */
  readonly isWhole: boolean;
}

const KEYS: readonly string[] = Object.keys(WhenSchema.shape);

export function compileWhen(part: unknown, path: Path, context: WhenContext): CompiledWhen {
  const keys = keysOf(part);
  const conditions: Condition[] = [];
  const alternatives: { path: Path; placeholders: readonly string[] }[][] = [];
  const templates: TemplatePlace[] = [];
  const groupLists: CompiledGroup[][] = [];
  let isWhole = true;

  /** Adds a condition that is met by one of several ways to name a group. */
  const addGroups = (parts: readonly unknown[], pathOf: (index: number) => Path): void => {
    const here: CompiledGroup[] = [];
    for (const [i, each] of parts.entries()) {
      const group = compileGroup(each, pathOf(i), context);
      if (group === undefined) isWhole = false;
      else here.push(group);
    }
    groupLists.push(here);
    conditions.push({
      on: 'group',
      tests: here.map(({ test }) => test),
      written: here.map((group) => group.written),
    });
    alternatives.push(
      here.map((group) => ({ path: group.path, placeholders: group.template?.placeholders ?? [] })),
    );
    for (const { template, path: place } of here) if (template) templates.push({ template, path: place });
  };

  const written = keys['group'];
  if (written !== undefined)
    addGroups(Array.isArray(written) ? written : [written], (i) => itemPath([...path, 'group'], written, i));
  for (const [i, each] of listOf(keys['all_groups']).entries())
    addGroups([each], () => [...path, 'all_groups', i]);

  const attributes = Object.entries(keysOf(keys['attribute']));
  for (const [name, test] of attributes) {
    const at = [...path, 'attribute', name];
    refuseAttributeName(name, { path: at, on: 'key' }, context.report);
    const declaration = declarationFor(name, context.attributes);
    const compiled = compileAttributeTest(test, at, declaration, context);
    if (compiled === undefined) {
      isWhole = false;
      continue;
    }
    conditions.push({
      on: 'attribute',
      name,
      key: name.toLowerCase(),
      declaration,
      test: compiled.test,
      written: writtenTest(test),
    });
    alternatives.push([{ path: at, placeholders: compiled.template?.placeholders ?? [] }]);
    if (compiled.template) templates.push({ template: compiled.template, path: at });
  }

  if (keys['dn_under'] !== undefined) {
    const under = compileDnUnder(keys['dn_under'], [...path, 'dn_under'], context.report);
    if (under === undefined) isWhole = false;
    else conditions.push(under);
  }
  const isRefused = attributes.length === 0 && Object.values(keys).some((each) => !isKeys(each));
  if (isKeys(part) && conditions.length === 0 && isWhole && !isRefused && !hasOtherKeys(keys)) {
    const key = path.at(-1);
    context.report({
      path,
      on: 'key',
      message: `${typeof key === 'number' ? 'this entry' : `"${key}"`} holds no condition`,
      hint: `write a "group" or an "attribute" in it, or remove ${typeof key === 'number' ? 'it' : 'the key'}`,
    });
  }
  return {
    conditions,
    alternatives,
    templates,
    groups: groupLists.flat(),
    groupLists,
    attributes: attributes.map(([name]) => ({ name, path: [...path, 'attribute', name] })),
    isWhole: isWhole && !hasOtherKeys(keys),
  };
}

// Unknown keys: what they would capture is not known.
function hasOtherKeys(keys: object): boolean {
  return Object.keys(keys).some((key) => !KEYS.includes(key));
}

function writtenTest(part: unknown): string {
  if (typeof part === 'string') return part;
  return Object.entries(keysOf(part))
    .map(([key, value]) => `${key}: ${Array.isArray(value) ? `[${value.join(', ')}]` : String(value)}`)
    .join(', ');
}

function compileDnUnder(part: unknown, path: Path, report: Report): Condition | undefined {
  const under = fitting(WhenSchema.shape.dn_under, part);
  if (under === undefined || under === '') return undefined;
  const written = typeof under === 'string' ? [under] : under;
  const dns = written.flatMap((text, i) =>
    text === '' ? [] : (readDn(text, itemPath(path, under, i), report) ?? []),
  );
  return dns.length === written.length ? { on: 'dn', under: dns, written } : undefined;
}
