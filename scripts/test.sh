#!/usr/bin/env bash
# The lanes of `make test`, all of them or those named: check unit slow postgres worker browser.
# Every lane runs whatever the others did; any failure makes the end non-zero.
set -uo pipefail
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"
mkdir -p build
unset PYTHONDONTWRITEBYTECODE # else every worker compiles all tests anew, 5 s each

lane_check() { scripts/check.sh; }
lane_unit() { pytest -q -n 2 --dist loadfile -m "not slow and not postgres and not worker and not browser"; }
lane_slow() { pytest -q -n 2 --dist loadfile -m "slow and not postgres and not worker and not browser"; }
lane_postgres() { python -m tests.with_postgres pytest -q tests/webapp -m "not slow and not worker and not browser"; }
lane_worker() { pytest -v -m worker; }
lane_browser() { pytest -v -m browser; }

lanes=${*:-check unit slow postgres worker browser}
report=""
failed=0
for lane in $lanes; do
  declare -F "lane_$lane" >/dev/null || { echo "There is no lane named $lane. Lanes: check unit slow postgres worker browser" >&2; exit 3; }
  printf '\n══ %s\n' "$lane"
  started=$SECONDS
  if "lane_$lane"; then verdict="passed"; else verdict="FAILED"; failed=1; fi
  report+=$(printf '%-9s %6d s  %s' "$lane" $((SECONDS - started)) "$verdict")$'\n'
done
printf '\n══ seconds per lane\n%s' "$report"
exit $failed
