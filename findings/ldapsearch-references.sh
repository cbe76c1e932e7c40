#!/bin/bash
# ldapsearch 2.5.13 (OpenLDAP): what is elsewhere is a comment in its LDIF.
# A search reference, by which a server says that a part of the tree is on another one, is printed as `# refldap://…`
# under -L, -LL and -LLL alike, beside entries without any remark, and the exit status is 0. Whoever reads that LDIF as
# LDIF skips comments, and takes a part of the tree for the whole. Without -L it is a record `ref:`.
. "$(dirname "$0")/lib/unpacked.sh" slapd=2.5.13+dfsg-5 ldap-utils=2.5.13+dfsg-5
. "$here/lib/slapd.sh"

start_slapd core <<'L'
dn: dc=example
objectClass: dcObject
objectClass: organization
dc: example
o: example

dn: ou=elsewhere,dc=example
objectClass: referral
objectClass: extensibleObject
ou: elsewhere
ref: ldap://127.0.0.1:1/ou=elsewhere,dc=example
L
search() { ldapsearch -x -H ldap://127.0.0.1:3899 -b dc=example "$@" '(objectClass=*)' 1.1; }

echo "$(ldapsearch -VV 2>&1 | sed -n 's/.*\(ldapsearch [^ ]*\).*/\1/p')"
for form in -L -LL -LLL; do
  same "$form" '# refldap://127.0.0.1:1/ou=elsewhere,dc=example??sub' "$(search $form | grep -F 127.0.0.1:1)"
  same "  its records" 'dn: dc=example' "$(search $form | grep -v '^#' | grep -E '^(dn|ref):')"
  status=0
  search $form >/dev/null || status=$?
  same '  its exit status' 0 "$status"
done
same 'without -L' 'ref: ldap://127.0.0.1:1/ou=elsewhere,dc=example??sub' "$(search | grep -F 127.0.0.1:1)"
