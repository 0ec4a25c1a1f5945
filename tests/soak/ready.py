"""Time to ready after SIGKILL under load: (a) the first Metadata answer, (b) the last of all
partitions has answered ListOffsets(latest) and a one-batch Fetch. And the memory of an idle broker
with 1 and with many partitions, and the size of the stripped binary.

The aims (in brackets in the table) decide, except in a short run."""

import os
import random
import statistics
import subprocess
import threading
import time

import command
import wire
from leatd import Leatd

AIM_FIRST_S, AIM_LAST_S, SCAN_BYTES_S = 0.5, 1.0, 1e9
AIM_IDLE_BYTES, AIM_BINARY_BYTES = 30 << 20, 15 << 20
FILL_BATCH, MIN_FILL_BATCH, LOAD_BATCH = 1_000_000, 10_000, 16 << 10
FILLERS, LOADERS, ASKERS = 4, 4, 4
CHECKPOINT_LIMIT_S = 60
IDLE_S = 6  # a checkpoint and some more
LIST_AT_ONCE, FETCH_AT_ONCE = 500, 50
TOPIC = "ready"


class Filler:
    """Writes `total` bytes evenly over all partitions, at least a small batch to each."""

    def __init__(self, port, partitions, total):
        self._port, self._partitions = port, partitions
        size = max(MIN_FILL_BATCH, min(FILL_BATCH, total // partitions))
        self._batch = wire.random_batch(size, size // 1000)
        self._rounds = iter(range(max(partitions, total // size)))
        self._lock = threading.Lock()
        self.error, self.bytes = None, 0

    def run(self):
        threads = [threading.Thread(target=self._work, daemon=True) for _ in range(FILLERS)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        if self.error:
            raise self.error

    def _next(self):
        with self._lock:
            return next(self._rounds, None)

    def _work(self):
        try:
            with wire.Connection(self._port, timeout=120) as c:
                while (i := self._next()) is not None and not self.error:
                    p = i % self._partitions
                    error, _ = c.produce(TOPIC, {p: self._batch}, timeout_ms=120000)[p]
                    if error:
                        raise RuntimeError(f"filling partition {p}: error {error}")
                    with self._lock:
                        self.bytes += len(self._batch)
        except (OSError, RuntimeError) as e:
            self.error = e


class Loader(threading.Thread):
    """Writes small batches with acks=all to every partition, until the broker goes away."""

    def __init__(self, port, partitions, seed):
        super().__init__(daemon=True)
        self._port, self._partitions = port, partitions
        self._random = random.Random(seed)
        self._batch = wire.random_batch(LOAD_BATCH, 8)
        self.written = []  # (when answered, bytes)
        self.ends = {}     # partition -> end that was acknowledged

    def run(self):
        partitions = list(range(self._partitions))
        try:
            with wire.Connection(self._port) as c:
                while True:
                    chosen = self._random.sample(partitions, min(16, len(partitions)))
                    answers = c.produce(TOPIC, {p: self._batch for p in chosen})
                    good = {p: offset for p, (error, offset) in answers.items() if error == 0}
                    self.written.append((time.monotonic(), len(good) * len(self._batch)))
                    for p, offset in good.items():
                        self.ends[p] = offset + 8
        except OSError:
            pass  # the kill


def checkpoint_time(data_dir):
    """CLOCK_REALTIME of the last change of the checkpoint; 0 when there is none."""
    try:
        return os.stat(os.path.join(data_dir, "leat-checkpoint")).st_mtime
    except FileNotFoundError:
        return 0


def wait_checkpoint(data_dir, after):
    deadline = time.monotonic() + CHECKPOINT_LIMIT_S
    while checkpoint_time(data_dir) <= after:
        if time.monotonic() > deadline:
            raise command.Failed(0, f"no checkpoint within {CHECKPOINT_LIMIT_S} s")
        time.sleep(0.02)


def first_metadata(leatd, began):
    """Seconds from `began` to the first answer, asked every millisecond."""
    while True:
        try:
            with wire.Connection(leatd.port, timeout=60) as c:
                c.metadata([TOPIC])
                return time.monotonic() - began
        except OSError:
            if not leatd.running():
                raise command.Failed(0, f"leatd ended: {leatd.last_words()}") from None
            time.sleep(0.001)


class Asker(threading.Thread):
    """Asks for the end and the last batch of some partitions."""

    def __init__(self, port, partitions):
        super().__init__(daemon=True)
        self._port, self._partitions = port, partitions
        self.latest, self.error = {}, None

    def run(self):
        try:
            with wire.Connection(self._port, timeout=120) as c:
                for some in groups(self._partitions, LIST_AT_ONCE):
                    self.latest.update(c.list_offsets(TOPIC, some))
                for some in groups(self._partitions, FETCH_AT_ONCE):
                    self._fetch(c, {p: self.latest[p][1] - 1 for p in some})
        except Exception as e:  # noqa: BLE001 - whatever it is, this connection has no answer
            self.error = e

    def _fetch(self, connection, asked):
        answers = connection.fetch(TOPIC, asked, partition_bytes=2 << 20, max_bytes=200 << 20)
        for p, (error, _, data) in answers.items():
            if error or not data:
                raise command.Failed(0, f"fetch of partition {p} at {asked[p]}: error {error}, "
                                        f"{len(data)} bytes")


def groups(items, size):
    return [items[first:first + size] for first in range(0, len(items), size)]


def all_partitions(leatd, partitions, ends, began):
    """Seconds from `began` until each has answered; checks that nothing acknowledged is missing."""
    askers = [Asker(leatd.port, range(i, partitions, ASKERS)) for i in range(ASKERS)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    took = time.monotonic() - began
    latest = {p: answer for asker in askers for p, answer in asker.latest.items()}
    for asker in askers:
        if asker.error:
            raise asker.error
    failed = [p for p, (error, _) in latest.items() if error]
    if failed or len(latest) != partitions:
        raise command.Failed(0, f"{len(latest)} of {partitions} answered, errors: {failed[:5]}")
    for p, end in ends.items():
        if latest[p][1] < end:
            raise command.Failed(0, f"partition {p}: {end} acknowledged, latest is {latest[p]}")
    return took


def idle_memory(options, scratch, partitions):
    leatd = Leatd(options.bin, scratch, os.path.join(scratch, f"idle-{partitions}"))
    leatd.start()
    leatd.wait_ready()
    try:
        batch = wire.random_batch(1000)
        with wire.Connection(leatd.port) as c:
            c.create_topic(TOPIC, partitions)
            for p in range(partitions):
                c.produce(TOPIC, {p: batch})
        time.sleep(IDLE_S)
        written = leatd.resident_bytes()
        leatd.stop()
        leatd.start()
        leatd.wait_ready()
        time.sleep(1)
        return written, leatd.resident_bytes()
    finally:
        leatd.kill()


def stripped_bytes(options, scratch):
    target = os.path.join(scratch, "stripped")
    subprocess.run(["strip", "-o", target, os.path.join(options.bin, "leatd")], check=True)
    return os.path.getsize(target)


def fill(leatd, options, data_dir):
    leatd.start()
    leatd.wait_ready()
    with wire.Connection(leatd.port, timeout=120) as c:
        c.create_topic(TOPIC, options.partitions)
    began, before = time.monotonic(), time.time()
    filler = Filler(leatd.port, options.partitions, int(options.gib * (1 << 30)))
    filler.run()
    took = time.monotonic() - began
    print(f"ready: {filler.bytes / (1 << 30):.2f} GiB over {options.partitions} partitions in "
          f"{took:.0f} s, {filler.bytes / took / 1e6:.0f} MB/s", flush=True)
    wait_checkpoint(data_dir, max(before, time.time() - 1))
    return filler.bytes


def start_load(port, partitions, seed):
    loaders = [Loader(port, partitions, f"{seed} {i}") for i in range(LOADERS)]
    for t in loaders:
        t.start()
    return loaders


def one_kill(leatd, partitions, data_dir, seed):
    """Load, kill, restart: (a), (b), bytes acknowledged since the checkpoint, resident bytes."""
    loaders = start_load(leatd.port, partitions, seed)
    time.sleep(1)
    wait_checkpoint(data_dir, time.time())  # the load itself is in one
    time.sleep(random.Random(seed).uniform(0.5, 4.5))
    leatd.kill()
    killed = time.monotonic()
    offset = time.time() - killed
    for t in loaders:
        t.join()
    # A little more than this is not in the checkpoint: its file is written after the sync.
    since = checkpoint_time(data_dir) - offset
    tail = sum(size for t in loaders for when, size in t.written if when > since)
    ends = {}
    for t in loaders:
        for p, end in t.ends.items():
            ends[p] = max(end, ends.get(p, 0))
    began = time.monotonic()
    leatd.start()
    first = first_metadata(leatd, began)
    last = all_partitions(leatd, partitions, ends, began)
    return first, last, tail, leatd.resident_bytes()


def soak(options, scratch):
    data_dir = os.path.join(scratch, "data")
    leatd = Leatd(options.bin, scratch, data_dir)
    try:
        fill(leatd, options, data_dir)
        kills = []
        for i in range(options.count):
            kills.append(one_kill(leatd, options.partitions, data_dir, f"{options.seed} {i}"))
            first, last, tail, memory = kills[-1]
            print(f"ready: kill {i + 1}: first Metadata {first:.3f} s, last partition {last:.3f} s, "
                  f"{tail / 1e6:.0f} MB since the checkpoint, {memory >> 20} MiB resident", flush=True)
    finally:
        leatd.kill()
    return report(options, scratch, kills)


def report(options, scratch, kills):
    worst_first = max(k[0] for k in kills)
    over = max(k[1] - k[2] / SCAN_BYTES_S for k in kills)
    memory = {n: idle_memory(options, scratch, n) for n in (1, options.partitions)}
    binary = stripped_bytes(options, scratch)
    rows = [("first Metadata answer, worst", f"{worst_first:.3f} s", worst_first, AIM_FIRST_S, "s"),
            ("first Metadata answer, median",
             f"{statistics.median(k[0] for k in kills):.3f} s", 0, None, ""),
            ("last partition, median", f"{statistics.median(k[1] for k in kills):.3f} s", 0, None, ""),
            ("last partition, worst", f"{max(k[1] for k in kills):.3f} s", 0, None, ""),
            ("the same less 1 s a GB since the checkpoint", f"{over:.3f} s", over, AIM_LAST_S, "s"),
            ("stripped binary", f"{binary / 1e6:.1f} MB", binary, AIM_BINARY_BYTES, "B")]
    for n, (written, restarted) in memory.items():
        for when, value in (("after writing", written), ("after a restart", restarted)):
            rows.append((f"idle, {n} partitions, {when}", f"{value / (1 << 20):.1f} MiB", value,
                         AIM_IDLE_BYTES, "B"))
    missed = []
    print(f"{options.partitions} partitions, {options.gib:g} GiB, {len(kills)} kills")
    for name, text, value, aim, unit in rows:
        aimed = "" if aim is None else f"[{aim:g} s]" if unit == "s" else f"[{aim >> 20} MiB]"
        bad = aim is not None and value > aim
        missed += [name] if bad else []
        print(f"  {name:<46} {text:>12} {aimed}{' MISSED' if bad else ''}")
    text = (f"{options.partitions} partitions, {options.gib:g} GiB: first Metadata {worst_first:.3f} s, "
            f"last partition {max(k[1] for k in kills):.3f} s with up to "
            f"{max(k[2] for k in kills) / 1e6:.0f} MB since the checkpoint")
    if missed and not options.short:
        raise command.Failed(len(kills), f"{text}; missed: {', '.join(missed)}")
    return len(kills), text + (f"; missed: {', '.join(missed)}" if missed else "")


def more(parser):
    parser.add_argument("--partitions", type=int, help="default 1000; short 100")
    parser.add_argument("--gib", type=float, help="data before the load; default 10, short 0.25")


if __name__ == "__main__":
    chosen = command.arguments("ready", __doc__, 3, 1, "kills", more)
    chosen.partitions = chosen.partitions or (100 if chosen.short else 1000)
    chosen.gib = chosen.gib or (0.25 if chosen.short else 10)
    if chosen.time:
        chosen.count = 3  # a measurement, not a soak
    command.main("ready", chosen, soak, checked_by_history=False)
