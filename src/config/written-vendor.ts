/** The vendor that the config gives a directory, for the checks that depend on it. That there is such a one is the schema's. */
import { VENDORS, type VendorName } from '../directory/settings/vendors.ts';
import type { Draft } from './draft.ts';

/** `generic` where none is written; undefined where it is none that is known. */
export function vendorOf(draft: Draft, name: string): VendorName | undefined {
  const path = ['directories', name, 'vendor'];
  const vendor = draft.has(path) ? draft.text(path) : 'generic';
  return vendor !== undefined && Object.hasOwn(VENDORS, vendor) ? (vendor as VendorName) : undefined;
}
