# shellcheck shell=bash disable=SC2034
# Sourced by backup.sh and restore.sh. Sets the database's address: `url` has no password, because every user of the
# machine can read command lines. The password is in PGPASSWORD.
# DATABASE_OWNER_URL is preferred to DATABASE_URL, and then unset: programs that are started here for another database must
# not use it.
full_url=${DATABASE_OWNER_URL:-${DATABASE_URL:-postgres://smscrm:smscrm@127.0.0.1:${EMBEDDED_POSTGRES_PORT:-5433}/smscrm}}
unset DATABASE_OWNER_URL
url=$full_url
if [[ $full_url =~ ^([a-z]+://[^:/@?]+):([^@/?]*)@(.*)$ ]]; then
  url="${BASH_REMATCH[1]}@${BASH_REMATCH[3]}"
  encoded=${BASH_REMATCH[2]//\\/\\\\}
  PGPASSWORD=$(printf '%b' "${encoded//%/\\x}")
  export PGPASSWORD
fi
