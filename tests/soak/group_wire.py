"""Group requests on plain sockets: what the group soaks send themselves, and what their proxy reads."""

import asyncio
import struct

OFFSET_COMMIT, OFFSET_FETCH, FIND_COORDINATOR, JOIN, HEARTBEAT, LEAVE, SYNC = 8, 9, 10, 11, 12, 13, 14
CREATE_TOPICS = 19
LOADING, NOT_AVAILABLE, NOT_COORDINATOR, REBALANCING, MEMBER_ID_REQUIRED = 14, 15, 16, 27, 79
_FIRST_FLEXIBLE_COMMIT = 8
_FIRST_COMMIT_WITH_IDS = 10


def string(text):
    if text is None:
        return b"\xff\xff"
    raw = text.encode()
    return struct.pack(">h", len(raw)) + raw


def blob(raw):
    return struct.pack(">i", len(raw)) + raw


def array(items):
    return struct.pack(">i", len(items)) + b"".join(items)


class Reader:
    """Reads fields of a message; `flexible` as KIP-482 has it."""

    def __init__(self, data, flexible=False):
        self.data, self.at, self.flexible = data, 0, flexible

    def take(self, form):
        values = struct.unpack_from(">" + form, self.data, self.at)
        self.at += struct.calcsize(">" + form)
        return values[0] if len(values) == 1 else values

    def raw(self, size):
        self.at += size
        return bytes(self.data[self.at - size:self.at])

    def uvarint(self):
        value = shift = 0
        while True:
            byte = self.take("B")
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7

    def string(self):
        size = self.uvarint() - 1 if self.flexible else self.take("h")
        return None if size < 0 else self.raw(size).decode()

    def bytes(self):
        return self.raw(max(0, self.take("i")))

    def tags(self):
        if self.flexible:
            for _ in range(self.uvarint()):
                self.uvarint()
                self.raw(self.uvarint())

    def array(self, item):
        count = self.uvarint() - 1 if self.flexible else self.take("i")
        return [item() for _ in range(max(0, count))]


def topic_of_commit(reader, version):
    """Its name, or the id that takes its place."""
    return reader.raw(16).hex() if version >= _FIRST_COMMIT_WITH_IDS else reader.string()


def read_commit(frame):
    """(group, {(topic, partition): offset}) of an OffsetCommit request, v2-10, size excluded."""
    r = Reader(frame)
    _, version, _ = r.take("hhi")
    r.string()
    r.flexible = version >= _FIRST_FLEXIBLE_COMMIT
    r.tags()
    group = r.string()
    r.take("i")
    r.string()
    if version >= 7:
        r.string()
    if version <= 4:
        r.take("q")
    offsets = {}

    def topic():
        name = topic_of_commit(r, version)

        def partition():
            number, offset = r.take("iq")
            if version >= 6:
                r.take("i")
            r.string()
            r.tags()
            offsets[name, number] = offset

        r.array(partition)
        r.tags()

    r.array(topic)
    return group, offsets


def read_commit_answer(frame, version):
    """{(topic, partition): error}; topics are named as in the request."""
    r = Reader(frame)
    r.take("i")
    r.flexible = version >= _FIRST_FLEXIBLE_COMMIT
    r.tags()
    if version >= 3:
        r.take("i")
    errors = {}

    def topic():
        name = topic_of_commit(r, version)

        def partition():
            number, error = r.take("ih")
            r.tags()
            errors[name, number] = error

        r.array(partition)
        r.tags()

    r.array(topic)
    return errors


async def read_frame(stream):
    """Size excluded; raises IncompleteReadError or OSError at the end."""
    size = struct.unpack(">i", await stream.readexactly(4))[0]
    return await stream.readexactly(size)


class Connection:
    """One request at a time; every call raises OSError when the broker goes away."""

    @staticmethod
    async def open(port):
        c = Connection()
        c._reader, c._writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 24)
        c._correlation = 0
        return c

    def close(self):
        self._writer.close()

    async def call(self, api, version, body):
        self._correlation += 1
        frame = struct.pack(">hhi", api, version, self._correlation) + string("group-soak") + body
        self._writer.write(struct.pack(">i", len(frame)) + frame)
        try:
            answer = await read_frame(self._reader)
        except asyncio.IncompleteReadError:
            raise OSError("the broker closed the connection") from None
        r = Reader(answer)
        if r.take("i") != self._correlation:
            raise OSError("the broker answered another request")
        return r

    async def find_coordinator(self, group):
        while True:
            error = (await self.call(FIND_COORDINATOR, 0, string(group))).take("h")
            if error == 0:
                return
            if error not in (LOADING, NOT_AVAILABLE):
                raise RuntimeError(f"find coordinator: error {error}")
            await asyncio.sleep(0.05)

    async def commit(self, group, topic, offsets, generation=-1, member=""):
        """{partition: error} for {partition: offset}"""
        rows = [struct.pack(">iq", p, offset) + string("") for p, offset in offsets.items()]
        r = await self.call(OFFSET_COMMIT, 2, string(group) + struct.pack(">i", generation)
                            + string(member) + struct.pack(">q", -1)
                            + array([string(topic) + array(rows)]))
        found = {}

        def answer():
            number, error = r.take("ih")
            found[number] = error

        r.array(lambda: (r.string(), r.array(answer)))
        return found

    async def fetch(self, group, topic, partitions):
        """(error, {partition: offset}), asked once."""
        asked = array([struct.pack(">i", p) for p in partitions])
        r = await self.call(OFFSET_FETCH, 2, string(group) + array([string(topic) + asked]))
        found = {}

        def answer():
            number, offset = r.take("iq")
            r.string()
            r.take("h")
            found[number] = offset

        r.array(lambda: (r.string(), r.array(answer)))
        return r.take("h"), found

    async def create_topic(self, name, partitions):
        r = await self.call(CREATE_TOPICS, 2, array([string(name) + struct.pack(
            ">ihii", partitions, 1, 0, 0)]) + struct.pack(">ib", 60000, 0))
        r.take("i")
        for _, error, text in r.array(lambda: (r.string(), r.take("h"), r.string())):
            if error:
                raise RuntimeError(f"create {name}: error {error} {text or ''}")


class Member:
    """A member of the classic protocol whose leader deals partitions out in turn."""

    def __init__(self, connection, group, topic, partitions, session_ms=30000, rebalance_ms=60000):
        self.connection, self.group, self.topic = connection, group, topic
        self.partitions, self.session_ms, self.rebalance_ms = partitions, session_ms, rebalance_ms
        self.id, self.generation, self.owned = "", -1, set()

    async def join(self):
        """Until it has a generation and its partitions."""
        while True:
            error, leader, members = await self._join()
            if error == MEMBER_ID_REQUIRED:
                continue
            if error == LOADING:
                await asyncio.sleep(0.001)
                continue
            if error:
                raise RuntimeError(f"join: error {error}")
            error = await self._sync(members if leader == self.id else [])
            if error == 0:
                return
            if error != REBALANCING:
                raise RuntimeError(f"sync: error {error}")

    async def _join(self):
        subscription = struct.pack(">h", 0) + array([string(self.topic)]) + struct.pack(">i", -1)
        r = await self.connection.call(
            JOIN, 4, string(self.group) + struct.pack(">ii", self.session_ms, self.rebalance_ms)
            + string(self.id) + string("consumer") + array([string("range") + blob(subscription)]))
        _, error, generation, _, leader, self.id = (r.take("i"), r.take("h"), r.take("i"), r.string(),
                                                    r.string(), r.string())
        if error == 0:
            self.generation = generation
        return error, leader, r.array(lambda: (r.string(), r.bytes()))

    async def _sync(self, members):
        shares = [[] for _ in members]
        for p in range(self.partitions if members else 0):
            shares[p % len(members)].append(struct.pack(">i", p))
        given = [string(id) + blob(struct.pack(">h", 0) + array([string(self.topic) + array(share)])
                                   + struct.pack(">i", -1))
                 for (id, _), share in zip(members, shares)]
        r = await self.connection.call(SYNC, 1, string(self.group) + struct.pack(
            ">i", self.generation) + string(self.id) + array(given))
        r.take("i")
        error = r.take("h")
        if error:
            return error
        a = Reader(r.bytes())
        self.owned = set()
        if a.data:
            a.take("h")
            for _, share in a.array(lambda: (a.string(), a.array(lambda: a.take("i")))):
                self.owned.update(share)
        return 0

    async def heartbeat(self):
        r = await self.connection.call(HEARTBEAT, 1, string(self.group) + struct.pack(
            ">i", self.generation) + string(self.id))
        r.take("i")
        return r.take("h")

    async def leave(self):
        r = await self.connection.call(LEAVE, 1, string(self.group) + string(self.id))
        r.take("i")
        return r.take("h")
