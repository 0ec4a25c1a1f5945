"""The kafka-python side of the client tests."""

import os
import time

import commands
import pattern
from kafka import ConsumerRebalanceListener, KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka import TopicPartition
from kafka.admin import NewTopic


def produce(bootstrap, topic, codec, base):
    producer = KafkaProducer(bootstrap_servers=bootstrap,
                             compression_type=None if codec == "none" else codec)
    sent = [producer.send(topic, value=pattern.value(i, codec), key=pattern.key(i),
                          headers=pattern.headers(i, codec), partition=i % pattern.PARTITIONS,
                          timestamp_ms=base + i)
            for i in range(pattern.RECORDS)]
    producer.flush(pattern.LIMIT_S)
    for i, future in enumerate(sent):
        pattern.equal(f"offset of record {i}", i // pattern.PARTITIONS, future.get(1).offset)
    producer.close()


def consume(bootstrap, topic, codec, base):
    consumer = KafkaConsumer(bootstrap_servers=bootstrap)
    partitions = [TopicPartition(topic, p) for p in range(pattern.PARTITIONS)]
    consumer.assign(partitions)
    consumer.seek_to_beginning()
    reader = pattern.Reader(codec, base)
    deadline = time.monotonic() + pattern.LIMIT_S
    while not reader.done() and time.monotonic() < deadline:
        for records in consumer.poll(500).values():
            for r in records:
                reader.take(r.partition, r.offset, r.timestamp, r.key, r.value, r.headers)
    reader.finish()
    list_offsets(consumer, partitions, base)
    consumer.close()


def list_offsets(consumer, partitions, base):
    begin = consumer.beginning_offsets(partitions)
    ends = consumer.end_offsets(partitions)
    at = consumer.offsets_for_times({p: base + 5000 for p in partitions})
    for p in partitions:
        pattern.equal(f"begin of {p}", 0, begin[p])
        pattern.equal(f"end of {p}", pattern.end(p.partition), ends[p])
        pattern.equal(f"by time of {p}", pattern.offset_at(p.partition, 5000), at[p].offset)


def roundtrip(bootstrap, topic, codec):
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    admin.create_topics([NewTopic(topic, num_partitions=pattern.PARTITIONS)])
    pattern.settle()
    base = pattern.base_time()
    produce(bootstrap, topic, codec, base)
    consume(bootstrap, topic, codec, base)
    admin.delete_topics([topic])
    admin.close()


class Report(ConsumerRebalanceListener):
    def __init__(self, consumer):
        self.consumer = consumer

    def on_partitions_revoked(self, revoked):
        pass

    def on_partitions_assigned(self, assigned):
        commands.assigned(p.partition for p in self.consumer.assignment())


def member(bootstrap, topic):
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, group_id=os.environ["GROUP"],
                             auto_offset_reset="earliest",
                             group_instance_id=os.environ.get("INSTANCE") or None)
    consumer.subscribe([topic], listener=Report(consumer))
    asked = commands.start_reading()
    while True:
        for records in consumer.poll(100).values():
            for r in records:
                commands.say("record", r.partition, r.offset)
        if asked.empty():
            continue
        if asked.get() == "commit":
            consumer.commit()
            commands.say("committed")
        else:
            consumer.close()
            commands.say("closed")
            return


def all_codecs(bootstrap, topic):
    for codec in pattern.CODECS:
        pattern.test(f"roundtrip-{codec}", lambda: roundtrip(bootstrap, f"{topic}-{codec}", codec))


pattern.main({"roundtrip": all_codecs, "member": member})
