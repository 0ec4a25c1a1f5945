"""The few requests the soaks send themselves, on a plain socket: no client library in between."""

import os
import socket
import struct
import time

STORAGE_ERROR = 56  # KAFKA_STORAGE_ERROR
_PRODUCE, _FETCH, _LIST_OFFSETS, _METADATA, _CREATE, _DELETE = 0, 1, 2, 3, 19, 20
LATEST, EARLIEST = -1, -2


def _crc32c_table():
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return table


_TABLE = _crc32c_table()


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ _TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def _varint(n):
    n = n << 1 ^ n >> 63
    out = bytearray()
    while n > 0x7F:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def batch(values):
    """A record batch without a producer, which may be sent again and again."""
    records = bytearray()
    for i, value in enumerate(values):
        record = b"\0" + _varint(0) + _varint(i) + _varint(-1) + _varint(len(value)) + value + _varint(0)
        records += _varint(len(record)) + record
    now = int(time.time() * 1000)
    body = struct.pack(">hiqqqhii", 0, len(values) - 1, now, now, -1, -1, -1, len(values)) + records
    return (struct.pack(">qiibI", 0, len(body) + 9, -1, 2, crc32c(body)) + body)


def random_batch(size, records=1):
    return batch([os.urandom(size // records) for _ in range(records)])


def _string(text):
    raw = text.encode()
    return struct.pack(">h", len(raw)) + raw


class _Reply:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, form):
        values = struct.unpack_from(">" + form, self.data, self.at)
        self.at += struct.calcsize(">" + form)
        return values[0] if len(values) == 1 else values

    def string(self):
        size = self.take("h")
        return None if size < 0 else self.raw(size).decode()

    def raw(self, size):
        self.at += size
        return self.data[self.at - size:self.at]

    def array(self, item):
        return [item() for _ in range(self.take("i"))]


class Connection:
    """Blocking; every call raises OSError when the broker goes away or does not answer in time."""

    def __init__(self, port, timeout=30):
        self._socket = socket.create_connection(("127.0.0.1", port), timeout)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._correlation = 0

    def close(self):
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _call(self, api, version, body):
        self._correlation += 1
        frame = struct.pack(">hhi", api, version, self._correlation) + _string("soak") + body
        self._socket.sendall(struct.pack(">i", len(frame)) + frame)
        reply = _Reply(self._exactly(struct.unpack(">i", self._exactly(4))[0]))
        if reply.take("i") != self._correlation:
            raise OSError("the broker answered another request")
        return reply

    def _exactly(self, size):
        data = bytearray(size)
        view, got = memoryview(data), 0
        while got < size:
            n = self._socket.recv_into(view[got:])
            if n == 0:
                raise OSError("the broker closed the connection")
            got += n
        return bytes(data)

    def metadata(self, topics=None):
        """{topic: (error, partitions)}"""
        body = struct.pack(">i", -1 if topics is None else len(topics))
        r = self._call(_METADATA, 1, body + b"".join(map(_string, topics or [])))
        r.array(lambda: (r.take("i"), r.string(), r.take("i"), r.string()))
        r.take("i")

        def partition():
            found = r.take("hii")
            r.array(lambda: r.take("i"))
            r.array(lambda: r.take("i"))
            return found

        def topic():
            error, name = r.take("h"), r.string()
            r.take("b")
            return name, (error, len(r.array(partition)))

        return dict(r.array(topic))

    def list_offsets(self, topic, partitions, when=LATEST):
        """{partition: (error, offset)}"""
        asked = b"".join(struct.pack(">iq", p, when) for p in partitions)
        r = self._call(_LIST_OFFSETS, 1, struct.pack(">ii", -1, 1) + _string(topic)
                       + struct.pack(">i", len(partitions)) + asked)
        found = {}

        def answer():
            partition, error, _, offset = r.take("ihqq")
            found[partition] = (error, offset)

        r.array(lambda: (r.string(), r.array(answer)))
        return found

    def fetch(self, topic, offsets, partition_bytes=1 << 20, max_bytes=50 << 20):
        """{partition: (error, high watermark, bytes of records)} for {partition: offset}"""
        asked = b"".join(struct.pack(">iqi", p, offset, partition_bytes)
                         for p, offset in offsets.items())
        r = self._call(_FETCH, 4, struct.pack(">iiiibi", -1, 0, 1, max_bytes, 0, 1)
                       + _string(topic) + struct.pack(">i", len(offsets)) + asked)
        found = {}

        def answer():
            partition, error, high, _ = r.take("ihqq")
            r.array(lambda: r.take("qq"))
            found[partition] = (error, high, r.raw(max(0, r.take("i"))))

        r.take("i")
        r.array(lambda: (r.string(), r.array(answer)))
        return found

    def produce(self, topic, batches, acks=-1, timeout_ms=30000):
        """{partition: (error, offset)} for {partition: batch}"""
        asked = b"".join(struct.pack(">ii", p, len(b)) + b for p, b in batches.items())
        r = self._call(_PRODUCE, 3, struct.pack(">hhii", -1, acks, timeout_ms, 1) + _string(topic)
                       + struct.pack(">i", len(batches)) + asked)
        found = {}

        def answer():
            partition, error, offset, _ = r.take("ihqq")
            found[partition] = (error, offset)

        r.array(lambda: (r.string(), r.array(answer)))
        return found

    def create_topic(self, name, partitions, **config):
        settings = b"".join(_string(k.replace("_", ".")) + _string(v) for k, v in config.items())
        r = self._call(_CREATE, 2, struct.pack(">i", 1) + _string(name)
                       + struct.pack(">ihii", partitions, 1, 0, len(config)) + settings
                       + struct.pack(">ib", 30000, 0))
        r.take("i")
        self._no_error("create", r.array(lambda: (r.string(), r.take("h"), r.string())))

    def delete_topic(self, name):
        r = self._call(_DELETE, 1, struct.pack(">i", 1) + _string(name) + struct.pack(">i", 30000))
        r.take("i")
        self._no_error("delete", r.array(lambda: (r.string(), r.take("h"), None)))

    @staticmethod
    def _no_error(what, answers):
        for name, error, text in answers:
            if error:
                raise RuntimeError(f"{what} {name}: error {error} {text or ''}")
