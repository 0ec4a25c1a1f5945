#!/usr/bin/env bash
# How throughput, CPU, memory and the time to start grow with connections, partitions and log size.
# Writes bench/results/growth.json, growth.md and growth.svg.
#
#   bench/growth.sh [--rows G-connections,G-partitions,G-log] [--log-gib 1,10,40] …   (--help)
set -euo pipefail
ulimit -n "$(ulimit -Hn)"
exec /usr/bin/python3 -B "$(dirname "${BASH_SOURCE[0]}")/harness/growth.py" "$@"
