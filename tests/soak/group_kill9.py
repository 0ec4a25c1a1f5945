"""Kills leatd with a commit in flight, again and again, under groups of three client implementations
with auto-commit every 100 ms and with manual commits: no record is skipped, no committed offset goes
back, and every group gets records again within its session time-out.

The clients talk through a proxy. It kills the broker after it forwarded an OffsetCommit and before it
read the answer, so that nobody knows whether the commit was kept.
"""

import asyncio
import collections
import os
import random
import sys
import time

import command
import group_wire
import wire
from group_worker import SESSION_MS
from leatd import Leatd, free_port

TOPIC = "t"
PARTITIONS = 3
# Not kafka-python: 3.0.12 can lose a wake-up between its two threads when the CPUs are busy and then
# waits for ever (its IO thread sits in select while the other waits for work it handed over).
IMPLEMENTATIONS = ["librdkafka", "aiokafka", "franz-go"]
MODES = ["auto", "manual"]
RECORDS_A_BATCH = 5
PAUSE_S = 0.05
BEGIN_LIMIT_S = 60
KILL_LIMIT_S = 60
CATCH_UP_LIMIT_S = 120
MAX_KILL_DELAY_S = 0.003  # some commits get as far as the disk


class Commits:
    """What was asked for and answered, by (group, partition): the answered offset and those forwarded
    after it, each of which may have been kept."""

    def __init__(self):
        self.answered = {}
        self.unanswered = collections.defaultdict(list)
        self.count = 0

    def forwarded(self, group, offsets):
        for (_, partition), offset in offsets.items():
            self.unanswered[group, partition].append(offset)

    def done(self, group, offsets, errors):
        for place, offset in offsets.items():
            if errors.get(place) != 0:
                continue
            key = group, place[1]
            self.count += 1
            self.answered[key] = offset
            waiting = self.unanswered[key]
            if offset in waiting:
                del waiting[:waiting.index(offset) + 1]

    def fault(self, key, found):
        if found == self.answered.get(key, -1) or found in self.unanswered[key]:
            return None
        return (f"{key[0]} partition {key[1]}: committed {found}, answered "
                f"{self.answered.get(key, -1)}, in flight {self.unanswered[key]}")


class Proxy:
    def __init__(self, broker_port, commits):
        self.broker_port, self.commits = broker_port, commits
        self.target = None  # the group whose next commit is the broker's end
        self.on_forwarded = None
        self.open = True
        self.tasks = set()

    async def start(self, port):
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", port, limit=1 << 24)

    def _serve(self, reader, writer):
        task = asyncio.ensure_future(self._connection(reader, writer))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _connection(self, reader, writer):
        if not self.open:
            writer.close()
            return
        try:
            to_broker = await asyncio.open_connection("127.0.0.1", self.broker_port, limit=1 << 24)
        except OSError:
            writer.close()
            return
        asked = {}
        both = [asyncio.ensure_future(self._requests(reader, to_broker[1], asked)),
                asyncio.ensure_future(self._answers(to_broker[0], writer, asked))]
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        for half in both:
            half.cancel()
        await asyncio.gather(*both, return_exceptions=True)
        writer.close()
        to_broker[1].close()

    async def _requests(self, reader, writer, asked):
        while True:
            frame = await group_wire.read_frame(reader)
            api, version, correlation = group_wire.Reader(frame).take("hhi")
            commit = api == group_wire.OFFSET_COMMIT
            if commit:
                group, offsets = group_wire.read_commit(frame)
                asked[correlation] = version, group, offsets
                self.commits.forwarded(group, offsets)
            writer.write(len(frame).to_bytes(4, "big") + frame)
            await writer.drain()
            if commit and group == self.target and self.on_forwarded:
                kill, self.on_forwarded = self.on_forwarded, None
                kill()

    async def _answers(self, reader, writer, asked):
        while True:
            frame = await group_wire.read_frame(reader)
            commit = asked.pop(int.from_bytes(frame[:4], "big", signed=True), None)
            if commit:
                version, group, offsets = commit
                self.commits.done(group, offsets, group_wire.read_commit_answer(frame, version))
            writer.write(len(frame).to_bytes(4, "big") + frame)
            await writer.drain()


class Group:
    """A consumer process and what it was given."""

    def __init__(self, implementation, mode):
        self.implementation, self.mode = implementation, mode
        self.name = f"{implementation}-{mode}"
        self.seen = [set() for _ in range(PARTITIONS)]
        self.last_record = 0.0
        self.records = 0

    async def start(self, bootstrap, scratch):
        worker = os.path.join(os.path.dirname(os.path.abspath(__file__)), "group_worker.py")
        self.log = open(os.path.join(scratch, self.name + ".log"), "wb")
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-B", worker, self.implementation, bootstrap, TOPIC, self.name, self.mode,
            stdout=asyncio.subprocess.PIPE, stderr=self.log)
        self.task = asyncio.ensure_future(self._read())

    async def _read(self):
        async for line in self.process.stdout:
            partition, offset = map(int, line.split())
            self.seen[partition].add(offset)
            self.records += 1
            self.last_record = time.monotonic()

    async def stop(self):
        """Waited for: the loop must not close before it knows that the process ended."""
        if not hasattr(self, "task"):
            return
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()
        await asyncio.gather(self.task, return_exceptions=True)
        self.log.close()

    def skipped(self, ends):
        return [(p, o) for p, end in enumerate(ends) for o in range(end) if o not in self.seen[p]]


class Soak:
    def __init__(self, options, scratch):
        self.options, self.scratch = options, scratch
        self.random = random.Random(options.seed)
        port = free_port()
        self.bootstrap = f"127.0.0.1:{port}"
        self.leatd = Leatd(options.bin, scratch, scratch + "/data",
                           advertised_listeners=f"PLAINTEXT://{self.bootstrap}",
                           group_initial_rebalance_delay_ms=0)
        self.commits = Commits()
        self.proxy = Proxy(self.leatd.port, self.commits)
        self.proxy_port = port
        self.groups = [Group(i, m) for i in IMPLEMENTATIONS for m in MODES]
        self.kills = 0
        self.slowest = 0.0

    async def until(self, what, condition, limit_s):
        deadline = time.monotonic() + limit_s
        while not condition():
            if not self.leatd.running():
                raise command.Failed(self.kills, f"leatd ended by itself: {self.leatd.last_words()}")
            if time.monotonic() > deadline:
                raise command.Failed(self.kills, f"no {what} in {limit_s} s")
            await asyncio.sleep(0.01)

    async def produce(self):
        loop = asyncio.get_running_loop()
        while True:
            try:
                with await loop.run_in_executor(None, wire.Connection, self.leatd.port, 2) as c:
                    while True:
                        records = wire.batch([b"x" * 40] * RECORDS_A_BATCH)
                        batches = {p: records for p in range(PARTITIONS)}
                        await loop.run_in_executor(None, c.produce, TOPIC, batches)
                        await asyncio.sleep(PAUSE_S)
            except OSError:
                await asyncio.sleep(PAUSE_S)

    async def kill_with_a_commit_in_flight(self, group):
        killed = asyncio.get_running_loop().create_future()
        delay = self.random.choice([0, self.random.uniform(0, MAX_KILL_DELAY_S)])

        def kill():
            # The loop stands still until the broker is dead: no answer is read meanwhile.
            time.sleep(delay)
            self.leatd.kill()
            killed.set_result(None)

        self.proxy.target, self.proxy.on_forwarded = group.name, kill
        try:
            await asyncio.wait_for(asyncio.shield(killed), KILL_LIMIT_S)
        except asyncio.TimeoutError:
            raise command.Failed(self.kills, f"{group.name}: no commit in {KILL_LIMIT_S} s") from None
        # Answers that were under way when the broker died are read as clients would read them.
        await asyncio.gather(*self.proxy.tasks, return_exceptions=True)
        self.kills += 1

    async def check_commits(self):
        connection = await group_wire.Connection.open(self.leatd.port)
        for group in self.groups:
            error = group_wire.LOADING
            while error == group_wire.LOADING:
                error, found = await connection.fetch(group.name, TOPIC, range(PARTITIONS))
            if error:
                raise command.Failed(self.kills, f"{group.name}: OffsetFetch error {error}")
            for partition, offset in found.items():
                fault = self.commits.fault((group.name, partition), offset)
                if fault:
                    raise command.Failed(self.kills, "a commit went back: " + fault)
                # Whatever was in flight is decided now.
                if offset >= 0:
                    self.commits.answered[group.name, partition] = offset
                self.commits.unanswered[group.name, partition].clear()
        connection.close()

    async def all_work_again(self, since):
        """Every group has a record that it was given after `since`."""
        limit = SESSION_MS / 1000
        while True:
            late = [g for g in self.groups if g.last_record < since]
            if not late:
                break
            if time.monotonic() - since > limit:
                names = ", ".join(g.name for g in late)
                raise command.Failed(self.kills, f"{names}: no record {limit:.0f} s after the restart")
            await asyncio.sleep(0.01)
        self.slowest = max(self.slowest, max(g.last_record for g in self.groups) - since)

    async def run(self):
        began = time.monotonic()
        self.leatd.start()
        self.leatd.wait_ready()
        with wire.Connection(self.leatd.port) as c:
            c.create_topic(TOPIC, PARTITIONS)
        await self.proxy.start(self.proxy_port)
        for group in self.groups:
            await group.start(self.bootstrap, self.scratch)
        producing = asyncio.ensure_future(self.produce())
        await self.until("record for every group", lambda: all(g.records for g in self.groups),
                         BEGIN_LIMIT_S)
        while self.kills < self.options.count and not (
                self.options.time and time.monotonic() - began > self.options.time):
            await self.kill_with_a_commit_in_flight(self.groups[self.kills % len(self.groups)])
            # The proxy lets nobody in until the commits were looked at.
            self.proxy.open = False
            self.leatd.start()
            await asyncio.get_running_loop().run_in_executor(None, self.leatd.wait_ready)
            await self.check_commits()
            self.proxy.open = True
            await self.all_work_again(time.monotonic())
            if self.kills % 10 == 0:
                print(f"group_kill9: {self.kills} kills, {self.commits.count} commits answered, slowest "
                      f"return {self.slowest:.1f} s", flush=True)
        producing.cancel()
        await asyncio.gather(producing, return_exceptions=True)
        with wire.Connection(self.leatd.port) as c:
            found = c.list_offsets(TOPIC, range(PARTITIONS))
        ends = [found[p][1] for p in range(PARTITIONS)]
        await self.until("end of every partition in every group",
                         lambda: all(len(g.seen[p]) >= ends[p] for g in self.groups
                                     for p in range(PARTITIONS)), CATCH_UP_LIMIT_S)
        for group in self.groups:
            skipped = group.skipped(ends)
            if skipped:
                raise command.Failed(self.kills, f"{group.name} skipped {skipped[:10]}")
        again = sum(g.records - sum(map(len, g.seen)) for g in self.groups)
        return self.kills, (
            f"{self.kills} kills with a commit in flight, {len(self.groups)} groups of "
            f"{len(self.groups) // len(MODES)} clients, "
            f"{sum(ends)} records each, 0 skipped, {again} read again, {self.commits.count} commits "
            f"answered, 0 went back, slowest return {self.slowest:.1f} s, "
            f"{time.monotonic() - began:.0f} s")


def soak(options, scratch):
    one = Soak(options, scratch)

    async def whole():
        try:
            return await one.run()
        finally:
            one.leatd.kill()
            await asyncio.gather(*(group.stop() for group in one.groups))

    return asyncio.run(whole())


if __name__ == "__main__":
    command.main("group_kill9", command.arguments("group_kill9", __doc__, 50, 6, "kills"), soak,
                 checked_by_history=False)
