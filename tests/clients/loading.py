"""A coordinator that is still loading, as a real client meets it: loading.py LEATD.

leatd is killed and started on a group with so many records that reading them takes a while. A commit
of aiokafka that comes meanwhile is told COORDINATOR_LOAD_IN_PROGRESS, is tried again by the client,
and then kept beside what was there. (Not a fetch: aiokafka takes the error for "nothing committed".)
Where the client comes after the load, the same is done with twice the records.
"""

import asyncio
import logging
import os
import shutil
import sys
import tempfile

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "soak"))

import aiokafka.errors
import group_wire
import pattern
from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition
from leatd import Leatd

TOPIC, GROUP = "many", "g"
OFFSETS, COMMITS = 1000, 400
TRIES = 5


async def create(port):
    c = await group_wire.Connection.open(port)
    await c.create_topic(TOPIC, OFFSETS)
    c.close()


async def fill(port, commits):
    c = await group_wire.Connection.open(port)
    await c.find_coordinator(GROUP)
    for n in commits:
        errors = await c.commit(GROUP, TOPIC, {p: n for p in range(OFFSETS)})
        pattern.equal("commit errors", {0}, set(errors.values()))
    c.close()


class Seen:
    """Counts the error codes that aiokafka reads."""

    def __init__(self):
        self.codes = []
        self.real = aiokafka.errors.for_code
        aiokafka.errors.for_code = self

    def __call__(self, code):
        self.codes.append(code)
        return self.real(code)


async def restart(leatd, seen, last):
    """The client is connected before: its commit comes as soon as leatd listens."""
    consumer = AIOKafkaConsumer(bootstrap_servers=leatd.bootstrap, group_id=GROUP,
                                retry_backoff_ms=1)
    await consumer.start()
    first, second = TopicPartition(TOPIC, 0), TopicPartition(TOPIC, 1)
    consumer.assign([first, second])
    pattern.equal("committed before", last, await consumer.committed(first))
    leatd.kill()
    leatd.start()
    await asyncio.wait_for(consumer.commit({second: last + 1}), pattern.LIMIT_S)
    found = [await consumer.committed(place) for place in (first, second)]
    pattern.equal("committed", [last, last + 1], found)
    await consumer.stop()
    return group_wire.LOADING in seen.codes


async def until_told(leatd):
    """How long the load takes and when the client is back is the machine's affair."""
    seen = Seen()
    await create(leatd.port)
    begin, end = 0, COMMITS
    for _ in range(TRIES):
        await fill(leatd.port, range(begin, end))
        if await restart(leatd, seen, end - 1):
            return
        begin, end = end, 2 * end
    raise AssertionError(f"never told that it loads, at last with {begin} commits")


def loading():
    scratch = tempfile.mkdtemp(prefix="leat-loading-")
    leatd = Leatd(os.path.dirname(os.path.abspath(sys.argv[1])), scratch, scratch + "/data")
    try:
        leatd.start()
        leatd.wait_ready()
        asyncio.run(until_told(leatd))
    finally:
        leatd.kill()
        shutil.rmtree(scratch, ignore_errors=True)


logging.disable(logging.CRITICAL)  # the client complains of what is wanted here
pattern.test("aiokafka-coordinator-loading", loading)
pattern.finish()
