# Sourced, after unpacked.sh, by the findings about slapd: start_slapd SCHEMA… loads the LDIF on standard input (dc=example
# and below) with these schemas and starts the server on 127.0.0.1:3899, where everybody may read everything.
start_slapd() {
  mkdir data
  {
    printf "include $PWD/root/etc/ldap/schema/%s.schema\n" "$@"
    printf 'modulepath /usr/lib/ldap\nmoduleload back_mdb\ndatabase mdb\nsuffix dc=example\ndirectory data\n'
  } >slapd.conf
  slapadd -f slapd.conf
  slapd -f slapd.conf -h ldap://127.0.0.1:3899 -d 0 2>/dev/null &
  until_it ldapsearch -x -H ldap://127.0.0.1:3899 -b dc=example -s base
}
