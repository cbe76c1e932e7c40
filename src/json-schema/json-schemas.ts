/**
 * The JSON Schemas of the files that people write, for editors: made from the very schemas that judge those files when
 * they are read. What only the compilers know, such as what a placeholder may be, is not in them.
 */
import * as z from 'zod';
import { CONFIG_SCHEMA } from '../config/schema.ts';
import { MappingSchema } from '../mapping/compile/schema.ts';
import { TestFileSchema } from '../mapping/testing/schema.ts';
import { asWritten, type JsonSchema, type Writing } from './written-scalars.ts';

/** A JSON Schema, and where in the repository it is kept. */
export interface KeptSchema {
  readonly file: string;
  readonly schema: JsonSchema;
}

const STRICT: Writing = { hasReferences: false, refusesEmpty: true };
const CONFIG: Writing = { hasReferences: true, refusesEmpty: false };

/** Draft 7, which all editors know. */
export function jsonSchemas(): KeptSchema[] {
  return [
    kept('mappings/mapping.schema.json', 'A mapping of ldap-user-info', MappingSchema, STRICT),
    kept('mappings/test.schema.json', 'Tests of a mapping of ldap-user-info', TestFileSchema, STRICT),
    kept('deploy/config.schema.json', 'The config of ldap-user-info', CONFIG_SCHEMA, CONFIG),
  ];
}

/** The file's text. */
export function textOfSchema({ schema }: KeptSchema): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}

function kept(file: string, title: string, schema: z.ZodType, writing: Writing): KeptSchema {
  const { $schema, ...made } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
  const $id = `urn:ldap-user-info:${file.replace(/^.*\//, '')}`;
  return { file, schema: { $schema, $id, title, ...asWritten(made, writing) } };
}
