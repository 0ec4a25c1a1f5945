"""The checker is tested first: one anomaly a history must be found, and clean ones stay clean."""

import random
import sys

import history as h

PARTITIONS, PRODUCERS, RECORDS = 3, 3, 40


class World:
    """A clean history of random interleaving, which a test then damages before the end."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.history = h.History()
        self.logs = {p: [] for p in range(PARTITIONS)}
        self.read = {p: 0 for p in range(PARTITIONS)}
        for i in range(RECORDS):
            self.write(i % PRODUCERS)
            if self.random.random() < 0.3:
                self.look()
        self.drain()

    def write(self, producer):
        partition = self.random.randrange(PARTITIONS)
        sequence = self.history.sent(producer, partition)
        fate = self.random.random()
        if fate < 0.05:  # refused
            self.history.told(producer, sequence, h.REFUSED)
            return
        if fate < 0.10:  # no answer and not there
            return
        self.logs[partition].append(h.pack(producer, sequence))
        if fate < 0.15:  # no answer, but there
            return
        offset = len(self.logs[partition]) - 1
        self.history.told(producer, sequence, h.TOLD_NO_OFFSET if fate < 0.2 else offset)

    def look(self):
        p = self.random.randrange(PARTITIONS)
        self.history.bounds(p, 0, len(self.logs[p]))
        while self.read[p] < len(self.logs[p]):
            self.poll(p)

    def poll(self, p):
        at = self.read[p]
        self.history.read("r", p, at, self.logs[p][at], timestamp=1000 + at)
        self.read[p] += 1

    def drain(self):
        for p in range(PARTITIONS):
            self.history.bounds(p, 0, len(self.logs[p]))
            while self.read[p] < len(self.logs[p]):
                self.poll(p)

    def place(self, told=True, min_offset=0):
        """A random place of the log whose record was told its offset."""
        places = [(p, at) for p, log in self.logs.items() for at, record in enumerate(log)
                  if at >= min_offset and (not told or self.answer(record) == at)]
        return self.random.choice(places)

    def answer(self, record):
        producer, sequence = h.unpack(record)
        return self.history._told[producer][sequence]

    def end(self):
        for p, log in self.logs.items():
            for at, record in enumerate(log):
                if record is not None:
                    self.history.in_log(p, at, record)
        return self.history.check()


def fresh(w, told):
    """A record of producer 0 that is at the end of partition 0 and was told `told`."""
    sequence = w.history.sent(0, 0)
    w.logs[0].append(h.pack(0, sequence))
    if told is not None:
        w.history.told(0, sequence, told)
    return len(w.logs[0]) - 1


def lost_tail(w):
    w.history.told(0, w.history.sent(0, 0), len(w.logs[0]))


def lost_tail_without_offset(w):
    w.history.told(1, w.history.sent(1, 2), h.TOLD_NO_OFFSET)


def duplicate_in_partition(w):
    p, at = w.place()
    w.logs[p].append(w.logs[p][at])
    w.drain()


def duplicate_in_other_partition(w):
    p, at = w.place()
    w.logs[(p + 1) % PARTITIONS].append(w.logs[p][at])
    w.drain()


def refused_but_there(w):
    fresh(w, h.REFUSED)
    w.drain()


def open_but_there(w):
    fresh(w, h.OPEN)
    w.drain()


def told_wrong_offset(w):
    p, at = w.place()
    producer, sequence = h.unpack(w.logs[p][at])
    w.history._told[producer][sequence] = at + 10000


def told_twice_the_same(w):
    at = fresh(w, None)
    w.history.told(0, len(w.history._told[0]) - 1, at)
    w.history.told(2, w.history.sent(2, 0), at)
    w.drain()


def in_other_partition(w):
    sequence = w.history.sent(0, 1)
    w.logs[0].append(h.pack(0, sequence))
    w.drain()


def polled_again(w):
    p, at = w.place(told=False)
    w.history.read("r", p, at, w.logs[p][at])


def polled_again_after_a_jump_back(w):
    w.read[0] = 0
    w.poll(0)


def skipped_poll(w):
    w.history.restarted("r")
    p, at = w.place(told=False, min_offset=2)
    w.history.read("r", p, at, w.logs[p][at])


def skipped_poll_at_the_end(w):
    fresh(w, None)
    at = fresh(w, None)
    w.history.read("s", 0, at, w.logs[0][at])
    w.drain()


def hole(w):
    sequence = w.history.sent(0, 0)
    w.logs[0] += [None, h.pack(0, sequence)]
    w.history.read("s", 0, len(w.logs[0]) - 1, w.logs[0][-1])


def out_of_order(w):
    first, second = w.history.sent(0, 0), w.history.sent(0, 0)
    w.logs[0] += [h.pack(0, second), h.pack(0, first)]
    w.drain()


def never_read(w):
    fresh(w, None)


def rewritten_between_reads(w):
    p, at = w.place(told=False)
    other = next(r for log in w.logs.values() for r in log if r != w.logs[p][at])
    w.history.read("other", p, at, other)


def rewritten_in_the_end(w):
    at = fresh(w, None)
    w.drain()
    w.logs[0][at] = h.pack(1, w.history.sent(1, 0))


def read_and_gone(w):
    fresh(w, None)
    w.drain()
    w.logs[0].pop()


def watermark_back(w):
    p = w.place()[0]
    w.history.bounds(p, 0, len(w.logs[p]) - 1)


def log_start_back(w):
    w.history.bounds(0, 3, len(w.logs[0]))
    w.history.bounds(0, 0, len(w.logs[0]))


def log_ends_below_watermark(w):
    w.history.bounds(1, 0, len(w.logs[1]) + 2)


def commit_back(w):
    w.history.committed("g", 0, 7)
    w.history.fetched_commit("g", 0, 6)


def commit_gone(w):
    w.history.committed("g", 2, 0)
    w.history.fetched_commit("g", 2, -1)


def absurd_high(w):
    w.history.told(0, w.history.sent(0, 0), 1 << 60)


def absurd_low(w):
    w.history.told(0, w.history.sent(0, 0), -77)


def corrupt_read(w):
    at = fresh(w, None)
    w.history.read("r", 0, at, h.CORRUPT)
    w.read[0] = at + 1


def corrupt_in_log(w):
    w.logs[1].append(h.CORRUPT)


def stranger_in_log(w):
    w.logs[1].append(h.pack(0, 1 << 30))


def stranger_producer(w):
    w.logs[1].append(h.pack(99, 0))


def timestamp_back(w):
    at = fresh(w, None)
    w.history.read("r", 0, at, w.logs[0][at], timestamp=5)
    w.read[0] = at + 1


# Each damage with the class that must be found; what follows from it may be found besides.
DAMAGES = [
    (lost_tail, "C1"), (lost_tail_without_offset, "C1"), (duplicate_in_partition, "C2"),
    (duplicate_in_other_partition, "C2"), (refused_but_there, "C3"), (told_wrong_offset, "C4"),
    (told_twice_the_same, "C4"), (in_other_partition, "C4"), (polled_again, "C5"),
    (polled_again_after_a_jump_back, "C5"), (skipped_poll, "C6"), (skipped_poll_at_the_end, "C6"),
    (hole, "C7"), (out_of_order, "C8"), (open_but_there, "C9"), (never_read, "C10"),
    (rewritten_between_reads, "C11"), (rewritten_in_the_end, "C11"), (read_and_gone, "C11"),
    (watermark_back, "C12"), (log_start_back, "C12"), (log_ends_below_watermark, "C12"),
    (commit_back, "C13"), (commit_gone, "C13"), (absurd_high, "C14"), (absurd_low, "C14"),
    (corrupt_read, "C15"), (corrupt_in_log, "C15"), (stranger_in_log, "C15"),
    (stranger_producer, "C15"), (timestamp_back, "C16"),
]
FOLLOWS = {"C2": {"C4", "C8"}, "C4": {"C1"}, "C5": {"C16"}, "C7": {"C6"},
           "C11": {"C1", "C6", "C12"}, "C15": {"C11", "C10"}, "C6": {"C10"}}


def check_damages(seeds):
    bad = 0
    for damage, kind in DAMAGES:
        for seed in range(seeds):
            world = World(seed)
            damage(world)
            found = set(world.end())
            if kind not in found or found - {kind} - FOLLOWS.get(kind, set()):
                bad += 1
                print(f"FAIL {damage.__name__} seed {seed}: wanted {kind}, found {sorted(found)}")
    return bad


def check_notes():
    bad = 0
    for kind in ("C17", "C18"):
        world = World(0)
        world.history.anomaly(kind, "noted by the soak itself")
        bad += list(world.end()) != [kind]
    return bad


def check_clean(count):
    bad = 0
    for seed in range(count):
        found = World(seed).end()
        if found:
            bad += 1
            print(f"FAIL clean history {seed}:\n{h.describe(found)}")
    return bad


def check_payload():
    value = h.payload(7, 3, 12345, 100)
    bad = h.parse(7, h.key_of(12345), value) != h.pack(3, 12345)
    bad += any(h.parse(7, h.key_of(12345), value[:i] + bytes([value[i] ^ 1]) + value[i + 1:])
               != h.CORRUPT for i in range(len(value)))
    bad += any(h.parse(run, key, v) != h.CORRUPT for run, key, v in (
        (8, h.key_of(12345), value), (7, b"12346", value), (7, None, value),
        (7, h.key_of(12345), value[:-1]), (7, h.key_of(12345), None), (7, b"", b"")))
    return bad


def main():
    seeds = 10
    bad = check_payload() + check_damages(seeds) + check_notes() + check_clean(1000)
    covered = {kind for _, kind in DAMAGES} | {"C17", "C18"}
    bad += len(set(h.CLASSES) - covered)
    print(f"test_history: {'failed' if bad else 'passed'}: {len(DAMAGES) * seeds + 2} bad histories "
          f"of {len(covered)} classes, 1000 clean ones, {bad} wrong")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
