/**
 * A mapping file as a whole setup takes it: read, compiled, and with the tests beside it run. Here, or by another thread
 * that sends what it found, of which the mapping is made here in slices; which thread, and what if it fails, is
 * compose/'s.
 */
import { compileRecipe, type MappingRecipe } from '../mapping/compile.ts';
import type { Mapping } from '../mapping/mapping.ts';
import { inSlices } from '../slices.ts';
import { type MappingTold, type NamedFile, readMapping } from './mapping-file.ts';
import { type OpenPeople, runTestsBeside, type TestsBeside } from './mapping-tests.ts';

/** A mapping file, and what is said of it where it is read. */
export interface MappingOrder {
  readonly named: NamedFile;
  /** Attributes, in lower case, that people may write themselves, with the vendor in whose default they may. */
  readonly writableByPeople: ReadonlyMap<string, string>;
}

/** What is told of a mapping file and of its tests. */
export interface CheckTold extends MappingTold {
  /** Undefined where no tests were to be run, or there is no mapping that they could test. */
  readonly tests: TestsBeside | undefined;
}

export interface CheckedMapping extends CheckTold {
  /** Undefined where there is an error among the file's problems; tests that fail are told beside it. */
  readonly mapping: Mapping | undefined;
}

/** A {@link CheckedMapping} that another thread can send. */
export interface SentMapping extends CheckTold {
  readonly recipe: MappingRecipe | undefined;
}

/** Never rejects for what is wrong in the files. */
export type MappingCheck = (order: MappingOrder) => Promise<CheckedMapping>;

/** @param openPeople without it no tests are run */
export async function checkMapping(order: MappingOrder, openPeople?: OpenPeople): Promise<CheckedMapping> {
  const { told, mapping } = await check(order, openPeople);
  return { ...told, mapping };
}

/** The same to be sent. */
export async function checkMappingToSend(order: MappingOrder, openPeople?: OpenPeople): Promise<SentMapping> {
  const { told, recipe } = await check(order, openPeople);
  return { ...told, recipe: recipe?.() };
}

/** The mapping of what was sent; other work is done in between. */
export async function receiveMapping({ recipe, ...told }: SentMapping): Promise<CheckedMapping> {
  return { ...told, mapping: recipe && (await inSlices(compileRecipe(recipe))) };
}

async function check(
  { named, writableByPeople }: MappingOrder,
  openPeople: OpenPeople | undefined,
): Promise<{ told: CheckTold; mapping: Mapping | undefined; recipe: (() => MappingRecipe) | undefined }> {
  const now = Date.now();
  const { mapping, recipe, ...told } = await readMapping(named, writableByPeople, now);
  const tests =
    mapping === undefined || told.text === undefined || openPeople === undefined
      ? undefined
      : await runTestsBeside(named, mapping, told.text, openPeople, now);
  return { told: { ...told, tests }, mapping, recipe };
}
