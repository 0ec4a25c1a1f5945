"""The aiokafka side of the client tests."""

import asyncio
import os

import commands
import pattern
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRebalanceListener, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic


async def produce(bootstrap, topic, codec, base):
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap,
                                compression_type=None if codec == "none" else codec)
    await producer.start()
    try:
        sent = [await producer.send(topic, value=pattern.value(i, codec), key=pattern.key(i),
                                    headers=pattern.headers(i, codec),
                                    partition=i % pattern.PARTITIONS, timestamp_ms=base + i)
                for i in range(pattern.RECORDS)]
        await producer.flush()
        for i, future in enumerate(sent):
            pattern.equal(f"offset of record {i}", i // pattern.PARTITIONS, (await future).offset)
    finally:
        await producer.stop()


async def consume(bootstrap, topic, codec, base):
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap)
    await consumer.start()
    try:
        partitions = [TopicPartition(topic, p) for p in range(pattern.PARTITIONS)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning()
        reader = pattern.Reader(codec, base)
        while not reader.done():
            for records in (await consumer.getmany(timeout_ms=500)).values():
                for r in records:
                    reader.take(r.partition, r.offset, r.timestamp, r.key, r.value, r.headers)
        reader.finish()
        await list_offsets(consumer, partitions, base)
    finally:
        await consumer.stop()


async def list_offsets(consumer, partitions, base):
    begin = await consumer.beginning_offsets(partitions)
    ends = await consumer.end_offsets(partitions)
    at = await consumer.offsets_for_times({p: base + 5000 for p in partitions})
    for p in partitions:
        pattern.equal(f"begin of {p}", 0, begin[p])
        pattern.equal(f"end of {p}", pattern.end(p.partition), ends[p])
        pattern.equal(f"by time of {p}", pattern.offset_at(p.partition, 5000), at[p].offset)


async def roundtrip(bootstrap, topic, codec):
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        created = await admin.create_topics([NewTopic(topic, pattern.PARTITIONS, 1)])
        pattern.equal("errors of create", [0], [error[1] for error in created.topic_errors])
        pattern.settle()
        base = pattern.base_time()
        await produce(bootstrap, topic, codec, base)
        await consume(bootstrap, topic, codec, base)
        deleted = await admin.delete_topics([topic])
        pattern.equal("errors of delete", [0], [error[1] for error in deleted.topic_error_codes])
    finally:
        await admin.close()


class Report(ConsumerRebalanceListener):
    def __init__(self, consumer):
        self.consumer = consumer

    def on_partitions_revoked(self, revoked):
        pass

    def on_partitions_assigned(self, assigned):
        commands.assigned(p.partition for p in self.consumer.assignment())


async def run_member(bootstrap, topic):
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=os.environ["GROUP"],
                                auto_offset_reset="earliest",
                                group_instance_id=os.environ.get("INSTANCE") or None)
    consumer.subscribe([topic], listener=Report(consumer))
    await consumer.start()
    asked = commands.start_reading()
    while True:
        for records in (await consumer.getmany(timeout_ms=100)).values():
            for r in records:
                commands.say("record", r.partition, r.offset)
        if asked.empty():
            continue
        if asked.get() == "commit":
            await consumer.commit()
            commands.say("committed")
        else:
            await consumer.stop()
            commands.say("closed")
            return


def bounded(body):
    asyncio.run(asyncio.wait_for(body, pattern.LIMIT_S))


def all_codecs(bootstrap, topic):
    for codec in pattern.CODECS:
        pattern.test(f"roundtrip-{codec}",
                     lambda: bounded(roundtrip(bootstrap, f"{topic}-{codec}", codec)))


pattern.main({
    "roundtrip": all_codecs,
    "member": lambda bootstrap, topic: asyncio.run(run_member(bootstrap, topic)),
})
