#!/usr/bin/env bash
# Every row of the suite against Leat and L, the limit program, in turns: medians, share of L, goal
# met or not. Writes bench/results/suite.json and suite.md.
#
#   bench/suite.sh [--rows P1,D4] [--runs 5] [--seconds 5] [--bin DIR] [--dir DIR] …   (--help)
set -euo pipefail
ulimit -n "$(ulimit -Hn)"
exec /usr/bin/python3 -B "$(dirname "${BASH_SOURCE[0]}")/harness/suite.py" "$@"
