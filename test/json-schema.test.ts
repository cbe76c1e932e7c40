/** The JSON Schemas for editors: current, and of one mind with the program about the structure of files. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv, type ValidateFunction } from 'ajv';
import { expect } from 'chai';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { CONFIG_SCHEMA } from '../src/config/schema.ts';
import { jsonSchemas, textOfSchema } from '../src/json-schema/json-schemas.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SCHEMAS = jsonSchemas();

/** What ajv finds in a YAML text, read as editors read it: by YAML 1.2's core schema, or by that of YAML 1.1. */
function faultsOf(name: string, text: string, schema: 'core' | 'yaml-1.1' = 'core'): readonly string[] {
  const validate = validators.get(name);
  if (validate === undefined) throw new Error(`there is no schema ${name}`);
  const document = parseDocument(text, { schema, logLevel: 'silent' });
  // As JSON, which editors make of it: keys and dates are texts.
  validate(JSON.parse(JSON.stringify(document.toJS() ?? null)));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

const ajv = new Ajv({
  allErrors: true,
  strict: true,
  allowUnionTypes: true,
  strictTypes: false,
  strictRequired: false,
});
const validators = new Map<string, ValidateFunction>(
  SCHEMAS.map(({ file, schema }) => [file.replace(/^.*\/|\.schema\.json$/g, ''), ajv.compile(schema)]),
);

describe('JSON Schemas', () => {
  for (const schema of SCHEMAS) {
    it(`${schema.file} is current (npm run schemas writes it)`, () => {
      expect(readFileSync(join(ROOT, schema.file), 'utf8')).to.equal(textOfSchema(schema));
    });

    it(`${schema.file} describes each key in words, and takes no other key`, () => {
      const keys = [...keysIn(schema.schema, '')];
      expect(keys.length).to.be.greaterThan(10);
      expect(
        keys.filter(({ description }) => !/^.{8,}[.:)]$/.test(description)).map(({ path }) => path),
      ).to.deep.equal([]);
      expect(
        [...objectsIn(schema.schema)].filter((each) => each['additionalProperties'] === undefined),
      ).to.deep.equal([]);
    });
  }

  it('have a title, and no address that an editor would go and look for', () => {
    for (const { schema } of SCHEMAS) {
      expect(schema['title']).to.match(/ldap-user-info$/);
      expect(schema['$id']).to.match(/^urn:ldap-user-info:/);
    }
  });
});

describe('JSON Schemas: files that the program takes', () => {
  const files: [schema: string, file: string][] = [
    ...yamlIn('mappings').map((file): [string, string] => [
      /\.test\.yaml$/.test(file) ? 'test' : 'mapping',
      file,
    ]),
    ['mapping', 'deploy/compose/mapping.yaml'],
    ['config', 'deploy/config.sample.yaml'],
    ['config', 'deploy/demo/config.yaml'],
    ['config', 'deploy/compose/config.yaml'],
    ...yamlIn('deploy/directories').map((file): [string, string] => ['config', file]),
    ...yamlIn('test/mapping/compile/warned').map((file): [string, string] => ['mapping', file]),
  ];
  for (const [schema, file] of files) {
    it(`${file} is one by ${schema}.schema.json`, () => {
      const text = readFileSync(join(ROOT, file), 'utf8');
      expect(faultsOf(schema, text)).to.deep.equal([]);
      expect(faultsOf(schema, text, 'yaml-1.1')).to.deep.equal([]);
    });
  }

  const mapping = (more: string) =>
    `version: 1\ngroups: { under: everywhere }\nrules:\n  - { id: 1, when: { group: 4100 }, give: { groups: [no] } }\n${more}`;
  const written: [says: string, schema: string, text: string][] = [
    [
      'numbers, dates, yes and no where texts are meant',
      'mapping',
      mapping('owner: 7\ndescription: 2026-11-22\ntimezone: yes'),
    ],
    [
      'codes that are numbers',
      'mapping',
      mapping('tables: { t: { 4100: 12, 0042: [1.10, on] }, l: [1, no, off] }'),
    ],
    [
      'yes, no, true and false, quoted too',
      'mapping',
      mapping("attributes: { a: { required: true }, b: { required: no }, c: { required: 'false' } }"),
    ],
    ['a version in quotes', 'mapping', mapping('').replace('version: 1', "version: '1'")],
    [
      'numbers among the values of a test',
      'test',
      'mapping: 1.yaml\nnow: 2026-11-22\ntests: [{ name: 1, user: { a: 4100, b: [1, no] }, expect: { groups: [4100] } }]',
    ],
  ];
  for (const [says, schema, text] of written) {
    it(`take ${says}`, () => {
      expect(faultsOf(schema, text)).to.deep.equal([]);
      expect(faultsOf(schema, text, 'yaml-1.1')).to.deep.equal([]);
    });
  }

  it('take a reference wherever a value stands, and nothing but one in place of a number, a duration or a word', () => {
    const demo = readFileSync(join(ROOT, 'deploy/demo/config.yaml'), 'utf8');
    const config = (reference: string) =>
      `${demo}\ncache: { people: '${reference}', fresh: '${reference}' }\n`
        .replace('log: { level: warn }', `log: { level: '${reference}', audit: '${reference}' }`)
        .replace('attribute: uid', `attribute: '${reference}'`);
    expect(faultsOf('config', config('${env:X}'))).to.deep.equal([]);
    const places = faultsOf('config', config('a b')).map((fault) => fault.split(' ')[0]);
    expect([...new Set(places)].sort()).to.deep.equal([
      '/cache/fresh',
      '/cache/people',
      '/directories/demo/users/attribute',
      '/log/audit',
      '/log/level',
    ]);
  });
});

/** What JSON Schema can tell of a file: keys, what is missing, kinds of values. */
const STRUCTURAL =
  /: error: (?:unknown key|an unknown key|the key ".*" is missing|expected |the list is empty|an empty value|"give" holds nothing|"take" holds nothing|(?:"\w+"|this entry) holds no condition|this rule has no condition|this says no test|one test is expected|nothing is expected|this is a mapping)/m;
/** JSON Schema sees these as keys without a value, or does not see them at all. */
const OF_YAML =
  /: error: (?:a DN that YAML split|duplicate key|the file is empty|a key cannot be named|wrong indentation|this is not YAML|an? (?:alias|anchor|merge key|tag)|a \} or \])/m;

describe('JSON Schemas: files that the program refuses', () => {
  const folders: [schema: string, folder: string][] = [
    ['mapping', 'test/mapping/compile/refused'],
    ['test', 'test/mapping/testing/refused'],
  ];
  for (const [schema, folder] of folders) {
    let refused = 0;
    let taken = 0;
    for (const file of yamlIn(folder)) {
      const said = readFileSync(join(ROOT, file.replace(/\.yaml$/, '.txt')), 'utf8');
      if (OF_YAML.test(said)) continue;
      const isStructural = STRUCTURAL.test(said);
      it(`${file} is ${isStructural ? 'refused' : 'no matter of structure'}`, () => {
        const faults = faultsOf(schema, readFileSync(join(ROOT, file), 'utf8'));
        if (isStructural) {
          expect(faults).to.not.deep.equal([]);
          refused++;
        } else {
          expect(faults).to.deep.equal([]);
          taken++;
        }
      });
    }
    after(() => {
      expect(Math.min(refused, taken)).to.be.greaterThan(0);
    });
  }
});

describe('the schema of the config', () => {
  it('describes the defaults that it has', () => {
    const described = [...defaultsIn(CONFIG_SCHEMA, '')];
    expect(described.length).to.be.greaterThan(20);
    for (const { path, item, given, description } of described) {
      const [, word = ''] = /(?:^|[ (,])(\S+?),? by default[.)]/.exec(description) ?? [];
      const read = item.safeParse(word);
      expect([path, read.data]).to.deep.equal([path, given]);
    }
  });
});

function yamlIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder))
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => `${folder}/${file}`);
}

type Part = Readonly<Record<string, unknown>>;

function* partsIn(schema: unknown): Generator<Part> {
  if (typeof schema !== 'object' || schema === null) return;
  if (!Array.isArray(schema)) yield schema as Part;
  for (const part of Object.values(schema)) yield* partsIn(part);
}

function* objectsIn(schema: unknown): Generator<Part> {
  for (const part of partsIn(schema)) if (part['type'] === 'object') yield part;
}

function* keysIn(schema: unknown, path: string): Generator<{ path: string; description: string }> {
  for (const part of objectsIn(schema)) {
    for (const [key, value] of Object.entries((part['properties'] ?? {}) as Record<string, Part>))
      yield { path: `${path}/${key}`, description: String(value['description'] ?? '') };
  }
}

interface Default {
  readonly path: string;
  readonly item: z.ZodType;
  readonly given: unknown;
  readonly description: string;
}

function* defaultsIn(schema: z.ZodType, path: string): Generator<Default> {
  if (schema instanceof z.ZodDefault) {
    const item = schema.def.innerType as z.ZodType;
    yield { path, item, given: schema.def.defaultValue, description: schema.description ?? '' };
  } else if (schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional) {
    yield* defaultsIn(schema.def.innerType as z.ZodType, path);
  } else if (schema instanceof z.ZodRecord) {
    yield* defaultsIn(schema.def.valueType as z.ZodType, `${path}.*`);
  } else if (schema instanceof z.ZodObject) {
    for (const [key, part] of Object.entries(schema.shape))
      yield* defaultsIn(part as z.ZodType, `${path}.${key}`);
  }
}
