#!/bin/bash
# slapd 2.5.13, ppolicy: "Password policy only allows one password value" counts the values of one request.
# RFC 4519 lets userPassword have several values, and rotating a bind password without a gap is such a case: the old one and
# the new one both bind for a while. With the overlay loaded and nothing else, no default policy and none in an entry, a
# change that replaces the passwords by two is refused with constraintViolation (19), even for the rootdn. One expects that
# an account then has one password. But a change that adds one value to the one that is there is taken, and both bind: a tool
# that writes the whole list fails where one that writes the difference does not.
. "$(dirname "$0")/lib/unpacked.sh" slapd=2.5.13+dfsg-5 ldap-utils=2.5.13+dfsg-5

mkdir data
{
  printf "include $PWD/root/etc/ldap/schema/%s.schema\n" core cosine
  printf 'modulepath /usr/lib/ldap\nmoduleload back_mdb\nmoduleload ppolicy\ndatabase mdb\nsuffix dc=example\ndirectory data\n'
  printf 'rootdn cn=root,dc=example\nrootpw root\naccess to attrs=userPassword by anonymous auth\naccess to * by * read\n'
} >plain.conf
{ cat plain.conf; echo 'overlay ppolicy'; } >policies.conf
slapadd -f plain.conf <<'LDIF'
dn: dc=example
objectClass: domain
dc: example

dn: cn=before,dc=example
objectClass: device
objectClass: simpleSecurityObject
cn: before
userPassword: old

dn: cn=later,dc=example
objectClass: device
objectClass: simpleSecurityObject
cn: later
userPassword: old
LDIF

# slapd with this configuration, at this port.
up() {
  slapd -f "$1" -h "ldap://127.0.0.1:$2" -d 0 2>/dev/null &
  SERVER=$! URL=ldap://127.0.0.1:$2
  until_it ldapsearch -x -H "$URL" -b dc=example -s base
}
# change CN LINE…: the result of that change of its userPassword.
change() {
  { printf 'dn: cn=%s,dc=example\nchangetype: modify\n' "$1"; printf '%s\n' "${@:2}"; } |
    ldapmodify -x -H "$URL" -D cn=root,dc=example -w root >/dev/null 2>&1
  echo $?
}
binds() {
  ldapwhoami -x -H "$URL" -D "cn=$1,dc=example" -w "$2" >/dev/null 2>&1
  echo $?
}

echo "slapd $(slapd -VV 2>&1 | sed -n 's/.*slapd \([^ ]*\).*/\1/p')"
up plain.conf 3899
same 'without the overlay, replaced by two' 0 \
  "$(change before 'replace: userPassword' 'userPassword: old' 'userPassword: new')"
same 'the old one binds' 0 "$(binds before old)"
same 'the new one binds' 0 "$(binds before new)"
kill "$SERVER"
wait "$SERVER" 2>/dev/null
up policies.conf 3898
same 'with the overlay, replaced by two' 19 \
  "$(change later 'replace: userPassword' 'userPassword: old' 'userPassword: new')"
same 'with the overlay, one added to one' 0 "$(change later 'add: userPassword' 'userPassword: new')"
same 'the old one binds' 0 "$(binds later old)"
same 'the new one binds' 0 "$(binds later new)"
