/** `npm run schemas`: writes the JSON Schemas into the repository. A test says where they are not current. */
import { writeFileSync } from 'node:fs';
import { jsonSchemas, textOfSchema } from './json-schemas.ts';

for (const schema of jsonSchemas())
  writeFileSync(new URL(`../../${schema.file}`, import.meta.url), textOfSchema(schema));
