#!/bin/bash
# ldbadd of ldb 2.6.2 (Samba's ldb-tools): a record that is there already ends the run with success.
# One would expect the exit status of ldapadd, which is 68 (entryAlreadyExists). ldbadd prints the error of the record
# that is there, adds none of those after it, says how many it added, and exits with 0: a script that seeds a domain
# from LDIF goes on with half of it.
. "$(dirname "$0")/lib/unpacked.sh" ldb-tools=2:2.6.2+samba4.17.12+dfsg-0+deb12u4

record() { printf 'dn: cn=%s\ncn: %s\n\n' "$1" "$1"; }
record one | ldbadd -H tdb://seed.ldb >/dev/null
status=0
{ record two; record one; record three; } | ldbadd -H tdb://seed.ldb >said 2>&1 || status=$?

echo "ldb $(dpkg-deb -f debs/ldb-tools_*.deb Version)"
cat said
same 'its exit status' 0 "$status"
same 'what is there' 'cn=one cn=two' \
  "$(ldbsearch -H tdb://seed.ldb '(cn=*)' dn 2>/dev/null | sed -n 's/^dn: //p' | sort | paste -sd ' ')"
