/**
 * What is found at a place of a file, before it is a problem with a line: by the path in its data, or by offset.
 */

/** Keys and indexes from the file's top. */
export type Path = readonly (string | number)[];

/** What a reader of the data found, at a path in it. */
export interface Finding {
  readonly path: Path;
  readonly message: string;
  readonly hint?: string | undefined;
  /** `error` where absent. */
  readonly severity?: 'error' | 'warning';
  /** Whether the carets stand under the key or the value; the value where absent. */
  readonly on?: 'key' | 'value';
  /** A part of the scalar's text, as indexes into the value (or key); all of it where absent. */
  readonly span?: readonly [start: number, end: number];
}

/** A finding where it is known by offset and not by path. */
export interface OffsetFinding {
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly hint?: string | undefined;
}
