#!/bin/bash
# 389 Directory Server 2.3.1, MemberOf plug-in: nested memberOf has a gap in the middle where two ways lead up.
# base < below < left < left-top < top, and below < right < right-top < top. When `top` is added last, the groups under
# it on both ways (left-top, right-top) and everybody at the bottom get memberOf top, as they should. `right`, between
# them, and who is in `right` alone do not: memberOf right-top is there, and what right-top itself is in is missing.
# `left` has it. With other names or another order of `member` values it may be the other one, or neither.
. "$(dirname "$0")/lib/unpacked.sh" 389-ds-base=2.3.1+dfsg1-1+deb12u1 389-ds-base-libs=2.3.1+dfsg1-1+deb12u1 ldap-utils=2.5.13+dfsg-5
. "$here/lib/ds389.sh"

{
  printf 'dn: dc=example\nobjectClass: domain\ndc: example\n\n'
  for person in base-person right-person; do
    printf 'dn: uid=%s,dc=example\nobjectClass: inetOrgPerson\nobjectClass: nsMemberOf\n' $person
    printf 'uid: %s\ncn: x\nsn: x\n\n' $person
  done
} >data.ldif
MEMBEROF=on start_389 data.ldif

group() {
  printf 'dn: cn=%s,dc=example\nchangetype: add\nobjectClass: groupOfNames\nobjectClass: nsMemberOf\ncn: %s\n' "$1" "$1"
  printf 'member: %s,dc=example\n' "${@:2}"
  printf '\n'
}
{
  group base uid=base-person
  group below cn=base
  group left cn=below
  group right cn=below uid=right-person
  group left-top cn=left
  group right-top cn=right
  group top cn=left-top cn=right-top
} | as_manager ldapmodify >/dev/null
member_of() {
  as_manager ldapsearch -LLL -o ldif-wrap=no -b dc=example "$1" memberOf |
    sed -n 's/^memberOf: cn=\([^,]*\),.*/\1/p' | sort | paste -sd ' '
}

echo "389 Directory Server $(dpkg-deb -f debs/389-ds-base_*.deb Version)"
same 'memberOf of left-top' top "$(member_of '(cn=left-top)')"
same 'memberOf of right-top' top "$(member_of '(cn=right-top)')"
same 'memberOf of the person in base' 'base below left left-top right right-top top' "$(member_of '(uid=base-person)')"
same 'memberOf of left' 'left-top top' "$(member_of '(cn=left)')"
same 'memberOf of right' 'right-top' "$(member_of '(cn=right)')"
same 'memberOf of the person in right' 'right right-top' "$(member_of '(uid=right-person)')"
