/**
 * The files whose contents become part of the config: certificates, keys, LDIF. Read and checked here; mappings are
 * only named, as their own reader reports on them.
 */
import { readLdif } from '../directory/ldif/known-ldif.ts';
import { type FileKind, type NamedFiles, pathHint, shownPath } from '../files/text-file.ts';
import type { Path } from '../yaml/finding.ts';
import type { CheckFinding, Draft } from './draft.ts';
import { looksLikePem, parseCertificates, parsePrivateKey } from './pem.ts';

/** What the files hold, by their place in the config. */
export interface Contents {
  readonly findings: readonly CheckFinding[];
  /** The text of the file that is named at the path; undefined where none is named, or it has a finding. */
  at(path: Path): string | undefined;
}

interface ContentsFile {
  readonly path: Path;
  /** Throws an Error where the text is not what it should be. */
  readonly check: (text: string) => unknown;
  readonly kind?: FileKind;
}

/** Reads them all. Never throws. */
export async function readContents(draft: Draft, files: NamedFiles): Promise<Contents> {
  const named: ContentsFile[] = [
    { path: ['listen', 'tls', 'certificate'], check: parseCertificates },
    { path: ['listen', 'tls', 'key'], check: parsePrivateKey },
    { path: ['listen', 'tls', 'client_ca'], check: parseCertificates },
    ...draft.keys(['directories']).flatMap((name) => [
      { path: ['directories', name, 'tls', 'ca'], check: parseCertificates },
      { path: ['directories', name, 'tls', 'certificate'], check: parseCertificates },
      { path: ['directories', name, 'tls', 'key'], check: parsePrivateKey },
      { path: ['directories', name, 'ldif'], check: nothing, kind: LDIF },
    ]),
  ];
  const texts = new Map<string, string>();
  const found = await Promise.all(
    named.map(async ({ path, check, kind }): Promise<CheckFinding[]> => {
      const name = draft.text(path);
      if (name === undefined) return [];
      if (looksLikePem(name)) {
        return [
          { path, message: 'expected the path of a file, found its contents', hint: 'write the path alone' },
        ];
      }
      const shown = draft.isReplaced(path) ? 'the file' : shownPath(files.resolve(name));
      const { text, failure } = await files.read(name, kind);
      if (text === undefined)
        return [{ path, message: `cannot read ${shown}: ${failure}`, hint: pathHint(name) }];
      try {
        check(text);
      } catch (error) {
        return [{ path, message: `cannot use ${shown}: ${error instanceof Error ? error.message : ''}` }];
      }
      texts.set(JSON.stringify(path), text);
      return [];
    }),
  );
  const at = (path: Path): string | undefined => texts.get(JSON.stringify(path));
  const pairs = [
    ['listen', 'tls'],
    ...draft.keys(['directories']).map((name) => ['directories', name, 'tls']),
  ];
  return { findings: [...found.flat(), ...pairs.flatMap((path) => pairFindings(at, path))], at };
}

function pairFindings(at: Contents['at'], section: Path): CheckFinding[] {
  const path = [...section, 'key'];
  const [certificate, key] = [at([...section, 'certificate']), at(path)];
  if (certificate === undefined || key === undefined) return [];
  const [leaf] = parseCertificates(certificate);
  if (leaf === undefined || leaf.checkPrivateKey(parsePrivateKey(key))) return [];
  return [
    {
      path,
      message: 'the key does not belong to the certificate',
      hint: "in the certificate's file the one that the key belongs to comes first",
    },
  ];
}

function nothing(): void {}

// As many as a directory has.
const LDIF: FileKind = {
  decode: async (octets) => (await readLdif(octets)).text,
  most: Number.POSITIVE_INFINITY,
};
