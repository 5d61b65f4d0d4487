#!/usr/bin/env bash
# Restores the database from a backup, and leaves sending LOCKED until an owner has seen what the backup lacks.
#
#   ./scripts/restore.sh FILE [--yes]
#
#   DATABASE_URL             what to replace; unset: the embedded PostgreSQL on EMBEDDED_POSTGRES_PORT (5433)
#   ERASURE_LIST             the list of erased people that the workers write; embedded: .data/erasures.jsonl
#   BACKUP_PASSPHRASE_FILE   the passphrase of a backup that ends in .gpg
#
# In order: check the checksum, stop sending, restore beside the present database, migrate to this version's schema, lock
# it, verify it, copy newer opt-outs from the present one if it can be read, and only then swap the two names. Until the
# swap the present database stays as it is, and afterwards it is kept under another name. Exit code 0 means that the
# restored database is in place; with any other code the present one still is.
set -euo pipefail
umask 077
export LC_ALL=C
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*"; }
fail() {
  printf 'Restore failed: %s\n' "$*" >&2
  exit 1
}

file=
yes=
for argument in "$@"; do
  case $argument in
    --yes) yes=1 ;;
    -*) fail "there is no option $argument. Use ./scripts/restore.sh FILE [--yes]." ;;
    *)
      [[ -z $file ]] || fail "only one file can be restored."
      file=$argument
      ;;
  esac
done
[[ -n $file ]] || fail "say which file: ./scripts/restore.sh /backups/smscrm_YYYYMMDD_HHMMSS.sql.gz"
[[ -f $file ]] || fail "there is no file $file."
for program in psql gzip sha256sum; do
  command -v "$program" >/dev/null || fail "$program is not installed (Debian: apt-get install postgresql-client)."
done
run_ts=(bun)
[[ ! -x node_modules/.bin/bun ]] || run_ts=(node_modules/.bin/bun)
command -v "${run_ts[0]}" >/dev/null || fail "bun is not installed: run npx -y pnpm install in $PWD first."

# shellcheck source=scripts/database-address.sh
source scripts/database-address.sh
name=${url%%\?*}
name=${name##*/}
[[ $name =~ ^[A-Za-z0-9_]{1,40}$ ]] || fail "the database's name in DATABASE_URL must be letters, digits and _."
# The same address with another database: scheme://authority/NAME?options
at() {
  local address=${2:-$url} options=
  [[ $address != *\?* ]] || options="?${address#*\?}"
  address=${address%%\?*}
  printf '%s/%s%s' "${address%/*}" "$1" "$options"
}
stamp=$(date -u +%Y%m%d_%H%M%S)
new=${name}_restoring_$stamp
old=${name}_before_$stamp

# `run NAME` asks a database of this server. `admin` asks `postgres`, which always exists, to create and rename others.
run() { psql "$(at "$1")" --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 "${@:2}"; }
admin() { run postgres "$@"; }

[[ $(admin -c "select 1") == 1 ]] || fail "the server does not answer, or has no database postgres for this user."

# --- The file: whole, readable, ours -------------------------------------------------------------------------------
if [[ -f $file.sha256 ]]; then
  [[ $(sha256sum <"$file" | cut -c 1-64) == "$(cut -c 1-64 "$file.sha256")" ]] ||
    fail "$file is not what was backed up: its checksum differs. Use another backup."
else
  say "There is no $file.sha256: the checksum could not be compared."
fi
read_backup() {
  if [[ $file == *.gpg ]]; then
    gpg --batch --quiet --pinentry-mode loopback --passphrase-file "${BACKUP_PASSPHRASE_FILE:-/dev/null}" --decrypt "$file" |
      gzip -dc
  else
    gzip -dc "$file"
  fi
}
if [[ $file == *.gpg && ! -s ${BACKUP_PASSPHRASE_FILE:-} ]]; then
  fail "$file is encrypted: set BACKUP_PASSPHRASE_FILE to a file with its passphrase."
fi
ends=$(read_backup | tail -n 20) || fail "$file can't be read to its end: it is cut off or damaged, or the passphrase is wrong."
[[ $ends == *"PostgreSQL database dump complete"* ]] || fail "$file does not hold a whole dump."
# The header has the time to the millisecond; a file without one has it in its name.
backup_at=$( (read_backup || true) 2>/dev/null | head -n 1 | sed -nE 's/^-- smscrm backup: everything committed before ([0-9T:.Z-]+)$/\1/p')
if [[ -z $backup_at && $(basename "$file") =~ ([0-9]{4})([0-9]{2})([0-9]{2})_([0-9]{2})([0-9]{2})([0-9]{2}) ]]; then
  backup_at="${BASH_REMATCH[1]}-${BASH_REMATCH[2]}-${BASH_REMATCH[3]}T${BASH_REMATCH[4]}:${BASH_REMATCH[5]}:${BASH_REMATCH[6]}Z"
fi
[[ -n $backup_at ]] || fail "neither $file nor its name says when it was made. Name it smscrm_YYYYMMDD_HHMMSS.sql.gz (UTC)."

# --- Ask -----------------------------------------------------------------------------------------------------------
there=$(admin -v name="$name" <<<"select count(*) from pg_database where datname = :'name'")
if [[ -z $yes ]]; then
  say "This replaces the database $name with its state of $backup_at. The present one is kept as $old."
  say "Nothing is sent while it runs, nor afterwards until an owner unlocks it. Type the database's name to go on:"
  read -r typed || typed=
  [[ $typed == "$name" ]] || fail "nothing was changed."
fi
started=$SECONDS

# --- Stop sending: every claim checks this, so it takes effect a quarter of a second after its commit ---------------
stopped=
restart_sending() {
  [[ -n $stopped ]] || return 0
  run "$name" -v at="$stopped" <<<"update tenants set restore_locked_at = null where restore_locked_at = :'at'" ||
    say "Sending is still stopped: lift it with pnpm ops resume --all."
}
clean_up() {
  local code=$?
  [[ $code -ne 0 ]] || return 0
  admin -c "drop database if exists \"$new\" with (force)" >/dev/null 2>&1 || true
  restart_sending
  say "Nothing was replaced: the database $name is as it was." >&2
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
if [[ $there == 1 ]]; then
  can_lock=$(run "$name" -c "select count(*) from information_schema.columns
    where table_schema = 'public' and table_name = 'tenants' and column_name = 'restore_locked_at'" || echo 0)
  if [[ $can_lock == 1 ]]; then
    stopped=$(run "$name" -c "select clock_timestamp()")
    run "$name" -v at="$stopped" <<<"update tenants set restore_locked_at = :'at' where restore_locked_at is null"
    sleep 1
    say "Sending is stopped"
  else
    say "The present database is older than the lock; stop the workers yourself before you go on."
  fi
fi

# --- Restore beside it, all or nothing -----------------------------------------------------------------------------
say "Restoring $file as of $backup_at"
admin -c "create database \"$new\" template template0 encoding 'UTF8'" || fail "the new database can't be created."
# Roles belong to the server, not to the dump.
run "$new" <<'SQL'
set client_min_messages = warning;
do $$ declare role_name text; begin
  foreach role_name in array array['smscrm_app', 'smscrm_auth', 'smscrm_pipeline', 'smscrm_platform'] loop
    begin execute format('create role %I nologin', role_name); exception when duplicate_object or unique_violation then null; end;
    begin execute format('grant %I to current_user', role_name); exception when unique_violation then null; end;
  end loop;
end $$;
SQL
read_backup | psql "$(at "$new")" --no-psqlrc --quiet --single-transaction --set ON_ERROR_STOP=1 --output /dev/null ||
  fail "the dump could not be read into the new database."

# --- This version's schema, locked, verified -----------------------------------------------------------------------
DATABASE_URL=$(at "$new" "$full_url") "${run_ts[@]}" db/migrate.ts >/dev/null || fail "the restored database could not be migrated."
DATABASE_URL=$(at "$new" "$full_url") "${run_ts[@]}" worker/dispatch/migrate-queue.ts >/dev/null || fail "the queue's tables could not be migrated."
run "$new" -v at="$backup_at" -v source="$(basename "$file")" <<<"select lock_after_restore(:'at', :'source')" >/dev/null
run "$new" -c "analyze"
DATABASE_URL=$(at "$new" "$full_url") "${run_ts[@]}" db/restore/verify-restored.ts || fail "the restored database does not hold together."

# --- Opt-outs that only the present database has: the carrier knows what people wrote, not what operators entered --------
if [[ $there == 1 ]]; then
  kept=$(
    set -o pipefail
    run "$name" -v at="$backup_at" <<<"copy (select tenant_id, phone_e164, source, note, created_by, created_at
        from do_not_contact where created_at >= :'at'::timestamptz - interval '10 minutes') to stdout" 2>/dev/null |
      run "$new" -c "create temp table kept (like do_not_contact)" -c "copy kept (tenant_id, phone_e164, source, note, created_by, created_at) from stdin" \
        -c "with added as (insert into do_not_contact (tenant_id, phone_e164, source, note, created_by, created_at)
          select tenant_id, phone_e164, source, note, created_by, created_at from kept where tenant_id in (select id from tenants)
          on conflict do nothing returning 1)
          select count(*) from added"
  ) || kept=none
  say "Opt-outs carried over from the present database: $kept"
fi

# --- People who were erased since the backup are erased again, before anybody can see them -----------------------------
[[ -n ${ERASURE_LIST:-} || -n ${DATABASE_URL:-} ]] || ERASURE_LIST=$PWD/${DATA_DIR:-.data}/erasures.jsonl
present=
[[ $there != 1 ]] || present=$(at "$name" "$full_url")
DATABASE_URL=$(at "$new" "$full_url") PRESENT_DATABASE_URL=$present ERASURE_LIST=${ERASURE_LIST:-} \
  "${run_ts[@]}" db/restore/repeat-erasures.ts || fail "the erasures since the backup could not be repeated."

# --- Swap: both names in one transaction, so that there is always one database of this name --------------------------
if [[ $there == 1 ]]; then
  admin -c "alter database \"$name\" with allow_connections false" ||
    fail "the present database can't be closed; the user must own it."
  if ! {
    admin -v name="$name" -v new="$new" <<<"select count(pg_terminate_backend(pid)) from pg_stat_activity
      where datname in (:'name', :'new') and pid <> pg_backend_pid()" >/dev/null
    sleep 0.3
    admin -c "begin; alter database \"$name\" rename to \"$old\"; alter database \"$new\" rename to \"$name\"; commit"
  }; then
    admin -c "alter database \"$name\" with allow_connections true" || true
    fail "the names could not be swapped."
  fi
  admin -c "alter database \"$old\" with allow_connections true"
else
  admin -c "alter database \"$new\" rename to \"$name\""
fi
trap - EXIT

say "Restored $name as of $backup_at in $((SECONDS - started)) s. Sending is LOCKED."
say "Next: start a worker; it asks the carrier what was sent and who said STOP since. Then look and unlock:"
say "  pnpm ops restore"
say "  pnpm ops unlock"
if [[ $there == 1 ]]; then
  say "The database from before is kept as $old; once all is well: dropdb $old"
fi
