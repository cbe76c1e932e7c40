#!/bin/bash
# 389 Directory Server 2.3.1: `(&)` and `(|)` are protocol errors.
# RFC 4526 makes them the filters that are always true and always false, and clients write them where a list of
# conditions may be empty. 389 Directory Server answers with protocolError (2), as if the message were broken, and does
# not name its feature (1.3.6.1.4.1.4203.1.5.3) in the root DSE.
. "$(dirname "$0")/lib/unpacked.sh" 389-ds-base=2.3.1+dfsg1-1+deb12u1 389-ds-base-libs=2.3.1+dfsg1-1+deb12u1 ldap-utils=2.5.13+dfsg-5
. "$here/lib/ds389.sh"

printf 'dn: dc=example\nobjectClass: domain\ndc: example\n' >data.ldif
start_389 data.ldif
result_of() { as_manager ldapsearch -b dc=example "$1" 1.1 | sed -n 's/^result: //p'; }

echo "389 Directory Server $(dpkg-deb -f debs/389-ds-base_*.deb Version)"
same '(objectClass=*)' '0 Success' "$(result_of '(objectClass=*)')"
same '(&)' '2 Protocol error' "$(result_of '(&)')"
same '(|)' '2 Protocol error' "$(result_of '(|)')"
same '(&(objectClass=*)(|))' '2 Protocol error' "$(result_of '(&(objectClass=*)(|))')"
same 'the feature in the root DSE' '' \
  "$(as_manager ldapsearch -LLL -s base -b '' supportedFeatures | grep -F 1.3.6.1.4.1.4203.1.5.3)"
