#!/bin/sh
# Replaces pnpm in an image, where nothing is installed: Bun runs package.json's scripts, so `pnpm migrate`, `pnpm ops …`
# and `pnpm run doctor` work. `docker compose exec` skips the entrypoint, so the secrets are read here again.
set -eu
cd /app
[ "${1:-}" != run ] || shift
exec entrypoint bun run "$@"
