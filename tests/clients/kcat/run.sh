#!/usr/bin/env bash
# run.sh BOOTSTRAP TOPIC SCENARIO…  (codecs, metadata, offsets-by-time, waiting-consumer, headers)
# kcat with its defaults. Topics come into being by auto-creation, as for every kcat user.
# LEAT_KCAT_LINES (default 1000000) is the number of 100-byte lines that codecs sends.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../env.sh"

bootstrap="$1" topic="$2"
shift 2
readonly lines="${LEAT_KCAT_LINES:-1000000}" limit_s=60
scratch="$(mktemp -d)"
failed=0
trap 'rm -rf "$scratch"' EXIT

kc() { timeout "$limit_s" "$kcat_bin" -b "$bootstrap" "$@"; }

# run_test NAME FUNCTION ARGS…: runs it in a subshell where any failing command fails the test.
run_test() {
  local name="$1" start="$EPOCHREALTIME" status=0 seconds
  shift
  (set -euo pipefail; "$@") >"$scratch/log" 2>&1 || status=$?
  seconds="$(/usr/bin/python3 -c "print(f'{$EPOCHREALTIME - $start:.1f}')")"
  if [[ $status -eq 0 ]]; then
    echo "ok $name ($seconds)"
  else
    failed=1
    echo "FAIL $name ($seconds): $(tail -n 3 "$scratch/log" | tr '\n' ' ')"
  fi
}

expect() {
  [[ "$2" == "$3" ]] || { echo "$1: expected '$2', got '$3'"; exit 1; }
}

# create TOPIC: by a metadata request; Kafka then needs a moment until the topic takes records in
# order, which LEAT_STRICT does not grant.
create() {
  kc -L -t "$1" >/dev/null
  [[ -n "${LEAT_STRICT:-}" ]] || sleep 0.5
}

make_lines() {
  [[ -f "$scratch/lines" ]] && return
  /usr/bin/python3 - "$lines" >"$scratch/lines" <<'PY'
import sys
filler = "abcdefghijklmnopqrstuvwxyz0123456789" * 4
out = sys.stdout
for i in range(int(sys.argv[1])):
    out.write(f"{i:010d}{filler[i % 36:i % 36 + 90]}\n")
PY
}

codec() {
  local name="$topic-$1" sent got
  create "$name"
  kc -P -t "$name" -p 0 -z "$1" -l "$scratch/lines"
  sent="$(sha256sum <"$scratch/lines")"
  got="$(kc -C -t "$name" -p 0 -o beginning -e -q | sha256sum)"
  expect "sha256 of the lines" "$sent" "$got"
}

codecs() {
  make_lines
  local z
  for z in none gzip snappy lz4 zstd; do run_test "codec-$z" codec "$z"; done
}

metadata() {
  local name="$topic-metadata" listing
  echo one | kc -P -t "$name"
  listing="$(kc -L -J)"
  /usr/bin/python3 - "$bootstrap" "$name" "$listing" <<'PY'
import json, sys
bootstrap, topic, listing = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
assert [b["name"] for b in listing["brokers"]] == [bootstrap], listing["brokers"]
[found] = [t for t in listing["topics"] if t["topic"] == topic]
[partition] = found["partitions"]
node = listing["brokers"][0]["id"]
assert partition["leader"] == node and partition["isrs"] == [{"id": node}], partition
assert listing["controllerid"] == node, listing["controllerid"]
PY
}

offsets_by_time() {
  local name="$topic-by-time" last first
  seq 1 50 | kc -P -t "$name" -p 0
  seq 51 100 | kc -P -t "$name" -p 0
  kc -C -t "$name" -p 0 -o beginning -e -q -f '%T %o\n' >"$scratch/times"
  last="$(tail -n 1 "$scratch/times" | cut -d' ' -f1)"
  first="$(awk -v t="$last" '$1 >= t { print $2; exit }' "$scratch/times")"
  expect "by time" "$name [0] offset $first" "$(kc -Q -t "$name:0:$last")"
  expect "end" "$name [0] offset 100" "$(kc -Q -t "$name:0:-1")"
  expect "beginning" "$name [0] offset 0" "$(kc -Q -t "$name:0:-2")"
}

waiting_consumer() {
  local name="$topic-waiting" waiter deadline=$((SECONDS + limit_s))
  echo first | kc -P -t "$name" -p 0
  kc -C -t "$name" -p 0 -o end -c 1 -u >"$scratch/got" 2>"$scratch/waiter" &
  waiter=$!
  until grep -q 'Reached end of topic' "$scratch/waiter"; do
    ((SECONDS < deadline)) || { echo "never reached the end"; exit 1; }
    sleep 0.05
  done
  echo second | kc -P -t "$name" -p 0
  wait "$waiter"
  expect "what the waiting consumer got" second "$(<"$scratch/got")"
}

headers() {
  local name="$topic-headers"
  printf 'k1:v1\nk2:v2\n' | kc -P -t "$name" -p 0 -K: -H trace=7 -H empty=
  expect "keys, headers and values" "k1 trace=7,empty= v1;k2 trace=7,empty= v2;" \
    "$(kc -C -t "$name" -p 0 -o beginning -e -q -f '%k %h %s;')"
}

for scenario in "$@"; do
  case "$scenario" in
    codecs) codecs ;;
    metadata) run_test metadata metadata ;;
    offsets-by-time) run_test offsets-by-time offsets_by_time ;;
    waiting-consumer) run_test waiting-consumer waiting_consumer ;;
    headers) run_test headers headers ;;
    *) echo "no scenario $scenario" >&2; exit 2 ;;
  esac
done
exit "$failed"
