#!/usr/bin/env bash
# Time to ready after SIGKILL under load as a table: partitions x size, and a row of Apache Kafka. See
# README.md and --help.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/start.bash"
start ready_table "$@"
