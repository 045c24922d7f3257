# shellcheck shell=bash disable=SC2154  # sourced by `stack`
# What the parts need on the machine: Debian packages, and Python environments under the stack's folder.

# postgres_bin: the folder of PostgreSQL's server programs, which Debian keeps off the PATH
postgres_bin() {
  local candidate
  for candidate in "$(command -v postgres || true)" /usr/lib/postgresql/*/bin/postgres; do
    candidate=$(readlink -f "$candidate" 2>/dev/null) || continue
    if [[ -x $candidate && -x ${candidate%/*}/initdb ]]; then echo "${candidate%/*}"; return; fi
  done
  return 1
}

# suitable PYTHON: a version that LocalStack runs on, able to make virtual environments
suitable() { "$1" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1; }

# find_python: the first suitable one
find_python() {
  local candidate
  for candidate in ${REVCART_STACK_PYTHON:+"$REVCART_STACK_PYTHON"} python3.11 python3.12 python3.13 python3 \
    "${HOME:-/root}"/.pyenv/versions/3.1[123].*/bin/python3; do
    if suitable "$candidate"; then command -v "$candidate"; return; fi
  done
  return 1
}

# missing_packages: the Debian packages that are not there
missing_packages() {
  command -v mariadbd >/dev/null && command -v mariadb-install-db >/dev/null || echo mariadb-server
  command -v mariadb-admin >/dev/null || echo mariadb-client
  command -v redis-server >/dev/null || echo redis-server
  command -v redis-cli >/dev/null || echo redis-tools
  postgres_bin >/dev/null || echo postgresql
  command -v psql >/dev/null || echo postgresql-client
  command -v openssl >/dev/null || echo openssl
  command -v curl >/dev/null || echo curl
  find_python >/dev/null || echo python3 python3-venv
}

# install_packages: gets them as root; for others says what to do. A package may start a service of its own, which must
# not inherit the lock and is not used.
install_packages() {
  local missing began
  missing=$(missing_packages | tr '\n' ' ')
  if [[ -z $missing ]]; then return; fi
  command -v apt-get >/dev/null ||
    die "missing: $missing(Debian's names). Install them, or start the same with Docker: docker compose -f localstack/compose.yaml up -d --wait"
  [[ $EUID == 0 ]] || die "missing: please run: sudo apt-get install -y $missing"
  began=$(milliseconds)
  say packages "installing $missing"
  # shellcheck disable=SC2086  # a list
  { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing; } \
    >>"$STACK/log/apt-get.log" 2>&1 </dev/null 9>&- ||
    { tail -n 20 "$STACK/log/apt-get.log" >&2; die "apt-get could not install $missing"; }
  missing=$(missing_packages | tr '\n' ' ')
  if [[ $missing == *python* ]]; then
    die "no Python from 3.11 to 3.13 that can make virtual environments: install one, or name it in REVCART_STACK_PYTHON"
  fi
  [[ -z $missing ]] || die "still missing after apt-get: $missing"
  say packages "installed after $(since "$began")"
}

# python_environment PART REQUIREMENTS: a virtual environment with exactly these packages, made anew if they changed
python_environment() {
  local part=$1 requirements=$2 folder=$STACK/venv-$1 wanted began
  wanted=$(sha256sum <"$requirements")
  if [[ $(cat "$folder/.requirements" 2>/dev/null) == "$wanted" ]] && "$folder/bin/python" -c '' 2>/dev/null; then return; fi
  began=$(milliseconds)
  say "$part" "installing ${requirements##*/} (once)"
  rm -rf "$folder"
  { "$(find_python)" -m venv "$folder" && "$folder/bin/python" -m pip install --quiet --no-input \
    --disable-pip-version-check --require-hashes -r "$requirements"; } >>"$STACK/log/$part.log" 2>&1 </dev/null || return 1
  echo "$wanted" >"$folder/.requirements"
  say "$part" "installed after $(since "$began")"
}

# certificate: an authority of the stack's own and a certificate for localhost, so that TLS can be tried
certificate() {
  local tls=$STACK/tls
  if [[ -f $tls/server.pem ]] && openssl x509 -checkend 86400 -noout -in "$tls/server.pem" >/dev/null 2>&1; then return; fi
  mkdir -p "$tls"
  {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj "/CN=RevCart local stack" \
      -keyout "$tls/ca.key" -out "$tls/ca.pem" -addext basicConstraints=critical,CA:TRUE \
      -addext keyUsage=critical,keyCertSign,cRLSign
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost \
      -keyout "$tls/server.key" -out "$tls/server.csr"
    openssl x509 -req -in "$tls/server.csr" -CA "$tls/ca.pem" -CAkey "$tls/ca.key" -CAcreateserial -days 3650 \
      -out "$tls/server.pem" -extfile <(printf '%s\n' subjectAltName=DNS:localhost,IP:127.0.0.1 \
      basicConstraints=CA:FALSE extendedKeyUsage=serverAuth)
  } >"$STACK/log/openssl.log" 2>&1 || { cat "$STACK/log/openssl.log" >&2; die "openssl could not make a certificate"; }
}
