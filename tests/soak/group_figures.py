"""How groups and offsets scale: joins of 100 members over 1,000 partitions, 10,000 groups with
1,000,000 committed offsets, and what compaction makes of them when each was committed several times.
Measures leatd, or with --bootstrap any broker (then only the joins).

The clients are sockets of this one Python process, the same for every broker; a member's leader deals
partitions out in turn. What a real client adds is not in these figures.
"""

import argparse
import asyncio
import os
import shutil
import statistics
import sys
import tempfile
import time

import group_wire
from leatd import Leatd

HEARTBEAT_S = 0.2  # how soon a member notices a rebalance is up to it
OFFSETS_A_GROUP = 100
# What a coordinator says that is not there yet.
RETRIABLE = (group_wire.LOADING, group_wire.NOT_AVAILABLE, group_wire.NOT_COORDINATOR)
LOADERS = 20
CLEANER_BACKOFF_S = 0.2
CLEANER_LIMIT_S = 300
JOIN_LIMIT_S = 120
ANSWER_LIMIT_S = 120
NO_CLEANER_MS = 24 * 3600 * 1000
# The cleaner is done when nothing was removed for so long.
CLEANER_REST_S = 3


def arguments():
    parser = argparse.ArgumentParser(prog="tests/soak/group_figures.sh", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    parser.add_argument("--bin", default=os.path.join(root, "build/release/bin"))
    parser.add_argument("--bootstrap", help="127.0.0.1:PORT of a broker that runs already")
    parser.add_argument("--delay-ms", type=int, default=0,
                        help="group.initial.rebalance.delay.ms of leatd (set the other broker's alike)")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--members", type=int, default=100)
    parser.add_argument("--partitions", type=int, default=1000)
    parser.add_argument("--groups", type=int, default=10_000)
    parser.add_argument("--rewrites", type=int, default=5,
                        help="how often each offset is committed before the compaction")
    parser.add_argument("--seconds", type=float, default=5, help="of each commit rate")
    parser.add_argument("--short", action="store_true", help="small, to see that it works")
    parser.add_argument("--scratch", help="where to put data")
    options = parser.parse_args()
    if options.short:
        options.runs, options.members, options.partitions, options.groups = 1, 10, 30, 100
        options.seconds, options.rewrites = 0.5, 20
    return options


def show(name, value):
    print(f"{name:<66} {value}", flush=True)


def spread(values):
    ordered = sorted(values)
    return (f"median {statistics.median(ordered) * 1000:.0f} ms "
            f"({ordered[0] * 1000:.0f} to {ordered[-1] * 1000:.0f}, {len(ordered)} runs)")


class Crowd:
    """Members that heartbeat and follow every rebalance."""

    def __init__(self, members):
        self.members, self.tasks = members, []
        self.whole_since = {}  # member: when it last got its partitions

    async def join(self, member):
        await member.join()
        self.whole_since[member] = time.monotonic()

    async def follow(self, member):
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            if await member.heartbeat() == group_wire.REBALANCING:
                await self.join(member)

    def owns_everything(self, partitions):
        owned = [p for m in self.members for p in m.owned]
        same = len({m.generation for m in self.members}) == 1
        return same and len(owned) == partitions and len(set(owned)) == partitions

    def check(self):
        """A member follows for ever: one that has stopped failed."""
        for task in self.tasks:
            if task.done() and not task.cancelled():
                task.result()

    async def until_whole(self, partitions, since):
        deadline = time.monotonic() + JOIN_LIMIT_S
        while not (all(self.whole_since.get(m, 0) > since for m in self.members)
                   and self.owns_everything(partitions)):
            self.check()
            if time.monotonic() > deadline:
                raise RuntimeError(f"the partitions are not all owned after {JOIN_LIMIT_S} s")
            await asyncio.sleep(0.002)
        return max(self.whole_since[m] for m in self.members)


async def one_join(port, options, number):
    """(last join to everyone owning, the pause when one leaves)"""
    group = f"figures-{os.getpid()}-{number}"
    connections = await asyncio.gather(*(group_wire.Connection.open(port)
                                         for _ in range(options.members)))
    await connections[0].find_coordinator(group)
    crowd = Crowd([group_wire.Member(c, group, f"figures-{os.getpid()}", options.partitions)
                   for c in connections])
    began = time.monotonic()
    joins = [asyncio.ensure_future(crowd.join(m)) for m in crowd.members]
    last_join = time.monotonic()

    async def live(member, join):
        await join
        await crowd.follow(member)

    crowd.tasks = [asyncio.ensure_future(live(m, j)) for m, j in zip(crowd.members, joins)]
    joined = await crowd.until_whole(options.partitions, began) - last_join
    leaver, crowd.members = crowd.members[0], crowd.members[1:]
    crowd.tasks[0].cancel()
    await asyncio.gather(crowd.tasks[0], return_exceptions=True)
    left = time.monotonic()
    # Its task may have stopped between a question and its answer.
    goodbye = await group_wire.Connection.open(port)
    leaver.connection.close()
    leaver.connection = goodbye
    await leaver.leave()
    pause = await crowd.until_whole(options.partitions, left) - left
    for task in crowd.tasks:
        task.cancel()
    await asyncio.gather(*crowd.tasks, return_exceptions=True)
    for c in connections + [goodbye]:
        c.close()
    return joined, pause


async def joins(port, options):
    c = await group_wire.Connection.open(port)
    await c.create_topic(f"figures-{os.getpid()}", options.partitions)
    await asyncio.sleep(1)
    found = [await one_join(port, options, n) for n in range(options.runs)]
    name = f"{options.members} members, {options.partitions} partitions"
    show(f"{name}: last join to all own theirs", spread([f[0] for f in found]))
    show(f"{name}: pause when one leaves", spread([f[1] for f in found]))
    c.close()


async def load(port, groups, offsets, ahead=0):
    """Every group commits `offsets` partitions in one request, group N offset N + `ahead` first; how
    long that took."""
    names = iter(range(groups))
    began = time.monotonic()

    async def loader():
        c = await group_wire.Connection.open(port)
        for n in names:
            errors = await c.commit(f"many-{n}", "many", {p: n + ahead + p for p in range(offsets)})
            if any(errors.values()):
                raise RuntimeError(f"commit: {set(errors.values())}")
        c.close()

    await asyncio.gather(*(loader() for _ in range(LOADERS)))
    return time.monotonic() - began


async def commit_rate(port, connections, seconds, groups):
    """Commits of one offset a second, each connection waiting for its answer."""
    done = 0
    end = time.monotonic() + seconds

    async def committer(number):
        nonlocal done
        c = await group_wire.Connection.open(port)
        while time.monotonic() < end:
            errors = await c.commit(f"many-{number % groups}", "many", {0: done})
            if errors[0]:
                raise RuntimeError(f"commit: {errors[0]}")
            done += 1
        c.close()

    await asyncio.gather(*(committer(n) for n in range(connections)))
    return done / seconds


def offsets_bytes(data_dir):
    """Without what the cleaner replaced, which goes after file.delete.delay.ms."""
    total = 0
    for name in os.listdir(data_dir):
        if not name.startswith("__consumer_offsets-"):
            continue
        with os.scandir(os.path.join(data_dir, name)) as files:
            for file in files:
                try:
                    total += 0 if file.name.endswith(".replaced") else file.stat().st_size
                except FileNotFoundError:
                    pass  # the cleaner renames them
    return total


async def first_answers(leatd, groups, joined, ahead=0):
    """Seconds from kill -9 to the first answered OffsetFetch of the last group, and to a member of the
    group `joined`, which has none yet: a second one would wait for the session of the first."""
    killed = time.monotonic()
    leatd.kill()
    leatd.start()
    answered, error = None, "no connection"
    while answered is None:
        if time.monotonic() - killed > ANSWER_LIMIT_S:
            raise RuntimeError(f"no OffsetFetch is answered after {ANSWER_LIMIT_S} s: {error}")
        try:
            c = await group_wire.Connection.open(leatd.port)
            error, found = await c.fetch(f"many-{groups - 1}", "many", [0])
            c.close()
        except OSError as refused:
            error = refused
        if error == 0:
            answered = time.monotonic() - killed
        elif error in RETRIABLE or isinstance(error, OSError):
            await asyncio.sleep(0.002)
        else:
            raise RuntimeError(f"OffsetFetch: error {error}")
    if found[0] != groups - 1 + ahead:
        raise RuntimeError(f"offset {found[0]} came back instead of {groups - 1 + ahead}")
    member = group_wire.Member(await group_wire.Connection.open(leatd.port), f"many-{joined}", "many", 1)
    await member.join()
    return answered, time.monotonic() - killed


async def many_groups(leatd, data_dir, options):
    port, groups = leatd.port, options.groups
    c = await group_wire.Connection.open(port)
    await c.create_topic("many", OFFSETS_A_GROUP)
    await c.find_coordinator("many-0")
    c.close()
    before = leatd.resident_bytes()
    took = await load(port, groups, OFFSETS_A_GROUP)
    total = groups * OFFSETS_A_GROUP
    show(f"{groups} groups, {total} offsets committed in", f"{took:.1f} s")
    used = leatd.resident_bytes() - before
    show("memory for them", f"{used / 2**20:.0f} MiB, {used / total:.0f} bytes an offset")
    show("__consumer_offsets on disk", f"{offsets_bytes(data_dir) / 2**20:.0f} MiB")
    # The groups whose offsets are looked at after the restart are left alone.
    for connections in (1, 100):
        rate = await commit_rate(port, connections, options.seconds, min(100, groups - 1))
        show(f"commits/s, stable, {connections} connection(s) in lock-step", f"{rate:.0f}")
    await restarts(leatd, options, "each committed once", 0, 0)
    show("memory after the restart", f"{leatd.resident_bytes() / 2**20:.0f} MiB")


async def restarts(leatd, options, when, first, ahead):
    groups = range(first, first + options.runs)
    found = [await first_answers(leatd, options.groups, n, ahead) for n in groups]
    fetched, joined = zip(*found)
    show(f"kill -9 to the first answered OffsetFetch, {when}", spread(fetched))
    show(f"kill -9 to a joined member, {when}", spread(joined))


async def until_compacted(data_dir, before):
    """How long it took."""
    began = changed = time.monotonic()
    size = before
    while size == before or time.monotonic() - changed < CLEANER_REST_S:
        if time.monotonic() - began > CLEANER_LIMIT_S:
            raise RuntimeError(f"the cleaner is not done in {CLEANER_LIMIT_S} s")
        await asyncio.sleep(CLEANER_BACKOFF_S / 2)
        now = offsets_bytes(data_dir)
        if now < size:
            size, changed = now, time.monotonic()
    return changed - began


async def every_offset(port, groups, ahead):
    c = await group_wire.Connection.open(port)
    for n in range(groups):
        error, found = await c.fetch(f"many-{n}", "many", range(OFFSETS_A_GROUP))
        if error or found != {p: n + ahead + p for p in range(OFFSETS_A_GROUP)}:
            raise RuntimeError(f"many-{n}: error {error}, offsets {found}")
    c.close()


async def compaction(leatd, data_dir, options):
    """Each offset is committed `rewrites` times while the cleaner rests; then it does not."""
    c = await group_wire.Connection.open(leatd.port)
    await c.create_topic("many", OFFSETS_A_GROUP)
    await c.find_coordinator("many-0")
    c.close()
    ahead = options.rewrites - 1
    for n in range(options.rewrites):
        await load(leatd.port, options.groups, OFFSETS_A_GROUP, n)
    before = offsets_bytes(data_dir)
    total = options.groups * OFFSETS_A_GROUP
    show(f"{total} offsets, each {options.rewrites} times: on disk", f"{before / 2**20:.1f} MiB")
    await restarts(leatd, options, "before compaction", 0, ahead)
    leatd.kill()
    leatd.settings["log_cleaner_backoff_ms"] = int(CLEANER_BACKOFF_S * 1000)
    leatd.start()
    leatd.wait_ready()
    took = await until_compacted(data_dir, before)
    after = offsets_bytes(data_dir)
    show("the same after compaction",
         f"{after / 2**20:.1f} MiB, {after / total:.0f} bytes an offset, in {took:.1f} s")
    await every_offset(leatd.port, options.groups, ahead)
    await restarts(leatd, options, "after compaction", options.runs, ahead)


def measure(options, scratch, settings, *parts):
    """`parts` of one leatd on an empty directory of its own."""
    data_dir = os.path.join(tempfile.mkdtemp(dir=scratch), "data")
    leatd = Leatd(options.bin, scratch, data_dir,
                  group_initial_rebalance_delay_ms=options.delay_ms, **settings)
    try:
        leatd.start()
        leatd.wait_ready()
        for part in parts:
            asyncio.run(part(leatd, data_dir, options))
    finally:
        leatd.kill()


async def joins_of(leatd, _, options):
    await joins(leatd.port, options)


def main():
    options = arguments()
    if options.bootstrap:
        return asyncio.run(joins(int(options.bootstrap.rsplit(":", 1)[1]), options))
    scratch = tempfile.mkdtemp(prefix="leat-group-figures-", dir=options.scratch)
    try:
        measure(options, scratch, {}, joins_of, many_groups)
        # Only what lies before the newest segment is compacted: small ones, to see the limit.
        measure(options, scratch,
                {"log_cleaner_backoff_ms": NO_CLEANER_MS, "log_cleaner_min_cleanable_ratio": 0.01,
                 "offsets_topic_segment_bytes": 1 << 20,
                 "offsets_topic_num_partitions": 1 if options.short else 50}, compaction)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    print("group_figures: passed")


if __name__ == "__main__":
    sys.exit(main())
