/** The table files that a mapping names, read from the folder in which it stands. */
import { existsSync, readFileSync } from 'node:fs';
import { parseMapping, type TableFile, tableFilesIn } from '../../src/mapping/compile.ts';

/** As the service reads them; a file that is not there is told as such. */
export function tableFilesBeside(folder: string, file: string, text: string): Map<string, TableFile> {
  return new Map(
    tableFilesIn(parseMapping(file, text)).map((name) => {
      const path = `${folder}/${name}`;
      const isThere = existsSync(path);
      const read = isThere ? { text: readFileSync(path, 'utf8') } : { reason: 'there is no such file' };
      return [name, { file: name, ...read }];
    }),
  );
}
