#!/usr/bin/env bash
# Backs up the whole database: BACKUP_DIR/smscrm_YYYYMMDD_HHMMSS.sql.gz (UTC) with its checksum beside it.
#
#   ./scripts/backup.sh
#
#   DATABASE_URL             what to back up; unset: the embedded PostgreSQL on EMBEDDED_POSTGRES_PORT (5433)
#   BACKUP_DIR               where to (/backups)
#   BACKUP_KEEP_DAYS         days after which an old backup is removed (7)
#   BACKUP_PASSPHRASE_FILE   set: the backup is encrypted with the passphrase in this file (gpg, AES-256) and ends in .gpg
#   BACKUP_COPY_COMMAND      set: run with the finished file as $1, and with its checksum file; for a copy off site,
#                            for example: rclone copy "$1" remote:smscrm
#
# Exit code 0 means that a complete, readable backup exists (and was copied, if that is set). With any other code there is
# no new file, unless only the copy or the removal of old files failed; then the message says so.
set -euo pipefail
umask 077
export LC_ALL=C

say() { printf '%s\n' "$*"; }
fail() {
  printf 'Backup failed: %s\n' "$*" >&2
  exit 1
}

# shellcheck source=scripts/database-address.sh
source "$(dirname "$0")/database-address.sh"
folder=${BACKUP_DIR:-/backups}
keep_days=${BACKUP_KEEP_DAYS:-7}
passphrase_file=${BACKUP_PASSPHRASE_FILE:-}

[[ $keep_days =~ ^[1-9][0-9]{0,3}$ ]] || fail "BACKUP_KEEP_DAYS must be a number of days from 1."
for program in pg_dump psql gzip sha256sum; do
  command -v "$program" >/dev/null || fail "$program is not installed (Debian: apt-get install postgresql-client)."
done
if [[ -n $passphrase_file ]]; then
  command -v gpg >/dev/null || fail "gpg is not installed, and BACKUP_PASSPHRASE_FILE asks for encryption."
  [[ -s $passphrase_file ]] || fail "BACKUP_PASSPHRASE_FILE names no file with a passphrase in it."
fi
mkdir -p "$folder" 2>/dev/null || fail "the folder $folder (BACKUP_DIR) can't be made."
[[ -w $folder ]] || fail "the folder $folder (BACKUP_DIR) can't be written to."

# Two at once would only slow each other down, so the second one fails at once.
exec 9>"$folder/.lock"
flock -n 9 || fail "another backup to $folder is running."

ask() { psql "$url" --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 "$@"; }

# Taken before the dump's snapshot, so everything committed until now is in the dump.
taken_at=$(ask -c "select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')") ||
  fail "the database does not answer."
server=$(ask -c "select current_setting('server_version_num')::int / 10000")
client=$(pg_dump --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/')
((client >= server)) || fail "pg_dump is version $client and the server $server: install postgresql-client-$server or newer."

# Row-level security is forced on the tables' owner too. A user that may not bypass it reads through the policy that shows
# the pipeline all rows. A table without that policy would be dumped incompletely, and nobody would notice.
rows=()
if [[ $(ask -c "select rolsuper or rolbypassrls from pg_roles where rolname = current_user") != t ]]; then
  hidden=$(ask -c "select string_agg(c.relname, ', ') from pg_class c
    where c.relrowsecurity and c.relkind in ('r', 'p') and not exists (
      select 1 from pg_policy p where p.polrelid = c.oid and p.polpermissive and p.polcmd in ('*', 'r')
        and pg_get_expr(p.polqual, p.polrelid) = 'true'
        and exists (select 1 from unnest(p.polroles) r where r = 0 or pg_has_role(current_user, r, 'usage')))")
  [[ -z $hidden ]] || fail "this user does not see all rows of $hidden. Use a user that may bypass row-level security."
  rows=(--enable-row-security)
fi

suffix=.sql.gz
[[ -z $passphrase_file ]] || suffix=.sql.gz.gpg
name=smscrm_$(date -u +%Y%m%d_%H%M%S)$suffix
partial=$folder/.$name.partial
trap 'rm -f "$partial" "$partial.sha256"' EXIT

encrypt() {
  if [[ -z $passphrase_file ]]; then
    cat
  else
    gpg --batch --yes --quiet --pinentry-mode loopback --passphrase-file "$passphrase_file" \
      --symmetric --cipher-algo AES256 --compress-algo none
  fi
}

dump() {
  printf -- '-- smscrm backup: everything committed before %s\n' "$taken_at"
  pg_dump "$url" --no-owner "${rows[@]}"
}

# Any failing part fails the whole (pipefail), and a file gets its final name only when all of it is on the disk.
dump | gzip -6 | encrypt >"$partial" || fail "the dump was not finished; nothing was kept."
[[ ! -e $folder/$name ]] || fail "$folder/$name is there already."
(cd "$folder" && sha256sum ".$name.partial" | sed "s/\.$name\.partial/$name/") >"$partial.sha256"
sync "$partial" "$partial.sha256"
mv "$partial.sha256" "$folder/$name.sha256"
mv "$partial" "$folder/$name"
sync "$folder"

file=$folder/$name
bytes=$(stat -c %s "$file")
checksum=$(cut -c 1-64 "$file.sha256")
ask -v file="$name" -v bytes="$bytes" -v checksum="$checksum" -v taken_at="$taken_at" <<'SQL' ||
insert into backups (file, size_bytes, sha256, taken_at, finished_at)
values (:'file', :bytes, :'checksum', :'taken_at', clock_timestamp());
SQL
  fail "$file is whole, but the database could not note it, so an alert will say that it is missing."

if [[ -n ${BACKUP_COPY_COMMAND:-} ]]; then
  for each in "$file" "$file.sha256"; do
    sh -c "$BACKUP_COPY_COMMAND" copy "$each" || fail "$file is whole, but the copy off site (BACKUP_COPY_COMMAND) failed."
  done
fi

find "$folder" -maxdepth 1 -type f \( -name 'smscrm_*.sql.gz' -o -name 'smscrm_*.sql.gz.gpg' -o -name 'smscrm_*.sha256' \) \
  -mmin "+$((keep_days * 24 * 60))" ! -name "$name" ! -name "$name.sha256" -delete ||
  fail "$file is whole, but old backups could not be removed."

say "Backed up to $file ($bytes bytes, everything until $taken_at)"
