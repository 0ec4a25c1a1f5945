"""Real clients (librdkafka) that write and read without pause and report to a History."""

import threading
import time
from functools import partial

import history as h
from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition

STUCK_S = 30
# The log level: a refused connection is what these soaks are about.
COMMON = {"reconnect.backoff.ms": 5, "reconnect.backoff.max.ms": 100, "log_level": 0}
_SURELY_SENT_S = 0.003  # after linger, a record is in a request or waits behind one


class Layout:
    """Partitions numbered over several topics."""

    def __init__(self, topics):
        self._places = [(name, p) for name, count in topics.items() for p in range(count)]
        self._numbers = {place: n for n, place in enumerate(self._places)}
        self.topics = topics

    def __len__(self):
        return len(self._places)

    def place(self, number):
        return self._places[number]

    def number(self, topic, partition):
        return self._numbers[topic, partition]


class Writer(threading.Thread):
    """A producer that keeps some records outstanding all the time, at most `rate` a second."""

    def __init__(self, bootstrap, layout, history, run, index, random, rate, settings):
        super().__init__(daemon=True, name=f"writer-{index}")
        self._linger_s = settings.get("linger.ms", 0) / 1000
        # A record waits through every crash rather than fail: what fails is not checked as hard.
        self._client = Producer({"bootstrap.servers": bootstrap, "acks": "all",
                                 "message.timeout.ms": 600000, "retry.backoff.ms": 10,
                                 "retry.backoff.max.ms": 200, "socket.timeout.ms": 10000,
                                 **COMMON, **settings})
        self._layout, self._history, self._run, self._index = layout, history, run, index
        self._random, self._pause_s, self._burst = random, 0.005, max(1, int(rate * 0.005))
        self._room = max(50, rate // 10)
        self._waiting = {}  # sequence -> when it was handed over; oldest first
        self._ending = threading.Event()
        self._life_began = 0.0
        self.last_answer = 0.0
        self.failures = []

    def run(self):
        while not self._ending.is_set():
            for _ in range(self._burst if len(self._waiting) < self._room else 0):
                self._write()
            self._client.poll(0)
            time.sleep(self._pause_s)

    def _write(self):
        number = self._random.randrange(len(self._layout))
        topic, partition = self._layout.place(number)
        sequence = self._history.sent(self._index, number)
        value = h.payload(self._run, self._index, sequence, self._random.randrange(30, 200))
        self._waiting[sequence] = time.monotonic()
        self._client.produce(topic, value=value, key=h.key_of(sequence), partition=partition,
                             on_delivery=partial(self._answered, sequence))

    def _answered(self, sequence, error, message):
        self._waiting.pop(sequence)
        if error is not None:
            self.failures.append(str(error))
            return  # indefinite
        self.last_answer = time.monotonic()
        offset = message.offset()
        self._history.told(self._index, sequence, h.TOLD_NO_OFFSET if offset == -1001 else offset)

    def life_begins(self):
        self._life_began = time.monotonic()

    def connected(self):
        """It has had an answer since the broker was started."""
        return self.last_answer > self._life_began

    def was_waiting(self, when):
        """True when a request was in flight at `when`; asked once all that was answered until then
        has been taken. The client was connected, and a record that it had handed over and sent
        remained unanswered."""
        sent_before = when - self._linger_s - _SURELY_SENT_S
        return (self._life_began < self.last_answer
                and any(at < sent_before for at in list(self._waiting.values())[:5]))

    def finish(self, limit_s):
        """Stops writing and waits for all answers; the number of records that had none."""
        self._ending.set()
        self.join()
        return self._client.flush(limit_s)


def reading_client(bootstrap, **settings):
    # librdkafka wants a group name even to read assigned partitions. A reset is an anomaly here.
    return Consumer({"bootstrap.servers": bootstrap, "group.id": "unused", "check.crcs": True,
                     "enable.auto.commit": False, "auto.offset.reset": "error",
                     "fetch.wait.max.ms": 100, "fetch.error.backoff.ms": 10, **COMMON, **settings})


class Tail(threading.Thread):
    """A consumer that reads every partition from the start, through all crashes."""

    def __init__(self, bootstrap, layout, history, run):
        super().__init__(daemon=True, name="tail")
        self._client = reading_client(bootstrap)
        self._layout, self._history, self._run = layout, history, run
        self._ending = threading.Event()
        self._next = {n: 0 for n in range(len(layout))}
        self.records = 0
        self._client.assign([TopicPartition(*layout.place(n), 0) for n in range(len(layout))])

    def run(self):
        while not self._ending.is_set():
            for message in self._client.consume(1000, 0.05):
                self._take(message)
        self._client.close()

    def _take(self, message):
        if message.error():
            if message.error().code() in (KafkaError._AUTO_OFFSET_RESET,
                                          KafkaError.OFFSET_OUT_OF_RANGE):
                self._history.anomaly("C12", f"the reader's offset is gone: {message.error()}")
            elif message.error().code() == KafkaError._BAD_MSG:
                self._history.anomaly("C15", str(message.error()))
            return
        n = self._layout.number(message.topic(), message.partition())
        kind, timestamp = message.timestamp()
        record = h.parse(self._run, message.key(), message.value())
        self._history.read("tail", n, message.offset(), record, timestamp if kind == 2 else None)
        self._next[n] = message.offset() + 1
        self.records += 1

    def reach(self, ends):
        """Waits until it has read up to {partition: end}; notes it when it gets stuck."""
        moved, last = time.monotonic(), self.records
        while any(self._next[n] < end for n, end in ends.items()):
            if self.records != last:
                moved, last = time.monotonic(), self.records
            elif time.monotonic() - moved > STUCK_S:
                behind = {n: (self._next[n], end) for n, end in ends.items() if self._next[n] < end}
                self._history.anomaly("C17", f"nothing for {STUCK_S} s; at and end: {behind}")
                break
            time.sleep(0.02)

    def finish(self):
        self._ending.set()
        self.join()


def read_log(bootstrap, layout, history, run, ends):
    """The final log from its start to {partition: end}, into the history."""
    client = reading_client(bootstrap)
    left = {n for n, end in ends.items() if end > 0}
    client.assign([TopicPartition(*layout.place(n), 0) for n in range(len(layout))])
    moved = time.monotonic()
    while left and time.monotonic() - moved < STUCK_S:
        for message in client.consume(1000, 0.2):
            if message.error():
                continue
            moved = time.monotonic()
            n = layout.number(message.topic(), message.partition())
            if message.offset() >= ends[n]:
                continue
            history.in_log(n, message.offset(), h.parse(run, message.key(), message.value()))
            if message.offset() + 1 == ends[n]:
                left.discard(n)
    client.close()
    for n in left:
        history.anomaly("C17", f"partition {n} cannot be read up to {ends[n]}")


def bounds(connection, layout):
    """{partition: (log start, end)} from ListOffsets."""
    found = {}
    for topic, count in layout.topics.items():
        starts = connection.list_offsets(topic, range(count), -2)
        ends = connection.list_offsets(topic, range(count), -1)
        for p in range(count):
            if starts[p][0] == 0 and ends[p][0] == 0:
                found[layout.number(topic, p)] = (starts[p][1], ends[p][1])
    return found
