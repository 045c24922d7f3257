# shellcheck shell=bash disable=SC2154  # sourced by `stack`, which sets STACK and DATA
# Processes of the stack: ports, starting, finding again, stopping. A part is started in a session of its own, with
# nothing of its caller open, and is known by its pid together with the time at which that process started.

# say PART TEXT...: one line of progress
say() { printf '  %-11s %s\n' "$1" "${*:2}"; }
# die TEXT...: one line that says what is wrong and what to do, and the end
die() { printf 'stack: %s\n' "$*" >&2; exit 1; }

# complain PART TEXT LOG: what failed, with the end of its log
complain() {
  {
    say "$1" "$2; the end of $3:"
    tail -n 20 "$3" 2>/dev/null | sed 's/^/    | /'
  } >&2
}

# --- time ---------------------------------------------------------------------------------------------------------
# milliseconds: since the epoch
milliseconds() { local now=${EPOCHREALTIME/./}; echo "${now%???}"; }
# since MILLISECONDS: what has passed since then, as "1.2 s"
since() { local passed=$(($(milliseconds) - $1)); printf '%d.%d s' $((passed / 1000)) $((passed % 1000 / 100)); }

# --- ports --------------------------------------------------------------------------------------------------------
# taken PORT: does somebody listen there?
taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
# port PART: the port chosen for it
port() { sed -n "s/^$1=//p" "$STACK/ports" 2>/dev/null || true; }

# choose_port PART: keeps the port it has, unless somebody else listens there. Below 32768, where no outgoing
# connection of this machine takes it meanwhile.
choose_port() {
  local part=$1 chosen
  chosen=$(port "$part")
  if [[ -n $chosen ]] && { alive "$part" || ! taken "$chosen"; }; then return; fi
  if [[ -n $chosen ]]; then say "$part" "port $chosen is taken by another process: choosing a new one"; fi
  while chosen=$((20000 + RANDOM % 12000)); taken "$chosen" || grep -q "=$chosen\$" "$STACK/ports" 2>/dev/null; do :; done
  { grep -v "^$part=" "$STACK/ports" 2>/dev/null || true; echo "$part=$chosen"; } >"$STACK/ports.new"
  mv "$STACK/ports.new" "$STACK/ports"
}

# --- what runs ----------------------------------------------------------------------------------------------------
# started PID: when that process started, in clock ticks; fails if there is none, or only its corpse
started() {
  local stat
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  # what follows the name in brackets: the state is the third field, the start the twenty-second
  # shellcheck disable=SC2086  # split on purpose
  set -- ${stat##*) }
  [[ $1 != Z ]] && echo "${20}"
}

# pid PART: of the process that runs it; fails if none does. The file also names its stack, so that a copied folder
# takes nobody else's processes for its own.
pid() {
  local id at home
  { read -r id at home <"$STACK/run/$1.pid"; } 2>/dev/null || return 1
  [[ $home == "$STACK" && $(started "$id") == "$at" ]] && echo "$id"
}
alive() { pid "$1" >/dev/null; }

# launch PART: starts what PART_command puts into COMMAND, in folder WORKDIR, output to its log
launch() {
  local part=$1
  COMMAND=() WORKDIR=$STACK
  "${part}_command"
  printf -- '--- %(%F %T)T starting %s\n' -1 "$part" >>"$STACK/log/$part.log"
  # shellcheck disable=SC2016  # expanded by the inner shell
  setsid bash -c '
    for fd in /proc/self/fd/*; do fd=${fd##*/}; if ((fd > 2)); then eval "exec $fd>&-"; fi; done
    read -r stat </proc/$$/stat; after=(${stat##*) })
    echo "$$ ${after[19]} $1" >"$2.new" && mv "$2.new" "$2" && cd "$3" && shift 3 && exec "$@"
  ' stack-part "$STACK" "$STACK/run/$part.pid" "$WORKDIR" "${COMMAND[@]}" \
    </dev/null >>"$STACK/log/$part.log" 2>&1 &
  local waited=0
  until alive "$part" || ((++waited > 50)); do sleep 0.02; done
}

# await PART SECONDS: until it answers; if it dies or takes longer, shows the end of its log and fails
await() {
  local part=$1 deadline=$(($(milliseconds) + $2 * 1000)) why=
  until "${part}_ready" >/dev/null 2>&1; do
    if ! alive "$part"; then why="ended while starting"; fi
    if (($(milliseconds) > deadline)); then why="does not answer after $2 s"; fi
    if [[ -n $why ]]; then
      complain "$part" "$why" "$STACK/log/$part.log"
      return 1
    fi
    sleep 0.1
  done
}

# stop_process PART SIGNAL: asks it to end, and after 30 s insists
stop_process() {
  local part=$1 id deadline=$(($(milliseconds) + 30000))
  id=$(pid "$part") || { rm -f "$STACK/run/$part.pid"; return 0; }
  kill -s "$2" "$id" 2>/dev/null || true
  while alive "$part"; do
    if (($(milliseconds) > deadline)); then
      say "$part" "does not stop: killing it"
      kill -s KILL "$id" 2>/dev/null || true
      deadline=$((deadline + 30000))
    fi
    sleep 0.05
  done
  rm -f "$STACK/run/$part.pid"
}
