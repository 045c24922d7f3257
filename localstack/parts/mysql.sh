# shellcheck shell=bash disable=SC2034,SC2154  # sourced by `stack`
# MariaDB, as MySQL: a schema and an account for each service, an account with every right for tests.

mysql_prepare() {
  if [[ -d $DATA/mysql/mysql ]]; then return; fi
  rm -rf "$DATA/mysql.new"
  # relative, since the script cannot have spaces in the name
  (cd "$DATA" && mariadb-install-db --no-defaults --datadir=./mysql.new --user="$(id -un)" --skip-test-db \
    --skip-name-resolve --auth-root-authentication-method=normal) >>"$STACK/log/mysql.log" 2>&1 || return 1
  mv "$DATA/mysql.new" "$DATA/mysql"
}

# What every start makes sure of: the accounts, the schemas, and no way in without a password. One statement a line.
mysql_accounts() {
  local service
  echo "DELETE FROM mysql.global_priv WHERE User IN ('', 'root');"
  echo "FLUSH PRIVILEGES;"
  echo "CREATE USER IF NOT EXISTS 'revcart-admin'@'%' IDENTIFIED BY '$(password admin)';"
  echo "GRANT ALL ON *.* TO 'revcart-admin'@'%' WITH GRANT OPTION;"
  for service in "${SERVICES[@]}"; do
    echo "CREATE DATABASE IF NOT EXISTS \`revcart_$service\` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;"
    echo "CREATE USER IF NOT EXISTS '$service'@'%' IDENTIFIED BY '$(password "$service")';"
    echo "GRANT ALL ON \`revcart\\_$service\`.* TO '$service'@'%';"
  done
}

mysql_command() {
  (umask 077 && mysql_accounts >"$STACK/run/mysql.sql")
  WORKDIR=$DATA/mysql
  # the socket lies relative to the data folder: an absolute path may be longer than sockets allow
  COMMAND=(mariadbd --no-defaults --user="$(id -un)" --datadir="$DATA/mysql" --socket=mysql.sock
    --pid-file="$DATA/mysql/mariadbd.pid" --init-file="$STACK/run/mysql.sql"
    --skip-networking=0 --bind-address=127.0.0.1 --port="$(port mysql)" --skip-name-resolve --max-connections=400
    --ssl-ca="$STACK/tls/ca.pem" --ssl-cert="$STACK/tls/server.pem" --ssl-key="$STACK/tls/server.key"
    --character-set-server=utf8mb4 --collation-server=utf8mb4_bin --default-time-zone=+00:00
    # the modes of MySQL 8
    "--sql-mode=ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION"
    --innodb-flush-log-at-trx-commit=1 --innodb-buffer-pool-size=256M --innodb-log-file-size=256M
    --performance-schema=OFF --skip-log-bin)
}

# mysql_client ARGUMENTS...: as the administrator, over TCP and checked TLS
mysql_client() {
  local program=$1
  MYSQL_PWD=$(password admin) "$program" --no-defaults --host=127.0.0.1 --port="$(port mysql)" --user=revcart-admin \
    --ssl-ca="$STACK/tls/ca.pem" --ssl-verify-server-cert "${@:2}"
}

mysql_ready() { mysql_client mariadb-admin --connect-timeout=3 ping; }
mysql_stop() { stop_process mysql TERM; }
mysql_start() { launch mysql; }

mysql_check() {
  local cipher plain
  cipher=$(mysql_client mariadb --batch --skip-column-names -e "SHOW STATUS LIKE 'Ssl_cipher'" | cut -f 2)
  [[ -n $cipher ]] || { echo "no TLS"; return 1; }
  plain=$(MYSQL_PWD=$(password order) mariadb --no-defaults --skip-ssl --host=127.0.0.1 --port="$(port mysql)" --user=order \
    --batch --skip-column-names revcart_order -e "CREATE TEMPORARY TABLE t (a INT); INSERT INTO t VALUES (1); SELECT a FROM t")
  [[ $plain == 1 ]] || { echo "order's account cannot write to its schema: $plain"; return 1; }
  if MYSQL_PWD=$(password order) mariadb --no-defaults --skip-ssl --host=127.0.0.1 --port="$(port mysql)" --user=order \
    revcart_payment -e 'SELECT 1' >/dev/null 2>&1; then echo "order's account can enter payment's schema"; return 1; fi
  echo "wrote and read over TCP, TLS with $cipher, accounts kept apart"
}
