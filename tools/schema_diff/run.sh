#!/usr/bin/env bash
# run.sh BINARY_DIR [SEED]: our tables against Kafka's JSON definitions, then our codec against
# Kafka's message classes in both directions, values as well as bytes. tests/clients/setup.sh
# fetches what this needs.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
oracle="$here/../../tests/oracle"
. "$here/../../tests/clients/env.sh"
tool="$1/leat_schema_diff"
seed="${2:-1}"

"$tool" tables | /usr/bin/python3 "$here/compare.py" \
  "$kafka_clients_lib/kafka-clients-$KAFKA_CLIENTS_VERSION.jar" \
  "$kafka_lib/kafka-group-coordinator-$KAFKA_VERSION.jar" \
  "$kafka_lib/kafka-transaction-coordinator-$KAFKA_VERSION.jar"

# Kafka writes, we read and write again, Kafka compares values.
"$oracle/message_cross_check.sh" encode "$seed" | "$tool" again |
  "$oracle/message_cross_check.sh" verify --json
# We write, Kafka reads and writes again.
"$tool" emit "$seed" | "$oracle/message_cross_check.sh" verify --json
