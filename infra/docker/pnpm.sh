#!/bin/sh
# In an image there is nothing to install: `pnpm migrate` and `pnpm ops …` are scripts of package.json, run by Bun.
# `docker compose exec` does not pass by the entrypoint, so the secrets are read here again.
set -eu
cd /app
exec entrypoint bun run "$@"
