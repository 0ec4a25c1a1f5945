#!/usr/bin/env bash
# Fills the file system under leatd until produce is refused, frees it, and compares what clients
# were told with what the log holds. See README.md and --help.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/start.bash"
as_root "$@"
start disk_full "$@"
