#!/bin/sh
# Makes what docker-compose.yml needs and no repository should hold: passwords, and certificates by a throw-away
# authority. Does nothing where they are there already.
# usage: prepare.sh [FOLDER]      (default: the folder "secrets" beside this script)
set -eu
folder=${1:-$(dirname "$0")/secrets}
[ ! -e "$folder/ready" ] || exit 0
mkdir -p "$folder"
# Only the owner gets into the folder. The files themselves must be readable for the containers' users.
chmod 700 "$folder"
cd "$folder"

for name in immuta ldap-lookup ldap-admin; do
  openssl rand -hex 24 > "$name"
done

request="openssl req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256"
$request -days 3650 -subj '/CN=ldap-user-info compose CA' -keyout ca.key -out ca.pem 2>/dev/null
# usage: certificate NAME SUBJECT EXTENDED_KEY_USAGE NAMES
certificate() {
  $request -days 825 -subj "$2" -CA ca.pem -CAkey ca.key -keyout "$1.key" -out "$1.pem" \
    -addext basicConstraints=CA:FALSE -addext "extendedKeyUsage=$3" -addext "subjectAltName=$4" 2>/dev/null
}
certificate openldap /CN=openldap serverAuth DNS:openldap,DNS:localhost,IP:127.0.0.1
certificate server /CN=ldap-user-info serverAuth DNS:ldap-user-info,DNS:localhost,IP:127.0.0.1
certificate immuta /CN=immuta.acme.example clientAuth DNS:immuta.acme.example

chmod 644 ./*
chmod 600 ca.key
touch ready
