#!/usr/bin/env bash
# Compacts a large log while a client writes to another topic, and compares what is left with a fold
# of the log made outside. See README.md and --help.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/start.bash"
LEAT_JUDGE="$soak_dir/../oracle/dump_log_segments.sh" start compaction "$@"
