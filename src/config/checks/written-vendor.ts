/** Which vendor the config says a directory is of, for the checks that turn on it. That there is such a vendor is the schema's. */
import { VENDORS, type VendorName } from '../../directory/settings/vendors.ts';
import type { Draft } from '../draft.ts';

/** `generic` where none is written; undefined where it is none that is known. */
export function vendorOf(draft: Draft, name: string): VendorName | undefined {
  const path = ['directories', name, 'vendor'];
  const vendor = draft.has(path) ? draft.text(path) : 'generic';
  return vendor !== undefined && Object.hasOwn(VENDORS, vendor) ? (vendor as VendorName) : undefined;
}
