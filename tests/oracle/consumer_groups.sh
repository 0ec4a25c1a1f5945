#!/usr/bin/env bash
# Kafka's own ConsumerGroupCommand against leatd: list, describe, reset, delete; then its
# DumpLogSegments reads the __consumer_offsets that this left behind.
#
#   consumer_groups.sh [--bin DIR]    DIR holds leatd and leat (build/release/bin)
#
# Prints a line for each check; exits 1 if one failed.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../clients/env.sh"

readonly limit_s=60 topic=orders group=billing records=30
bin="$clients_dir/../../build/release/bin" leatd_pid="" kcat_pid="" failed=0 bootstrap=""
scratch="$(mktemp -d)"

usage() { echo "usage: consumer_groups.sh [--bin DIR]" >&2; exit 2; }

clean_up() {
  [[ -z "$kcat_pid" ]] || kill -9 "$kcat_pid" 2>/dev/null || true
  [[ -z "$leatd_pid" ]] || kill -9 "$leatd_pid" 2>/dev/null || true
  rm -rf "$scratch"
}

start_leatd() {
  local deadline=$((SECONDS + limit_s)) said
  env -i PATH="$PATH" "$bin/leatd" --listen 127.0.0.1:0 --data-dir "$scratch/data" \
    --port-file "$scratch/port" --group.initial.rebalance.delay.ms 0 >"$scratch/leatd.log" 2>&1 &
  leatd_pid=$!
  until [[ -s "$scratch/port" ]]; do
    kill -0 "$leatd_pid" && ((SECONDS < deadline)) || { tail -n 3 "$scratch/leatd.log"; exit 1; }
    sleep 0.05
  done
  said="$(<"$scratch/port")"
  bootstrap="127.0.0.1:${said##*:}"
}

leat() { "$bin/leat" -b "$bootstrap" "$@"; }

# groups ARGS…: Kafka's tool; its output is in $scratch/out.
groups() {
  "$java_bin" -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
    -Dorg.slf4j.simpleLogger.defaultLogLevel=error -cp "$kafka_lib/*" \
    org.apache.kafka.tools.consumer.group.ConsumerGroupCommand --bootstrap-server "$bootstrap" \
    "$@" >"$scratch/out" 2>&1 || true
}

# expect NAME REGEX…: each is found in what the tool printed last.
expect() {
  local name="$1" regex
  shift
  for regex in "$@"; do
    grep -Eq -- "$regex" "$scratch/out" && continue
    echo "FAIL $name: no '$regex' in:"
    sed 's/^/    /' "$scratch/out"
    failed=1
    return
  done
  echo "ok $name"
}

expect_not() {
  if grep -Eq -- "$2" "$scratch/out"; then
    echo "FAIL $1: '$2' in:"
    sed 's/^/    /' "$scratch/out"
    failed=1
  else
    echo "ok $1"
  fi
}

wait_for_state() {
  local deadline=$((SECONDS + limit_s))
  until leat group describe "$group" -q 2>/dev/null | grep -q "$group: $1"; do
    ((SECONDS < deadline)) || { echo "FAIL $group is not $1 in $limit_s s"; exit 1; }
    sleep 0.1
  done
}

consume() {  # ends with kcat in the place of this shell: a signal to its pid reaches kcat
  exec "$kcat_bin" -b "$bootstrap" -G "$group" -X auto.offset.reset=earliest -q "$@" "$topic" \
    >/dev/null 2>"$scratch/kcat.log"
}

check_live_group() {
  consume &
  kcat_pid=$!
  wait_for_state Stable
  groups --describe --group "$group" --members
  expect describe-members "^$group +rdkafka-[^ ]+ +/127.0.0.1 +rdkafka +3"
  groups --describe --group "$group" --state
  expect describe-state "^$group +127.0.0.1:[0-9]+ .*range +Stable +1"
  groups --reset-offsets --group "$group" --topic "$topic" --to-earliest --execute
  expect reset-refused "inactive|not empty|is active|current state is Stable"
  groups --delete --group "$group"
  expect delete-refused "NonEmptyGroup|not empty"
  kill -TERM "$kcat_pid"
  wait "$kcat_pid" || true
  kcat_pid=""
  wait_for_state Empty
}

check_stopped_group() {
  groups --list --state
  expect list-states "^$group +Empty"
  groups --describe --group "$group"
  expect describe "^$group +$topic +0 +10 +10 +0" "^$group +$topic +2 +10 +10 +0"
  groups --reset-offsets --group "$group" --topic "$topic" --to-earliest --dry-run
  expect reset-dry-run "^$group +$topic +0 +0"
  groups --describe --group "$group"
  expect dry-run-changed-nothing "^$group +$topic +0 +10 +10 +0"
  groups --reset-offsets --group "$group" --topic "$topic:1" --to-offset 4 --execute
  expect reset-offset "^$group +$topic +1 +4"
  groups --reset-offsets --group "$group" --all-topics --shift-by -3 --execute
  expect reset-shift "^$group +$topic +0 +7" "^$group +$topic +1 +1"
  groups --reset-offsets --group "$group" --topic "$topic" --by-duration PT1H --execute
  expect reset-duration "^$group +$topic +2 +0"
  groups --reset-offsets --group "$group" --all-topics --to-current --export
  cp "$scratch/out" "$scratch/export.csv"
  expect export "^\"?$topic\"?,2,0"
  groups --describe --group "$group"
  expect reset-shows "^$group +$topic +2 +0 +10 +10"
}

check_files_between() {
  grep "^\"\?$topic" "$scratch/export.csv" >"$scratch/offsets.csv"
  leat group reset "$group" --to end --execute -q >/dev/null
  leat group reset "$group" --file "$scratch/offsets.csv" --execute >"$scratch/out" 2>&1
  expect leat-reads-the-export "^$topic +2 +10 +0 +10"
}

check_deletions() {
  groups --delete-offsets --group "$group" --topic "$topic:1"
  expect delete-offsets "Successful"
  groups --delete --group "$group"
  expect delete "was successful"
  groups --list
  expect_not deleted-is-gone "^$group"
}

stop_leatd() {
  kill "$leatd_pid"
  wait "$leatd_pid" || true
  leatd_pid=""
}

check_files() {
  local list
  list="$(find "$scratch/data" -path '*__consumer_offsets-*' -name '*.log' -size +0 | paste -sd,)"
  "$java_bin" -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
    -Dorg.slf4j.simpleLogger.defaultLogLevel=error -cp "$kafka_lib/*" \
    org.apache.kafka.tools.DumpLogSegments --offsets-decoder --files "$list" >"$scratch/out" 2>&1 || true
  expect dump-offsets "\"group\":\"$group\".*\"topic\":\"$topic\".*\"offset\":10"
  expect dump-members "\"protocolType\":\"consumer\".*\"clientId\":\"rdkafka\""
  expect dump-tombstones "\"group\":\"$group\".*payload: *(<DELETE>|null|)$"
  expect_not dump-is-sound "isvalid: false|Exception|Could not|unknown"
}

[[ $# -eq 0 || ($# -eq 2 && $1 == --bin) ]] || usage
[[ $# -eq 0 ]] || bin="$2"
trap clean_up EXIT
"$clients_dir/setup.sh"
start_leatd
leat topic create "$topic" -p 3 -q >/dev/null
for partition in 0 1 2; do seq 10 | leat produce "$topic" -p "$partition" -q; done
(consume -e -c "$records")
groups --list
expect list "^$group$"
check_live_group
check_stopped_group
check_files_between
check_deletions
stop_leatd
check_files
exit "$failed"
