#!/usr/bin/env bash
# Cuts the power of the simulated disk in as many different states as are asked for. See README.md and
# --help.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/start.bash"
start power_cut_model "$@"
