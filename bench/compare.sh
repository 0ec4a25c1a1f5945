#!/usr/bin/env bash
# The same load against Leat and a real Apache Kafka in turns: ratios, aim met or not. Writes
# bench/results/compare.json, compare.md and compare.svg. Kafka comes from tests/clients/setup.sh.
#
#   bench/compare.sh [--rows P1,D2-16] [--runs 3] [--seconds 5] [--bin DIR] [--dir DIR] …   (--help)
set -euo pipefail
ulimit -n "$(ulimit -Hn)"
exec /usr/bin/python3 -B "$(dirname "${BASH_SOURCE[0]}")/harness/compare.py" "$@"
