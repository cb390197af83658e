#!/usr/bin/env bash
# Makes .venv hold what requirements/<name>.lock says, and this checkout, editable.
#
#   .ci/venv.sh demo     what a render needs
#   .ci/venv.sh dev      that, and what the tests and checks need
#
# A stamp in .venv remembers the lock it was filled from, so a second run costs nothing.
# PYTHON names the interpreter (3.11 or newer) to build it with.
set -euo pipefail
cd "$(dirname "$0")/.."

name=${1:?usage: .ci/venv.sh demo|dev}
python=${PYTHON:-python3}

fail() {
  printf 'songwright: %s\n' "$*" >&2
  exit 1
}

fingerprint() {
  cat "requirements/$1.lock" pyproject.toml | sha256sum | cut -d' ' -f1
}

is_ready() {
  [ -x .venv/bin/python ] && [ "$(cat ".venv/.songwright-$1" 2>/dev/null)" = "$(pwd) $(fingerprint "$1")" ]
}

# Debian splits ensurepip off into a package of its own.
install_venv_package() {
  command -v apt-get >/dev/null || fail "$python has no ensurepip: install your system's package for Python's venv module, then try again"
  local sudo=
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "$python has no ensurepip: as root, run 'apt-get install python3-venv', then try again"
    sudo=sudo
  fi
  echo "songwright: installing python3-venv (Debian keeps it apart from python3)" >&2
  $sudo apt-get update -qq
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
}

# The dev set contains the demo set.
if is_ready dev || is_ready "$name"; then exit 0; fi

command -v "$python" >/dev/null || fail "there is no '$python' here; name one with PYTHON=/path/to/python3.11"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "$python is $("$python" --version 2>&1); 3.11 or newer is needed"

if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
  rm -rf .venv
  "$python" -c 'import ensurepip, venv' 2>/dev/null || install_venv_package
  "$python" -m venv .venv
fi

echo "songwright: filling .venv from requirements/$name.lock" >&2
pip="env PIP_DISABLE_PIP_VERSION_CHECK=1 .venv/bin/python -m pip --quiet --quiet"
$pip install --only-binary :all: --require-hashes --requirement "requirements/$name.lock"
$pip install --no-deps --no-build-isolation --no-index --editable .
echo "$(pwd) $(fingerprint "$name")" >".venv/.songwright-$name"
