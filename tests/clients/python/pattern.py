"""The records every client writes and every client expects (README.md), and a test's line."""

import os
import sys
import time
import traceback

RECORDS = 10_000
PARTITIONS = 3
CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]
LIMIT_S = 30

_failed = False


def key(i):
    return None if i % 100 == 7 else b"key-%d" % i


def value(i, codec):
    if i % 100 == 13:
        return None
    filler = bytes(ord("a") + (i + j) % 26 for j in range(i % 150))
    return b"value-%d-%s-" % (i, codec.encode()) + filler


def headers(i, codec):
    made = [("n", b"%d" % i), ("codec", codec.encode())]
    return made + [("empty", b"")] if i % 5 == 0 else made


def base_time():
    """Start of the previous hour in ms: young enough for every retention."""
    return int(time.time()) // 3600 * 3_600_000 - 3_600_000


def end(partition):
    """End offset of a partition that holds the whole pattern."""
    return (RECORDS - partition + PARTITIONS - 1) // PARTITIONS


def offset_at(partition, i):
    """Offset of the partition's first record whose number is at least i."""
    return (i - partition + PARTITIONS - 1) // PARTITIONS


def equal(what, expected, got):
    if expected != got:
        raise AssertionError(f"{what}: expected {expected!r}, got {got!r}")


class Reader:
    """Checks records as they come; the base time is that of record 0 when none is given."""

    def __init__(self, codec, base=None):
        self.codec, self.base, self.read = codec, base, 0
        self.next = [0] * PARTITIONS
        self.waiting = []

    def take(self, partition, offset, timestamp, got_key, got_value, got_headers):
        equal(f"offset in partition {partition}", self.next[partition], offset)
        self.next[partition] += 1
        self.read += 1
        i = offset * PARTITIONS + partition
        equal(f"key of record {i}", key(i), got_key)
        equal(f"value of record {i}", value(i, self.codec), got_value)
        equal(f"headers of record {i}", headers(i, self.codec), list(got_headers or []))
        self.waiting.append(timestamp - i)
        if self.base is None and i == 0:
            self.base = timestamp
        if self.base is not None:
            for base in self.waiting:
                equal(f"timestamp of record {i} or before it", self.base, base)
            self.waiting.clear()

    def done(self):
        return self.read == RECORDS

    def finish(self):
        equal("records read back", RECORDS, self.read)
        equal("timestamps not compared", [], self.waiting)


def settle():
    """Waits, except with LEAT_STRICT: Kafka answers CreateTopics before the partitions take
    records, and a producer that pipelines then reorders when it retries."""
    if not os.environ.get("LEAT_STRICT"):
        time.sleep(0.5)


def shows(check):
    """Checks that a change shows: at once with LEAT_STRICT, else (Kafka) within 5 s."""
    deadline = time.monotonic() + (0 if os.environ.get("LEAT_STRICT") else 5)
    while True:
        try:
            return check()
        except Exception:
            if time.monotonic() >= deadline:
                raise
            time.sleep(0.02)


def test(name, body):
    """Runs one test and prints its line."""
    global _failed
    start = time.monotonic()
    failure = None
    try:
        body()
    except Exception as e:  # every failure is one line
        failure = f"{type(e).__name__}: {e}".replace("\n", " ")
        if os.environ.get("LEAT_VERBOSE"):
            traceback.print_exc()
    _failed |= failure is not None
    line = f"{'FAIL' if failure else 'ok'} {name} ({time.monotonic() - start:.1f})"
    print(line + (f": {failure}" if failure else ""), flush=True)


def main(scenarios):
    """Runs sys.argv = BOOTSTRAP TOPIC SCENARIO… with the given {name: function(bootstrap, topic)}."""
    bootstrap, topic, *names = sys.argv[1:]
    for name in names:
        scenarios[name](bootstrap, topic)
    finish()


def finish():
    """Ends the process at once, whatever threads the clients left behind."""
    sys.stdout.flush()
    os._exit(1 if _failed else 0)
