#!/usr/bin/env bash
# Installs what building and testing Leat needs, from Debian 12 packages. Idempotent; a run with
# nothing to do takes a moment. As root, or with sudo.
#
#   tools/setup.sh            what the build and the tests need
#   tools/setup.sh --clients  also what the client tests need (Java, Go, Node, Python clients)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly packages=(
  clang-19 lld-19 clang-tidy-19 clang-format-19 llvm-19 libclang-rt-19-dev
  cmake ninja-build ccache git
  libasio-dev libabsl-dev libfmt-dev libcli11-dev nlohmann-json3-dev libisal-dev
  libzstd-dev liblz4-dev libsnappy-dev zlib1g-dev
  catch2 libbenchmark-dev librdkafka-dev
  ca-certificates kcat procps strace xfsprogs python3
)

missing() {
  local package
  for package in "${packages[@]}"; do
    [[ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null)" == ii* ]] || echo "$package"
  done
}

as_root() {
  if [[ $EUID -eq 0 ]]; then "$@"; return; fi
  command -v sudo >/dev/null || { echo "setup.sh: run it as root, or install sudo" >&2; exit 1; }
  sudo "$@"
}

if ! grep -q '^VERSION_ID="12"' /etc/os-release; then
  echo "setup.sh: this is not Debian 12; the packages may have other names or versions" >&2
fi
mapfile -t wanted < <(missing)
if [[ ${#wanted[@]} -gt 0 ]]; then
  echo "installing: ${wanted[*]}"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    "${wanted[@]}" >/dev/null
fi
if [[ "${1:-}" == --clients ]]; then tests/clients/setup.sh; fi
