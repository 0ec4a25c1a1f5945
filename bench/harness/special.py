"""Rows that are more than one load on one broker: starting, many partitions, cold reads, half an
hour. Each returns figures; L plays no part but where a figure says so."""

import dataclasses
import json
import os
import pathlib
import re
import subprocess
import time

import brokers
import load
import rows
from report import medians

SMALL_BATCH_BYTES = 200  # more than a batch of one record of 100 B takes
MOST_PER_TOPIC = 10_000
NO_LIMIT = str(1 << 60)
LITTLE_SCANNED_GIB = 0.1  # of less the start itself is most of the time


@dataclasses.dataclass
class Figure:
    what: str
    unit: str
    values: list
    goal: str = ""
    limit: float = None
    at_least: bool = False

    def met(self, middle):
        return rows.reaches(middle, self.limit, self.at_least)


def bench(options, server, command, *arguments):
    """The JSON that leat-bench prints."""
    done = subprocess.run(bench_words(options, server, command, *arguments), text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0:
        raise RuntimeError(f"leat-bench {command}: {done.stderr.strip()}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def bench_words(options, server, command, *arguments):
    return [f"{options.bin}/leat-bench", command, "--brokers", f"127.0.0.1:{server.port}",
            "--broker-pid", str(server.pid), "--output", "json", *map(str, arguments)]


def beside(options, server, command, *arguments):
    """The same in the background; finished() gives what it measured."""
    return subprocess.Popen(bench_words(options, server, command, *arguments), text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def finished(process):
    """What a load in the background measured, once it ends."""
    out, error = process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"the load beside it failed: {' '.join(map(str, process.args))}: {error.strip()}")
    return json.loads(out)


RELAXED = ["--acks", "1", "-c", "leat.durability=relaxed"]


def connection_storm(options):
    """C2."""
    rates, waits = [], []
    for _ in range(options.runs):
        with brokers.Leat(options) as server:
            raw = bench(options, server, "connect", "--connections", 50, "--seconds",
                        options.seconds, "--warmup", options.warmup)
        rates.append(raw["requests_per_second"])
        waits.append(raw["latency_us"]["p99"])
    return [Figure("to the first ApiVersions answer", "connections/s", rates, ">= 5,000", 5000, True),
            Figure("connect to answer, p99", "us", waits)]


def topics_for(partitions):
    """Names and sizes of topics that have so many together."""
    sizes = [min(MOST_PER_TOPIC, partitions - at) for at in range(0, partitions, MOST_PER_TOPIC)]
    return [(f"many-{i}", size) for i, size in enumerate(sizes)]


def create_topics(options, server, partitions):
    for name, size in topics_for(partitions):
        subprocess.run([f"{options.bin}/leat", "-b", f"127.0.0.1:{server.port}", "topic", "create",
                        name, "-p", str(size)], check=True, stdout=subprocess.DEVNULL)


def one_batch_each(options, server, partitions):
    for name, size in topics_for(partitions):
        bench(options, server, "produce", "--topic", name, "--partitions", size, *RELAXED,
              "--record-size", 100, "--records-per-batch", 1, "--in-flight", max(1, min(64, size // 4)),
              "--seconds", 600, "--warmup", 0, "--max-bytes", size * SMALL_BATCH_BYTES)


def create_partitions(options):
    """S1: beside a producer whose longest wait counts."""
    figures = []
    for partitions in options.partitions:
        each, first_write, stalls = [], [], []
        for _ in range(options.runs):
            with brokers.Leat(options) as server:
                seconds = options.seconds + 2
                producer = beside(options, server, "produce", "--topic", "beside", *RELAXED,
                                  "--record-size", 100, "--records-per-batch", 1, "--rate", 2000,
                                  "--in-flight", 100, "--warmup", 0.5, "--seconds", seconds)
                time.sleep(1)
                begin = time.monotonic()
                create_topics(options, server, partitions)
                created = time.monotonic()
                raw = finished(producer)
                each.append((created - begin) / partitions * 1e3)
                if created - begin < seconds - 1:  # else it ended before the creation did
                    stalls.append(raw["latency_us"]["max"] / 1e3)
                begin = time.monotonic()
                one_batch_each(options, server, partitions)
                first_write.append((time.monotonic() - begin) / partitions * 1e3)
        figures += [Figure(f"{partitions:,} partitions, each", "ms", each),
                    Figure("longest wait of a producer meanwhile", "ms", stalls or [None],
                           "<= 50 ms", 50),
                    Figure("first write to each, which makes its files", "ms", first_write)]
    return figures


def restart_clean(options):
    """S2: to the first metadata answer and the first fetch, and memory."""
    with brokers.Leat(options) as server:
        time.sleep(1)
        empty = brokers.resident_mib(server.pid)
    figures = []
    for partitions in options.partitions:
        ready, memory = [], []
        for _ in range(options.runs):
            with brokers.Leat(options) as server:
                create_topics(options, server, partitions)
                one_batch_each(options, server, partitions)
                server.stop()
                ready.append(brokers.milliseconds_to_ready(options, server.port,
                                                           server.start_again, "many-0"))
                time.sleep(1)
                memory.append((brokers.resident_mib(server.pid) - empty) * 1024 / partitions)
        limit = 500 if partitions <= 10_000 else 3000
        figures += [Figure(f"{partitions:,} partitions, clean stop to first fetch", "ms", ready,
                           f"<= {limit} ms", limit),
                    Figure("memory of an idle partition", "KiB", memory, "<= 4 KiB", 4)]
    return figures


def scanned_bytes(server):
    text = (server.dir / "log").read_text(errors="replace")
    return sum(int(n) for n in re.findall(r"recovered .*scanned_bytes=(\d+)", text))


def kill_once(options, durability, gib):
    """Milliseconds to the first fetch, and GiB that were scanned for it."""
    with brokers.Leat(options) as server:
        topic = load.Topic(durability, [f"leat.durability={durability}"])
        load.fill_topic(options, server, rows.by_id("P1"), topic, int(gib * 2**30))
        writer = beside(options, server, "produce", *topic.arguments("P1"), *rows.BIG, "--warmup", 0,
                        "--seconds", 600, "--max-bytes", NO_LIMIT)
        kill_beside(server, writer)
        ready = brokers.milliseconds_to_ready(options, server.port, server.start_again, "P1")
        return ready, scanned_bytes(server) / 2**30


def kill_under_load(options):
    """R1: to the first fetch after kill -9 under P1."""
    return kills(options, "relaxed") + kills(options, "commit")


def kills(options, durability):
    figures, by_size = [], []
    for gib in options.log_gib:
        ready, scanned = zip(*(kill_once(options, durability, gib) for _ in range(options.runs)))
        each = [r / s if s > LITTLE_SCANNED_GIB else None for r, s in zip(ready, scanned)]
        by_size.append(rows.middle(each))
        figures += [Figure(f"{durability}, log of {gib:g} GiB and more, kill -9 to first fetch", "ms", list(ready)),
                    Figure("of it scanned", "GiB", list(scanned)),
                    Figure(f"ms per GiB scanned, start included, of runs with more than {LITTLE_SCANNED_GIB} GiB",
                           "ms", each, "<= 600 ms", 600)]
    if len(by_size) > 1:
        figures.append(Figure("that of the largest log by that of the smallest", "x",
                              paired(by_size[-1:], by_size[:1]), "<= 1.5: independent of the size", 1.5))
    return figures


def kill_beside(server, writer):
    """kill -9 after two seconds of load."""
    time.sleep(2)
    if writer.poll() is not None:
        raise RuntimeError(f"the load ended before the kill: {' '.join(map(str, writer.args))}: "
                           f"{writer.communicate()[1].strip()}")
    server.kill()
    writer.communicate()


def forget_pages(folder):
    """The files of a folder leave the page cache, once they are on the disk."""
    os.sync()
    for path in pathlib.Path(folder).rglob("*.log"):
        fd = os.open(path, os.O_RDONLY)
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(fd)


def read_all_mb_per_s(folder):
    """What the disk gives to one reader in order: L of a cold fetch."""
    begin, total = time.monotonic(), 0
    buffer = bytearray(1 << 20)
    for path in sorted(pathlib.Path(folder).rglob("*.log")):
        with open(path, "rb", buffering=0) as file:
            while count := file.readinto(buffer):
                total += count
    return total / (time.monotonic() - begin) / 1e6


def cold_catch_up(options):
    """F4: a reader of what is no longer in memory, beside a producer at half of P1's rate. The plain
    reader has a log of its own, and the two take turns at being first: what lies under the disk remembers
    what was read. The producer alone comes between them."""
    fetched, plain, alone, beside_it = [], [], [], []
    for run in range(options.runs):
        with brokers.Leat(options) as server:
            flow = writer_of_half_p1(options, server)
            for topic in ("plain", "cold"):
                load.fill_topic(options, server, dataclasses.replace(rows.by_id("F1"), id=topic),
                                load.Topic("relaxed", ["leat.durability=relaxed"]), rows.COLD_FILL)
            forget_pages(server.dir / "data")
            steps = [lambda: plain.append(read_all_mb_per_s(server.dir / "data" / "plain-0")),
                     lambda: alone.append(p99_of(bench(options, server, "produce", *flow, "--warmup", 0.5))),
                     lambda: read_beside(options, server, flow, fetched, beside_it)]
            for step in steps if run % 2 == 0 else reversed(steps):
                step()
    return [Figure("cold fetch beside P1 at half its rate", "MB/s", fetched),
            Figure("by one plain reader of as much", "x", paired(fetched, plain), ">= 0.8", 0.8, True),
            Figure("produce p99 without the reader", "us", alone),
            Figure("produce p99 beside the reader", "us", beside_it),
            Figure("by that without, run by run", "x", paired(beside_it, alone), "<= 2", 2)]


def p99_of(raw):
    return raw["latency_us"]["p99"]


def paired(some, others):
    return [one / other if one and other else None for one, other in zip(some, others)]


def read_beside(options, server, flow, fetched, beside_it):
    writer = beside(options, server, "produce", *flow, "--warmup", 0.5)
    time.sleep(0.5)
    read = bench(options, server, "consume", "--topic", "cold", "--warmup", 0,
                 "--seconds", options.seconds, "--max-bytes", rows.COLD_FILL)
    beside_it.append(p99_of(finished(writer)))
    fetched.append(read["megabytes_per_second"])


def writer_of_half_p1(options, server):
    """The words of a producer at half of the most that it reaches now."""
    most = bench(options, server, "produce", "--topic", "P1", *RELAXED, *rows.BIG,
                 "--seconds", options.seconds, "--warmup", options.warmup)
    return ["--topic", "P1", *RELAXED, *rows.BIG, "--rate", most["records_per_second"] / 2,
            "--seconds", options.seconds, "--max-bytes", NO_LIMIT]


E3_SLICES = 6


def half_of_p4(options):
    most = []
    for _ in range(options.runs):
        with brokers.Leat(options) as server:
            topic = load.Topic("relaxed", ["leat.durability=relaxed"])
            most.append(load.run_bench(options, server, rows.by_id("P4-1K"), topic, options.seconds,
                                       options.warmup))
    return int(medians(most)["records_per_s"] / 2)


def half_an_hour(options):
    """E3: end to end beside half of the most that P4 can, retention and compaction at work."""
    slice_s = options.e3_minutes * 60 / E3_SLICES
    rate = options.e3_rate or half_of_p4(options)
    p99 = []
    with brokers.Leat(options, properties=["log.retention.check.interval.ms=10000"]) as server:
        whole = options.e3_minutes * 60 + 30
        flow = beside(options, server, "produce", "--topic", "flow", *RELAXED, *rows.BIG,
                      "--partitions", 16, "--rate", rate, "--warmup", 0, "--seconds",
                      whole, "--max-bytes", NO_LIMIT, "-c", f"retention.bytes={1 << 30}",
                      "-c", f"segment.bytes={128 << 20}")
        keyed = beside(options, server, "produce", "--topic", "keyed", *RELAXED, "--record-size",
                       1000, "--keys", 20, "--rate", max(1, rate // 100), "--warmup", 0,
                       "--seconds", whole, "--max-bytes", NO_LIMIT, "-c", "cleanup.policy=compact",
                       "-c", f"segment.bytes={32 << 20}", "-c", "min.cleanable.dirty.ratio=0.1")
        try:
            for _ in range(E3_SLICES):
                raw = bench(options, server, "e2e", "--topic", "e2e", *RELAXED, "--record-size",
                            1000, "--rate", 1000, "--warmup", 1, "--seconds", slice_s)
                if raw["ended_early"]:
                    raise RuntimeError(f"E3: {load.FELL_BEHIND}")
                p99.append(p99_of(raw))
            written = [finished(process)["records_per_second"] for process in (flow, keyed)]
        finally:
            for process in (flow, keyed):
                process.kill()
                process.wait()
    known = p99[0] and p99[-1]
    return [Figure("asked for beside it", "records/s", [rate]),
            Figure("written beside it, of that", "x", [written[0] / rate], ">= 0.98", 0.98, True),
            Figure("of the compacted topic's share", "x", [written[1] / max(1, rate // 100)],
                   ">= 0.98", 0.98, True),
            Figure(f"end to end p99 of each {slice_s / 60:g} minutes", "us", p99),
            Figure("of the last by the first", "x", [p99[-1] / p99[0] if known else None],
                   "<= 1.2", 1.2)]


@dataclasses.dataclass
class Special:
    measure: object           # callable(options): its figures
    by_default: bool = True   # of a run without --rows
    how: object = lambda options: {}  # what is not as the options have it


SPECIAL = {"C2": Special(connection_storm), "S1": Special(create_partitions),
           "S2": Special(restart_clean), "R1": Special(kill_under_load), "F4": Special(cold_catch_up),
           "E3": Special(half_an_hour, by_default=False,
                         how=lambda options: {"runs": 1, "seconds": options.e3_minutes * 60})}
