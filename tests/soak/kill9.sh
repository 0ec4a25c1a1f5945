#!/usr/bin/env bash
# Kills leatd with SIGKILL while real idempotent clients write, again and again, and compares what
# they were told with what the log holds. See README.md and --help.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/start.bash"
start kill9 "$@"
