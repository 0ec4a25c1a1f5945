#!/usr/bin/env bash
# coverage.sh BUILD_DIR: runs unit and a short simulation with the coverage build and prints lines
# and branches of the storage engine and the record library; the uncovered lines of recovery and of
# the batch decoder are listed after it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
build="$1"
export LLVM_PROFILE_FILE="$build/%p.profraw" LEAT_SIM_BUDGET=short
"$build/bin/leat_unit_tests" >/dev/null
"$build/bin/leat_sim_tests" >/dev/null
llvm-profdata-19 merge -sparse "$build"/*.profraw -o "$build/all.profdata"
rm -f "$build"/*.profraw
show=("$build/bin/leat_unit_tests" --object "$build/bin/leat_sim_tests"
  --instr-profile "$build/all.profdata")
llvm-cov-19 report "${show[@]}" --show-region-summary=false broker/storage \
  common/record
echo
echo "Not covered in recovery and the batch decoder:"
llvm-cov-19 show "${show[@]}" --show-line-counts-or-regions=false broker/storage/recovery.cc \
  broker/storage/log_survey.cc broker/storage/loss.cc \
  broker/storage/recovery_table.cc broker/storage/tail_scan.cc common/record/batch_validate.cc |
  grep -E '^ +[0-9]+\| +0\|' || echo "  nothing"
