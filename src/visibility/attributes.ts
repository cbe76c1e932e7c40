/** Whether the attributes that a mapping or a directory's settings name are known to the directories' schemas. */
import type { Directory } from '../directory/directory.ts';
import { isFailure } from '../failure.ts';
import type { Mapping } from '../mapping/mapping.ts';
import { attributesNamedIn } from '../mapping/named.ts';
import { didYouMean } from '../yaml/suggestion.ts';
import { subjectOf } from './groups.ts';
import type { Remark } from './remark.ts';

interface Held {
  readonly unknown: ReadonlySet<string>;
  readonly known: readonly string[];
  readonly untold: string | undefined;
}

/** An attribute is known if one of the endpoint's directories knows it. */
export async function remarksOnAttributes(
  mapping: Mapping,
  directories: readonly Directory[],
): Promise<readonly Remark[]> {
  const named = attributesNamedIn(mapping);
  const names = [...new Set(named.map(({ name }) => name))];
  if (names.length === 0) return [];
  const held = await Promise.all(directories.map((directory) => hold(directory, names)));
  const told = held.filter(({ untold }) => untold === undefined);
  const unknown = (name: string) =>
    told.length === held.length && told.every((each) => each.unknown.has(name));
  const remarks = named
    .filter(({ name }) => unknown(name))
    .map(
      (each): Remark => ({
        severity: each.place === 'rule' ? 'warning' : 'error',
        subject: each.origin.file,
        origin: each.origin,
        message: `${subjectOf(each)} reads the attribute ${each.name}, which ${directories.map(({ name }) => name).join(', ')} does not know`,
        hint: didYouMean(
          each.name,
          told.flatMap(({ known }) => known),
        ),
      }),
    );
  return [...remarks, ...directories.flatMap((directory, i) => remarkOnUntold(directory, held[i]))];
}

/** Of what the settings of one directory name. */
export async function remarksOnSettings(directory: Directory): Promise<readonly Remark[]> {
  const { configured } = directory.sight;
  const { unknown, known } = await hold(
    directory,
    configured.map(({ name }) => name),
  );
  return configured
    .filter(({ name }) => unknown.has(name))
    .map(({ key, name }) => ({
      severity: 'warning',
      subject: `directory ${directory.name}`,
      message: `${key}: this directory does not know the attribute ${name}`,
      hint: didYouMean(name, known),
    }));
}

async function hold({ sight }: Directory, names: readonly string[]): Promise<Held> {
  try {
    const { unknown, known, untold } = await sight.unknownAttributes(names);
    return { unknown: new Set(unknown), known, untold };
  } catch (error) {
    if (!isFailure(error)) throw error;
    return { unknown: new Set(), known: [], untold: error.message };
  }
}

function remarkOnUntold({ name }: Directory, held: Held | undefined): readonly Remark[] {
  if (held?.untold === undefined) return [];
  return [
    {
      severity: 'warning',
      isUntold: true,
      subject: `directory ${name}`,
      message: `it could not be told whether it has the attributes that the mapping reads: ${held.untold}`,
    },
  ];
}
