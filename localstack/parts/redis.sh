# shellcheck shell=bash disable=SC2034,SC2154  # sourced by `stack`
# Redis as a cache: nothing on disk, bounded, the least used forgotten first. What it held is lost when it stops.

redis_prepare() { mkdir -p "$DATA/redis"; }

redis_command() {
  WORKDIR=$DATA/redis
  COMMAND=(redis-server --bind 127.0.0.1 --port "$(port redis)" --dir "$DATA/redis" --save "" --appendonly no
    --maxmemory 64mb --maxmemory-policy allkeys-lru --daemonize no)
}

redis_client() { redis-cli -h 127.0.0.1 -p "$(port redis)" "$@"; }
redis_ready() { [[ $(redis_client ping) == PONG ]]; }
redis_stop() { stop_process redis TERM; }
redis_start() { launch redis; }

redis_check() {
  local key=stack-check:$$ value
  redis_client set "$key" here EX 30 >/dev/null
  value=$(redis_client get "$key")
  redis_client del "$key" >/dev/null
  [[ $value == here ]] || { echo "wrote 'here', read '$value'"; return 1; }
  echo "wrote, read, deleted"
}
