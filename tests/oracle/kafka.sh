#!/usr/bin/env bash
# A real Apache Kafka to compare with: one KRaft node, defaults unless said, on free ports.
#
#   kafka.sh start DIR [KEY=VALUE…]   starts it on the data in DIR (made if missing), prints
#                                     HOST:PORT when it answers; KEY=VALUE are broker settings
#   kafka.sh stop DIR                 stops it and waits until it wrote all it has; DIR stays
#   kafka.sh tool CLASS ARGS…         runs one of its tools, e.g. org.apache.kafka.tools.TopicCommand
#
# The jars come from tests/clients/setup.sh.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../clients/env.sh"

readonly start_timeout_s=60 stop_timeout_s=300
java_quiet=("$java_bin" -Dorg.slf4j.simpleLogger.defaultLogLevel=error)

fail() { echo "kafka.sh: $*" >&2; exit 1; }

free_ports() {
  /usr/bin/python3 - <<'PY'
import socket
held = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*(s.getsockname()[1] for s in held))
PY
}

write_properties() {
  local dir="$1" port controller
  shift
  read -r port controller < <(free_ports)
  {
    cat <<EOT
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$controller
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller
advertised.listeners=PLAINTEXT://127.0.0.1:$port
controller.listener.names=CONTROLLER
log.dirs=$dir/data
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
EOT
    [[ $# -eq 0 ]] || printf '%s\n' "$@"
  } >"$dir/server.properties"
  echo "127.0.0.1:$port" >"$dir/bootstrap"
}

format_once() {
  local dir="$1" id
  [[ -f "$dir/data/meta.properties" ]] && return
  id="$("${java_quiet[@]}" -cp "$kafka_lib/*" kafka.tools.StorageTool random-uuid)"
  "${java_quiet[@]}" -cp "$kafka_lib/*" kafka.tools.StorageTool format -t "$id" \
    -c "$dir/server.properties" >"$dir/format.log" 2>&1 || fail "format: $(tail -n 3 "$dir/format.log")"
}

answers() { "$kcat_bin" -L -b "$1" -m 1 >/dev/null 2>&1; }

start() {
  [[ $# -ge 1 ]] || fail "start needs a directory"
  local dir pid deadline=$((SECONDS + start_timeout_s))
  mkdir -p "$1"
  dir="$(cd "$1" && pwd)"
  shift
  write_properties "$dir" "$@"
  format_once "$dir"
  setsid "$java_bin" -Xmx1g -Xms1g -Dorg.slf4j.simpleLogger.defaultLogLevel=warn \
    -cp "$kafka_lib/*" kafka.Kafka "$dir/server.properties" >"$dir/kafka.log" 2>&1 </dev/null &
  pid=$!
  echo "$pid" >"$dir/pid"
  until answers "$(<"$dir/bootstrap")"; do
    kill -0 "$pid" 2>/dev/null || fail "ended at once: $(tail -n 5 "$dir/kafka.log")"
    ((SECONDS < deadline)) || { kill -9 "$pid"; fail "no answer in $start_timeout_s s"; }
    sleep 0.2
  done
  cat "$dir/bootstrap"
}

stop() {
  [[ $# -eq 1 && -f "$1/pid" ]] || fail "stop needs the directory given to start"
  local pid until_it_ends
  pid="$(<"$1/pid")"
  until_it_ends=(tail --pid="$pid" -s 0.1 -f /dev/null)
  rm -f "$1/pid"
  kill "$pid" 2>/dev/null || return 0
  timeout "$stop_timeout_s" "${until_it_ends[@]}" && return 0
  kill -9 "$pid" 2>/dev/null || return 0
  "${until_it_ends[@]}"
  fail "did not stop in $stop_timeout_s s: killed"
}

case "${1:-}" in
  start | stop) "$@" ;;
  tool) shift; exec "${java_quiet[@]}" -cp "$kafka_lib/*" "$@" ;;
  *) fail "usage: kafka.sh start DIR [KEY=VALUE…] | stop DIR | tool CLASS ARGS…" ;;
esac
