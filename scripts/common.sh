# What every script here shares: plain messages, and Debian packages on demand. Sourced, not run.

say() { printf '→ %s\n' "$*" >&2; }

# stop WHAT_HAPPENED [WHAT_TO_DO...]: exit 3, "something is missing on this machine" (docs/install.md).
stop() {
  printf '\n✗ %s\n' "$1" >&2
  shift
  local line
  for line in "$@"; do printf '  %s\n' "$line" >&2; done
  exit 3
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_install() {
  command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }; }
}

# debian_package WHY PACKAGE...: install with apt-get where we may, else say exactly what to type.
debian_package() {
  local why=$1
  shift
  if ! may_install; then
    stop "$why" "Install it, then run the same command again:" "  sudo apt-get install --no-install-recommends $*"
  fi
  say "$why Installing $* with apt-get"
  mkdir -p var/log
  {
    as_root apt-get update -q
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"
  } >>var/log/apt.log 2>&1 || {
    tail -n 5 var/log/apt.log >&2
    stop "apt-get could not install $*." "The whole output is in var/log/apt.log. Nothing else was changed."
  }
}
