#!/usr/bin/env bash
# Builds and runs the tests. The last line is "N passed, N failed".
#
#   tests/run.sh            everything below that is marked *, within 40 minutes on two cores
#   tests/run.sh LABEL…     some of it
#
# Labels, on a release build:
#   unit *      one part at a time, no network             sim *     the simulated disk, from a seed
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
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly all=(unit style sim e2e schema clients soak asan)
readonly on_request=(tsan fuzz coverage mutants tidy)
passed=0 failed=0 started=$SECONDS

usage() { sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"; }

# result ok|FAIL NAME SECONDS
result() {
  if [[ "$1" == ok ]]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
  printf '%-4s %s (%d s)\n' "$1" "$2" "$3"
}

# Runs a command as one test.
check() {
  local name="$1" begin=$SECONDS
  shift
  if "$@"; then result ok "$name" $((SECONDS - begin)); else result FAIL "$name" $((SECONDS - begin)); fi
}

build() {
  local preset="$1"
  shift
  cmake --preset "$preset" >/dev/null && cmake --build --preset "$preset" --target "$@" >build/build-"$preset".log 2>&1 ||
    { tail -n 40 build/build-"$preset".log; return 1; }
}

# Runs a Catch2 binary and counts each test case. Its summary is one of
#   All tests passed (12 assertions in 3 test cases)
#   test cases: 3 | 2 passed | 1 failed
cases() {
  local preset="$1" label="$2" begin=$SECONDS total=1 bad=0 status=0 summary
  shift 2
  local report="build/$preset/$label.report"
  "build/$preset/bin/leat_${label}_tests" "$@" >"$report" 2>&1 || status=$?
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

run_schema() {
  tests/clients/setup.sh || { result FAIL clients/setup 0; return; }
  check schema tools/schema_diff/run.sh build/release/bin
}

# counted NAME COMMAND…: a command that runs several tests and whose last line counts them.
counted() {
  local name="$1" out counts
  shift
  out="$("$@" 2>&1)"
  printf '%s\n' "$out"
  counts="$(tail -n 1 <<<"$out")"
  if [[ "$counts" =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2]))
  else
    result FAIL "$name" 0
  fi
}

run_clients() {
  tests/clients/setup.sh || { result FAIL clients/setup 0; return; }
  counted clients tests/clients/run.sh --leatd build/release/bin/leatd
  counted segments tests/oracle/segments_roundtrip.sh --bin build/release/bin
  check clients/consumer-groups tests/oracle/consumer_groups.sh --bin build/release/bin
}

run_soak() {
  local soak
  for soak in tests/soak/*.sh; do
    [[ -e "$soak" ]] || continue
    check "soak/$(basename "$soak" .sh)" "$soak" --bin build/release/bin --short
  done
}

run_sanitized() {
  local preset="$1"
  build "$preset" leat_unit_tests leat_sim_tests leat_e2e_tests leatd leat || { result FAIL "$preset build" 0; return; }
  if [[ "$preset" == tsan ]]; then export TSAN_OPTIONS="suppressions=$PWD/tests/tsan.supp halt_on_error=1"; fi
  cases "$preset" unit
  LEAT_SIM_BUDGET=short cases "$preset" sim
  cases "$preset" e2e
}

run_tidy() {
  local file
  grep -rlE 'co_await|co_return' --include='*.cc' broker client common tools |
    xargs clang-tidy-19 -p build/release --quiet
}

run_fuzz() {
  build fuzz all || return 1
  local target
  for target in build/fuzz/bin/*_fuzz; do
    check "fuzz/$(basename "$target")" "$target" -max_total_time=60 -rss_limit_mb=512 -timeout=10
  done
}

run_mutants() {
  cmake --preset release -DLEAT_BUILD_MUTANTS=ON >/dev/null && build release leat_mutants &&
    (cd build/release && ctest -L mutants -j2 --output-on-failure)
}

run_coverage() {
  build coverage leat_unit_tests leat_sim_tests || return 1
  tests/coverage.sh build/coverage
}

run_label() {
  case "$1" in
    unit | style | sim | e2e) cases release "$1" ;;
    schema) run_schema ;;
    clients) run_clients ;;
    soak) run_soak ;;
    asan) run_sanitized dev ;;
    tsan) run_sanitized tsan ;;
    tidy) check tidy run_tidy ;;
    fuzz) run_fuzz ;;
    coverage) check coverage run_coverage ;;
    mutants) check mutants run_mutants ;;
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
tools/setup.sh || { echo "0 passed, 1 failed"; exit 1; }
echo "setup took $((SECONDS - begin)) s"
if [[ " ${labels[*]} " =~ \ (unit|style|sim|e2e|schema|clients|soak|tidy)\  ]]; then
  begin=$SECONDS
  if build release all leat_schema_diff; then result ok "release build" $((SECONDS - begin)); else
    result FAIL "release build" $((SECONDS - begin))
    echo "$passed passed, $failed failed"
    exit 1
  fi
fi
for label in "${labels[@]}"; do run_label "$label"; done
echo "took $((SECONDS - started)) s"
echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
