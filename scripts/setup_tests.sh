#!/usr/bin/env bash
# What only the tests need beyond .venv: a headless Chromium, OpenSSL as a time-stamp authority, and docker-compose
# to check docker-compose.yml.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/common.sh

command -v chromium >/dev/null || debian_package "The browser tests need Chromium." chromium
command -v openssl >/dev/null || debian_package "The tests of signing need OpenSSL." openssl
command -v docker-compose >/dev/null || docker compose version >/dev/null 2>&1 \
  || debian_package "Checking docker-compose.yml needs docker-compose." docker-compose
