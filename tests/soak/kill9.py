"""Kills leatd again and again under idempotent producers: nothing acknowledged may be lost, doubled,
moved or changed, and nothing that was read may change."""

import time

import command
from crash import Crashes
from history import describe
from leatd import Leatd

MAX_LIFE_S = 0.8
IN_RECOVERY = 0.2  # so many restarts are killed once more before they are ready
MAX_RECOVERY_S = 0.05


def kill_in_recovery(crashes):
    while crashes.random.random() < IN_RECOVERY:
        time.sleep(crashes.random.uniform(0, MAX_RECOVERY_S))
        crashes.leatd.kill()
        crashes.during_recovery += 1
        crashes.restart()


def soak(options, scratch):
    leatd = Leatd(options.bin, scratch, scratch + "/data")
    crashes = Crashes(leatd, options.seed)
    began = time.monotonic()
    try:
        crashes.begin()
        while crashes.valid < options.count and not (
                options.time and time.monotonic() - began > options.time):
            crashes.live(MAX_LIFE_S)
            if not leatd.running():
                raise command.Failed(crashes.valid, f"leatd ended by itself: {leatd.last_words()}")
            now = time.monotonic()
            leatd.kill()
            crashes.was_in_flight(now)
            crashes.restart()
            kill_in_recovery(crashes)
            crashes.ready()
            if crashes.valid % 20 == 0:
                print(f"kill9: {crashes.valid} kills, {crashes.history.acknowledged} acknowledged, "
                      f"{time.monotonic() - began:.0f} s", flush=True)
        anomalies, records = crashes.finish()
    finally:
        leatd.kill()
    text = (f"{crashes.valid} kills with requests in flight ({crashes.invalid} without, not counted; "
            f"{crashes.during_recovery} in recovery), {crashes.history.acknowledged} records "
            f"acknowledged, {records} in the log, {len(crashes.failures())} failed by the client, "
            f"{sum(n for n, _ in anomalies.values())} anomalies, {time.monotonic() - began:.0f} s")
    if anomalies:
        print(describe(anomalies))
        raise command.Failed(crashes.valid, f"{text}: {' '.join(anomalies)}")
    if crashes.valid == 0:
        raise command.Failed(0, "invalid: no kill had a request in flight")
    return crashes.valid, text


if __name__ == "__main__":
    command.main("kill9", command.arguments("kill9", __doc__, 200, 10, "kills"), soak)
