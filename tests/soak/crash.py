"""One broker life after another under writing clients; what ends a life is the caller's."""

import random
import time

import wire
import workload
from history import History

FIRST_ANSWER_LIMIT_S = 10
DRAIN_S = 0.04
RATE = 1200  # records a second and producer
PRODUCERS = [  # every client is idempotent; they differ in how they batch
    {"enable.idempotence": True},
    {"enable.idempotence": True, "linger.ms": 0, "batch.num.messages": 3},
    {"enable.idempotence": True, "linger.ms": 2, "compression.type": "lz4"},
    {"enable.idempotence": True, "linger.ms": 5, "max.in.flight": 1},
]
TOPICS = {"created": {}, "appended": {"message_timestamp_type": "LogAppendTime"}}
PARTITIONS_A_TOPIC = 3


class Crashes:
    """Life after life of one broker, with clients that never stop. The broker is started by
    begin(), and its clients run until finish()."""

    def __init__(self, leatd, seed, producers=None, config=None, tail=True):
        self.leatd, self.history = leatd, History()
        self.random = random.Random(seed)
        self.run = self.random.getrandbits(63)
        self.layout = workload.Layout({name: PARTITIONS_A_TOPIC for name in TOPICS})
        self.valid = self.invalid = self.during_recovery = 0
        self._settings = PRODUCERS if producers is None else producers
        self._config, self._with_tail = config or {}, tail
        self.writers, self.tail = [], None

    def begin(self):
        self.leatd.start()
        self.leatd.wait_ready()
        with wire.Connection(self.leatd.port) as c:
            for name, config in TOPICS.items():
                c.create_topic(name, PARTITIONS_A_TOPIC, **config, **self._config)
        for i, settings in enumerate(self._settings):
            self.writers.append(workload.Writer(self.leatd.bootstrap, self.layout, self.history,
                                                self.run, i, random.Random(self.random.random()),
                                                RATE, settings))
        if self._with_tail:
            self.tail = workload.Tail(self.leatd.bootstrap, self.layout, self.history, self.run)
            self.tail.start()
        for w in self.writers:
            w.start()

    def live(self, max_s):
        """Waits for an answer in this life and then some random time."""
        deadline = time.monotonic() + FIRST_ANSWER_LIMIT_S
        while not any(w.connected() for w in self.writers):
            if time.monotonic() > deadline:
                self.history.anomaly("C18", f"no answer {FIRST_ANSWER_LIMIT_S} s after the start: "
                                            f"{self.leatd.last_words()}")
                break
            time.sleep(0.001)
        time.sleep(self.random.uniform(0, max_s))
        if self.random.random() < 0.3:
            self.watch_bounds()

    def watch_bounds(self):
        with wire.Connection(self.leatd.port) as c:
            for n, (start, end) in workload.bounds(c, self.layout).items():
                self.history.bounds(n, start, end)

    def was_in_flight(self, when):
        """Counts the crash at `when` as valid or not. The broker must be dead and not yet
        restarted, so that no later answer can come."""
        time.sleep(DRAIN_S)
        valid = any(w.was_waiting(when) for w in self.writers)
        self.valid += valid
        self.invalid += not valid
        return valid

    def restart(self):
        for w in self.writers:
            w.life_begins()
        self.leatd.start()

    def ready(self):
        self.leatd.wait_ready()
        self.watch_bounds()

    def finish(self):
        """Lets every record be answered, reads the whole log and answers what is wrong."""
        unanswered = sum(w.finish(120) for w in self.writers)
        if unanswered:
            self.history.anomaly("C18", f"{unanswered} records never answered")
        with wire.Connection(self.leatd.port) as c:
            found = workload.bounds(c, self.layout)
        for n, (start, end) in found.items():
            self.history.bounds(n, start, end)
        ends = {n: end for n, (_, end) in found.items()}
        if len(ends) < len(self.layout):
            self.history.anomaly("C17", f"only {len(ends)} of {len(self.layout)} partitions answer")
        if self.tail:
            self.tail.reach(ends)
            self.tail.finish()
        workload.read_log(self.leatd.bootstrap, self.layout, self.history, self.run, ends)
        return self.history.check(read_all=self.tail is not None), sum(ends.values())

    def failures(self):
        return [text for w in self.writers for text in w.failures]
