#!/usr/bin/env bash
# Make .venv, install exactly what requirements/lock.txt names, and fetch the models. Instant when nothing changed.
#   PYTHON=python3.11        another interpreter
#   TORCH_INDEX=URL          where torch comes from, e.g. https://download.pytorch.org/whl/cpu
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/common.sh

LOCK=requirements/lock.txt
LOG=var/log/setup.log
NEEDED_GB=6 # .venv 3.3 GB + wheels while they unpack + models and demo; `du -sh .venv var`

find_python() {
  local candidate
  for candidate in ${PYTHON:-python3.11 python3.12 python3}; do
    if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  return 1
}

stamp() { # names everything that the environment was made from
  { "$1" -c 'import sys; print(sys.version)'; cat "$LOCK" scripts/setup.sh generation/registry.py; } | sha256sum | cut -c1-16
}

check_disk() {
  local free_gb
  free_gb=$(($(df -Pk . | awk 'NR == 2 { print $4 }') / 1024 / 1024))
  [ "$free_gb" -ge "$NEEDED_GB" ] || stop \
    "This disk has $free_gb GB free; setting up needs $NEEDED_GB GB." \
    "Make room under $(pwd), then run the same command again. Nothing was installed."
}

check_libraries() { # mediapipe's own library is linked against them
  local missing=()
  ldconfig=$(PATH="$PATH:/sbin:/usr/sbin" command -v ldconfig) || return 0
  "$ldconfig" -p | grep -q 'libEGL\.so\.1' || missing+=(libegl1)
  "$ldconfig" -p | grep -q 'libGLESv2\.so\.2' || missing+=(libgles2)
  [ ${#missing[@]} = 0 ] || debian_package "The face landmarker needs two system libraries." "${missing[@]}"
}

make_environment() {
  local version='import sys; print(sys.version_info[:2])'
  [ "$(.venv/bin/python -c "$version" 2>/dev/null)" != "$("$1" -c "$version")" ] || return 0
  "$1" -c 'import ensurepip, venv' 2>/dev/null || debian_package "$1 cannot make virtual environments." python3-venv
  rm -rf .venv
  "$1" -m venv .venv >>"$LOG" 2>&1 || { tail -n 5 "$LOG" >&2; stop "$1 -m venv .venv failed." "See $LOG."; }
}

# count TOTAL: pip's chatter → one line that moves, on a terminal only
count() {
  if [ -t 2 ]; then
    awk -v total="$1" '/^Collecting /{ n++; printf "\r  %d of %d  %-48s", n, total, $2 > "/dev/stderr" } END { printf "\r%64s\r", "" > "/dev/stderr" }'
  else
    cat >/dev/null
  fi
}

pip_install() {
  local total=$1
  shift
  .venv/bin/python -m pip install --no-input --disable-pip-version-check --progress-bar off "$@" 2>&1 \
    | tee -a "$LOG" | count "$total" || explain_pip
}

explain_pip() {
  tail -n 8 "$LOG" >&2
  if tail -n 60 "$LOG" | grep -qiE 'No space left|Errno 28'; then
    stop "The disk filled up while packages were being installed." "Make room (about $NEEDED_GB GB), then run the same command again."
  fi
  if tail -n 60 "$LOG" | grep -qiE 'NewConnectionError|name resolution|ConnectTimeout|ReadTimeout|ProxyError|unreachable|SSLError'; then
    stop "The package index cannot be reached." "Check the network or pip's settings (pip config list), then run the same command again."
  fi
  stop "pip could not install the packages." "The whole output is in $LOG."
}

install_packages() {
  local total
  total=$(grep -c '==' "$LOCK")
  # torch comes first: whatever depends on it would otherwise pull a newer one. --no-deps: the lock is whole, and
  # only so does a single OpenCV stand for the three that are asked for (docs/decisions/0002-dependencies.md).
  say "torch"
  pip_install 8 ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} -c "$LOCK" "$(grep '^torch==' "$LOCK")"
  say "$total packages (3.3 GB; some minutes on a slow line; details in $LOG)"
  pip_install "$total" --no-deps -r "$LOCK"
}

python=$(find_python) || debian_package "Sitter needs Python 3.11 or 3.12, and none was found." python3 python3-venv
python=${python:-$(find_python)} || stop "Python is still not found." "Give it by name: make demo PYTHON=/path/to/python3.11"
mark=.venv/.set-up-$(stamp "$python")
[ ! -e "$mark" ] || exit 0

mkdir -p var/log
: >"$LOG"
started=$SECONDS
say "Setting up with $python in $(pwd)/.venv"
check_disk
check_libraries
make_environment "$python"
install_packages
say "Models"
.venv/bin/python -m generation weights fetch >>"$LOG" || exit $?
touch "$mark"
say "Ready after $((SECONDS - started)) s"
