#!/usr/bin/env bash
# Makes, once, the passwords of this installation: var/secrets.env (mode 0600), and
# var/demo-phones.txt for the person who sets up softphones. A secret that is missing
# from an older file is added; none is ever changed.
set -euo pipefail
cd "$(dirname "$0")/.."
umask 077
mkdir -p var
file=var/secrets.env
touch "$file"
chmod 600 "$file"

random() { od -An -N18 -tx1 /dev/urandom | tr -d ' \n'; }

made=0
for name in ARI_PASSWORD AMI_PASSWORD POSTGRES_PASSWORD DEMO_PASSWORD_{OP1,OP2,ANNA,ERIK,MARIA,JOHAN,ASA,NILS}; do
  grep -q "^SWITCHBOARD_$name=" "$file" || {
    printf 'SWITCHBOARD_%s=%s\n' "$name" "$(random)" >>"$file"
    made=$((made + 1))
  }
done

{
  echo "Softphones of the demo: register with this account and password at 127.0.0.1:5060"
  echo "(SWITCHBOARD_BIND and SWITCHBOARD_SIP_PORT choose another address)."
  echo
  printf '%-10s %s\n' account password
  sed -n 's/^SWITCHBOARD_DEMO_PASSWORD_\([A-Z0-9]*\)=\(.*\)/\1 \2/p' "$file" |
    while read -r account password; do printf '%-10s %s\n' "${account,,}" "$password"; done
} >var/demo-phones.txt

[ "$made" = 0 ] || printf 'secrets: %s made in %s\n' "$made" "$file"
