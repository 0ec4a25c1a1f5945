#!/usr/bin/env bash
# run.sh BOOTSTRAP TOPIC SCENARIO…  (roundtrip, admin, transactions-refused, member)
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../env.sh"
exec "$java_bin" -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
  -Dorg.slf4j.simpleLogger.defaultLogLevel="${LEAT_LOG_LEVEL:-error}" \
  -cp "$java_classes:$kafka_clients_lib/*" Interop "$@"
