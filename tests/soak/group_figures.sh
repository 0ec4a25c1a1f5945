#!/usr/bin/env bash
# Figures of groups and offsets: joins of many members, commits per second, memory, restart. See
# --help.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/start.bash"
start group_figures "$@"
