#!/usr/bin/env bash
# Measures the time to ready after SIGKILL under load, idle memory and binary size. See README.md
# and --help.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/start.bash"
start ready "$@"
