"""What groups refuse, as real clients meet it: refusals.py BOOTSTRAP TOPIC.

Each test provokes one refusal and demands Kafka's error for it, and that nothing else was harmed. It
is named after the client that meets it; most are librdkafka's, aiokafka lets through what librdkafka
and Java do not send.
"""

import asyncio
import logging
import sys
import time

import pattern
from aiokafka import AIOKafkaConsumer
from aiokafka import errors as aio_errors
from aiokafka.structs import OffsetAndMetadata
from aiokafka.structs import TopicPartition as AioPartition
from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

PARTITIONS = 2
SESSION_MS = 6000  # the least that a broker allows by default
METADATA_LIMIT = 4096  # offset.metadata.max.bytes by default


def until(what, found):
    """Calls `found` until it gives something."""
    deadline = time.monotonic() + pattern.LIMIT_S
    while time.monotonic() < deadline:
        result = found()
        if result:
            return result
    raise AssertionError(f"{what}: not in {pattern.LIMIT_S} s")


def refused(code, call):
    try:
        call()
    except KafkaException as e:
        return pattern.equal("the error", code, e.args[0].code())
    raise AssertionError("it was not refused")


def commit(consumer, *places):
    consumer.commit(offsets=list(places), asynchronous=False)


class Refusals:
    def __init__(self, bootstrap, topic):
        self.bootstrap, self.topic, self.groups = bootstrap, topic, 0
        self.admin = AdminClient({"bootstrap.servers": bootstrap})
        self.create(topic, PARTITIONS)
        pattern.settle()

    def create(self, topic, partitions):
        for future in self.admin.create_topics([NewTopic(topic, partitions)]).values():
            future.result()

    def new_group(self):
        self.groups += 1
        return f"{self.topic}-group-{self.groups}"

    def consumer(self, group, **more):
        settings = {"bootstrap.servers": self.bootstrap, "group.id": group,
                    "enable.auto.commit": False, "session.timeout.ms": SESSION_MS}
        return Consumer(settings | more)

    def member(self, group, **more):
        consumer = self.consumer(group, **more)
        consumer.subscribe([self.topic])
        self.until_assigned(consumer, PARTITIONS)
        return consumer

    @staticmethod
    def until_assigned(consumer, partitions):
        def assigned():
            consumer.poll(0.02)
            return len(consumer.assignment()) == partitions
        until(f"{partitions} partitions", assigned)

    @staticmethod
    def until_told(consumer, code):
        def told():
            message = consumer.poll(0.02)
            return message and message.error()
        error = until("an error", told)
        pattern.equal("the error", code, error.code())
        return error

    def place(self, offset=0, metadata="", topic=None, partition=0):
        return TopicPartition(topic or self.topic, partition, offset, metadata)

    def committed(self, group):
        consumer = self.consumer(group)
        found = consumer.committed([self.place()], timeout=pattern.LIMIT_S)[0]
        consumer.close()
        return found

    # --- librdkafka ---

    def commit_from_outside(self):
        """Of a group that has members, by one who is none."""
        group = self.new_group()
        inside, outside = self.member(group), self.consumer(group)
        commit(inside, self.place(1))
        refused(KafkaError.UNKNOWN_MEMBER_ID, lambda: commit(outside, self.place()))
        commit(inside, self.place(2))
        outside.close()
        inside.close()
        pattern.equal("committed", 2, self.committed(group).offset)

    def oversized_metadata(self):
        # This client sends a zero byte behind it.
        group, largest = self.new_group(), "m" * (METADATA_LIMIT - 1)
        consumer = self.member(group)
        commit(consumer, self.place(5, largest))
        refused(KafkaError.OFFSET_METADATA_TOO_LARGE,
                lambda: commit(consumer, self.place(6, largest + "m")))
        consumer.close()
        kept = self.committed(group)
        pattern.equal("the offset kept", 5, kept.offset)
        pattern.equal("its metadata", largest, kept.metadata)

    def unknown_partitions(self):
        """Beside one that is there and is committed."""
        group, absent = self.new_group(), self.topic + "-absent"
        consumer = self.member(group)
        for strange in (self.place(1, partition=99), self.place(1, topic=absent)):
            refused(KafkaError.UNKNOWN_TOPIC_OR_PART,
                    lambda: commit(consumer, self.place(3), strange))
        consumer.close()
        pattern.equal("committed", 3, self.committed(group).offset)

    def fenced_instance(self):
        """A second process with the same instance id takes the place of the first."""
        group = self.new_group()
        first = self.member(group, **{"group.instance.id": "one"})
        second = self.member(group, **{"group.instance.id": "one"})

        error = self.until_told(first, KafkaError._FATAL)
        pattern.equal("fenced", True, "fenced" in error.str())
        commit(second, self.place(4))
        second.close()
        pattern.equal("committed", 4, self.committed(group).offset)

    def absent_topic(self):
        """Subscribed beside one that is there; read as soon as it is created."""
        absent = self.topic + "-later"
        consumer = self.consumer(self.new_group(),
                                 **{"topic.metadata.refresh.interval.ms": 100})
        consumer.subscribe([self.topic, absent])

        self.until_told(consumer, KafkaError.UNKNOWN_TOPIC_OR_PART)
        self.until_assigned(consumer, PARTITIONS)
        self.create(absent, 1)
        self.until_assigned(consumer, PARTITIONS + 1)
        consumer.close()

    # --- aiokafka ---

    async def aio_member(self, group):
        consumer = AIOKafkaConsumer(self.topic, bootstrap_servers=self.bootstrap, group_id=group,
                                    enable_auto_commit=False, session_timeout_ms=SESSION_MS)
        await consumer.start()
        await consumer.commit({AioPartition(self.topic, 0): OffsetAndMetadata(1, "")})
        return consumer

    async def aio_commit(self, error, spoil):
        """A commit of a member of which `spoil` made another one is refused with `error`."""
        group = self.new_group()
        consumer = await self.aio_member(group)
        spoil(consumer._coordinator)
        try:
            await consumer.commit({AioPartition(self.topic, 0): OffsetAndMetadata(0, "")})
        except aio_errors.CommitFailedError as e:
            if not isinstance(e.__cause__ or e.__context__, error):
                raise
        else:
            raise AssertionError("it was not refused")
        finally:
            await consumer.stop()
        pattern.equal("committed", 1, self.committed(group).offset)

    def stale_generation(self):
        def spoil(coordinator):
            coordinator.generation -= 1
        asyncio.run(self.aio_commit(aio_errors.IllegalGenerationError, spoil))

    def unknown_member(self):
        def spoil(coordinator):
            coordinator.member_id += "x"
        asyncio.run(self.aio_commit(aio_errors.UnknownMemberIdError, spoil))

    def empty_group_id(self):
        async def join():
            consumer = AIOKafkaConsumer(self.topic, bootstrap_servers=self.bootstrap, group_id="")
            try:
                await consumer.start()
                await asyncio.wait_for(consumer.getone(), pattern.LIMIT_S)
            finally:
                await consumer.stop()
        try:
            asyncio.run(join())
        except aio_errors.InvalidGroupIdError:
            return
        raise AssertionError("it was not refused")

    def run(self):
        for client, tests in (
                ("librdkafka", (self.commit_from_outside, self.oversized_metadata,
                                self.unknown_partitions, self.fenced_instance, self.absent_topic)),
                ("aiokafka", (self.stale_generation, self.unknown_member, self.empty_group_id))):
            for test in tests:
                pattern.test(f"{client}-{test.__name__.replace('_', '-')}", test)


def main():
    logging.disable(logging.CRITICAL)  # the clients complain of what is wanted here
    Refusals(*sys.argv[1:]).run()
    pattern.finish()


main()
