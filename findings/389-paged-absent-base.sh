#!/bin/bash
# 389 Directory Server 2.3.1: a search below an entry that is not there ends with success, if it is paged.
# Without pages the result is noSuchObject (32), as RFC 4511 has it. With the paged results control (RFC 2696) the same
# search ends with success and no entries: whoever pages takes a mistyped base for an empty one.
. "$(dirname "$0")/lib/unpacked.sh" 389-ds-base=2.3.1+dfsg1-1+deb12u1 389-ds-base-libs=2.3.1+dfsg1-1+deb12u1 ldap-utils=2.5.13+dfsg-5
. "$here/lib/ds389.sh"

printf 'dn: dc=example\nobjectClass: domain\ndc: example\n' >data.ldif
start_389 data.ldif
result_of() { as_manager ldapsearch -b ou=absent,dc=example "$@" '(objectClass=*)' 1.1 | sed -n 's/^result: //p' | head -1; }

echo "389 Directory Server $(dpkg-deb -f debs/389-ds-base_*.deb Version)"
same 'one search' '32 No such object' "$(result_of)"
same 'the same in pages' '0 Success' "$(result_of -E pr=100/noprompt)"
