"""Time to ready after SIGKILL under load, as a table: partitions x size of the data, a row of Apache
Kafka at one size if asked for. (a) is the first Metadata answer, (b) that and ListOffsets(latest) and a
one-batch Fetch of every partition. One data directory at a time, grown from one size to the next and
deleted behind the last: the greatest size and a little more must be free. Prints Markdown, and writes
it and JSON to --out. A missed aim fails the run, except in a short one."""

import json
import os
import shutil
import signal
import sys
import time

import command
import ready
import wire
from leatd import Leatd

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../bench/harness"))
import brokers  # noqa: E402
import report  # noqa: E402

PARTITIONS, SIZES = "1,100,1000,10000", "1,10,40"
SHORT_PARTITIONS, SHORT_SIZES = "1,50", "0.05,0.1"
KAFKA_ROW = (1000, 10)
KAFKA_LIMIT_S = 600
KAFKA_LOAD_S = 5  # before each kill
AT_ONCE = 50
HEAD = ["broker", "partitions", "GiB", "(a) s", "(b) s", "MB since the checkpoint", "aim of (b) s",
        "resident MiB", ""]


def numbers(text, kind):
    return [kind(n) for n in text.split(",")]


def grow(port, partitions, total, written):
    """Fills up to `total` bytes; answers how many are there then."""
    missing = total - written
    if missing <= 0:
        return written
    filler = ready.Filler(port, partitions, missing)
    began = time.monotonic()
    filler.run()
    took = time.monotonic() - began
    print(f"ready_table: {filler.bytes / (1 << 30):.2f} GiB more over {partitions} partitions in "
          f"{took:.0f} s, {filler.bytes / took / 1e6:.0f} MB/s", flush=True)
    return written + filler.bytes


def measured(broker, partitions, gib, kills):
    """The row of the worst of `kills`: (first, last, tail or None, resident bytes)."""
    worst = max(kills, key=lambda k: k[1])
    first, tail = max(k[0] for k in kills), worst[2]
    row = {"broker": broker, "partitions": partitions, "gib": gib, "kills": len(kills),
           "first_s": round(first, 3), "last_s": round(worst[1], 3),
           "resident_mib": max(k[3] for k in kills) >> 20}
    if tail is not None:
        over = max(k[1] - k[2] / ready.SCAN_BYTES_S for k in kills)
        row.update(since_checkpoint_mb=round(tail / 1e6), aim_last_s=round(
            ready.AIM_LAST_S + tail / ready.SCAN_BYTES_S, 2),
            missed=first > ready.AIM_FIRST_S or over > ready.AIM_LAST_S)
    print(f"ready_table: {json.dumps(row)}", flush=True)
    return row


def leat_rows(options, scratch, partitions):
    """One data directory through all sizes."""
    data_dir = os.path.join(scratch, f"data-{partitions}")
    leatd = Leatd(options.bin, scratch, data_dir)
    rows, written = [], 0
    try:
        leatd.start()
        leatd.wait_ready()
        with wire.Connection(leatd.port, timeout=120) as c:
            c.create_topic(ready.TOPIC, partitions)
        for gib in options.sizes:
            before = time.time()
            written = grow(leatd.port, partitions, int(gib * (1 << 30)), written)
            ready.wait_checkpoint(data_dir, max(before, time.time() - 1))
            kills = [ready.one_kill(leatd, partitions, data_dir, f"{options.seed} {partitions} {gib} {i}")
                     for i in range(options.count)]
            rows.append(measured("Leat", partitions, gib, kills))
    finally:
        leatd.kill()
        if not options.keep:
            shutil.rmtree(data_dir, ignore_errors=True)
    return rows


def served(port, partitions, alive):
    """Returns when every partition has answered; errors of a broker that still loads are asked again."""
    left, deadline = list(range(partitions)), time.monotonic() + KAFKA_LIMIT_S
    while left:
        if not alive() or time.monotonic() > deadline:
            raise command.Failed(0, f"{len(left)} partitions of Kafka do not answer")
        try:
            with wire.Connection(port, timeout=60) as c:
                left = unserved(c, left)
        except OSError:
            time.sleep(0.01)


def led(port, partitions):
    """Returns when every partition has a leader: they are elected behind CreateTopics' answer."""
    deadline = time.monotonic() + KAFKA_LIMIT_S
    with wire.Connection(port, timeout=60) as c:
        for asked in ready.groups(range(partitions), AT_ONCE):
            while any(error for error, _ in c.list_offsets(ready.TOPIC, asked).values()):
                if time.monotonic() > deadline:
                    raise command.Failed(0, "Kafka elects no leaders")
                time.sleep(0.01)


def unserved(connection, asked):
    left = []
    for group in ready.groups(asked, AT_ONCE):
        latest = connection.list_offsets(ready.TOPIC, group)
        good = {p: end - 1 for p, (error, end) in latest.items() if error == 0 and end > 0}
        answers = connection.fetch(ready.TOPIC, good, partition_bytes=2 << 20, max_bytes=200 << 20) \
            if good else {}
        left += [p for p in group if p not in answers or answers[p][0] or not answers[p][2]]
    return left


def gone(pid):
    try:
        with open(f"/proc/{pid}/stat") as f:
            return f.read().rsplit(") ", 1)[1][0] == "Z"
    except OSError:
        return True


def first_answer(port, began, alive):
    while True:
        try:
            with wire.Connection(port, timeout=60) as c:
                c.metadata([ready.TOPIC])
                return time.monotonic() - began
        except OSError:
            if not alive():
                raise command.Failed(0, "Kafka ended at its start") from None
            time.sleep(0.005)


def kafka_kill(kafka, partitions, seed):
    loaders = ready.start_load(kafka.port, partitions, seed)
    time.sleep(KAFKA_LOAD_S)
    pid = kafka.pid
    os.kill(pid, signal.SIGKILL)
    while not gone(pid):
        time.sleep(0.005)
    for loader in loaders:
        loader.join()
    began = time.monotonic()
    kafka.start_again()
    alive = lambda: kafka.process.poll() is None
    first = first_answer(kafka.port, began, alive)
    served(kafka.port, partitions, alive)
    last = time.monotonic() - began
    return first, last, None, int(brokers.resident_mib(kafka.pid) * (1 << 20))


def kafka_row(options, scratch):
    partitions, gib = options.kafka_row
    options.dir = scratch
    with brokers.Kafka(options) as kafka:
        with wire.Connection(kafka.port, timeout=120) as c:
            c.create_topic(ready.TOPIC, partitions)
        led(kafka.port, partitions)
        grow(kafka.port, partitions, int(gib * (1 << 30)), 0)
        kills = [kafka_kill(kafka, partitions, f"{options.seed} kafka {i}") for i in range(options.count)]
    return measured(f"Kafka {brokers.kafka_version()}", partitions, gib, kills)


def markdown(rows):
    lines = ["| " + " | ".join(HEAD) + " |", "|---|" + "---:|" * (len(HEAD) - 2) + "---|"]
    for row in rows:
        cells = [row["broker"], f"{row['partitions']:,}", f"{row['gib']:g}", f"{row['first_s']:.3f}",
                 f"{row['last_s']:.3f}", row.get("since_checkpoint_mb", "not known"),
                 row.get("aim_last_s", ""), row["resident_mib"], "missed" if row.get("missed") else ""]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines) + "\n"


LEGEND = ("(a): from the start to the first Metadata answer; (b): to a fetch from every partition too. The "
          "longest of the kills of a row, each under produces that are acknowledged when they are synced, "
          "after as many GiB.")


def preamble(options):
    return (f"# Time to ready after kill -9\n\n{time.strftime('%Y-%m-%d', time.gmtime())}, {report.revision()}, "
            f"{os.cpu_count()} x {report.cpu_model()}, {options.count} kills a row. {LEGEND}\n\n")


def soak(options, scratch):
    rows, began = [], time.monotonic()
    for partitions in options.partitions:
        rows += leat_rows(options, scratch, partitions)
    if options.kafka:
        rows.append(kafka_row(options, scratch))
    text = markdown(rows)
    print(text, flush=True)
    if options.out:
        os.makedirs(options.out, exist_ok=True)
        with open(os.path.join(options.out, "ready.md"), "w") as f:
            f.write(preamble(options) + text)
        with open(os.path.join(options.out, "ready.json"), "w") as f:
            json.dump(rows, f, indent=1)
    missed = [f"{row['partitions']}x{row['gib']:g}" for row in rows if row.get("missed")]
    leat = [row for row in rows if row["broker"] == "Leat"]
    result = (f"{len(rows)} rows, {options.count} kills each: first Metadata at most "
              f"{max(row['first_s'] for row in leat):.3f} s, last partition at most "
              f"{max(row['last_s'] for row in leat):.3f} s, {time.monotonic() - began:.0f} s")
    if missed and not options.short:
        raise command.Failed(len(rows), f"{result}; missed: {', '.join(missed)}")
    return len(rows), result + (f"; missed: {', '.join(missed)}" if missed else "")


def more(parser):
    parser.add_argument("--partitions", help=f"default {PARTITIONS}; short {SHORT_PARTITIONS}")
    parser.add_argument("--sizes", help=f"GiB, rising; default {SIZES}; short {SHORT_SIZES}")
    parser.add_argument("--kafka", action="store_true", help="a row of Apache Kafka as well")
    parser.add_argument("--kafka-row", help="its partitions,GiB; default %d,%d" % KAFKA_ROW)
    parser.add_argument("--out", help="directory for ready.md and ready.json")


if __name__ == "__main__":
    chosen = command.arguments("ready_table", __doc__, 2, 1, "kills a row", more)
    chosen.partitions = numbers(chosen.partitions or (
        SHORT_PARTITIONS if chosen.short else PARTITIONS), int)
    chosen.sizes = numbers(chosen.sizes or (SHORT_SIZES if chosen.short else SIZES), float)
    chosen.kafka_row = tuple(numbers(chosen.kafka_row, float)) if chosen.kafka_row else KAFKA_ROW
    chosen.kafka_row = (int(chosen.kafka_row[0]), chosen.kafka_row[1])
    if chosen.time:
        chosen.count = 2  # a measurement, not a soak
    command.main("ready_table", chosen, soak, checked_by_history=False)
