#!/bin/sh
# An OpenLDAP server for docker-compose.yml, and for the tests, which run this very script without a container.
# usage: entrypoint.sh serve | healthy
#
# LDAP_DATA                  folder for config and data; seeded where it is empty
# LDAP_SEED                  LDIF to load then
# LDAP_HOST, LDAPS_PORT      where to listen, with TLS only
# LDAP_TLS_CA, LDAP_TLS_CERTIFICATE, LDAP_TLS_KEY   PEM files
# LDAP_LOOKUP_PASSWORD_FILE  the password of cn=lookup,ou=services,dc=acme,dc=example, who may read
# LDAP_ADMIN_PASSWORD_FILE   the password of cn=admin,dc=acme,dc=example, who may write
set -eu
umask 077
PATH=$PATH:/usr/sbin:/sbin
: "${LDAP_DATA:=/var/lib/ldap-data}" "${LDAP_SEED:=/usr/share/ldap-seed/seed.ldif}" "${LDAP_HOST:=0.0.0.0}" "${LDAPS_PORT:=1636}"
suffix=dc=acme,dc=example
config=$LDAP_DATA/slapd.conf

# The hash of a secret file, without its last line break; a password as an argument would show in the process list.
hash_of() {
  printf %s "$(cat "$1")" > "$LDAP_DATA/password"
  slappasswd -n -T "$LDAP_DATA/password"
  rm -f "$LDAP_DATA/password"
}

write_config() {
  for schema in core cosine inetorgperson nis; do echo "include /etc/ldap/schema/$schema.schema"; done
  cat <<CONFIG
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload ppolicy
pidfile $LDAP_DATA/slapd.pid
TLSCACertificateFile $LDAP_TLS_CA
TLSCertificateFile $LDAP_TLS_CERTIFICATE
TLSCertificateKeyFile $LDAP_TLS_KEY
TLSProtocolMin 3.3
TLSVerifyClient try
threads 4
database mdb
suffix "$suffix"
rootdn "cn=admin,$suffix"
rootpw $(hash_of "$LDAP_ADMIN_PASSWORD_FILE")
directory $LDAP_DATA/db
maxsize 1073741824
index objectClass,uid,mail,member,uniqueMember,memberUid eq
sizelimit size.soft=500 size.hard=500 size.pr=500 size.prtotal=unlimited
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="cn=lookup,ou=services,$suffix" read by * none
overlay ppolicy
CONFIG
}

seed() {
  mkdir -p "$LDAP_DATA/db"
  {
    cat "$LDAP_SEED"
    printf '\ndn: cn=lookup,ou=services,%s\n' "$suffix"
    printf 'objectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: lookup\n'
    printf 'userPassword: %s\n' "$(hash_of "$LDAP_LOOKUP_PASSWORD_FILE")"
  } > "$LDAP_DATA/seed.ldif"
  slapadd -q -f "$config" -b "$suffix" -l "$LDAP_DATA/seed.ldif"
  rm -f "$LDAP_DATA/seed.ldif"
}

case ${1:-serve} in
  serve)
    for file in "$LDAP_SEED" "$LDAP_TLS_CA" "$LDAP_TLS_CERTIFICATE" "$LDAP_TLS_KEY" "$LDAP_LOOKUP_PASSWORD_FILE" "$LDAP_ADMIN_PASSWORD_FILE"; do
      [ -s "$file" ] && [ -r "$file" ] || { echo "$file: missing, empty or not readable for $(id -un)" >&2; exit 1; }
    done
    mkdir -p "$LDAP_DATA"
    write_config > "$config"
    [ -e "$LDAP_DATA/db/data.mdb" ] || seed
    # slapd sizes its tables by the number of files that it may open.
    ulimit -n 4096
    exec slapd -f "$config" -d 256 -h "ldaps://$LDAP_HOST:$LDAPS_PORT"
    ;;
  healthy)
    export LDAPTLS_CACERT="$LDAP_TLS_CA"
    exec ldapsearch -x -LLL -o nettimeout=3 -H "ldaps://127.0.0.1:$LDAPS_PORT" -s base -b '' supportedLDAPVersion
    ;;
  *)
    echo "usage: $0 serve | healthy" >&2
    exit 2
    ;;
esac
