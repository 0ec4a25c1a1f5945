"""Checks what real clients were told against what the log holds: the anomalies of a history.

A record is (producer, sequence), packed into one number. Clients report as things happen; nothing
is kept per event but what the final comparison needs (8 bytes a record and view). Reads of one
reader must be reported in the order in which it polled them.
"""

import struct
import threading
import zlib
from array import array
from collections import defaultdict

CLASSES = {
    "C1": "lost write: acknowledged, and not in the log",
    "C2": "duplicate: a record is in the log twice",
    "C3": "refused write visible: a definite failure is in the log",
    "C4": "inconsistent offsets: a record is not where its acknowledgement says",
    "C5": "nonmonotonic poll: a reader was given an offset again",
    "C6": "skipped poll: a reader was not given an offset below one that it was given",
    "C7": "internal skip: the log has a hole",
    "C8": "nonmonotonic send: a producer's records are out of order in a partition",
    "C9": "precommitted read: a record of an open transaction was read",
    "C10": "unseen: in the log at the end, and the reader that read all along never got it",
    "C11": "rewritten offset: what was read at an offset is another record, or none, later",
    "C12": "regression: a high watermark, log start or log end went back",
    "C13": "committed offset regression: a group's position went back",
    "C14": "absurd offset: an acknowledged offset that cannot be",
    "C15": "corruption: bytes that no producer sent",
    "C16": "timestamp regression: LogAppendTime went back in a partition",
    "C17": "stuck reader: nothing for long while records were there",
    "C18": "no acknowledgement for long after the broker listened",
}

NONE = -1
CORRUPT = -2
# Instead of an offset, of a sent record:
UNTOLD = -1          # no answer, or an indefinite one: may be in the log once
REFUSED = -2         # must not be in the log
TOLD_NO_OFFSET = -3  # acknowledged; the client does not know where
OPEN = -4            # of a transaction that never ended

_EXAMPLES = 5
_ABSURD = 1 << 56
_HEADER = struct.Struct(">QHQI")
_FILLER = bytes(range(256)) * 8


def pack(producer, sequence):
    return producer << 40 | sequence


def unpack(record):
    return record >> 40, record & (1 << 40) - 1


def key_of(sequence):
    return b"%d" % sequence


def payload(run, producer, sequence, size):
    """The value of a record: who sent it, a filler, and a CRC over those and the key."""
    filler = _FILLER[sequence % 256:sequence % 256 + max(0, size - _HEADER.size)]
    crc = zlib.crc32(filler, zlib.crc32(struct.pack(">QHQ", run, producer, sequence)))
    return _HEADER.pack(run, producer, sequence, zlib.crc32(key_of(sequence), crc)) + filler


def parse(run, key, value):
    """The record that a key and value are, or CORRUPT."""
    if value is None or len(value) < _HEADER.size:
        return CORRUPT
    found_run, producer, sequence, crc = _HEADER.unpack_from(value)
    wanted = zlib.crc32(value[_HEADER.size:], zlib.crc32(value[:_HEADER.size - 4]))
    if found_run != run or key is None or zlib.crc32(key, wanted) != crc:
        return CORRUPT
    return pack(producer, sequence) if key == key_of(sequence) else CORRUPT


class _Reader:
    def __init__(self):
        self.next = {}  # partition -> offset of the next record
        self.timestamp = {}


class History:
    """Thread-safe. `reads_start_at` is the offset where every partition began."""

    def __init__(self, reads_start_at=0):
        self._lock = threading.Lock()
        self._start = reads_start_at
        self._partition = defaultdict(lambda: array("i"))  # producer -> partition by sequence
        self._told = defaultdict(lambda: array("q"))       # producer -> offset by sequence
        self._seen = defaultdict(lambda: array("q"))       # partition -> record by offset
        self._log = defaultdict(lambda: array("q"))        # the same, in the final log
        self._readers = defaultdict(_Reader)
        self._bounds = {}                                  # partition -> (log start, high watermark)
        self._highest = defaultdict(int)
        self._committed = {}
        self._found = defaultdict(list)
        self._counts = defaultdict(int)
        self.acknowledged = 0

    # What happened -------------------------------------------------------------------------------

    def anomaly(self, kind, text):
        assert kind in CLASSES
        self._counts[kind] += 1
        if len(self._found[kind]) < _EXAMPLES:
            self._found[kind].append(text)

    def sent(self, producer, partition):
        """A record is handed to the client; answers its sequence."""
        with self._lock:
            self._partition[producer].append(partition)
            self._told[producer].append(UNTOLD)
            return len(self._told[producer]) - 1

    def told(self, producer, sequence, answer):
        """The client was told an offset, or REFUSED, TOLD_NO_OFFSET, OPEN."""
        with self._lock:
            self._told[producer][sequence] = answer
            if answer >= 0 or answer == TOLD_NO_OFFSET:
                self.acknowledged += 1

    def read(self, reader, partition, offset, record, timestamp=None):
        """A reader that follows the log was given `record` at `offset`."""
        with self._lock:
            self._poll(reader, partition, offset, timestamp)
            self._see(partition, offset, record)

    def restarted(self, reader):
        """The reader begins anew at the start, by its own wish."""
        with self._lock:
            self._readers.pop(reader, None)

    def bounds(self, partition, log_start, high_watermark):
        """What ListOffsets(earliest) and (latest) answered, in the order of the answers."""
        with self._lock:
            old = self._bounds.get(partition, (log_start, high_watermark))
            if log_start < old[0] or high_watermark < old[1]:
                self.anomaly("C12", f"partition {partition}: start and high watermark "
                                    f"{old} became {(log_start, high_watermark)}")
            self._bounds[partition] = (log_start, high_watermark)
            self._highest[partition] = max(self._highest[partition], high_watermark)

    def committed(self, group, partition, offset):
        """A commit was acknowledged."""
        with self._lock:
            self._committed[group, partition] = offset

    def fetched_commit(self, group, partition, offset):
        with self._lock:
            last = self._committed.get((group, partition), NONE)
            if offset < last:
                self.anomaly("C13", f"group {group} partition {partition}: {last} became {offset}")

    def in_log(self, partition, offset, record):
        """The final log, read from its start; offsets rising."""
        log = self._log[partition]
        expected = self._start + len(log)
        if offset > expected:
            self.anomaly("C7", f"partition {partition}: {expected} to {offset - 1} missing")
            log.extend([NONE] * (offset - expected))
        elif offset < expected:
            self.anomaly("C5", f"partition {partition}: {offset} again in the final log")
            return
        log.append(record)

    # Reads ---------------------------------------------------------------------------------------

    def _poll(self, name, partition, offset, timestamp):
        reader = self._readers[name]
        expected = reader.next.get(partition, self._start)
        if offset < expected:
            self.anomaly("C5", f"{name} partition {partition}: {offset} after {expected - 1}")
        elif offset > expected:
            self.anomaly("C6", f"{name} partition {partition}: {offset} after {expected - 1}")
        reader.next[partition] = max(expected, offset + 1)
        if timestamp is None:
            return
        before = reader.timestamp.get(partition, timestamp)
        if timestamp < before:
            self.anomaly("C16", f"partition {partition} offset {offset}: {timestamp} after {before}")
        reader.timestamp[partition] = timestamp

    def _see(self, partition, offset, record):
        if record == CORRUPT:
            self.anomaly("C15", f"partition {partition} offset {offset}: read")
        seen, place = self._seen[partition], offset - self._start
        if place >= len(seen):
            seen.extend([NONE] * (place - len(seen)))
            seen.append(record)
        elif seen[place] == NONE:
            seen[place] = record
        elif seen[place] != record:
            self.anomaly("C11", f"partition {partition} offset {offset}: "
                                f"{unpack(seen[place])} became {unpack(record)}")

    # The end -------------------------------------------------------------------------------------

    def check(self, read_all=True):
        """{class: (count, examples)} of everything found; empty when the history is clean.
        `read_all`: some reader should have been given every record of the final log."""
        places = self._places()
        self._check_answers(places)
        for partition in sorted(set(self._log) | set(self._seen) | set(self._highest)):
            self._check_partition(partition, read_all)
        return {kind: (self._counts[kind], self._found[kind]) for kind in CLASSES
                if self._counts[kind]}

    def _places(self):
        """record -> (partition, offset) of the final log, with duplicates and strangers reported."""
        places = {}
        for partition, log in self._log.items():
            for at, record in enumerate(log, self._start):
                if record == NONE:
                    continue
                if record == CORRUPT or not self._was_sent(record):
                    self.anomaly("C15", f"partition {partition} offset {at}: in the log")
                elif record in places:
                    self.anomaly("C2", f"{unpack(record)} at {places[record]} and {(partition, at)}")
                else:
                    places[record] = (partition, at)
        return places

    def _was_sent(self, record):
        producer, sequence = unpack(record)
        return producer in self._told and sequence < len(self._told[producer])

    def _check_answers(self, places):
        given = {}
        for producer, answers in self._told.items():
            for sequence, answer in enumerate(answers):
                partition = self._partition[producer][sequence]
                place = places.get(pack(producer, sequence))
                self._check_answer((producer, sequence), partition, answer, place)
                if answer < 0:
                    continue
                other = given.setdefault((partition, answer), (producer, sequence))
                if other != (producer, sequence):
                    self.anomaly("C4", f"{other} and {(producer, sequence)} were both told "
                                       f"{(partition, answer)}")

    def _check_answer(self, record, partition, answer, place):
        if answer < OPEN or answer >= _ABSURD:
            self.anomaly("C14", f"{record} was told {answer}")
            return
        if place is None:
            if answer >= 0 or answer == TOLD_NO_OFFSET:
                self.anomaly("C1", f"{record} was told {(partition, answer)}")
            return
        if answer == REFUSED:
            self.anomaly("C3", f"{record} at {place}")
        elif answer == OPEN:
            self.anomaly("C9", f"{record} at {place}")
        elif place[0] != partition or (answer >= 0 and place[1] != answer):
            self.anomaly("C4", f"{record} was told {(partition, answer)} and is at {place}")

    def _check_partition(self, partition, read_all):
        log, seen = self._log[partition], self._seen[partition]
        self._check_order(partition, log)
        end = self._start + len(log)
        if end < self._highest[partition]:
            self.anomaly("C12", f"partition {partition}: ends at {end}, "
                                f"high watermark was {self._highest[partition]}")
        for at, record in enumerate(seen):
            kept = log[at] if at < len(log) else NONE
            if record != NONE and record != kept:
                self.anomaly("C11", f"partition {partition} offset {self._start + at}: read "
                                    f"{unpack(record)}, in the end {unpack(kept)}")
        if read_all:
            missing = sum(1 for at, record in enumerate(log)
                          if record != NONE and (at >= len(seen) or seen[at] == NONE))
            if missing:
                self.anomaly("C10", f"partition {partition}: {missing} records")

    def _check_order(self, partition, log):
        newest, met = {}, set()
        for at, record in enumerate(log, self._start):
            if record < 0 or record in met:
                continue
            met.add(record)
            producer, sequence = unpack(record)
            if sequence < newest.get(producer, NONE):
                self.anomaly("C8", f"partition {partition} offset {at}: {(producer, sequence)} "
                                   f"after {newest[producer]}")
            newest[producer] = max(sequence, newest.get(producer, NONE))


def describe(anomalies):
    lines = []
    for kind, (count, examples) in anomalies.items():
        lines.append(f"{kind} {CLASSES[kind]}: {count}")
        lines += [f"    {example}" for example in examples]
    return "\n".join(lines)
