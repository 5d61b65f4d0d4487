# shellcheck shell=bash disable=SC2034
# Sourced by backup.sh and restore.sh. Which database is meant, without its password in any command line, where every
# user of the machine could read it: `url` has none, PGPASSWORD has it.
full_url=${DATABASE_URL:-postgres://smscrm:smscrm@127.0.0.1:${EMBEDDED_POSTGRES_PORT:-5433}/smscrm}
url=$full_url
if [[ $full_url =~ ^([a-z]+://[^:/@?]+):([^@/?]*)@(.*)$ ]]; then
  url="${BASH_REMATCH[1]}@${BASH_REMATCH[3]}"
  encoded=${BASH_REMATCH[2]//\\/\\\\}
  PGPASSWORD=$(printf '%b' "${encoded//%/\\x}")
  export PGPASSWORD
fi
