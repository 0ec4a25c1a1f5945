#!/usr/bin/env bash
# From a clean clone to a running broker: installs what is missing, builds, starts leatd, sends a
# file of this machine through it line by line, compares, and leaves the broker running.
#
#   tools/quickstart.sh         (again: takes seconds)
#
# Environment: LEAT_QUICKSTART_DIR, where data and logs go (default build/quickstart).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly dir="${LEAT_QUICKSTART_DIR:-$PWD/build/quickstart}"
readonly bin="$(pwd -P)/build/release/bin"
readonly topic=quickstart
readonly sample=/etc/services fallback=/etc/passwd

step() { printf '\n== %s\n' "$*"; }

# The process of the pid file is a leatd of this build: not another program under a reused number.
# Of a leatd that has been built anew since, the kernel says "(deleted)".
runs_binary() { [[ -s "$dir/pid" && "$(readlink "/proc/$(<"$dir/pid")/exe")" == "$bin/leatd$1" ]]; }

running() { runs_binary "" && [[ -s "$dir/port" ]]; }

stop_old_build() {
  runs_binary " (deleted)" || return 0
  local pid deadline=$((SECONDS + 20))
  pid="$(<"$dir/pid")"
  kill "$pid"
  while kill -0 "$pid" 2>/dev/null && ((SECONDS < deadline)); do sleep 0.05; done
  echo "stopped the leatd of an older build"
}

# Nothing that the caller's shell sets for other purposes becomes a setting.
without_leat_variables() {
  local name
  local -a unset=()
  while read -r name; do unset+=(-u "$name"); done < <(compgen -e LEAT_)
  exec setsid env "${unset[@]}" "$@"
}

start_broker() {
  mkdir -p "$dir"
  rm -f "$dir/port"
  local port=9092
  if (exec 3<>/dev/tcp/127.0.0.1/9092) 2>/dev/null; then
    echo "port 9092 is taken by another program; using a free one"
    port=0
  fi
  without_leat_variables "$bin/leatd" --listen "127.0.0.1:$port" --data-dir "$dir/data" \
    --port-file "$dir/port" >>"$dir/leatd.log" 2>&1 &
  echo $! >"$dir/pid"
  local deadline=$((SECONDS + 20))
  until [[ -s "$dir/port" ]]; do
    kill -0 "$(<"$dir/pid")" 2>/dev/null && ((SECONDS < deadline)) ||
      { echo "leatd did not start:"; tail -n 5 "$dir/leatd.log"; exit 1; }
    sleep 0.05
  done
}

step "Install what is missing"
tools/setup.sh

step "Build (release)"
cmake --preset release >/dev/null
cmake --build --preset release --target leatd leat

step "Start leatd"
stop_old_build
running || start_broker
export LEAT_BROKERS="127.0.0.1:$(<"$dir/port")"

step "Send a file through the log and compare"
input="$sample"
[[ -s "$input" ]] || input="$fallback"
"$bin/leat" topic delete "$topic" --yes >/dev/null 2>&1 || true
"$bin/leat" topic create "$topic" --partitions 1
"$bin/leat" produce "$topic" "$input"
"$bin/leat" consume "$topic" --from beginning --exit-at-end >"$dir/output"
cmp "$input" "$dir/output"
echo "$(wc -l <"$input") lines of $input went in and came back the same"

cat <<EOF

leatd listens on $LEAT_BROKERS; data and log are in $dir
try it:  kcat -b $LEAT_BROKERS -L      kcat -b $LEAT_BROKERS -C -t $topic -e | head -n 3
stop it: kill $(<"$dir/pid")
EOF
