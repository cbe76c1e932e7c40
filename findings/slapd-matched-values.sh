#!/bin/bash
# slapd 2.5.13: the matched values control (RFC 3876) empties what its filter does not name.
# Asked for groups that list `a`, with their names, and to show of `member` only `a`, one expects `cn` as ever: the filter
# says nothing of it. No value of it comes, as if the account had no right to read it. The filter must name each attribute
# that is wanted, as `(cn=*)`; an item about an attribute that the group does not have does no harm. On a second reading
# RFC 3876 says so: a value that matches no item is not returned.
. "$(dirname "$0")/lib/unpacked.sh" slapd=2.5.13+dfsg-5 ldap-utils=2.5.13+dfsg-5
. "$here/lib/slapd.sh"

start_slapd core cosine <<'L'
dn: dc=example
objectClass: domain
dc: example

dn: cn=team,dc=example
objectClass: groupOfNames
cn: team
member: cn=a,dc=example
member: cn=b,dc=example
L
shown() {
  ldapsearch -x -LLL -o ldif-wrap=no -H ldap://127.0.0.1:3899 -b dc=example -E "!mv=$1" '(member=cn=a,dc=example)' cn member |
    sed '/^$/d' | paste -sd' '
}

echo "slapd $(slapd -VV 2>&1 | sed -n 's/.*slapd \([^ ]*\).*/\1/p')"
same 'only member named' 'dn: cn=team,dc=example member: cn=a,dc=example' "$(shown '(member=cn=a,dc=example)')"
same 'cn named too' 'dn: cn=team,dc=example cn: team member: cn=a,dc=example' "$(shown '((cn=*)(member=cn=a,dc=example))')"
same 'and one that it has not' 'dn: cn=team,dc=example cn: team member: cn=a,dc=example' \
  "$(shown '((cn=*)(uniqueMember=cn=a,dc=example)(member=cn=a,dc=example))')"
