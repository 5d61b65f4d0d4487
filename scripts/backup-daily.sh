#!/usr/bin/env bash
# Runs backup.sh every day at BACKUP_AT (02:00, in TZ), and again every 15 minutes after one that failed.
# The `backup` service runs it instead of cron, which would need root and report no failure.
#
#   scripts/backup-daily.sh            runs until it is stopped
#   scripts/backup-daily.sh --check    exit code 0 while the newest backup is no older than 26 hours
#   scripts/backup-daily.sh --next     prints the seconds until the next one
set -euo pipefail
cd "$(dirname "$0")/.."

at=${BACKUP_AT:-02:00}
folder=${BACKUP_DIR:-/backups}
[[ $at =~ ^([01][0-9]|2[0-3]):[0-5][0-9]$ ]] || {
  echo "BACKUP_AT must be a time of day such as 02:00" >&2
  exit 1
}

# If a clock change skips the time, `date` refuses it, and 03:00 is used.
seconds_to_next() {
  local now today
  now=$(date +%s)
  today=$(date -d "today $at" +%s 2>/dev/null || date -d "today 03:00" +%s)
  if ((today <= now)); then
    today=$(date -d "tomorrow $at" +%s 2>/dev/null || date -d "tomorrow 03:00" +%s)
  fi
  echo $((today - now))
}

case ${1:-} in
  --next)
    seconds_to_next
    exit
    ;;
  --check)
    newest=$(find "$folder" -maxdepth 1 -name 'smscrm_*.sql.gz*' ! -name '*.sha256' -mmin -$((26 * 60)) -print -quit)
    [[ -n $newest ]] || {
      echo "No backup in $folder is younger than 26 hours" >&2
      exit 1
    }
    exit
    ;;
esac

# A stop ends the sleep, or the running backup, at once. The backup then leaves no file.
trap 'kill "${child:-}" 2>/dev/null || true; exit 0' TERM INT
run() {
  "$@" &
  child=$!
  wait "$child"
}

# A new installation has no backup, so the first one is made at once.
scripts/backup-daily.sh --check 2>/dev/null || run scripts/backup.sh || true
while true; do
  run sleep "$(seconds_to_next)"
  until run scripts/backup.sh; do
    echo "Trying again in 15 minutes" >&2
    run sleep 900
  done
done
