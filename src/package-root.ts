/** Where the package lies that the program belongs to, run from src/ or built into dist/: both lie right in it. */

/** The file of this path within the package. */
export function packageFile(path: string): URL {
  return new URL(`../${path}`, import.meta.url);
}
