"""Cuts the power of a file system (ext4, then XFS) under idempotent producers with acks=all: nothing
acknowledged may be lost, doubled, moved or changed, and nothing that was read may change. The same
cuts under a relaxed topic must lose records, or the run proves nothing."""

import os
import time

import command
from crash import Crashes
from history import describe
from image import Image
from leatd import EXIT_DISK_ERROR, Leatd

MAX_LIFE_S = 0.8
IN_RECOVERY = 0.15
MAX_RECOVERY_S = 0.05
IMAGE_BYTES = 4 << 30
CONTROL_CUTS = 3
PLAIN = [{"enable.idempotence": False}] * 2  # a sequence that a cut took would end the producer


class Cuts:
    def __init__(self, options, scratch, kind, name, producers=None, config=None, tail=True):
        self.image = Image(os.path.join(scratch, name), kind, IMAGE_BYTES)
        self.image.mount()
        self.leatd = Leatd(options.bin, scratch, self.image.data_dir)
        self.crashes = Crashes(self.leatd, f"{options.seed} {name}", producers, config, tail)
        self.own_exits = 0

    def cut(self):
        """The moment of the cut; the broker is dead and the image clean afterwards. It is stopped
        first, because a machine without power answers nobody: a sync that is on its way when a file
        system is shut down may return success and have written nothing, on ext4 and on XFS."""
        self.leatd.freeze()
        now = time.monotonic()
        self.image.cut_power()
        status = self.leatd.kill()
        if status not in (-9, EXIT_DISK_ERROR):  # a start that met the dead disk ends so too
            raise command.Failed(self.crashes.valid, f"a dead disk ended leatd with {status}: "
                                                     f"{self.leatd.last_words()}")
        self.own_exits += status == EXIT_DISK_ERROR
        return now

    def power_on(self):
        self.image.unmount()
        self.image.mount()
        self.crashes.restart()

    def cycle(self):
        random = self.crashes.random
        self.crashes.live(MAX_LIFE_S)
        when = self.cut()
        self.crashes.was_in_flight(when)
        self.power_on()
        while random.random() < IN_RECOVERY:
            time.sleep(random.uniform(0, MAX_RECOVERY_S))
            self.cut()
            self.crashes.during_recovery += 1
            self.power_on()

    def close(self):
        self.leatd.kill()
        self.image.remove()


def commit(options, scratch, kind):
    """Cuts under the default durability; answers the number of valid ones and a line."""
    cuts = Cuts(options, scratch, kind, kind)
    crashes, began = cuts.crashes, time.monotonic()
    try:
        crashes.begin()
        while crashes.valid < options.count and not (
                options.time and time.monotonic() - began > options.time / 2):
            cuts.cycle()
            crashes.ready()
        anomalies, records = crashes.finish()
    finally:
        cuts.close()
    text = (f"{kind}: {crashes.valid} cuts with requests in flight ({crashes.invalid} without, not "
            f"counted; {crashes.during_recovery} in recovery; leatd ended by itself "
            f"{cuts.own_exits} times), {crashes.history.acknowledged} records acknowledged, "
            f"{records} in the log, {len(crashes.failures())} failed by the client, "
            f"{sum(n for n, _ in anomalies.values())} anomalies, {time.monotonic() - began:.0f} s")
    print(f"power_cut: {text}", flush=True)
    if anomalies:
        print(describe(anomalies))
        raise command.Failed(crashes.valid, f"{text}: {' '.join(anomalies)}")
    if crashes.valid == 0:
        raise command.Failed(0, f"invalid: no cut had a request in flight on {kind}")
    return crashes.valid, text


def control(options, scratch, kind):
    """The same on relaxed topics: answers how many records were lost, which must be some."""
    cuts = Cuts(options, scratch, kind, kind + "-relaxed", PLAIN, {"leat_durability": "relaxed"},
                tail=False)
    try:
        cuts.crashes.begin()
        for _ in range(CONTROL_CUTS):
            cuts.crashes.live(MAX_LIFE_S)
            cuts.cut()
            cuts.power_on()
            cuts.leatd.wait_ready()
        anomalies, _ = cuts.crashes.finish()
    finally:
        cuts.close()
    lost = anomalies.get("C1", (0, []))[0]
    text = f"{kind} relaxed: {CONTROL_CUTS} cuts lost {lost} of {cuts.crashes.history.acknowledged}"
    print(f"power_cut: {text}", flush=True)
    if lost == 0:
        raise command.Failed(0, f"invalid: {text}")
    return text


def soak(options, scratch):
    total, texts = 0, []
    for kind in options.fs.split(","):
        count, text = commit(options, scratch, kind)
        total += count
        texts += [text, control(options, scratch, kind)]
    return total, "; ".join(texts)


if __name__ == "__main__":
    command.main("power_cut", command.arguments(
        "power_cut", __doc__, 20, 2, "cuts a file system",
        lambda parser: parser.add_argument("--fs", default="ext4,xfs", help="which (ext4,xfs)")), soak)
