# Sourced, after unpacked.sh, by the findings about 389 Directory Server: start_389 FILE loads the LDIF (dc=example and
# below) and starts the server on 127.0.0.1:3889; as_manager COMMAND… asks it with all rights.
start_389() {
  local folder=$PWD/ds
  mkdir -p "$folder"/{schema,db,ldif,bak,run,log,lock,tmp}
  printf 'dn: cn=schema\n' >"$folder/schema/99user.ldif"
  printf 'certmap default default\n' >"$folder/certmap.conf"
  : >"$folder/slapd-collations.conf"
  sed -E "/^#/d
    s#%schema_dir%#$folder/schema#; s#%lock_dir%#$folder/lock#; s#%tmp_dir%#$folder/tmp#; s#%ldif_dir%#$folder/ldif#
    s#%bak_dir%#$folder/bak#; s#%run_dir%#$folder/run#; s#%log_dir%#$folder/log#; s#%(db_dir|db_home_dir)%#$folder/db#
    s#%(cert_dir|inst_dir|config_dir)%#$folder#; s#%db_lib%#bdb#; s#%fqdn%#localhost#; s#%ds_port%#3889#
    s#%ds_user%#$(id -un)#; s#%ds_passwd%#{CLEAR}manager-password#; s#%ds_suffix%#dc=example#; s#%ds_bename%#userRoot#
    s#%rootdn%#cn=Directory Manager#; s#%ldapi%#$folder/run/ldapi#; s#%ldapi_(enabled|autobind)%#off#; s#%\w+%##" \
    /usr/share/dirsrv/data/template-dse.ldif >"$folder/dse.ldif"
  sed -E '/^#/d; s#%ds_suffix%#dc=example#; s#%ds_bename%#userRoot#; s#%\w+%##' \
    /usr/share/dirsrv/data/template-suffix-db.ldif >"$folder/suffix.ldif"
  { cat "$folder/dse.ldif"; printf '\n\n'; cat "$folder/suffix.ldif"; } | cat -s >"$folder/both"
  mv "$folder/both" "$folder/dse.ldif"
  # Small caches, loopback alone, and the MemberOf plug-in where MEMBEROF is set.
  sed -i -e '0,/^nsslapd-port:/s//nsslapd-listenhost: 127.0.0.1\nnsslapd-port:/' \
    -e 's/^nsslapd-\(import-\)\?cache-autosize:.*/nsslapd-\1cache-autosize: 0/' \
    -e 's/^nsslapd-dbcachesize:.*/nsslapd-dbcachesize: 2000000/' "$folder/dse.ldif"
  if [ -n "${MEMBEROF:-}" ]; then
    sed -i '/^dn: cn=MemberOf Plugin/,/^$/s/^nsslapd-pluginEnabled:.*/nsslapd-pluginEnabled: on/I' "$folder/dse.ldif"
  fi
  ns-slapd ldif2db -D "$folder" -n userRoot -i "$PWD/$1" >load 2>&1 || { cat load; exit 1; }
  (ulimit -n 4096 && exec ns-slapd -D "$folder" -i "$folder/pid" -d 0 >server 2>&1) &
  until_it as_manager ldapsearch -LLL -b dc=example -s base
}

as_manager() {
  "$1" -x -H ldap://127.0.0.1:3889 -D 'cn=Directory Manager' -w manager-password "${@:2}"
}
