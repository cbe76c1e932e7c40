#!/bin/bash
# slapd 2.5.13: which rule finds a memberUid in another case.
# memberUid is a directory string to those who write it, but nis.schema defines it as an IA5 string that is compared by
# case. `uid` of the same people is not, so a group that lists `Jane` does not hold `jane`. An extensible match is the
# way out, and of the two rules that ignore case only the one of IA5 strings finds her: caseIgnoreMatch, which the
# root DSE's subschema offers and which is accepted without an error, matches nothing.
. "$(dirname "$0")/lib/unpacked.sh" slapd=2.5.13+dfsg-5 ldap-utils=2.5.13+dfsg-5
. "$here/lib/slapd.sh"

start_slapd core cosine nis <<'L'
dn: dc=example
objectClass: domain
dc: example

dn: cn=team,dc=example
objectClass: posixGroup
cn: team
gidNumber: 1
memberUid: Jane
L
find_by() { ldapsearch -x -LLL -H ldap://127.0.0.1:3899 -b dc=example "$1" 1.1 | sed '/^$/d'; }

echo "slapd $(slapd -VV 2>&1 | sed -n 's/.*slapd \([^ ]*\).*/\1/p')"
same '(memberUid=jane)' '' "$(find_by '(memberUid=jane)')"
same '(memberUid:caseIgnoreMatch:=jane)' '' "$(find_by '(memberUid:caseIgnoreMatch:=jane)')"
same '(memberUid:caseIgnoreIA5Match:=jane)' 'dn: cn=team,dc=example' "$(find_by '(memberUid:caseIgnoreIA5Match:=jane)')"
