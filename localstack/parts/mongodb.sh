# shellcheck shell=bash disable=SC2034,SC2154  # sourced by `stack`
# MongoDB: a real mongod if there is one (as a replica set of one, since transactions need that), else SecantusDB.

# mongodb_folder: one for each kind, for neither reads the other's files
mongodb_folder() { if command -v mongod >/dev/null; then echo "$DATA/mongod"; else echo "$DATA/mongodb"; fi; }

mongodb_prepare() { python_environment mongodb "$HERE/requirements-mongodb.txt" && mkdir -p "$(mongodb_folder)"; }

mongodb_command() {
  WORKDIR=$(mongodb_folder)
  if command -v mongod >/dev/null; then
    COMMAND=(mongod --bind_ip 127.0.0.1 --port "$(port mongodb)" --dbpath "$WORKDIR" --replSet revcart
      --wiredTigerCacheSizeGB 0.25 --nounixsocket)
  else
    # an empty configuration, or it reads one of the user's; with sync, as what MongoDB acknowledges to a majority is
    # on disk (it costs a quarter of the transactions per second)
    : >"$STACK/run/secantusd.toml"
    COMMAND=("$STACK/venv-mongodb/bin/python" -c 'import sys; from secantus.cli import main; sys.exit(main())'
      --config "$STACK/run/secantusd.toml" --host 127.0.0.1 --port "$(port mongodb)" --storage-path "$WORKDIR"
      --cache-size 256M --sync-on-commit --log-level WARNING)
  fi
}

mongodb_client() { "$STACK/venv-mongodb/bin/python" "$HERE/parts/mongodb_client.py" "$(url mongodb)" "$@"; }
mongodb_ready() { taken "$(port mongodb)"; }
# a real mongod becomes a replica set at its first start, and is ready when it has chosen itself
mongodb_settle() { mongodb_client settle >/dev/null; }
mongodb_stop() { stop_process mongodb TERM; }
mongodb_start() { launch mongodb; }
mongodb_check() { mongodb_client check; }
