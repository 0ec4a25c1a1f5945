#!/usr/bin/env bash
# run.sh BOOTSTRAP TOPIC member
# `leat consume --group` with its defaults: build/release/bin/leat, or the binary that LEAT_CLI names.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../env.sh"

export LEAT_CLI="${LEAT_CLI:-$clients_dir/../../build/release/bin/leat}"
PYTHONPATH="$clients_dir/python" exec "$python_bin" -B "$clients_dir/leat/member.py" "$@"
