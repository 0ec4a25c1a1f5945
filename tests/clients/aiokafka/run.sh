#!/usr/bin/env bash
# run.sh BOOTSTRAP TOPIC SCENARIO…  (roundtrip, member)
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../env.sh"
PYTHONPATH="$clients_dir/python" exec "$python_bin" -B "$clients_dir/aiokafka/client.py" "$@"
