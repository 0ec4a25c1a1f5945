"""Compacts one partition of records in all five codecs, with Zipf-distributed keys and 10 % tombstones,
while a client writes to another topic. Measured: peak memory of leatd, speed, and the other client's
latency before and during it. What is left must be the newest record of every key, at its offset, as
librdkafka read them before, and sound in the eyes of Kafka's DumpLogSegments."""

import os
import random
import re
import subprocess
import threading
import time

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import (AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource,
                                   ResourceType)

import command
import wire
from leatd import Leatd

TOPIC, PROBE = "compacted", "probe"
CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]
RECORDS, SHORT_RECORDS = 40_000_000, 100_000
VALUE_BYTES = 240
TOMBSTONES = 0.1
CHUNK = 500                  # records that go to one codec before the next has its turn
SEGMENTS = 12                # the log has at least so many
SEGMENT_LIMITS = 1 << 20, 1 << 30
PROBE_BYTES, PROBE_EVERY_S = 4096, 0.005
MAP_BYTES, MORE_MEMORY = 128 << 20, 32 << 20
STUCK_S = 120
JUDGED_BYTES = 1 << 30       # DumpLogSegments reads no more: it takes minutes for a gigabyte
WHOLE = (1 << 64) - 1
PASS = re.compile(r"compacted partition=\S*" + TOPIC + r"-0 up_to=(\d+) records=(\d+) kept=(\d+) "
                  r"read_mb=([\d.]+) written_mb=([\d.]+) segments=(\d+) into=(\d+) seconds=([\d.]+)")


class Probe(threading.Thread):
    """Writes a small batch with acks=all on schedule; keeps (when, seconds from schedule to answer)."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self._port, self._ending = port, threading.Event()
        self.answers, self.error = [], None

    def run(self):
        batch = wire.random_batch(PROBE_BYTES)
        try:
            with wire.Connection(self._port) as c:
                due = time.monotonic()
                while not self._ending.is_set():
                    time.sleep(max(0, due - time.monotonic()))
                    error, _ = c.produce(PROBE, {0: batch})[0]
                    now = time.monotonic()
                    if error:
                        raise RuntimeError(f"the other client's produce answered error {error}")
                    self.answers.append((now, now - due))
                    due += PROBE_EVERY_S
        except (OSError, RuntimeError) as e:
            self.error = e

    def finish(self):
        self._ending.set()
        self.join()
        if self.error:
            raise self.error

    def percentiles(self, begin, end):
        took = sorted(s for at, s in self.answers if begin <= at < end)
        if not took:
            return "none"
        at = lambda share: took[min(len(took) - 1, int(len(took) * share))] * 1000
        return f"p50 {at(0.5):.1f} p99 {at(0.99):.1f} max {took[-1] * 1000:.1f} ms of {len(took)}"


class Compaction:
    def __init__(self, options, scratch):
        self.options, self.scratch = options, scratch
        self.records, self.keys = options.count, options.keys or max(1, options.count // 2)
        self.random = random.Random(options.seed)
        low, high = SEGMENT_LIMITS
        segment = min(high, max(low, self.records * (VALUE_BYTES + 25) // SEGMENTS))
        self.data_dir = os.path.join(scratch, "data")
        self.folder = os.path.join(self.data_dir, f"{TOPIC}-0")
        self.leatd = Leatd(options.bin, scratch, self.data_dir, log_segment_bytes=segment,
                           log_cleaner_backoff_ms=200, log_cleaner_dedupe_buffer_size=MAP_BYTES)
        self.leatd.start()
        self.leatd.wait_ready()
        with wire.Connection(self.leatd.port) as c:
            c.create_topic(TOPIC, 1, cleanup_policy="delete", retention_ms="-1")
            c.create_topic(PROBE, 1)

    def expect(self, true, text):
        if not true:
            raise command.Failed(self.records, text)

    # The log ----------------------------------------------------------------------------------------

    def produce(self):
        """Log-uniform ranks are Zipf's with exponent 1."""
        filler = os.urandom(1 << 19).hex().encode()
        producers = [Producer({"bootstrap.servers": self.leatd.bootstrap, "compression.type": codec,
                               "enable.idempotence": True, "linger.ms": 50, "batch.size": 262144,
                               "queue.buffering.max.messages": 200000})
                     for codec in CODECS]
        chance, keys, last = self.random.random, self.keys, len(filler) - VALUE_BYTES
        for first in range(0, self.records, CHUNK):
            producer = producers[first // CHUNK % len(CODECS)]
            for sequence in range(first, min(first + CHUNK, self.records)):
                at = int(chance() * last)
                value = b"%012d" % sequence + filler[at:at + VALUE_BYTES - 12]
                key = b"%010d" % int(keys ** chance())
                self.put(producer, key, None if chance() < TOMBSTONES else value)
            producer.poll(0)
        for producer in producers:
            self.expect(producer.flush(STUCK_S) == 0, "records are still unanswered")
        with wire.Connection(self.leatd.port) as c:
            _, self.end = c.list_offsets(TOPIC, [0])[0]
        self.expect(self.end == self.records, f"{self.records} records end at offset {self.end}")

    @staticmethod
    def put(producer, key, value):
        while True:
            try:
                return producer.produce(TOPIC, value, key, partition=0)
            except BufferError:
                producer.poll(0.05)

    def fold(self):
        """Number of records, and {key: offset and hash of the value of its newest record}."""
        client = Consumer({"bootstrap.servers": self.leatd.bootstrap, "group.id": "unused",
                           "check.crcs": True, "enable.auto.commit": False,
                           "auto.offset.reset": "error", "enable.partition.eof": True,
                           "fetch.message.max.bytes": 8 << 20, "queued.max.messages.kbytes": 65536})
        client.assign([TopicPartition(TOPIC, 0, 0)])
        newest, records, moved, done = {}, 0, time.monotonic(), False
        while not done:
            messages = client.consume(10000, 0.5)
            self.expect(messages or time.monotonic() - moved < STUCK_S, "the reader is stuck")
            for m in messages:
                if m.error():
                    self.expect(m.error().name() == "_PARTITION_EOF", f"the reader: {m.error()}")
                    done = True
                    continue
                newest[m.key()] = m.offset() << 64 | hash(m.value()) & WHOLE
                records += 1
            if messages:
                moved = time.monotonic()
        client.close()
        return records, newest

    def log_bytes(self):
        """Of the .log files that count."""
        return sum(os.path.getsize(os.path.join(self.folder, name))
                   for name in os.listdir(self.folder) if name.endswith(".log"))

    # Compaction -------------------------------------------------------------------------------------

    def begin_compaction(self):
        wanted = {"cleanup.policy": "compact", "min.cleanable.dirty.ratio": "0.01",
                  "max.compaction.lag.ms": "1"}
        changes = [ConfigEntry(k, v, incremental_operation=AlterConfigOpType.SET)
                   for k, v in wanted.items()]
        topic = ConfigResource(ResourceType.TOPIC, TOPIC, incremental_configs=changes)
        admin = AdminClient({"bootstrap.servers": self.leatd.bootstrap})
        for answer in admin.incremental_alter_configs([topic]).values():
            answer.result(30)

    def wait_compacted(self):
        """Every pass as numbers, once one has come up to the end."""
        moved, seen = time.monotonic(), 0
        while True:
            passes = [tuple(map(float, found)) for found in PASS.findall(self.leatd.log())]
            if passes and passes[-1][0] == self.end:
                return passes
            self.expect(self.leatd.running(), f"leatd ended: {self.leatd.last_words()}")
            now = len(passes), self.leatd_io()
            if now != seen:
                moved, seen = time.monotonic(), now
            self.expect(time.monotonic() - moved < STUCK_S, f"not compacted: {self.leatd.last_words()}")
            time.sleep(0.05)

    def leatd_io(self):
        with open(f"/proc/{self.leatd.pid}/io") as f:
            return f.read()

    def peak_bytes(self):
        with open(f"/proc/{self.leatd.pid}/status") as f:
            line = next(line for line in f if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024

    def forget_peak(self):
        with open(f"/proc/{self.leatd.pid}/clear_refs", "w") as f:
            f.write("5")

    # Judges -----------------------------------------------------------------------------------------

    def compare(self, before, after_records, after):
        self.expect(after_records == len(after), f"{after_records} records of {len(after)} keys are left")
        if before == after:
            return
        missing = sum(1 for key in before if key not in after)
        invented = sum(1 for key in after if key not in before)
        other = sum(1 for key, what in after.items() if before.get(key, what) != what)
        raise command.Failed(self.records, f"of {len(before)} keys {missing} are gone, {other} have "
                                           f"another newest record, {invented} are new")

    def judge(self):
        verified = subprocess.run([os.path.join(self.options.bin, "leat"), "log", "verify", self.data_dir],
                                  capture_output=True, text=True)
        self.expect(verified.returncode == 0, f"leat log verify: {verified.stdout[-300:]}")
        files, size = [], 0
        for name in sorted(os.listdir(self.folder)):
            path = os.path.join(self.folder, name)
            if name.endswith(".log") and (size := size + os.path.getsize(path)) <= JUDGED_BYTES:
                files += [path, path[:-4] + ".index", path[:-4] + ".timeindex"]
        judged = subprocess.run([os.environ["LEAT_JUDGE"], "--gaps", *filter(os.path.exists, files)],
                                capture_output=True, text=True)
        self.expect(judged.returncode == 0, f"DumpLogSegments: {judged.stdout[-300:]}")
        return judged.stdout.strip()

    def run(self):
        self.produce()
        size = self.log_bytes()
        records, before = self.fold()
        self.expect(records == self.records, f"{records} of {self.records} records were read")
        print(f"compaction: {records} records of {len(before)} keys, {size / 1e6:.0f} MB", flush=True)
        probe = Probe(self.leatd.port)
        probe.start()
        calm = time.monotonic()
        time.sleep(1.5 if self.options.short else 20)
        self.forget_peak()
        resident, begin = self.leatd.resident_bytes(), time.monotonic()
        self.begin_compaction()
        passes = self.wait_compacted()
        done = time.monotonic()
        more = self.peak_bytes() - resident
        probe.finish()
        after_records, after = self.fold()
        self.compare(before, after_records, after)
        left = self.log_bytes()
        self.leatd.stop()
        judged = self.judge()
        self.expect(more <= MAP_BYTES + MORE_MEMORY, f"{more >> 20} MiB more memory while compacting")
        seconds = max(1e-3, sum(p[7] for p in passes))
        moved = sum(p[3] + p[4] for p in passes)
        return self.records, (
            f"{self.records} records of {len(before)} keys, {size / 1e6:.0f} MB into {left / 1e6:.0f} MB "
            f"and {after_records} records in {len(passes)} passes and {seconds:.1f} s "
            f"({size / 1e6 / seconds:.0f} MB/s of log, {moved / seconds:.0f} MB/s read and written); "
            f"memory {resident >> 20} MiB, at most {more >> 20} MiB more; produce before: "
            f"{probe.percentiles(calm, begin)}, during: {probe.percentiles(begin, done)}; equal to the "
            f"fold outside; DumpLogSegments: {judged}")


def soak(options, scratch):
    test = Compaction(options, scratch)
    try:
        return test.run()
    finally:
        test.leatd.kill()


if __name__ == "__main__":
    chosen = command.arguments(
        "compaction", __doc__, RECORDS, SHORT_RECORDS, "records",
        lambda parser: parser.add_argument("--keys", type=int, help="(default: half the records)"))
    command.main("compaction", chosen, soak, checked_by_history=False)
