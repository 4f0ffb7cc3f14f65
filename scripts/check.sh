#!/usr/bin/env bash
# Everything that is checked without running the product. Each line is one tool; the first that complains ends it.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"

run() {
  local started=$SECONDS output
  if output=$("$@" 2>&1); then
    printf '✓ %-52s %3d s\n' "$*" $((SECONDS - started))
  else
    printf '✗ %s\n%s\n' "$*" "$output"
    return 1
  fi
}

run ruff format --check .
run ruff check .
run mypy generation provenance webapp
run lint-imports
run djade --check --target-version 5.2 $(git ls-files 'templates/*.html')
run python manage.py makemigrations --check --dry-run
