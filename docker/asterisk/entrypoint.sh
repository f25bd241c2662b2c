#!/usr/bin/env bash
# Renders /dialplan/*.conf into /etc/asterisk and becomes Asterisk.
#
# Only the names below are filled in (written @NAME@), so the dialplan's own ${EXTEN}
# stays as it is. Rendered files carry secrets and are readable by this user alone.
set -euo pipefail
umask 077

: "${BIND:=127.0.0.1}" "${CONTROL_BIND:=127.0.0.1}" "${SIP_PORT:=5060}" "${SIP_TLS_PORT:=5061}"
: "${RTP_START:=10000}" "${RTP_END:=10999}" "${HTTP_PORT:=8088}" "${AMI_PORT:=5038}"
: "${ARI_USER:=switchboard}" "${AMI_USER:=switchboard}"
: "${TRUNK_MATCH:=127.0.0.1}" "${TRUNK_CONTACT:=sip:127.0.0.1:5080}"
: "${SYSTEM_NAME:=switchboard}" "${IDENTIFIER_ORDER:=username,ip}"
: "${RETRY_AFTER:=5}"
: "${BENCH:=0}" "${BENCH_PROMPT:=/sounds/sv/fallback}"

fail() {
  printf 'asterisk: error: %s\n' "$*" >&2
  exit 78
}

for name in ARI_PASSWORD AMI_PASSWORD; do
  [[ ${!name:-} =~ ^[A-Za-z0-9_-]{16,}$ ]] ||
    fail "$name must be set: at least 16 letters, digits, _ or -"
done
for name in SIP_PORT SIP_TLS_PORT RTP_START RTP_END HTTP_PORT AMI_PORT; do
  [[ ${!name} =~ ^[0-9]{1,5}$ ]] || fail "$name must be a port number, not '${!name}'"
done
[[ $RETRY_AFTER =~ ^[0-9]{1,4}$ ]] && ((10#$RETRY_AFTER <= 3600)) ||
  fail "RETRY_AFTER must be 0 to 3600 seconds, not '$RETRY_AFTER'"
[[ $SYSTEM_NAME =~ ^[A-Za-z0-9_-]{1,32}$ ]] ||
  fail "SYSTEM_NAME must be 1 to 32 letters, digits, _ or -"

# Asterisk takes the entity id as six bytes; made from the name, it is as unique.
ENTITY_ID=$(printf '%s' "$SYSTEM_NAME" | md5sum | sed 's/^\(..\)\(..\)\(..\)\(..\)\(..\).*/02:\1:\2:\3:\4:\5/')
MODULE_DIR=$(readlink -f /usr/lib/asterisk-modules)

names=(BIND CONTROL_BIND SIP_PORT SIP_TLS_PORT RTP_START RTP_END HTTP_PORT AMI_PORT ARI_USER ARI_PASSWORD
  AMI_USER AMI_PASSWORD TRUNK_MATCH TRUNK_CONTACT SYSTEM_NAME ENTITY_ID MODULE_DIR
  IDENTIFIER_ORDER RETRY_AFTER BENCH_PROMPT)

rm -f /etc/asterisk/*.conf
for source in /dialplan/*.conf; do
  text=$(<"$source")
  for name in "${names[@]}"; do
    text=${text//"@$name@"/"${!name}"}
  done
  printf '%s\n' "$text" >"/etc/asterisk/${source##*/}"
done
left=$(grep -nE '^[^;]*@[A-Z_]+@' /etc/asterisk/*.conf || true)
[ -z "$left" ] || fail "nothing to fill in for: $left"

if [ -e /tls/certificate.pem ] || [ -e /tls/key.pem ]; then
  for name in certificate key; do
    [ -r "/tls/$name.pem" ] || fail "/tls/$name.pem cannot be read by user asterisk ($(id -u))"
  done
else
  rm -f /etc/asterisk/pjsip_tls.conf
fi
[ "$BENCH" = 1 ] || rm -f /etc/asterisk/extensions_bench*.conf

# Asked for by the core although nothing is set in them.
for name in acl ccss features pjproject res_http_media_cache udptl websocket_client; do
  [ -e "/etc/asterisk/$name.conf" ] || : >"/etc/asterisk/$name.conf"
done

mkdir -p /data/spool/recording /data/spool/tmp
unset ARI_PASSWORD AMI_PASSWORD text
exec asterisk -f -n
