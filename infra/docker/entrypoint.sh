#!/bin/sh
# A secret is given by a file: NAME_FILE=/run/secrets/name becomes NAME, so that it stands in no compose file and in no
# `docker inspect`. A file that is named and not there is a fault, never an empty secret.
set -eu
for name in DATABASE_URL DATABASE_REPLICA_URL REDIS_URL TWILIO_ACCOUNT_SID TWILIO_AUTH_TOKEN TWILIO_AUTH_TOKEN_PREVIOUS \
  TWILIO_API_KEY TWILIO_API_SECRET SLACK_WEBHOOK_URL PAGERDUTY_ROUTING_KEY; do
  eval "file=\${${name}_FILE:-}"
  [ -n "$file" ] || continue
  if [ ! -r "$file" ]; then
    echo "${name}_FILE names $file, which can't be read" >&2
    exit 1
  fi
  value=$(cat "$file")
  export "$name=$value"
  unset "${name}_FILE"
done
exec "$@"
