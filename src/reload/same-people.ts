/** What a change of a directory's settings means for what was read with the old ones. */
import { isDeepStrictEqual } from 'node:util';
import type { DirectorySettings, LdapBind } from '../directory/settings/settings.ts';

/**
 * Whether both show the same people with the same rights, so that what was read under the one is as good under the
 * other: they differ at the most in how hard the servers may be asked, in TLS, in the password of the same account, or in
 * some of the servers, as long as one is the same: all of a directory hold the same.
 */
export function showSamePeople(one: DirectorySettings, other: DirectorySettings): boolean {
  return isDeepStrictEqual(viewOf(one), viewOf(other)) && haveServerInCommon(one, other);
}

/**
 * A text that is the same for the same secret of the same account, whichever directories use it: their binds count
 * together. Undefined where the directory is given none.
 */
export function secretOf({ source }: DirectorySettings): string | undefined {
  if (source.kind !== 'ldap') return undefined;
  const { bind, tls } = source;
  if (bind.kind === 'anonymous') return undefined;
  return JSON.stringify([bind, bind.kind === 'external' ? tls.client : undefined]);
}

function viewOf({ limits: _limits, source, foreign, ...others }: DirectorySettings): unknown {
  const settings = { ...others, foreign: foreign?.map(viewOf) };
  if (source.kind === 'ldif') return { ...settings, source };
  const { bind, tls } = source;
  return { ...settings, source: { account: accountOf(bind, tls.client?.certificate) } };
}

function haveServerInCommon(one: DirectorySettings, other: DirectorySettings): boolean {
  const [first, second] = [textsOf(one), textsOf(other)];
  const others = other.foreign ?? [];
  const areForests = (one.foreign ?? []).every((forest, i) => {
    const same = others[i];
    return same !== undefined && haveServerInCommon(forest, same);
  });
  return areForests && (first.length === 0 || first.some((text) => second.includes(text)));
}

function textsOf({ source }: DirectorySettings): readonly string[] {
  return source.kind === 'ldif' ? [] : source.urls.map(({ text }) => text);
}

function accountOf(bind: LdapBind, certificate: string | undefined): unknown {
  if (bind.kind === 'simple') return { kind: bind.kind, dn: bind.dn };
  return bind.kind === 'external' ? { kind: bind.kind, certificate } : bind;
}
