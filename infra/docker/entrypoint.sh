#!/bin/sh
# Reads secrets from files: NAME_FILE=/run/secrets/name becomes NAME, so that no compose file and no `docker inspect`
# contains them. A named file that can't be read is a fault; an empty one counts as unset.
set -eu
for name in DATABASE_URL DATABASE_OWNER_URL DATABASE_API_URL DATABASE_WORKER_URL DATABASE_REPLICA_URL REDIS_URL \
  REDIS_PASSWORD TWILIO_ACCOUNT_SID TWILIO_AUTH_TOKEN TWILIO_AUTH_TOKEN_PREVIOUS TWILIO_API_KEY TWILIO_API_SECRET \
  SLACK_WEBHOOK_URL PAGERDUTY_ROUTING_KEY METRICS_TOKEN SMTP_URL AUDIT_SIGNING_KEY SECRETS_KEY \
  SECRETS_KEY_PREVIOUS; do
  eval "file=\${${name}_FILE:-}"
  [ -n "$file" ] || continue
  if [ ! -r "$file" ]; then
    echo "${name}_FILE names $file, which user $(id -u) can't read. Run infra/docker/make-secrets.sh on the host." >&2
    exit 1
  fi
  value=$(cat "$file")
  export "$name=$value"
  unset "${name}_FILE"
done
exec "$@"
