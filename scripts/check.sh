#!/usr/bin/env bash
# Everything that is checked without running the product. All tools run; any complaint makes the end non-zero.
set -uo pipefail
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"

failed=0

run() {
  local started=$SECONDS output
  if output=$("$@" 2>&1); then
    printf '✓ %-52.52s %3d s\n' "$*" $((SECONDS - started))
  else
    printf '✗ %s\n%s\n' "$*" "$output"
    failed=1
  fi
}

run ruff format --check .
run ruff check .
run mypy generation provenance webapp
run lint-imports
run djade --check --target-version 5.2 $(git ls-files 'templates/*.html')
run env SITTER_HTTPS=0 python manage.py makemigrations --check --dry-run
exit $failed
