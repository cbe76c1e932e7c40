/**
 * The attribute types that a server's schema defines (RFC 4512 section 4.4): read from the entry that its root DSE
 * names. A server that hides it, and a proxy that shows a schema of its own in place of its directory's, tell nothing.
 */
import type { Deadline } from '../../deadline.ts';
import { textsOf } from '../entries/entry.ts';
import type { EntrySource } from '../entries/entry-source.ts';
import { ANY_ENTRY, equality } from '../filters/filter.ts';

export type AttributeTypes =
  | {
      /** Names and OIDs in lower case. */
      readonly names: ReadonlySet<string>;
      /** The names as the schema writes them. */
      readonly written: readonly string[];
    }
  | { readonly untold: string };

// RFC 4512 section 4.1.2: NAME has one quoted name, or several in parentheses.
const DEFINITION = /^\(\s*([\w.-]+)(?=[\s)])(?:[^']*?\sNAME\s+(?:'([^']*)'|\(([^)]*)\)))?/i;

/**
 * Throws {@link Failure} where the server fails.
 * @param logins attributes that people certainly have
 */
export async function readAttributeTypes(
  logins: readonly string[],
  source: EntrySource,
  time: () => Deadline,
): Promise<AttributeTypes> {
  const read = async (base: string, filter: typeof ANY_ENTRY, attributes: readonly string[]) => {
    const outcome = await source.search({ base, scope: 'base', filter, attributes }, time());
    return outcome.base === 'present' ? outcome.entries[0] : undefined;
  };
  const root = await read('', ANY_ENTRY, ['subschemaSubentry']);
  const [subentry] = root === undefined ? [] : textsOf(root, 'subschemaSubentry');
  if (subentry === undefined) return { untold: 'the server names no schema' };
  const schema = await read(subentry, equality('objectClass', 'subschema'), ['attributeTypes']);
  const definitions = schema === undefined ? [] : textsOf(schema, 'attributeTypes');
  const names = new Set<string>();
  const written: string[] = [];
  for (const definition of definitions) {
    const [, oid = '', one, several] = DEFINITION.exec(definition) ?? [];
    const own =
      one === undefined ? [...(several ?? '').matchAll(/'([^']*)'/g)].map(([, name = '']) => name) : [one];
    names.add(oid.toLowerCase());
    for (const name of own) names.add(name.toLowerCase());
    written.push(...own);
  }
  if (!names.has('objectclass')) return { untold: `the schema ${subentry} cannot be read` };
  // By these people are found.
  const stranger = logins.find((name) => !names.has(name.toLowerCase()));
  if (stranger !== undefined)
    return { untold: `the schema ${subentry} is not that of the people: it has no ${stranger}` };
  return { names, written };
}
