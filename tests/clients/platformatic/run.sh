#!/usr/bin/env bash
# run.sh BOOTSTRAP TOPIC SCENARIO…  (roundtrip-produce, delete-topics, member)
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../env.sh"
exec "$node_bin" "$clients_dir/platformatic/client.mjs" "$@"
