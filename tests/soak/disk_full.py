"""Fills the disk under writing clients, cycle after cycle: produce must be refused with a retriable
error while reads go on, resume within 10 s of space coming back, without a restart, and nothing
acknowledged may be lost.

The disk is a fully allocated ext4 image. Cycles alternate: records until refused, then a topic is
deleted; a file that leaves less than the reserve; a file that leaves no byte; the same with a kill
and a restart on a disk with 1 MiB left. Every such restart switches the reserve off or on again: with it
produce is refused in time, without it the write itself fails."""

import os
import random
import time

import command
import wire
import workload
from history import History, describe
from image import Image
from leatd import Leatd

IMAGE_BYTES = 512 << 20
REFUSED_LIMIT_S = 20
RESUME_LIMIT_S = 10
SERVE_S = 0.3
RATE = 300
TOPIC, PROBE, FILL = "kept", "probe", "fill"
PARTITIONS = 3
WRITERS = [{"enable.idempotence": True}, {"enable.idempotence": True, "linger.ms": 5}]
KINDS = ["topic", "reserve", "nothing left", "killed"]
START_BYTES = 1 << 20  # a start needs a little room: for its number, for what recovery rebuilds
BLOCK = 4096
NO_RESERVE = {"leat_disk_reserve_bytes": 1}


class DiskFull:
    def __init__(self, options, scratch):
        self.image = Image(scratch, "ext4", IMAGE_BYTES, allocated=True)
        self.image.mount()
        self.leatd = Leatd(options.bin, scratch, self.image.data_dir)
        self.history, self.random = History(), random.Random(options.seed)
        self.run = self.random.getrandbits(63)
        self.layout = workload.Layout({TOPIC: PARTITIONS})
        self.filler = os.path.join(self.image.mount_point, "filler")
        self.probe_batch = wire.random_batch(8192, 4)
        self.fill_batch = wire.random_batch(1_000_000, 10)
        self.probed = self.killed = self.cycles = 0
        self.resumed, self.refused, self.filled_bytes = [], 0, 0
        self.writers = []

    # Clients --------------------------------------------------------------------------------------

    def begin(self):
        self.leatd.start()
        self.leatd.wait_ready()
        self.pid = self.leatd.pid
        with wire.Connection(self.leatd.port) as c:
            c.create_topic(TOPIC, PARTITIONS)
            c.create_topic(PROBE, 1)
        for i, settings in enumerate(WRITERS):
            self.writers.append(workload.Writer(self.leatd.bootstrap, self.layout, self.history,
                                                self.run, i, random.Random(self.random.random()),
                                                RATE, settings))
        self.tail = workload.Tail(self.leatd.bootstrap, self.layout, self.history, self.run)
        for thread in [self.tail, *self.writers]:
            thread.start()

    def probe(self, c):
        """One batch; true when it was acknowledged. Any error but the retriable one is a failure."""
        error, offset = c.produce(PROBE, {0: self.probe_batch})[0]
        if error == 0:
            self.expect(offset == self.probed, f"the probe's batch is at {offset}, "
                                               f"{self.probed} were acknowledged")
            self.probed += 4
        else:
            self.expect(error == wire.STORAGE_ERROR, f"produce answered error {error}")
            self.refused += 1
        return error == 0

    def expect(self, true, text):
        if not true:
            raise command.Failed(self.cycles, f"cycle {self.cycles} "
                                              f"({KINDS[self.cycles % len(KINDS)]}): {text}")

    # A cycle --------------------------------------------------------------------------------------

    def fill_by_records(self, c):
        name = f"{FILL}-{self.cycles}"
        c.create_topic(name, 2)
        for i in range(2 * IMAGE_BYTES // len(self.fill_batch)):
            error, _ = c.produce(name, {i % 2: self.fill_batch})[i % 2]
            if error:
                self.expect(error == wire.STORAGE_ERROR, f"produce answered error {error}")
                self.filled_bytes += i * len(self.fill_batch)
                ends = c.list_offsets(name, [0, 1])
                self.expect(sum(end for _, end in ends.values()) == 10 * i,
                            f"{ends} after {i} acknowledged batches of 10")
                return name
        raise command.Failed(self.cycles, "the disk never filled")

    def fill_by_file(self, leave):
        with open(self.filler, "wb") as f:
            size, step = 0, 64 << 20
            while step >= BLOCK:
                try:
                    if self.image.free_bytes() - leave < step:
                        raise OSError
                    os.posix_fallocate(f.fileno(), size, step)
                    size += step
                except OSError:
                    step //= 2

    def wait_refused(self, c):
        began = time.monotonic()
        while self.probe(c):
            self.expect(time.monotonic() - began < REFUSED_LIMIT_S,
                        f"still accepted with {self.image.free_bytes()} bytes free")

    def reads_work(self, c, name=None):
        for topic, count in ((TOPIC, PARTITIONS), (name or PROBE, 1)):
            found = c.fetch(topic, {p: 0 for p in range(count)})
            self.expect(all(error == 0 and data for error, _, data in found.values()),
                        f"fetch of {topic}: {[(e, h, len(d)) for e, h, d in found.values()]}")

    def wait_resumed(self, c):
        """From the moment space is back until the probe and every writer have been answered."""
        began = time.monotonic()
        limit = began + RESUME_LIMIT_S
        while not self.probe(c):
            self.expect(time.monotonic() < limit, f"produce is refused {RESUME_LIMIT_S} s after "
                                                  f"{self.image.free_bytes()} bytes came free")
            time.sleep(0.02)
        while not all(w.last_answer > began for w in self.writers):
            self.expect(time.monotonic() < limit, f"a writer has had no answer for {RESUME_LIMIT_S} s")
            time.sleep(0.01)
        self.resumed.append(time.monotonic() - began)

    def restart_while_full(self):
        self.leatd.kill()
        self.killed += 1
        os.truncate(self.filler, os.path.getsize(self.filler) - START_BYTES)
        self.leatd.settings = {} if self.leatd.settings else NO_RESERVE
        for w in self.writers:
            w.life_begins()
        self.leatd.start()
        self.leatd.wait_ready()
        self.pid = self.leatd.pid

    def cycle(self):
        kind = KINDS[self.cycles % len(KINDS)]
        c, name = wire.Connection(self.leatd.port), None
        if kind == "topic":
            name = self.fill_by_records(c)
        else:
            self.fill_by_file(START_BYTES if kind == "reserve" else 0)
        self.wait_refused(c)
        self.reads_work(c, name)
        time.sleep(self.random.uniform(0, SERVE_S))
        if kind == "killed":
            c.close()
            self.restart_while_full()
            c = wire.Connection(self.leatd.port)
            self.wait_refused(c)
            self.reads_work(c)
        if name:
            c.delete_topic(name)
        else:
            os.unlink(self.filler)
        self.wait_resumed(c)
        c.close()
        self.expect(self.leatd.running() and self.leatd.pid == self.pid,
                    f"leatd ended: {self.leatd.last_words()}")
        self.cycles += 1

    def finish(self):
        unanswered = sum(w.finish(120) for w in self.writers)
        self.expect(unanswered == 0, f"{unanswered} records were never answered")
        with wire.Connection(self.leatd.port) as c:
            found = workload.bounds(c, self.layout)
            end = c.list_offsets(PROBE, [0])[0][1]
        self.expect(end == self.probed, f"{self.probed} probe records acknowledged, {end} in the log")
        ends = {n: end for n, (_, end) in found.items()}
        self.tail.reach(ends)
        self.tail.finish()
        workload.read_log(self.leatd.bootstrap, self.layout, self.history, self.run, ends)
        return self.history.check()


def soak(options, scratch):
    began = time.monotonic()
    disk = DiskFull(options, scratch)
    try:
        disk.begin()
        while disk.cycles < options.count and not (
                options.time and time.monotonic() - began > options.time):
            disk.cycle()
            if disk.cycles % 10 == 0:
                print(f"disk_full: {disk.cycles} cycles, {time.monotonic() - began:.0f} s", flush=True)
        anomalies = disk.finish()
    finally:
        disk.leatd.kill()
        disk.image.remove()
    failures = [text for w in disk.writers for text in w.failures]
    text = (f"{disk.cycles} cycles, {disk.history.acknowledged} records and {disk.probed} probe "
            f"records acknowledged, {disk.filled_bytes >> 20} MiB of filling records, {disk.refused} "
            f"requests refused, {len(failures)} failed by the client, restarts by itself 0, killed by us "
            f"{disk.killed}, resumed after at most {max(disk.resumed):.2f} s (median "
            f"{sorted(disk.resumed)[len(disk.resumed) // 2]:.2f} s), "
            f"{sum(n for n, _ in anomalies.values())} anomalies, {time.monotonic() - began:.0f} s")
    if anomalies:
        print(describe(anomalies))
        raise command.Failed(disk.cycles, f"{text}: {' '.join(anomalies)}")
    return disk.cycles, text


if __name__ == "__main__":
    command.main("disk_full", command.arguments("disk_full", __doc__, 100, 4, "cycles"), soak)
