#!/bin/bash
# slapd 2.5.13, back-mdb: an extensible match looks through every entry, whatever index there is.
# `(cn=team-7)` and `(cn:caseIgnoreMatch:=team-7)` ask the same, by the rule that the schema has for cn and that its
# equality index is made of; `(cn:=team-7)` even leaves the rule to the schema. One expects the same work. The first looks
# at one entry, the others at all of them, and slapd, which logs other comparisons as "not indexed", says nothing. So the
# only way to find a memberUid in another case (slapd-memberuid-rule.sh) is a scan of all below the base.
. "$(dirname "$0")/lib/unpacked.sh" slapd=2.5.13+dfsg-5 ldap-utils=2.5.13+dfsg-5

mkdir data
{
  printf "include $PWD/root/etc/ldap/schema/%s.schema\n" core cosine nis
  printf 'modulepath /usr/lib/ldap\nmoduleload back_mdb\ndatabase mdb\nsuffix dc=example\ndirectory data\n'
  printf 'index objectClass,cn,memberUid eq\n'
} >slapd.conf
{
  printf 'dn: dc=example\nobjectClass: domain\ndc: example\n\n'
  for i in $(seq 50); do
    printf 'dn: cn=team-%s,dc=example\nobjectClass: posixGroup\ncn: team-%s\ngidNumber: %s\nmemberUid: jane-%s\n\n' $i $i $i $i
  done
} | slapadd -f slapd.conf
slapd -f slapd.conf -h ldap://127.0.0.1:3899 -d 288 2>>trace &
until_it ldapsearch -x -H ldap://127.0.0.1:3899 -b dc=example -s base

# How many entries are looked at for a filter, of what it finds one.
looked_at() {
  : >trace
  [ "$(ldapsearch -x -LLL -H ldap://127.0.0.1:3899 -b dc=example "$1" 1.1 | grep -c ^dn:)" = 1 ] || echo 'not found'
  until_it grep -q 'SEARCH RESULT' trace
  sed -n 's/.*<= mdb_filter_candidates: id=\(-\?[0-9]*\) first=\([0-9]*\) last=\([0-9]*\)/\1 \2 \3/p' trace | tail -1 |
    while read -r number first last; do [ "$number" = -1 ] && echo "all $((last - first + 1))" || echo "$number"; done
}

echo "slapd $(slapd -VV 2>&1 | sed -n 's/.*slapd \([^ ]*\).*/\1/p')"
same '(cn=team-7)' 1 "$(looked_at '(cn=team-7)')"
same '(cn:caseIgnoreMatch:=team-7)' 'all 51' "$(looked_at '(cn:caseIgnoreMatch:=team-7)')"
same '(cn:=team-7)' 'all 51' "$(looked_at '(cn:=team-7)')"
same '(memberUid=jane-7)' 1 "$(looked_at '(memberUid=jane-7)')"
same '(memberUid:caseIgnoreIA5Match:=jane-7)' 'all 51' "$(looked_at '(memberUid:caseIgnoreIA5Match:=jane-7)')"
