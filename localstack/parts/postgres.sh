# shellcheck shell=bash disable=SC2034,SC2154  # sourced by `stack`
# PostgreSQL: a database and an account for each service, an account with every right for tests. It refuses to run as
# root, so root runs it as the user that Debian's package made.

# as_postgres COMMAND...: as a user it accepts; without a shell or a session between, so that the pid is its own
as_postgres() {
  if [[ $EUID == 0 ]]; then setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"; else "$@"; fi
}

# postgres_folder: under the stack's folder, or elsewhere if its user cannot reach that (a project under /root)
postgres_folder() { cat "$STACK/postgres.elsewhere" 2>/dev/null || echo "$DATA/postgres"; }

postgres_prepare() {
  local folder bin elsewhere
  folder=$(postgres_folder)
  if [[ -f $folder/PG_VERSION ]]; then return; fi
  if [[ $EUID == 0 ]] && ! as_postgres test -x "$DATA"; then
    elsewhere=$(mktemp -d /var/tmp/revcart-stack.XXXXXX)
    chmod 755 "$elsewhere"
    folder=$elsewhere/postgres
    echo "$folder" >"$STACK/postgres.elsewhere"
  fi
  bin=$(postgres_bin)
  rm -rf "$folder"
  install -d -m 700 "$folder" && install -m 600 /dev/null "$folder.password" && password admin >"$folder.password"
  if [[ $EUID == 0 ]]; then chown postgres: "$folder" "$folder.password"; fi
  (cd / && as_postgres "$bin/initdb" --pgdata="$folder" --username=revcart-admin --pwfile="$folder.password" \
    --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8) >>"$STACK/log/postgres.log" 2>&1 || return 1
  rm "$folder.password"
}

postgres_command() {
  local bin folder
  bin=$(postgres_bin) folder=$(postgres_folder)
  # it reads only a key that is its own
  install -m 600 "$STACK/tls/server.key" "$folder/server.key"
  install -m 644 "$STACK/tls/server.pem" "$folder/server.pem"
  WORKDIR=/
  COMMAND=("$bin/postgres" -D "$folder" -p "$(port postgres)" -c listen_addresses=127.0.0.1 -c unix_socket_directories=
    -c max_connections=400 -c shared_buffers=128MB -c ssl=on -c ssl_key_file=server.key -c ssl_cert_file=server.pem
    -c timezone=UTC -c deadlock_timeout=100ms -c fsync=off -c full_page_writes=off -c log_checkpoints=off -c recovery_init_sync_method=syncfs)
  if [[ $EUID == 0 ]]; then
    chown postgres: "$folder/server.key" "$folder/server.pem"
    COMMAND=(setpriv --reuid=postgres --regid=postgres --init-groups -- "${COMMAND[@]}")
  fi
}

# postgres_client USER DATABASE ARGUMENTS...: over TCP and checked TLS
postgres_client() {
  PGPASSWORD=$(password "${1#revcart-}") PGCONNECT_TIMEOUT=3 PGOPTIONS='-c client_min_messages=warning' \
    PGSSLMODE=verify-full PGSSLROOTCERT=$STACK/tls/ca.pem \
    psql --no-psqlrc --quiet --tuples-only --no-align -v ON_ERROR_STOP=1 --host=127.0.0.1 --port="$(port postgres)" \
    --username="$1" --dbname="$2" "${@:3}"
}

postgres_ready() { postgres_client revcart-admin postgres -c 'SELECT 1'; }
postgres_stop() { stop_process postgres INT; }
postgres_start() { postgres_bury && launch postgres; }

# After kill -9 it refuses to start as long as a process with the old number exists, and in containers whose first
# process buries nobody the corpse stays for good. Once its children, which end by themselves, have gone, the lock is stale.
postgres_bury() {
  local folder owner='' waited=0
  folder=$(postgres_folder)
  { read -r owner <"$folder/postmaster.pid"; } 2>/dev/null || true
  if [[ -z $owner ]] || started "$owner" >/dev/null; then return 0; fi
  while readlink /proc/[0-9]*/cwd 2>/dev/null | grep -qxF "$folder"; do
    if ((++waited > 100)); then return 0; fi
    sleep 0.1
  done
  rm -f "$folder/postmaster.pid"
}

# after every start: the accounts and databases that are not there yet
postgres_settle() {
  local service known
  known=$(postgres_client revcart-admin postgres -c 'SELECT datname FROM pg_database') || return 1
  for service in "${SERVICES[@]}"; do
    if grep -qx "revcart_$service" <<<"$known"; then continue; fi
    postgres_client revcart-admin postgres -c "DROP ROLE IF EXISTS \"$service\"" \
      -c "CREATE ROLE \"$service\" LOGIN PASSWORD '$(password "$service")'" \
      -c "CREATE DATABASE \"revcart_$service\" OWNER \"$service\"" \
      -c "REVOKE CONNECT ON DATABASE \"revcart_$service\" FROM PUBLIC" || return 1
  done
}

postgres_check() {
  local value
  value=$(postgres_client order revcart_order -c 'CREATE TEMPORARY TABLE t (a INT)' -c 'INSERT INTO t VALUES (1)' -c 'SELECT a FROM t') || return 1
  [[ $value == 1 ]] || { echo "wrote 1, read '$value'"; return 1; }
  if postgres_client order revcart_payment -c 'SELECT 1' >/dev/null 2>&1; then
    echo "order's account can enter payment's database"; return 1
  fi
  echo "wrote and read over TCP and TLS, accounts kept apart"
}
