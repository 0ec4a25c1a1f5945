#!/usr/bin/env bash
# Shuts the file system under leatd down, without a log flush, while real idempotent clients write,
# mounts it again and compares. See README.md and --help.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/start.bash"
as_root "$@"
start power_cut "$@"
