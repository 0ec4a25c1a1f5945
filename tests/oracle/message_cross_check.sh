#!/usr/bin/env bash
# message_cross_check.sh encode SEED [COUNT] | verify [--json]: see MessageCrossCheck.java.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../clients/env.sh"
exec "$java_bin" -Xmx512m -XX:+UseSerialGC -Dorg.slf4j.simpleLogger.defaultLogLevel=error \
  -cp "$java_classes:$kafka_clients_lib/*" MessageCrossCheck "$@"
