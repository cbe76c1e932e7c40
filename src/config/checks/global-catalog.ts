/**
 * What must hold where people are read from a global catalog of Active Directory: it has all domains of the forest, and
 * of each entry only a part. Ordinary URLs are directories.ts's.
 */
import { VENDORS, type VendorName } from '../../directory/settings/vendors.ts';
import type { CheckFinding, Draft } from '../draft.ts';
import { parseServer } from '../ldap-url.ts';
import { vendorOf } from './written-vendor.ts';

const PORTS: ReadonlySet<number> = new Set([3268, 3269]);

export function globalCatalogFindings(draft: Draft): CheckFinding[] {
  return draft
    .keys(['directories'])
    .filter((name) => hasForest(vendorOf(draft, name)))
    .flatMap((name) => {
      const [place] = draft.texts(['directories', name, 'urls']).filter(({ text }) => isGlobalCatalog(text));
      if (place === undefined) return [];
      const accounts = ['directories', name, 'accounts'];
      const unseen = [
        { status: 'expired', unwritten: 'empty' },
        { status: 'locked', unwritten: 'ignore' },
      ].filter(({ status, unwritten }) => (draft.text([...accounts, status]) ?? unwritten) !== 'ignore');
      const findings: CheckFinding[] = [
        {
          path: place.path,
          severity: 'warning',
          message:
            'this is a global catalog: memberships in groups that are local to other domains are not in it',
          hint: 'write port 636 of a domain controller, and a directory for each domain',
        },
      ];
      if (unseen.length > 0) {
        findings.push({
          path: place.path,
          message: `a global catalog does not have what tells that accounts are ${unseen.map(({ status }) => status).join(' or ')}: all would look alive`,
          hint: `write port 636, or accounts: { ${unseen.map(({ status }) => `${status}: ignore`).join(', ')} }`,
        });
      }
      return findings;
    });
}

function hasForest(vendor: VendorName | undefined): boolean {
  return vendor !== undefined && VENDORS[vendor].hasForest;
}

function isGlobalCatalog(text: string): boolean {
  try {
    const server = parseServer(text, 'ldaps');
    return 'port' in server && PORTS.has(server.port);
  } catch {
    return false;
  }
}
