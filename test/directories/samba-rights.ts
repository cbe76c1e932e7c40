/** Takes read rights away from the lookup account of a Samba that a test has for itself, and gives them back. */
import { expect } from 'chai';
import type { Samba } from './samba.ts';

/** MS-ADA1 to MS-ADA3: the schemaIDGUID of attributes. */
export const ATTRIBUTE_GUIDS = {
  accountExpires: 'bf967915-0de6-11d0-a285-00aa003049e2',
  groupType: '9a9a021e-4a5b-11d1-a9c3-0000f80367c1',
  member: 'bf9679c0-0de6-11d0-a285-00aa003049e2',
  memberOf: 'bf967991-0de6-11d0-a285-00aa003049e2',
  objectSid: 'bf9679e8-0de6-11d0-a285-00aa003049e2',
  primaryGroupID: 'bf967a00-0de6-11d0-a285-00aa003049e2',
  tokenGroups: 'b7c69e6d-2cc7-11d2-854e-00a0c983f608',
  userAccountControl: 'bf967a68-0de6-11d0-a285-00aa003049e2',
} as const;

/**
 * While the work is done the account may not read the attribute of these entries, nor of those below that do not say
 * otherwise themselves: groups do, and of people it is so for what everybody may read.
 */
export function withoutRightTo(
  samba: Samba,
  attribute: keyof typeof ATTRIBUTE_GUIDS,
  dns: readonly string[],
  work: () => Promise<void>,
): Promise<void> {
  return withEntry(samba, (sid) => `(OD;CI;RP;${ATTRIBUTE_GUIDS[attribute]};;${sid})`, dns, work);
}

/** The same of every attribute of these entries, of which the account then sees the DN alone. */
export function withoutAnyRightTo(
  samba: Samba,
  dns: readonly string[],
  work: () => Promise<void>,
): Promise<void> {
  return withEntry(samba, (sid) => `(D;;RPLCLO;;;${sid})`, dns, work);
}

async function withEntry(
  samba: Samba,
  entryOf: (sid: string) => string,
  dns: readonly string[],
  work: () => Promise<void>,
): Promise<void> {
  // Each command reads the whole schema first, so all is looked at and changed by one each.
  const names = [...dns.map((dn) => `(distinguishedName=${dn})`), '(sAMAccountName=svc-lookup)'];
  const found = samba.look(`(|${names.join('')})`, 'nTSecurityDescriptor', 'objectSid').replace(/\n /g, '');
  const records = found.split(/\n\n+/);
  const valueIn = (name: string, line: string) => {
    const record = records.find((one) => one.includes(line)) ?? '';
    return new RegExp(`^${name}: (.+)$`, 'm').exec(record)?.[1] ?? '';
  };
  const entry = entryOf(valueIn('objectSid', 'dn: CN=svc-lookup,'));
  const before = dns.map((dn) => ({ dn, access: valueIn('nTSecurityDescriptor', `dn: ${dn}\n`) }));
  for (const { dn, access } of before)
    expect(access, dn)
      .to.match(/D:\w*\(/)
      .and.to.not.include(entry);
  const set = (descriptors: typeof before) =>
    samba.change(
      descriptors
        .map(({ dn, access }) => [
          `dn: ${dn}`,
          'changetype: modify',
          'replace: nTSecurityDescriptor',
          `nTSecurityDescriptor: ${access}\n`,
        ])
        .map((lines) => lines.join('\n'))
        .join('\n'),
    );
  set(before.map(({ dn, access }) => ({ dn, access: access.replace(/(?<=D:\w*)\(/, `${entry}(`) })));
  try {
    await work();
  } finally {
    set(before);
  }
}
