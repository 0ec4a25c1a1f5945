#!/usr/bin/env bash
# run.sh BOOTSTRAP TOPIC SCENARIO…  (roundtrip, member, worker)
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../env.sh"
exec "$clients_bin/franz-go" "$@"
