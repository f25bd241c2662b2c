#!/usr/bin/env bash
# Becomes Dovecot. SIEVE_PORT, LMTP_PORT: where it listens (loopback); SMTP_PORT: where replies are sent.
# MASTER_PASSWORD: of the master login `vaxel`; USER_PASSWORD: everybody's own.
set -euo pipefail
: "${SIEVE_PORT:?}" "${LMTP_PORT:?}" "${SMTP_PORT:?}" "${MASTER_PASSWORD:?}" "${USER_PASSWORD:?}"
for name in SIEVE_PORT LMTP_PORT SMTP_PORT; do
  sed -i "s/@$name@/${!name}/" /etc/dovecot/dovecot.conf
done
printf 'vaxel:{PLAIN}%s\n' "$MASTER_PASSWORD" > /etc/dovecot/masters
chmod 0644 /etc/dovecot/masters
exec dovecot -F
