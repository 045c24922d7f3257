# shellcheck shell=bash disable=SC2034,SC2154  # sourced by `stack`
# Stripe: localstripe, bound to this machine (see stripe.py).

stripe_prepare() { python_environment stripe "$HERE/requirements-stripe.txt" && mkdir -p "$DATA/stripe"; }

stripe_command() {
  WORKDIR=$DATA/stripe
  COMMAND=(env PYTHONUNBUFFERED=1 "$STACK/venv-stripe/bin/python" "$HERE/stripe.py" "$(port stripe)" "$DATA/stripe")
}

stripe_ready() { taken "$(port stripe)"; }
stripe_stop() { stop_process stripe TERM; }
stripe_start() { launch stripe; }

stripe_check() { "$STACK/venv-stripe/bin/python" "$HERE/parts/stripe_check.py" "$(url stripe)"; }
