#!/usr/bin/env bash
# Makes the database on the first start, then becomes PostgreSQL.
# BIND, PORT: where to listen. POSTGRES_PASSWORD: of the role switchboard.
# THROW_AWAY=1: for tests: nothing is synced to disk, and the role may make databases.
set -euo pipefail
umask 077
: "${BIND:=127.0.0.1}" "${PORT:=5432}" "${THROW_AWAY:=0}"
cluster=/data/cluster
[ "$THROW_AWAY" != 1 ] || cluster=/throwaway/cluster

if [ ! -s "$cluster/PG_VERSION" ]; then
  [[ ${POSTGRES_PASSWORD:-} =~ ^[A-Za-z0-9_-]{16,}$ ]] || {
    echo 'postgres: error: POSTGRES_PASSWORD must be set: at least 16 letters, digits, _ or -' >&2
    exit 78
  }
  rm -rf "$cluster" "$cluster.new"
  sync=()
  [ "$THROW_AWAY" != 1 ] || sync=(--no-sync)
  initdb -D "$cluster.new" -U postgres -E UTF8 --locale-provider=icu --icu-locale=sv --locale=C.UTF-8 \
    --auth-local=peer --auth-host=scram-sha-256 "${sync[@]}" >/dev/null
  option=
  [ "$THROW_AWAY" != 1 ] || option=CREATEDB
  postgres --single -D "$cluster.new" postgres >/dev/null <<SQL
CREATE ROLE switchboard LOGIN $option PASSWORD '$POSTGRES_PASSWORD'
CREATE DATABASE switchboard OWNER switchboard
SQL
  mv "$cluster.new" "$cluster"
fi
unset POSTGRES_PASSWORD

settings=(-c "listen_addresses=$BIND" -c "port=$PORT" -c password_encryption=scram-sha-256
  -c unix_socket_directories=/run/postgresql -c timezone=UTC -c log_timezone=UTC)
if [ "$THROW_AWAY" = 1 ]; then
  settings+=(-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200 -c autovacuum=off)
fi
exec postgres -D "$cluster" "${settings[@]}"
