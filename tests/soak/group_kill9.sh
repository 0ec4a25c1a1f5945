#!/usr/bin/env bash
# Kills leatd with a commit in flight under groups of three client implementations, auto-commit every
# 100 ms and manual, again and again. See README.md and --help.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/start.bash"
start group_kill9 "$@"
