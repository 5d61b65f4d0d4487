#!/usr/bin/env bash
# Creates the secrets of infra/docker-compose.prod.yml: one file each, with random passwords. It changes no file that is
# not empty.
#
#   infra/docker/make-secrets.sh
#
#   SECRETS_DIR              the folder (infra/secrets)
#   TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, SLACK_WEBHOOK_URL, PAGERDUTY_ROUTING_KEY, …   the contents of the file of that name
#
# Compose mounts each file into the services that name it, with its owner and mode on this machine: it ignores uid, gid
# and mode of a file's secret. PostgreSQL reads as user 999, Alertmanager as 65534, our own programs as 10001. So only the
# owner may enter the folder (700), which keeps other users of this machine out. The files are readable by all (444), so
# that the one user of each container can read those that are mounted there.
#
# An empty file counts as unset. Exit code 1 means that a file which production needs is still empty.
set -euo pipefail
umask 077
cd "$(dirname "$0")/../.."
folder=${SECRETS_DIR:-infra/secrets}

fail() {
  printf 'Secrets: %s\n' "$*" >&2
  exit 1
}

mkdir -p "$folder"
chmod 700 "$folder"

# Writes a secret that does not exist yet, or that is empty although there is a value now.
secret() {
  local file=$folder/$1 value=$2
  [[ ! -d $file ]] || fail "$file is a folder, made by Docker for a file that was missing. Remove it: rmdir $file"
  if [[ ! -s $file ]]; then
    printf '%s' "$value" >"$file.new"
    mv "$file.new" "$file"
  fi
  chmod 444 "$file"
}
random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
# An Ed25519 key in PKCS#8: sixteen bytes that say so (RFC 8410), and thirty-two random ones.
signing_key() {
  printf -- '-----BEGIN PRIVATE KEY-----\n'
  {
    printf '\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20'
    head -c 32 /dev/urandom
  } | base64
  printf -- '-----END PRIVATE KEY-----'
}
given() { printenv "$1" || true; }

secret postgres_password "$(random)"
password=$(<"$folder/postgres_password")
[[ $password =~ ^[A-Za-z0-9._~-]+$ ]] ||
  fail "postgres_password must be letters, digits and . _ ~ - only, because it is part of an address."
secret database_url "postgres://smscrm:$password@postgres:5432/smscrm"
secret database_api_url "postgres://smscrm_api:$(random)@postgres:5432/smscrm"
secret database_worker_url "postgres://smscrm_worker:$(random)@postgres:5432/smscrm"
secret metrics_token "$(random)"
secret audit_signing_key "$(signing_key)"
secret secrets_key "$(head -c 32 /dev/urandom | base64 | tr -d '\n')"
secret redis_url redis://redis:6379
for name in TWILIO_ACCOUNT_SID TWILIO_AUTH_TOKEN; do
  secret "${name,,}" "$(given "$name")"
done
for name in TWILIO_AUTH_TOKEN_PREVIOUS TWILIO_API_KEY TWILIO_API_SECRET SLACK_WEBHOOK_URL PAGERDUTY_ROUTING_KEY \
  SMTP_URL SECRETS_KEY_PREVIOUS DATABASE_REPLICA_URL BACKUP_PASSPHRASE RCLONE_CONFIG; do
  secret "${name,,}" "$(given "$name")"
done

code=0
for name in twilio_account_sid twilio_auth_token; do
  [[ -s $folder/$name ]] && continue
  echo "Still empty, and production needs it: $folder/$name" >&2
  code=1
done
for name in slack_webhook_url pagerduty_routing_key; do
  [[ -s $folder/$name ]] || echo "Empty, so nobody is notified there: $folder/$name"
done
exit "$code"
