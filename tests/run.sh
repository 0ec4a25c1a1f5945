#!/usr/bin/env bash
# Builds and runs the tests. The last line is "N passed, N failed".
#
#   tests/run.sh            everything below that is marked *, within 40 minutes on two cores
#   tests/run.sh LABEL…     some of it
#
# Labels, on a release build:
#   unit *      one part at a time, no network             sim *     the simulated disk, from a seed
#   counts *    system calls, allocations, copies and thread hops of a request, as counted
#   style *     layers, house rules, generated documents   e2e *     a broker and its real protocol
#   clients *   Java, Go, Python and Node clients, kcat;   schema *  our message tables against Kafka's
#               our segments read by Kafka, and its by us
#   soak *      a short run of each soak in tests/soak
# On a build of its own:
#   asan *      unit, a short sim and e2e under AddressSanitizer and UBSan
# On request only:
#   tsan        unit, a short sim and e2e under ThreadSanitizer
#   fuzz        each fuzz target for 60 seconds
#   coverage    lines and branches of broker/storage and common/record
#   mutants     the simulation must catch storage with one line changed, many times over
#   tidy        clang-tidy on the files that use coroutines
# Long soaks are commands of their own: tests/soak/*.sh --help
#
# Seeds: LEAT_SEED=N repeats a simulation; each run prints its own.
# What hangs is stopped and failed after the seconds of limit_s below; LEAT_TEST_PATIENCE=N allows N
# times as much, on a slow machine.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly all=(unit style counts sim e2e schema clients soak asan)
readonly on_request=(tsan fuzz coverage mutants tidy)
# Several times what each takes on two cores; a sanitizer's build gets sanitizer_factor times as much.
readonly -A limit_s=([setup]=1800 [build]=3600 [unit]=300 [style]=300 [counts]=300 [sim]=900 [e2e]=900
  [schema]=300 [clients]=1500 [segments]=600 [consumer-groups]=300 [soak]=600
  [fuzz]=180 [coverage]=1800 [mutants]=3600 [tidy]=3600)
readonly sanitizer_factor=4 kill_after_s=10
passed=0 failed=0 started=$SECONDS running=""

usage() { sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"; }

# result ok|FAIL NAME SECONDS
result() {
  if [[ "$1" == ok ]]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
  printf '%-4s %s (%d s)\n' "$1" "$2" "$3"
}

# limited SECONDS COMMAND…: its status; 124 or 137 when it was stopped, with all it had started. In the
# background, so that an interrupt of this script arrives at once; the command can be interrupted too.
limited() {
  local seconds=$(($1 * ${LEAT_TEST_PATIENCE:-1})) status=0
  shift
  timeout -k "$kill_after_s" "$seconds" env --default-signal=INT,QUIT "$@" </dev/null &
  running=$!
  wait "$running" || status=$?
  running=""
  [[ $status -ne 124 && $status -ne 137 ]] || echo "stopped: not finished after $seconds s: $*"
  return "$status"
}

finish() {
  echo "took $((SECONDS - started)) s"
  echo "$passed passed, $failed failed"
  [[ $failed -eq 0 && $passed -gt 0 ]]
  exit
}

interrupted() {
  [[ -z "$running" ]] || { kill "$running" 2>/dev/null; wait "$running"; }
  result FAIL interrupted 0
  finish
}
trap interrupted INT TERM

# check NAME LIMIT COMMAND…: a command as one test; LIMIT is a key of limit_s.
check() {
  local name="$1" limit="$2" begin=$SECONDS
  shift 2
  if limited "${limit_s[$limit]}" "$@"; then result ok "$name" $((SECONDS - begin)); else
    result FAIL "$name" $((SECONDS - begin))
  fi
}

# configure NAME PRESET OPTION…: build/NAME, as one test that counts only when it fails.
configure() {
  local name="$1" preset="$2" begin=$SECONDS
  shift 2
  cmake --preset "$preset" -B "build/$name" "$@" >"build/build-$name.log" 2>&1 && return
  tail -n 40 "build/build-$name.log"
  result FAIL "$name configuration" $((SECONDS - begin))
  return 1
}

# compile NAME TARGET…: in build/NAME, likewise.
compile() {
  local name="$1" begin=$SECONDS
  shift
  limited "${limit_s[build]}" cmake --build "build/$name" --target "$@" >"build/build-$name.log" 2>&1 && return
  tail -n 40 "build/build-$name.log"
  result FAIL "$name build" $((SECONDS - begin))
  return 1
}

# build PRESET TARGET…: both, in the preset's own directory.
build() { configure "$1" "$1" && compile "$@"; }

# Runs a Catch2 binary and counts each test case. Its summary is one of
#   All tests passed (12 assertions in 3 test cases)
#   test cases: 3 | 2 passed | 1 failed
cases() {
  local preset="$1" label="$2" begin=$SECONDS total=1 bad=0 status=0 limit summary
  shift 2
  limit="${limit_s[$label]}"
  [[ "$preset" == release ]] || limit=$((limit * sanitizer_factor))
  local report="build/$preset/$label.report"
  limited "$limit" "build/$preset/bin/leat_${label}_tests" "$@" >"$report" 2>&1 || status=$?
  summary="$(tail -n 4 "$report")"
  if [[ "$summary" =~ in\ ([0-9]+)\ test\ case ]]; then
    total="${BASH_REMATCH[1]}"
  elif [[ "$summary" =~ test\ cases:\ +([0-9]+) ]]; then
    total="${BASH_REMATCH[1]}"
    [[ "$summary" =~ test\ cases:[^$'\n']*\ ([0-9]+)\ failed ]] && bad="${BASH_REMATCH[1]}"
  fi
  if [[ $status -ne 0 ]]; then
    tail -n 60 "$report"
    [[ $bad -gt 0 ]] || bad=1
  fi
  passed=$((passed + total - bad)) failed=$((failed + bad))
  printf '%-4s %s %s: %d cases, %d failed (%d s)\n' "$([[ $bad -eq 0 ]] && echo ok || echo FAIL)" \
    "$preset" "$label" "$total" "$bad" $((SECONDS - begin))
}

clients_setup() {
  limited "${limit_s[setup]}" tests/clients/setup.sh || { result FAIL clients/setup 0; return 1; }
}

run_schema() {
  clients_setup || return
  check schema schema tools/schema_diff/run.sh build/release/bin
}

# counted NAME LIMIT COMMAND…: a command that runs several tests and whose last line counts them.
counted() {
  local name="$1" limit="$2" begin=$SECONDS report="build/release/$1.report" status=0 counts
  shift 2
  limited "${limit_s[$limit]}" "$@" >"$report" 2>&1 || status=$?
  cat "$report"
  counts="$(tail -n 1 "$report")"
  if [[ "$counts" =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2]))
    [[ $status -eq 0 || ${BASH_REMATCH[2]} -gt 0 ]] && return
  fi
  result FAIL "$name" $((SECONDS - begin))
}

run_clients() {
  clients_setup || return
  counted clients clients tests/clients/run.sh --leatd build/release/bin/leatd
  counted segments segments tests/oracle/segments_roundtrip.sh --bin build/release/bin
  check clients/consumer-groups consumer-groups tests/oracle/consumer_groups.sh --bin build/release/bin
}

run_soak() {
  local soak
  for soak in tests/soak/*.sh; do
    [[ -e "$soak" ]] || continue
    check "soak/$(basename "$soak" .sh)" soak "$soak" --bin build/release/bin --short
  done
}

run_sanitized() {
  local preset="$1"
  build "$preset" leat_unit_tests leat_sim_tests leat_e2e_tests leatd leat || return
  if [[ "$preset" == tsan ]]; then export TSAN_OPTIONS="suppressions=$PWD/tests/tsan.supp halt_on_error=1"; fi
  cases "$preset" unit
  LEAT_SIM_BUDGET=short cases "$preset" sim
  cases "$preset" e2e
}

run_tidy() {
  local -a files
  mapfile -t files < <(grep -rlE 'co_await|co_return' --include='*.cc' broker client common tools)
  # For flags of its own: the release build compiles a few files as one.
  configure tidy release -DLEAT_UNITY_FILES=1 || return
  check tidy tidy clang-tidy-19 -p build/tidy --quiet "${files[@]}"
}

run_fuzz() {
  build fuzz fuzz || return
  local target
  for target in build/fuzz/bin/*_fuzz; do
    check "fuzz/$(basename "$target")" fuzz "$target" -max_total_time=60 -len_control=0 -rss_limit_mb=512 -timeout=10
  done
}

run_mutants() {
  configure mutants release -DLEAT_BUILD_MUTANTS=ON && compile mutants leat_mutants || return
  check mutants mutants ctest --test-dir build/mutants -L mutants -j2 --output-on-failure --no-tests=error
}

run_coverage() {
  build coverage leat_unit_tests leat_sim_tests || return
  check coverage coverage tests/coverage.sh build/coverage
}

run_label() {
  case "$1" in
    unit) cases release unit; check bench/harness unit python3 -B tests/bench/harness_test.py ;;
    style | counts | sim | e2e) cases release "$1" ;;
    schema) run_schema ;;
    clients) run_clients ;;
    soak) run_soak ;;
    asan) run_sanitized dev ;;
    tsan) run_sanitized tsan ;;
    tidy) run_tidy ;;
    fuzz) run_fuzz ;;
    coverage) run_coverage ;;
    mutants) run_mutants ;;
  esac
}

labels=()
for label in "$@"; do
  case "$label" in
    -h | --help) usage; exit 0 ;;
    *) [[ " ${all[*]} ${on_request[*]} " == *" $label "* ]] ||
         { echo "unknown label '$label'; they are: ${all[*]} ${on_request[*]}" >&2; exit 2; }
       labels+=("$label") ;;
  esac
done
[[ ${#labels[@]} -gt 0 ]] || labels=("${all[@]}")

mkdir -p build
begin=$SECONDS
limited "${limit_s[setup]}" tools/setup.sh || { result FAIL setup $((SECONDS - begin)); finish; }
echo "setup took $((SECONDS - begin)) s"
if [[ " ${labels[*]} " =~ \ (unit|style|counts|sim|e2e|schema|clients|soak|tidy)\  ]]; then
  begin=$SECONDS
  build release all leat_schema_diff || finish
  result ok "release build" $((SECONDS - begin))
fi
for label in "${labels[@]}"; do run_label "$label"; done
finish
