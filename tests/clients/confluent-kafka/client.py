"""The confluent-kafka (librdkafka) side of the client tests."""

import os
import time

import commands
import pattern
from confluent_kafka import Consumer, KafkaException, OFFSET_BEGINNING, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, NewPartitions, NewTopic
from confluent_kafka.admin import AlterConfigOpType, ConfigEntry, OffsetSpec, ResourceType

TRANSACTION_LIMIT_S = 10


def produce(bootstrap, topic, codec, base):
    producer = Producer({"bootstrap.servers": bootstrap, "compression.type": codec})
    offsets = [None] * pattern.RECORDS

    def delivered(i):
        def note(error, message):
            offsets[i] = error or message.offset()
        return note

    for i in range(pattern.RECORDS):
        producer.produce(topic, value=pattern.value(i, codec), key=pattern.key(i),
                         partition=i % pattern.PARTITIONS, timestamp=base + i,
                         headers=pattern.headers(i, codec), on_delivery=delivered(i))
        producer.poll(0)
    pattern.equal("records in the queue", 0, producer.flush(pattern.LIMIT_S))
    for i, offset in enumerate(offsets):
        pattern.equal(f"offset of record {i}", i // pattern.PARTITIONS, offset)


def reading_consumer(bootstrap):
    # librdkafka wants a group name even to read assigned partitions, and commits under it.
    return Consumer({"bootstrap.servers": bootstrap, "group.id": "unused",
                     "enable.auto.commit": False})


def consume(bootstrap, topic, codec, base=None):
    consumer = reading_consumer(bootstrap)
    consumer.assign([TopicPartition(topic, p, OFFSET_BEGINNING)
                     for p in range(pattern.PARTITIONS)])
    reader = pattern.Reader(codec, base)
    deadline = time.monotonic() + pattern.LIMIT_S
    while not reader.done() and time.monotonic() < deadline:
        for message in consumer.consume(1000, 0.5):
            if message.error():
                raise KafkaException(message.error())
            reader.take(message.partition(), message.offset(), message.timestamp()[1],
                        message.key(), message.value(), message.headers())
    reader.finish()
    consumer.close()
    list_offsets(bootstrap, topic, reader.base)


def list_offsets(bootstrap, topic, base):
    consumer = reading_consumer(bootstrap)  # one that fetches would ask behind its long poll
    for p in range(pattern.PARTITIONS):
        bounds = consumer.get_watermark_offsets(TopicPartition(topic, p), timeout=10)
        pattern.equal(f"bounds of partition {p}", (0, pattern.end(p)), bounds)
        [found] = consumer.offsets_for_times([TopicPartition(topic, p, base + 5000)], timeout=10)
        pattern.equal(f"offset by time of {p}", pattern.offset_at(p, 5000), found.offset)
    consumer.close()


def list_offsets_by_admin(admin, topic):
    for spec, wanted in ((OffsetSpec.earliest(), lambda p: 0), (OffsetSpec.latest(), pattern.end),
                         (OffsetSpec.max_timestamp(), lambda p: pattern.end(p) - 1)):
        asked = {TopicPartition(topic, p): spec for p in range(pattern.PARTITIONS)}
        for partition, future in admin.list_offsets(asked).items():
            pattern.equal(f"listed offset of {partition}", wanted(partition.partition),
                          future.result().offset)


def each(futures):
    for future in futures.values():
        future.result()


def roundtrip(bootstrap, topic, codec):
    admin = AdminClient({"bootstrap.servers": bootstrap})
    each(admin.create_topics([NewTopic(topic, num_partitions=pattern.PARTITIONS)]))
    pattern.settle()
    base = pattern.base_time()
    produce(bootstrap, topic, codec, base)
    consume(bootstrap, topic, codec, base)
    list_offsets_by_admin(admin, topic)
    each(admin.delete_topics([topic]))


def administer(bootstrap, topic):
    admin = AdminClient({"bootstrap.servers": bootstrap})
    each(admin.create_topics([NewTopic(topic, num_partitions=1, config={"retention.ms": "3600000"})]))
    resource = ConfigResource(ResourceType.TOPIC, topic)

    def config(name):
        [future] = admin.describe_configs([resource]).values()
        return future.result()[name].value

    def partitions():
        return len(admin.list_topics(topic, timeout=10).topics[topic].partitions)

    pattern.shows(lambda: pattern.equal("retention.ms", "3600000", config("retention.ms")))
    change = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[
        ConfigEntry("retention.ms", "7200000", incremental_operation=AlterConfigOpType.SET)])
    each(admin.incremental_alter_configs([change]))
    pattern.shows(lambda: pattern.equal("retention.ms set", "7200000", config("retention.ms")))
    each(admin.create_partitions([NewPartitions(topic, 4)]))
    pattern.shows(lambda: pattern.equal("partitions", 4, partitions()))
    cluster = admin.describe_cluster().result()
    pattern.equal("nodes", 1, len(cluster.nodes))
    each(admin.delete_records([TopicPartition(topic, 0, 0)]))
    each(admin.delete_topics([topic]))


def initialise_transactions(bootstrap):
    producer = Producer({"bootstrap.servers": bootstrap, "transactional.id": "interop"})
    start = time.monotonic()
    try:
        producer.init_transactions(pattern.LIMIT_S)
    except KafkaException as e:
        error = e.args[0]
        took = time.monotonic() - start
        if not error.fatal() or took > TRANSACTION_LIMIT_S:
            raise AssertionError(f"not fatal at once but after {took:.1f} s: {error}") from e
    else:
        raise AssertionError("init_transactions succeeded")


def member(bootstrap, topic):
    settings = {"bootstrap.servers": bootstrap, "group.id": os.environ["GROUP"],
                "auto.offset.reset": "earliest"}
    if os.environ.get("INSTANCE"):
        settings["group.instance.id"] = os.environ["INSTANCE"]
    consumer = Consumer(settings)
    consumer.subscribe(
        [topic], on_assign=lambda _, partitions: commands.assigned(p.partition for p in partitions))
    asked = commands.start_reading()
    while True:
        for message in consumer.consume(100, 0.1):
            if not message.error():
                commands.say("record", message.partition(), message.offset())
        if asked.empty():
            continue
        if asked.get() == "commit":
            try:
                consumer.commit(asynchronous=False)
            except KafkaException as e:
                if e.args[0].name() != "_NO_OFFSET":
                    raise
            commands.say("committed")
        else:
            consumer.close()
            commands.say("closed")
            return


def for_codecs(name, body):
    def run(bootstrap, topic):
        for codec in pattern.CODECS:
            pattern.test(f"{name}-{codec}", lambda: body(bootstrap, f"{topic}-{codec}", codec))
    return run


pattern.main({
    "roundtrip": for_codecs("roundtrip-no-auto-commit", roundtrip),
    "verify": for_codecs("verify", consume),
    "admin": lambda b, t: pattern.test("admin", lambda: administer(b, t + "-admin")),
    "transactions-refused":
        lambda b, t: pattern.test("transactions-refused", lambda: initialise_transactions(b)),
    "member": member,
})
