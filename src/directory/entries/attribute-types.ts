/**
 * Attribute types that the standards define: their names and how their values compare (RFC 4519, 4524, 2798, 2307 and
 * what Active Directory adds). Data for case-blind keys and for the LDIF directory, which compares by itself.
 */

export type MatchingRule =
  | 'caseIgnore'
  | 'caseExact'
  | 'distinguishedName'
  | 'integer'
  | 'generalizedTime'
  | 'telephoneNumber'
  | 'octets';

// One type a line where it has several names: the first is the one that servers send.
const TYPES: Readonly<Record<MatchingRule, readonly string[]>> = {
  caseIgnore: [
    'cn commonname 2.5.4.3',
    'sn surname 2.5.4.4',
    'serialnumber 2.5.4.5',
    'c countryname 2.5.4.6',
    'l localityname 2.5.4.7',
    'st stateorprovincename 2.5.4.8',
    'street streetaddress 2.5.4.9',
    'o organizationname 2.5.4.10',
    'ou organizationalunitname 2.5.4.11',
    'title 2.5.4.12',
    'description 2.5.4.13',
    'businesscategory 2.5.4.15',
    'postaladdress 2.5.4.16',
    'postalcode 2.5.4.17',
    'postofficebox 2.5.4.18',
    'physicaldeliveryofficename 2.5.4.19',
    'name 2.5.4.41',
    'givenname gn 2.5.4.42',
    'initials 2.5.4.43',
    'generationqualifier 2.5.4.44',
    'uid userid 0.9.2342.19200300.100.1.1',
    'mail rfc822mailbox 0.9.2342.19200300.100.1.3',
    'info 0.9.2342.19200300.100.1.4',
    'roomnumber 0.9.2342.19200300.100.1.6',
    'dc domaincomponent 0.9.2342.19200300.100.1.25',
    'co friendlycountryname 0.9.2342.19200300.100.1.43',
    'carlicense 2.16.840.1.113730.3.1.1',
    'departmentnumber 2.16.840.1.113730.3.1.2',
    'employeenumber 2.16.840.1.113730.3.1.3',
    'employeetype 2.16.840.1.113730.3.1.4',
    'preferredlanguage 2.16.840.1.113730.3.1.39',
    'displayname 2.16.840.1.113730.3.1.241',
    'objectclass 2.5.4.0',
    'samaccountname 1.2.840.113556.1.4.221',
    'userprincipalname 1.2.840.113556.1.4.656',
    'department 1.2.840.113556.1.2.141',
    'company 1.2.840.113556.1.2.146',
    'employeeid 1.2.840.113556.1.4.35',
  ],
  caseExact: [
    'memberuid 1.3.6.1.1.1.1.12',
    'homedirectory 1.3.6.1.1.1.1.3',
    'loginshell 1.3.6.1.1.1.1.4',
    'labeleduri 1.3.6.1.4.1.250.1.57',
    'memberurl 2.16.840.1.113730.3.1.198',
    'ref 2.16.840.1.113730.3.1.34',
  ],
  distinguishedName: [
    'member 2.5.4.31',
    'owner 2.5.4.32',
    'roleoccupant 2.5.4.33',
    'seealso 2.5.4.34',
    'uniquemember 2.5.4.50',
    'manager 0.9.2342.19200300.100.1.10',
    'secretary 0.9.2342.19200300.100.1.21',
    'memberof 1.2.840.113556.1.2.102',
    'ismemberof 1.3.6.1.4.1.42.2.27.9.1.792',
    'entrydn 1.3.6.1.1.20',
    'distinguishedname 2.5.4.49',
    'creatorsname 2.5.18.3',
    'modifiersname 2.5.18.4',
  ],
  integer: [
    'uidnumber 1.3.6.1.1.1.1.0',
    'gidnumber 1.3.6.1.1.1.1.1',
    'shadowexpire 1.3.6.1.1.1.1.10',
    'useraccountcontrol 1.2.840.113556.1.4.8',
    'accountexpires 1.2.840.113556.1.4.159',
    'primarygroupid 1.2.840.113556.1.4.98',
    'grouptype 1.2.840.113556.1.4.750',
    'samaccounttype 1.2.840.113556.1.4.302',
    'admincount 1.2.840.113556.1.4.150',
    'logoncount 1.2.840.113556.1.4.169',
    'badpwdcount 1.2.840.113556.1.4.12',
    'pwdlastset 1.2.840.113556.1.4.96',
    'lastlogon 1.2.840.113556.1.4.52',
    'lastlogontimestamp 1.2.840.113556.1.4.1696',
    'lockouttime 1.2.840.113556.1.4.662',
    'usncreated 1.2.840.113556.1.2.19',
    'usnchanged 1.2.840.113556.1.2.120',
    'systemflags 1.2.840.113556.1.4.375',
    'instancetype 1.2.840.113556.1.2.1',
    'msds-user-account-control-computed 1.2.840.113556.1.4.1460',
    'shadowlastchange 1.3.6.1.1.1.1.5',
    'shadowmin 1.3.6.1.1.1.1.6',
    'shadowmax 1.3.6.1.1.1.1.7',
    'shadowwarning 1.3.6.1.1.1.1.8',
    'shadowinactive 1.3.6.1.1.1.1.9',
    'shadowflag 1.3.6.1.1.1.1.11',
  ],
  generalizedTime: [
    'createtimestamp 2.5.18.1',
    'modifytimestamp 2.5.18.2',
    'whencreated 1.2.840.113556.1.2.2',
    'whenchanged 1.2.840.113556.1.2.3',
  ],
  telephoneNumber: [
    'telephonenumber 2.5.4.20',
    'homephone 0.9.2342.19200300.100.1.20',
    'mobile mobiletelephonenumber 0.9.2342.19200300.100.1.41',
    'pager pagertelephonenumber 0.9.2342.19200300.100.1.42',
  ],
  octets: [
    'userpassword 2.5.4.35',
    'jpegphoto 0.9.2342.19200300.100.1.60',
    'usercertificate 2.5.4.36',
    'objectsid 1.2.840.113556.1.4.146',
    'objectguid 1.2.840.113556.1.4.2',
  ],
};

const CANONICAL = new Map<string, string>();
const RULES = new Map<string, MatchingRule>();
for (const [rule, types] of Object.entries(TYPES)) {
  for (const type of types) {
    const names = type.split(' ');
    const [first = ''] = names;
    RULES.set(first, rule as MatchingRule);
    for (const name of names) CANONICAL.set(name, first);
  }
}

/** Of descriptions as configs and servers write them, which are few; a server may send any number of others. */
const known = new Map<string, string>();
const MOST_KNOWN = 10_000;

/** The name in lower case that all names of one attribute type have in common; options are left out. */
export function canonicalName(attribute: string): string {
  let name = known.get(attribute);
  if (name !== undefined) return name;
  name = nameOf(attribute);
  if (known.size < MOST_KNOWN) known.set(attribute, name);
  return name;
}

function nameOf(attribute: string): string {
  const [type = ''] = attribute.toLowerCase().split(';', 1);
  return CANONICAL.get(type) ?? type;
}

/** How the attribute's values compare; undefined where no standard that is known here defines it. */
export function matchingRuleOf(attribute: string): MatchingRule | undefined {
  return RULES.get(canonicalName(attribute));
}
