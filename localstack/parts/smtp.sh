# shellcheck shell=bash disable=SC2034,SC2154  # sourced by `stack`
# SMTP: a server that keeps what it receives in a maildir (data/smtp) and sends nothing on.

smtp_prepare() { python_environment smtp "$HERE/requirements-smtp.txt" && mkdir -p "$DATA/smtp"; }

smtp_command() {
  WORKDIR=$DATA/smtp
  COMMAND=(env "SMTP_SINK_PASSWORD=$(password smtp)" "$STACK/venv-smtp/bin/python" "$HERE/parts/smtp_sink.py"
    --port "$(port smtp)" --tls-port "$(port smtps)" --maildir "$DATA/smtp/maildir" --account revcart
    --certificate "$STACK/tls/server.pem" --key "$STACK/tls/server.key")
}

smtp_ready() { taken "$(port smtp)" && taken "$(port smtps)"; }
smtp_stop() { stop_process smtp TERM; }
smtp_start() { launch smtp; }
smtp_check() {
  SMTP_SINK_PASSWORD=$(password smtp) "$STACK/venv-smtp/bin/python" "$HERE/parts/smtp_check.py" "$(port smtp)" \
    "$DATA/smtp/maildir" "$STACK/tls/ca.pem" revcart
}
