# shellcheck shell=bash disable=SC2034,SC2154  # sourced by `stack`
# SNS, SQS, SES, S3: LocalStack in host mode. It keeps everything in memory, so `stop` only makes it unreachable.

localstack_prepare() { python_environment localstack "$HERE/requirements.txt" && mkdir -p "$DATA/localstack"; }

localstack_command() {
  local address
  address=127.0.0.1:$(port localstack)
  # hypercorn: the default server listens on every interface whatever address it is given
  COMMAND=(env -u DEBUG -u AWS_ENDPOINT_URL
    GATEWAY_LISTEN="$address" GATEWAY_SERVER=hypercorn LOCALSTACK_HOST="$address" SQS_ENDPOINT_STRATEGY=off
    "SERVICES=sqs,sns,sts,iam,ses,cloudwatch,s3" EAGER_SERVICE_LOADING=1 DNS_ADDRESS=0 DISABLE_EVENTS=1
    SKIP_SSL_CERT_DOWNLOAD=1 FILESYSTEM_ROOT="$DATA/localstack" S3_DIR="$DATA/localstack/s3" OVERRIDE_IN_DOCKER=0
    LS_LOG="${LS_LOG:-warning}" PYTHONUNBUFFERED=1
    "$STACK/venv-localstack/bin/python" "$HERE/broker.py")
}

localstack_ready() {
  local line body=
  exec 3<>"/dev/tcp/127.0.0.1/$(port localstack)" || return 1
  printf 'GET /_localstack/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
  while IFS= read -r -t 5 line || [[ -n $line ]]; do body+=$line; line=; done <&3
  exec 3>&-
  [[ $body == *'"sqs": "running"'* && $body == *'"sns": "running"'* ]]
}

# away: alive, but made unreachable
localstack_away() { [[ -e $STACK/run/localstack.away ]] && alive localstack; }

localstack_stop() {
  local id
  id=$(pid localstack) || return 0
  touch "$STACK/run/localstack.away"
  kill -s USR1 "$id"
  while alive localstack && taken "$(port localstack)"; do sleep 0.05; done
}

localstack_start() {
  if localstack_away; then kill -s USR2 "$(pid localstack)"; else launch localstack; fi
  rm -f "$STACK/run/localstack.away"
}

# settle: the bucket that tests put pictures into; it is forgotten with the process, like everything else
localstack_settle() {
  AWS_ENDPOINT_URL=$(url localstack) AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1 \
    "$STACK/venv-localstack/bin/python" -c 'import boto3; boto3.client("s3").create_bucket(Bucket="revcart-test-images")' \
    >>"$STACK/log/localstack.log" 2>&1
}

localstack_check() { AWS_ENDPOINT_URL=$(url localstack) "$STACK/venv-localstack/bin/python" "$HERE/parts/localstack_check.py"; }
