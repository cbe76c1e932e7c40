#!/bin/bash
# ldapsearch 2.5.13 (OpenLDAP): what is elsewhere is a comment in its LDIF.
# A search reference, by which a server says that a part of the tree is on another one, is printed as `# refldap://…`
# under -L, -LL and -LLL alike, beside entries without any remark, and the exit status is 0. Whoever reads that LDIF as
# LDIF skips comments, and takes a part of the tree for the whole. Without -L it is a record `ref:`.
. "$(dirname "$0")/lib/unpacked.sh" slapd=2.5.13+dfsg-5 ldap-utils=2.5.13+dfsg-5

mkdir data
cat >slapd.conf <<'C'
include SCHEMA/core.schema
modulepath /usr/lib/ldap
moduleload back_mdb
database mdb
suffix dc=example
directory data
C
sed -i "s#SCHEMA#$PWD/root/etc/ldap/schema#" slapd.conf
slapadd -f slapd.conf <<'L'
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
slapd -f slapd.conf -h ldap://127.0.0.1:3899 -d 0 2>/dev/null &
search() { ldapsearch -x -H ldap://127.0.0.1:3899 -b dc=example "$@" '(objectClass=*)' 1.1; }
until_it search

echo "$(ldapsearch -VV 2>&1 | sed -n 's/.*\(ldapsearch [^ ]*\).*/\1/p')"
for form in -L -LL -LLL; do
  same "$form" '# refldap://127.0.0.1:1/ou=elsewhere,dc=example??sub' "$(search $form | grep -F 127.0.0.1:1)"
  same "  its records" 'dn: dc=example' "$(search $form | grep -v '^#' | grep -E '^(dn|ref):')"
  status=0
  search $form >/dev/null || status=$?
  same '  its exit status' 0 "$status"
done
same 'without -L' 'ref: ldap://127.0.0.1:1/ou=elsewhere,dc=example??sub' "$(search | grep -F 127.0.0.1:1)"
