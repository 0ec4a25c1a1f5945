#!/usr/bin/env bash
# Runs the client tests against a broker.
#
#   run.sh [--bootstrap HOST:PORT | --leatd PATH] [--groups | --no-groups] [NAME…]
#
# Without --bootstrap it starts leatd (build/release/bin/leatd, or PATH) on an empty directory and
# in the end reads its segments with Kafka's own tool. NAME is a folder of this directory (java,
# kcat, …) or groups; without names all run. The groups run when the broker advertises JoinGroup,
# or as the flag says. Every test prints `ok NAME (SECONDS)` or `FAIL NAME (SECONDS): reason`.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"

readonly start_timeout_s=30 stop_timeout_s=30 program_timeout_s=180 groups_timeout_s=420
readonly join_group=11 add_partitions_to_txn=24
readonly all_names=(java franz-go sarama confluent-kafka kafka-python aiokafka kafkajs platformatic kcat groups)

bootstrap="" leatd="$clients_dir/../../build/release/bin/leatd" leatd_pid="" groups=auto names=()
scratch="$(mktemp -d)"
passed=0 failed=0

usage() { sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}" >&2; exit 2; }

parse() {
  while [[ $# -gt 0 ]]; do
    case "$1" in
      --bootstrap) [[ $# -ge 2 ]] || usage; bootstrap="$2"; shift ;;
      --leatd) [[ $# -ge 2 ]] || usage; leatd="$2"; shift ;;
      --groups) groups=yes ;;
      --no-groups) groups=no ;;
      -*) usage ;;
      *) [[ " ${all_names[*]} " == *" $1 "* ]] || usage; names+=("$1") ;;
    esac
    shift
  done
  [[ ${#names[@]} -gt 0 ]] || names=("${all_names[@]}")
}

wanted() { [[ " ${names[*]} " == *" $1 "* ]]; }

clean_up() {
  [[ -z "$leatd_pid" ]] || kill -9 "$leatd_pid" 2>/dev/null || true
  rm -rf "$scratch"
}

start_leatd() {
  local deadline=$((SECONDS + start_timeout_s)) said
  env -i PATH="$PATH" HOME="$HOME" "$leatd" --listen 127.0.0.1:0 --data-dir "$scratch/data" --port-file "$scratch/port" \
    >"$scratch/leatd.log" 2>&1 &
  leatd_pid=$!
  until [[ -s "$scratch/port" ]]; do
    kill -0 "$leatd_pid" 2>/dev/null || { leatd_pid=""; return 1; }
    ((SECONDS < deadline)) || { echo "no port file in $start_timeout_s s" >>"$scratch/leatd.log"; return 1; }
    sleep 0.05
  done
  said="$(<"$scratch/port")"
  bootstrap="127.0.0.1:${said##*:}"
  export LEAT_STRICT=1
}

stop_leatd() {
  local deadline=$((SECONDS + stop_timeout_s)) pid="$leatd_pid" status=0 start=$SECONDS
  kill "$pid" || true
  while kill -0 "$pid" 2>/dev/null; do
    ((SECONDS < deadline)) || { kill -9 "$pid" || true; break; }
    sleep 0.05
  done
  wait "$pid" || status=$?
  leatd_pid=""
  report "$([[ $status -eq 0 ]] && echo ok || echo FAIL)" leatd/stops-cleanly $((SECONDS - start)) \
    "status $status: $(tail -n 2 "$scratch/leatd.log" | tr '\n' ' ')"
}

# report ok|FAIL NAME SECONDS REASON
report() {
  if [[ "$1" == ok ]]; then
    passed=$((passed + 1))
    echo "ok $2 ($3)"
  else
    failed=$((failed + 1))
    echo "FAIL $2 ($3): $4"
  fi
}

# count NAME STATUS FILE: prints a program's test lines under NAME; a program that ended badly
# without a FAIL of its own is a failure too.
count() {
  local name="$1" status="$2" file="$3" line fails=0 lines=0
  while IFS= read -r line; do
    case "$line" in
      ok\ *) passed=$((passed + 1)) ;;
      FAIL\ *) fails=$((fails + 1)) ;;
      *) continue ;;
    esac
    lines=$((lines + 1))
    echo "${line%% *} $name/${line#* }"
  done <"$file"
  failed=$((failed + fails))
  if [[ $status -ne 0 && $fails -eq 0 ]] || [[ $lines -eq 0 ]]; then
    report FAIL "$name/program" - "status $status: $(tail -n 2 "$file.err" | tr '\n' ' ')"
  elif [[ $fails -gt 0 ]]; then
    tail -n 5 "$file.err" | sed 's/^/    /'
  fi
}

# client NAME SCENARIO…: one run of a client's program.
client() {
  local name="$1" status=0
  shift
  timeout -k 5 "$program_timeout_s" "$clients_dir/$name/run.sh" "$bootstrap" "$topic-$name" "$@" \
    </dev/null >"$scratch/out" 2>"$scratch/out.err" || status=$?
  count "$name" "$status" "$scratch/out"
}

# verify NAME: another client reads what NAME produced.
verify() {
  local status=0
  timeout -k 5 "$program_timeout_s" "$clients_dir/confluent-kafka/run.sh" "$bootstrap" \
    "$topic-$1" verify </dev/null >"$scratch/out" 2>"$scratch/out.err" || status=$?
  count "$1/by-confluent-kafka" "$status" "$scratch/out"
}

run_clients() {
  local refused=()
  [[ " $api_keys " == *" $add_partitions_to_txn "* ]] || refused=(transactions-refused)
  ! wanted java || client java roundtrip admin "${refused[@]}"
  ! wanted franz-go || client franz-go roundtrip
  ! wanted sarama || client sarama roundtrip
  ! wanted confluent-kafka || client confluent-kafka roundtrip admin "${refused[@]}"
  ! wanted kafka-python || client kafka-python roundtrip
  ! wanted aiokafka || client aiokafka roundtrip
  local name
  for name in kafkajs platformatic; do
    wanted "$name" || continue
    client "$name" roundtrip-produce
    verify "$name"
    client "$name" delete-topics
  done
  ! wanted kcat || client kcat codecs metadata offsets-by-time waiting-consumer headers
}

# beside NAME PROGRAM ARGUMENT…: group tests, in the background; most of their time is waiting.
beside() {
  local name="$1" program="$2" status=0
  shift 2
  PYTHONPATH="$clients_dir/python" timeout -k 5 "$groups_timeout_s" "$python_bin" -B \
    "$clients_dir/$program" "$@" </dev/null >"$scratch/$name" 2>"$scratch/$name.err" || status=$?
  echo "$status" >"$scratch/$name.status"
}

# group NAME IMPLEMENTATION…
group() { beside "$1" groups.py "$bootstrap" "$topic-$1" "${@:2}"; }

run_groups() {
  local name clients=(java franz-go sarama confluent-kafka kafka-python aiokafka kafkajs platformatic leat)
  for name in "${clients[@]}"; do group "$name" "$name" & done
  group mixed-range java confluent-kafka sarama kafka-python &
  group mixed-range-leat leat java confluent-kafka &
  group mixed-cooperative java franz-go &
  clients+=(mixed-range mixed-range-leat mixed-cooperative refused)
  beside refused refusals.py "$bootstrap" "$topic-refused" &
  if [[ -n "$leatd_pid" ]]; then
    clients+=(loading)
    beside loading loading.py "$leatd" &
  fi
  wait $(jobs -p | grep -vx "${leatd_pid:-0}")
  for name in "${clients[@]}"; do
    count "$name" "$(<"$scratch/$name.status")" "$scratch/$name"
  done
}

# What Kafka's own reader says of the segments that kcat filled.
run_file_oracle() {
  local codec directory start=$SECONDS
  for codec in none gzip snappy lz4 zstd; do
    directory="$(find "$scratch/data" -type d -name "$topic-kcat-$codec-0" | head -n 1)"
    [[ -n "$directory" ]] || continue
    if "$clients_dir/../oracle/dump_log_segments.sh" --codec "$codec" "$directory" \
      >"$scratch/out" 2>&1; then
      report ok "dump-log-segments/$codec" $((SECONDS - start))
    else
      report FAIL "dump-log-segments/$codec" $((SECONDS - start)) "$(tail -n 3 "$scratch/out" | tr '\n' ' ')"
    fi
    start=$SECONDS
  done
}

main() {
  parse "$@"
  trap clean_up EXIT
  "$clients_dir/setup.sh"
  topic="t$$"
  if [[ -z "$bootstrap" ]]; then
    start_leatd || { report FAIL leatd/starts "$SECONDS" "$(tail -n 1 "$scratch/leatd.log")"; finish; }
  fi
  api_keys="$(/usr/bin/python3 "$clients_dir/python/api_keys.py" "$bootstrap")" ||
    { report FAIL broker/api-versions - "no answer from $bootstrap"; finish; }
  run_clients
  [[ $groups != auto ]] || groups="$([[ " $api_keys " == *" $join_group "* ]] && echo yes || echo no)"
  [[ $groups == no ]] || ! wanted groups || run_groups
  if [[ -n "$leatd_pid" ]]; then
    stop_leatd
    run_file_oracle
  fi
  finish
}

finish() {
  echo "$passed passed, $failed failed"
  [[ $failed -eq 0 ]]
  exit
}

main "$@"
