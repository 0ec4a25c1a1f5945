# Sourced by the soaks: finds the Python of the client tests and runs SOAK.py with the arguments.
# Usage: . start.bash; start SOAK ARGUMENTS…

soak_dir="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
. "$soak_dir/../clients/env.sh"

start() {
  local soak="$1"
  shift
  "$soak_dir/../clients/setup.sh" || { echo "$soak: failed: the client tests' setup"; exit 1; }
  exec "$python_bin" -B "$soak_dir/$soak.py" "$@"
}

# Loop mounts need root.
as_root() { [[ $EUID -eq 0 ]] || exec sudo "$0" "$@"; }
