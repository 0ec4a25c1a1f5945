"""The rows of the suite. One definition per id, for Leat, for L and for Kafka."""

import dataclasses
import statistics

FILL = 2 << 30  # bytes that the reading rows read again and again
COLD_FILL = 6 << 30  # of which a reader has enough for seconds, at the disk's rate


def reaches(value, limit, at_least):
    """None when it cannot be known."""
    if value is None or limit is None:
        return None
    return value >= limit if at_least else value <= limit


@dataclasses.dataclass
class Goal:
    text: str
    value: object  # callable(runs, runs of L, medians of other rows): a number, None when unknown
    limit: float
    at_least: bool = True

    def judge(self, leat, limit, others):
        value = self.value(leat, limit, others)
        return value, reaches(value, self.limit, self.at_least)


@dataclasses.dataclass
class Row:
    id: str
    what: str
    main: str                  # the figure that is set against L's
    bench: list                # of leat-bench
    command: str = "produce"
    program: str = "leat-bench"
    limit_command: str = "produce"
    limit_serve: list = dataclasses.field(default_factory=list)
    limit_load: list = None    # None: no L
    durability: str = "relaxed"
    goals: list = dataclasses.field(default_factory=list)
    reads: bool = False        # needs a filled log
    less_is_better: bool = False
    least_seconds: float = 0   # fewer have too few samples for its goals
    pin: bool = True           # False: the client alone needs more than one CPU


def middle(values):
    """The median of those that are known."""
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None


def ratio(key):
    """Leat's figure by L's: the median of those of the runs, which took turns."""
    return lambda leat, limit, _: middle(a[key] / b[key] for a, b in zip(leat, limit) if a[key] and b[key])


def own(key, factor=1.0):
    def value(leat, *_):
        known = middle(run.get(key) for run in leat)
        return None if known is None else known * factor
    return value


def by_row(key, other, other_key=None):
    """Leat's figure by that, or another one, in another row of this run."""
    def value(leat, _, others):
        base, known = others.get(other, {}).get(other_key or key), own(key)(leat)
        return known / base if base and known else None
    return value


def cpu_us_per_record(leat, *_):
    return middle(run["cpu_us_per_request"] * run["requests_per_s"] / run["records_per_s"] for run in leat)


def one_record(size):
    return ["--record-size", str(size), "--records-per-batch", "1"]


def batch_of_one(size):
    """Bytes in the log of such a batch, for L to append as many: of 64 B to 8 KB, without a key."""
    return str(size + 70)


BIG = ["--record-size", "1000", "--batch-bytes", "65536", "--in-flight", "8"]
SMALL = one_record(100)


def p2(partitions, share):
    return Row(f"P2-{partitions}", f"P1 over {partitions} partitions", "mb_per_s",
               BIG + ["--partitions", str(partitions)],
               limit_serve=["--logs", str(partitions)],
               limit_load=["--size", "65536", "--in-flight", "8", "--logs", str(partitions)],
               goals=[Goal(f"of P1 >= {share:.0%}", by_row("mb_per_s", "P1"), share)])


def p6(connections, cpu):
    return Row(f"P6-{connections}", f"P5 over {connections} connections", "requests_per_s",
               SMALL + ["--connections", str(connections)],
               limit_load=["--size", batch_of_one(100), "--connections", str(connections)],
               goals=[Goal("of L >= 60 %", ratio("requests_per_s"), 0.6),
                      Goal(f"CPU us/request <= {cpu}", own("cpu_us_per_request"), cpu, False)])


def p4(name, size, goal, figure="records_per_s"):
    return Row(f"P4-{name}", f"{size} B records, librdkafka, linger 5, 16 partitions",
               "records_per_s", ["--record-size", str(size), "--partitions", "16"],
               program="leat-bench-rdkafka", pin=False,
               goals=[Goal(f"{figure} >= {goal:,.0f}", own(figure), goal)])


# Degradation is that from 50 to 400 producers.
def p7(connections, goals):
    return Row(f"P7-{connections}", f"one 1 KB record a batch, {connections} producers x 16, "
               "16 partitions", "requests_per_s",
               one_record(1000) + ["--keys", "1", "--connections", str(connections), "--in-flight",
                                   "16", "--partitions", "16"],
               limit_serve=["--logs", "16"],
               limit_load=["--size", "1082", "--connections", str(connections), "--in-flight", "16",
                           "--logs", "16"],
               goals=goals)


def end_to_end(row, size, rate, p50, p99, p999):
    return Row(row, f"end to end, {size} B, {rate}/s, one record a request", "p50_us",
               ["--record-size", str(size), "--rate", str(rate)], command="e2e",
               limit_command="e2e", limit_load=["--size", batch_of_one(size), "--rate", str(rate)],
               less_is_better=True, least_seconds=10_000 / rate,
               goals=[Goal(f"p50 <= {p50} us", own("p50_us"), p50, False),
                      Goal(f"p99 <= {p99} us", own("p99_us"), p99, False),
                      Goal(f"p99.9 <= {p999} us", own("p999_us"), p999, False)])


def at_most(row, rate):
    """An end-to-end row with no more records/s than that."""
    at = row.bench.index("--rate") + 1
    slower = min(int(row.bench[at]), rate)
    return dataclasses.replace(row, bench=[*row.bench[:at], str(slower), *row.bench[at + 1:]])


def f3(consumers):
    return Row(f"F3-{consumers}", f"P1 with {consumers} consumers at the end of the log",
               "consumed_mb_per_s", BIG + ["--consumers", str(consumers)], command="mixed",
               goals=[Goal("of F2 >= 70 %", by_row("consumed_mb_per_s", "F2", "mb_per_s"), 0.7)])


def d4(partitions, goals):
    return Row(f"D4-{partitions}", f"{partitions} partitions, one writer each, 4 KiB, synced",
               "requests_per_s", one_record(4000) + ["--connections", str(partitions),
                                                     "--partitions", str(partitions), "--sticky"],
               limit_serve=["--durable", "--logs", str(partitions)],
               limit_load=["--size", batch_of_one(4000), "--connections", str(partitions),
                           "--logs", str(partitions)],
               durability="commit", goals=goals)


ROWS = [
    Row("P1", "1 connection, 64 KiB batches of 1 KB records, 8 in flight", "mb_per_s", BIG,
        limit_load=["--size", "65536", "--in-flight", "8"],
        goals=[Goal("of L >= 60 %", ratio("mb_per_s"), 0.6),
               Goal("CPU s/GB <= 0.45", own("cpu_s_per_gb"), 0.45, False)]),
    p2(16, 0.9), p2(1000, 0.6),
    Row("P3", "100 B records in 16 KiB batches, 16 connections x 4", "mb_per_s",
        ["--record-size", "100", "--batch-bytes", "16384", "--connections", "16", "--in-flight",
         "4"],
        limit_load=["--size", "16384", "--connections", "16", "--in-flight", "4"],
        goals=[Goal("records/s >= 6 M", own("records_per_s"), 6e6),
               Goal("CPU us/record <= 0.10", cpu_us_per_record, 0.10, False)]),
    p4("100", 100, 3.5e6), p4("1K", 1000, 800e3), p4("10K", 10_000, 1200, "mb_per_s"),
    Row("P4-library", "100 B records, Leat's client library, linger 5, 16 partitions",
        "records_per_s", ["--library", "--record-size", "100", "--partitions", "16"], pin=False),
    Row("P5", "100 B, one record a request, 1 connection, 1 in flight", "p50_us", SMALL,
        limit_load=["--size", batch_of_one(100)], less_is_better=True,
        goals=[Goal("p50 <= 1.2 x L", ratio("p50_us"), 1.2, False),
               Goal("p99 <= 1.5 x L", ratio("p99_us"), 1.5, False)]),
    p6(100, 11), p6(1000, 12), p6(10000, 17),
    p7(50, [Goal("requests/s >= 1 M", own("requests_per_s"), 1e6)]),
    p7(400, [Goal("of P7-50 >= 85 %", by_row("requests_per_s", "P7-50"), 0.85)]),
    Row("D1", "1 KB, 1 writer, 1 in flight, synced", "requests_per_s", one_record(1000),
        limit_serve=["--durable"], limit_load=["--size", batch_of_one(1000)], durability="commit",
        goals=[Goal("of L >= 80 %", ratio("requests_per_s"), 0.8),
               Goal("p99 <= 350 us", own("p99_us"), 350, False)]),
    Row("D2", "D1 with 100 writers", "requests_per_s", one_record(1000) + ["--connections", "100"],
        limit_serve=["--durable"], limit_load=["--size", batch_of_one(1000), "--connections", "100"],
        durability="commit",
        goals=[Goal("requests/s >= 45 k", own("requests_per_s"), 45e3),
               Goal("p99 <= 5 ms", own("p99_us"), 5000, False)]),
    Row("D3", "16 connections x 4 x 16 KiB, synced", "mb_per_s",
        ["--record-size", "1000", "--batch-bytes", "16384", "--connections", "16", "--in-flight",
         "4"],
        limit_serve=["--durable"],
        limit_load=["--size", "16384", "--connections", "16", "--in-flight", "4"],
        durability="commit", goals=[Goal("of L >= 70 %", ratio("mb_per_s"), 0.7)]),
    d4(1000, [Goal("cycle p50 <= 20 ms", own("p50_us"), 20e3, False),
              Goal("batches/s >= 50 k", own("requests_per_s"), 50e3)]),
    Row("F1", "1 consumer, 1 MiB fetches, 4 in flight, page cache", "mb_per_s",
        ["--in-flight", "4"], command="consume", limit_command="fetch",
        limit_load=["--size", "1048576", "--in-flight", "4"], reads=True,
        goals=[Goal("of L >= 80 %", ratio("mb_per_s"), 0.8),
               Goal("CPU s/GB <= 0.14", own("cpu_s_per_gb"), 0.14, False)]),
    Row("F2", "16 consumers, 64 KiB fetches, page cache", "mb_per_s",
        ["--connections", "16", "--fetch-bytes", "66000"], command="consume",
        limit_command="fetch", limit_load=["--size", "65536", "--connections", "16"], reads=True,
        goals=[Goal("of L >= 75 %", ratio("mb_per_s"), 0.75)]),
    f3(1), f3(4), f3(16),
    end_to_end("E1", 100, 1000, 90, 250, 3000),
    end_to_end("E2", 1000, 20000, 100, 500, 5000),
    Row("C1", "P5 beside 10,000 idle connections", "p99_us",
        SMALL + ["--idle-connections", "10000"], less_is_better=True,
        goals=[Goal("RSS <= 120 MiB", own("rss_mib"), 120, False),
               Goal("KiB/idle connection <= 4", own("rss_per_idle_connection", 1 / 1024), 4, False),
               Goal("p99 <= 1.5 x P5", by_row("p99_us", "P5"), 1.5, False)]),
]


@dataclasses.dataclass
class Peer:
    """A row against Kafka: aims are (figure, Leat's share of Kafka's, at least?)."""
    row: Row
    durability: str
    aims: list
    kafka_may_fail: bool = False  # a load that it was seen not to carry


def sized(row_id, what, main, bench, command="produce", reads=False):
    return Row(row_id, what, main, bench, command=command, reads=reads)


def by_id(row_id):
    return next(row for row in ROWS if row.id == row_id)


PEERS = [
    Peer(ROWS[0], "relaxed", [("mb_per_s", 6, True), ("cpu_s_per_gb", 1 / 7, False)]),
    Peer(sized("P1x4", "P1 with 4 connections on 4 partitions", "mb_per_s",
               BIG + ["--connections", "4", "--partitions", "4", "--sticky"]),
         "relaxed", [("mb_per_s", 3.5, True), ("cpu_s_per_gb", 1 / 7, False)]),
    Peer(by_id("P4-100"), "relaxed",
         [("records_per_s", 1.8, True), ("cpu_s_per_gb", 1, False)]),
    Peer(by_id("P4-1K"), "relaxed",
         [("records_per_s", 2, True), ("cpu_s_per_gb", 1, False)]),
    Peer(by_id("P5"), "relaxed",
         [("p50_us", 0.6, False), ("p99_us", 0.5, False)]),
    Peer(by_id("P6-1000"), "relaxed",
         [("requests_per_s", 1.4, True), ("cpu_us_per_request", 0.5, False)]),
    Peer(sized("F1x1", "1 consumer, 1 MiB fetches, 1 in flight, page cache", "mb_per_s", [],
               command="consume", reads=True),
         "relaxed", [("mb_per_s", 2.5, True), ("cpu_s_per_gb", 1 / 3, False)]),
    Peer(by_id("E1"), "relaxed",
         [("p50_us", 1 / 3, False), ("p99_us", 1 / 3, False)]),
    Peer(by_id("E2"), "relaxed", [("p50_us", 1 / 3, False), ("records_per_s", 1, True)],
         kafka_may_fail=True),
    Peer(sized("D1-4K", "4 KiB, 1 writer, 1 in flight, synced", "requests_per_s",
               one_record(4000)), "commit", [("requests_per_s", 2.5, True)]),
    Peer(sized("D2-16", "4 KiB, 16 writers, one partition, synced", "requests_per_s",
               one_record(4000) + ["--connections", "16"]),
         "commit", [("requests_per_s", 20, True)]),
    Peer(d4(100, []), "commit", [("requests_per_s", 8, True)]),
    Peer(by_id("D4-1000"), "commit", [("requests_per_s", 8, True)]),
]
