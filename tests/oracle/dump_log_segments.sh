#!/usr/bin/env bash
# Kafka's own DumpLogSegments as a judge of segments and indexes.
#
#   dump_log_segments.sh [--codec CODEC] [--gaps] [--print] FILE|DIRECTORY…
#
# A directory stands for its .log, .index and .timeindex files. Prints what the tool says is wrong
# and exits 1 if anything is; prints a count of files, batches and records otherwise. --codec also
# wants every batch compressed with CODEC (none, gzip, snappy, lz4, zstd); --gaps lets offsets be
# missing, as compaction leaves them; --print shows all that the tool prints.
#
# The tool exits 0 for most damage, so its words are judged. Two of them are said of Kafka's own
# sound files and are harmless: "-1 is followed by N", for the first batch of a log whose base is
# not 0, and "FILE is empty." for an index without entries. Judge the files of a stopped broker: a
# running Kafka preallocates the newest indexes, and the tool takes their zeros for entries.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../clients/env.sh"

codec="" gaps=0 print=0 files=()

usage() { echo "usage: dump_log_segments.sh [--codec CODEC] [--gaps] [--print] FILE|DIRECTORY…" >&2; exit 2; }

parse() {
  while [[ $# -gt 0 ]]; do
    case "$1" in
      --codec) [[ $# -ge 2 ]] || usage; codec="$2"; shift ;;
      --gaps) gaps=1 ;;
      --print) print=1 ;;
      -*) usage ;;
      *)
        if [[ -d "$1" ]]; then
          mapfile -t -O "${#files[@]}" files < <(find "$1" -maxdepth 1 -type f \
            \( -name '*.log' -o -name '*.index' -o -name '*.timeindex' \) | sort)
        else
          files+=("$1")
        fi
        ;;
    esac
    shift
  done
  [[ ${#files[@]} -gt 0 ]] || { echo "dump_log_segments.sh: no files" >&2; exit 2; }
}

# The tool ignores a part of an entry at the end of an index.
check_sizes() {
  local file size status=0
  for file in "${files[@]}"; do
    size="$(stat -c %s "$file")"
    case "$file" in
      *.timeindex) ((size % 12 == 0)) || { echo "$file: $size is not a multiple of 12"; status=1; } ;;
      *.index) ((size % 8 == 0)) || { echo "$file: $size is not a multiple of 8"; status=1; } ;;
    esac
  done
  return "$status"
}

dump() {
  local list
  list="$(IFS=,; echo "${files[*]}")"
  "$java_bin" -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
    -Dorg.slf4j.simpleLogger.defaultLogLevel=error -cp "$kafka_lib/*" \
    org.apache.kafka.tools.DumpLogSegments --deep-iteration --files "$list" 2>&1
}

# Reads the tool's output; prints the lines that are not those of sound files.
judge() {
  awk -v codec="$codec" -v gaps="$gaps" -v print_all="$print" '
    print_all { print }
    /^\| offset: / { records++; next }
    /^baseOffset: / {
      batches++
      if ($0 !~ /isvalid: true/) { print "not valid: " $0; bad = 1 }
      if (codec != "" && $0 !~ ("compresscodec: " codec "( |$)")) { print "not " codec ": " $0; bad = 1 }
      next
    }
    /^offset: [0-9]+ position: [0-9]+$/ || /^timestamp: -?[0-9]+ offset: [0-9]+$/ { entries++; next }
    /^Dumping / { files++; next }
    /^Log starting offset: [0-9]+$/ || / is empty\.$/ || /^$/ { next }
    /^Non-consecutive offsets in / { held = $0; next }
    /^  -1 is followed by [0-9]+$/ { held = ""; next }
    gaps && /^  [0-9]+ is followed by [0-9]+$/ && $1 < $5 { held = ""; next }
    { if (held != "") { print held; held = "" } print; bad = 1 }
    END {
      if (held != "") { print held; bad = 1 }
      if (bad) exit 1
      printf "sound: %d files, %d batches, %d records, %d index entries\n", files, batches, records, entries
    }'
}

parse "$@"
status=0
check_sizes || status=1
dump | judge || status=1
exit "$status"
