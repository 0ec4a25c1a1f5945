#!/usr/bin/env bash
# Leat's segments in the hands of Kafka's DumpLogSegments, Kafka's in the hands of `leat log`.
#
#   segments_roundtrip.sh [--bin DIRECTORY] [NAME…]
#
# DIRECTORY holds leatd and leat (build/release/bin). Without names all tests run:
#   leat-by-kafka   every codec through leatd, over several segments: both tools find them sound
#   kafka-by-leat   every codec through a real Kafka, over several segments, beside what Kafka keeps
#                   for itself: `leat log` finds them sound and counts as many records as were sent,
#                   with the broker at work and after it was stopped
#   damage          one byte of a copy changed: both tools notice
# Every test prints `ok NAME (SECONDS)` or `FAIL NAME (SECONDS): reason`; the last line counts.
# LEAT_SEGMENT_LINES (default 60000) is the number of 100-byte lines for each codec.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../clients/env.sh"

readonly oracle_dir="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
readonly all_names=(leat-by-kafka kafka-by-leat damage) codecs=(none gzip snappy lz4 zstd)
readonly lines="${LEAT_SEGMENT_LINES:-60000}" segment_bytes=1048576 limit_s=120
bin="$oracle_dir/../../build/release/bin" names=() leatd_pid="" kafka_dir=""
scratch="$(mktemp -d)"
passed=0 failed=0

usage() { sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}" >&2; exit 2; }

parse() {
  while [[ $# -gt 0 ]]; do
    case "$1" in
      --bin) [[ $# -ge 2 ]] || usage; bin="$2"; shift ;;
      -*) usage ;;
      *) [[ " ${all_names[*]} " == *" $1 "* ]] || usage; names+=("$1") ;;
    esac
    shift
  done
  [[ ${#names[@]} -gt 0 ]] || names=("${all_names[@]}")
}

clean_up() {
  [[ -z "$leatd_pid" ]] || kill -9 "$leatd_pid" 2>/dev/null || true
  [[ -z "$kafka_dir" ]] || "$oracle_dir/kafka.sh" stop "$kafka_dir" || true
  rm -rf "$scratch"
}

# check NAME COMMAND…: one test.
check() {
  local name="$1" start=$SECONDS
  shift
  if "$@" >"$scratch/said" 2>&1; then
    passed=$((passed + 1))
    echo "ok $name ($((SECONDS - start)))"
  else
    failed=$((failed + 1))
    echo "FAIL $name ($((SECONDS - start))): $(tail -n 4 "$scratch/said" | tr '\n' ' ')"
  fi
}

leat() { "$bin/leat" "$@"; }
by_kafka() { "$oracle_dir/dump_log_segments.sh" "$@"; }
wanted() { [[ " ${names[*]} " == *" $1 "* ]]; }

# Keys, values and headers, of which every codec makes less. Lines differ, so that segments fill up
# whatever the codec.
make_lines() {
  /usr/bin/python3 - "$lines" >"$scratch/lines" <<'PY'
import random, sys
chance = random.Random(1)
for i in range(int(sys.argv[1])):
    print(f"key-{i % 100}:{i:010d} {chance.getrandbits(330):0100d}")
PY
}

# by_kcat BOOTSTRAP CODEC: an idempotent producer.
by_kcat() {
  timeout "$limit_s" "$kcat_bin" -b "$1" -P -t "seg-$2" -p 0 -z "$2" -K : -H origin=oracle \
    -X enable.idempotence=true -X linger.ms=20 -X batch.num.messages=500 -l "$scratch/lines"
}

by_leat() {
  leat produce -b "$1" -q "seg-$2" "$scratch/lines" -p 0 -z "$2" -K : -H origin=oracle --batch-bytes 65536
}

# A topic that is not there yet is made by asking for it; Kafka needs a moment more.
create() {
  local codec
  for codec in "${codecs[@]}"; do "$kcat_bin" -b "$1" -L -t "seg-$codec" >/dev/null; done
  sleep "$2"
}

start_leatd() {
  local deadline=$((SECONDS + 30))
  env -i PATH="$PATH" HOME="$HOME" "$bin/leatd" --listen 127.0.0.1:0 --data-dir "$scratch/leat" \
    --port-file "$scratch/port" --log.segment.bytes "$segment_bytes" >"$scratch/leatd.log" 2>&1 &
  leatd_pid=$!
  until [[ -s "$scratch/port" ]]; do
    kill -0 "$leatd_pid" 2>/dev/null || { leatd_pid=""; tail -n 3 "$scratch/leatd.log"; return 1; }
    ((SECONDS < deadline)) || { echo "leatd: no port"; return 1; }
    sleep 0.05
  done
}

stop_leatd() {
  kill "$leatd_pid"
  wait "$leatd_pid" || true
  leatd_pid=""
}

fill_leat() {
  [[ ! -d "$scratch/leat" ]] || return 0
  start_leatd || return 1
  local codec bootstrap
  bootstrap="127.0.0.1:$(sed 's/.*://' "$scratch/port")"
  create "$bootstrap" 0
  for codec in "${codecs[@]}"; do
    # librdkafka sends lz4 only to brokers that have groups.
    if [[ "$codec" == lz4 ]]; then by_leat "$bootstrap" lz4 || return 1
    else by_kcat "$bootstrap" "$codec" || return 1; fi
  done
  # The broker is at work.
  leat log verify "$scratch/leat" >"$scratch/verify" || { grep ^DAMAGE "$scratch/verify"; return 1; }
  stop_leatd
}

fill_kafka() {
  [[ ! -d "$scratch/kafka" ]] || return 0
  local codec bootstrap
  kafka_dir="$scratch/kafka"
  bootstrap="$("$oracle_dir/kafka.sh" start "$kafka_dir" "log.segment.bytes=$segment_bytes")" || return 1
  create "$bootstrap" 2
  for codec in "${codecs[@]}"; do by_kcat "$bootstrap" "$codec" || return 1; done
  # Offsets of a group: Kafka's own compacted topic, with control batches of its log.
  timeout "$limit_s" "$kcat_bin" -b "$bootstrap" -G seg-group -c 10 -q -X auto.offset.reset=earliest \
    seg-none >/dev/null || return 1
  leat log verify "$kafka_dir/data" >"$scratch/verify" || { grep ^DAMAGE "$scratch/verify"; return 1; }
  "$oracle_dir/kafka.sh" stop "$kafka_dir" || return 1
  kafka_dir=""
}

several_segments() {
  local count
  count="$(find "$1" -name '*.log' | wc -l)"
  [[ "$count" -ge 2 ]] || { echo "$1 has $count segments"; return 1; }
}

# records DIRECTORY: how many `leat log` counts; fails when it finds damage.
records() {
  leat log verify -o json "$1" | /usr/bin/python3 -c '
import json, sys
for line in sys.stdin:
    last = json.loads(line)
    if last["type"] == "damage": print(last, file=sys.stderr)
if last["damages"]: sys.exit(1)
print(last["records"])'
}

# values DIRECTORY: key and value of every record that `leat log dump` prints, as they were sent.
values() {
  leat log dump --records -o json "$1" | /usr/bin/python3 -c '
import json, sys
for line in sys.stdin:
    r = json.loads(line)
    if r["type"] == "record":
        assert r["headers"][0]["key"] == "origin" and r["headers"][0]["value"] == "oracle", r
        print(r["key"] + ":" + r["value"])'
}

# sound_for_leat DIRECTORY CODEC
sound_for_leat() {
  local count
  several_segments "$1" || return 1
  count="$(records "$1")" || return 1
  [[ "$count" == "$lines" ]] || { echo "$count records of $lines"; return 1; }
  leat log verify --no-gaps "$1" | grep -q ", $2," || { echo "$2 is not named"; return 1; }
  values "$1" | cmp - "$scratch/lines"
}

# What was sent, and what Kafka keeps for itself.
all_of_kafka() {
  local count
  count="$(records "$scratch/kafka/data")" || return 1
  [[ "$count" -gt $((lines * ${#codecs[@]})) ]] || { echo "only $count records"; return 1; }
}

# sound_for_kafka DIRECTORY CODEC
sound_for_kafka() {
  several_segments "$1" || return 1
  by_kafka --codec "$2" "$1" | tee "$scratch/sound" || return 1
  grep -q " $lines records, [1-9]" "$scratch/sound"
}

# change FILE POSITION: another byte there.
change() {
  /usr/bin/python3 - "$1" "$2" <<'PY'
import sys
with open(sys.argv[1], "r+b") as f:
    f.seek(int(sys.argv[2]))
    old = f.read(1)[0]
    f.seek(-1, 1)
    f.write(bytes([old ^ 0x10]))
PY
}

# noticed DIRECTORY SUFFIX POSITION: in a copy of the first segment.
noticed() {
  local copy="$scratch/copy" file status=0
  rm -rf "$copy"
  cp -r "$1" "$copy"
  file="$(find "$copy" -name "*$2" | sort | head -n 1)"
  change "$file" "$3"
  leat log verify "$copy" >"$scratch/leat-said" 2>&1 || status=$?
  [[ "$status" == 1 ]] || { echo "leat log verify: exit code $status"; return 1; }
  grep -q "^DAMAGE $file " "$scratch/leat-said" || { cat "$scratch/leat-said"; return 1; }
  ! by_kafka "$copy" || { echo "DumpLogSegments found nothing"; return 1; }
}

main() {
  parse "$@"
  trap clean_up EXIT
  "$clients_dir/setup.sh" >/dev/null
  make_lines
  local codec
  if wanted leat-by-kafka; then
    check leat-by-kafka/produce fill_leat
    for codec in "${codecs[@]}"; do
      check "leat-by-kafka/$codec" sound_for_kafka "$scratch/leat/seg-$codec-0" "$codec"
      check "leat-by-leat/$codec" sound_for_leat "$scratch/leat/seg-$codec-0" "$codec"
    done
  fi
  if wanted kafka-by-leat; then
    check kafka-by-leat/produce fill_kafka
    for codec in "${codecs[@]}"; do
      check "kafka-by-leat/$codec" sound_for_leat "$scratch/kafka/data/seg-$codec-0" "$codec"
    done
    check kafka-by-leat/data-directory all_of_kafka
  fi
  if wanted damage; then
    fill_leat >"$scratch/said" 2>&1 || { check damage/produce false; exit 1; }
    for codec in "${codecs[@]}"; do
      check "damage/$codec" noticed "$scratch/leat/seg-$codec-0" .log 5000
    done
    check damage/offset-index noticed "$scratch/leat/seg-none-0" .index 15
    check damage/time-index noticed "$scratch/leat/seg-none-0" .timeindex 7
  fi
  echo "$passed passed, $failed failed"
  [[ $failed -eq 0 ]]
}

main "$@"
