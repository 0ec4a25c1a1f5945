"""One consumer of a group, with a client library of its own: group_worker.py IMPLEMENTATION BOOTSTRAP
TOPIC GROUP auto|manual. Prints "PARTITION OFFSET" for each record it was given, for ever."""

import asyncio
import os
import sys

SESSION_MS = 10_000
AUTO_COMMIT_MS = 100
RECORDS_A_COMMIT = 20


def say(partition, offset):
    sys.stdout.write(f"{partition} {offset}\n")


def librdkafka(bootstrap, topic, group, manual):
    from confluent_kafka import Consumer, KafkaException
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": group,
                         "auto.offset.reset": "earliest", "session.timeout.ms": SESSION_MS,
                         "enable.auto.commit": not manual, "auto.commit.interval.ms": AUTO_COMMIT_MS})
    consumer.subscribe([topic])
    while True:
        messages = [m for m in consumer.consume(RECORDS_A_COMMIT, 0.05) if not m.error()]
        for m in messages:
            say(m.partition(), m.offset())
        sys.stdout.flush()
        if manual and messages:
            try:
                consumer.commit(asynchronous=False)
            except KafkaException:
                pass  # the broker is being killed: the next commit covers this one


async def aiokafka(bootstrap, topic, group, manual):
    from aiokafka import AIOKafkaConsumer
    from aiokafka.errors import KafkaError
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, group_id=group,
                                auto_offset_reset="earliest", session_timeout_ms=SESSION_MS,
                                enable_auto_commit=not manual,
                                auto_commit_interval_ms=AUTO_COMMIT_MS)
    await consumer.start()
    while True:
        try:
            found = await consumer.getmany(timeout_ms=50, max_records=RECORDS_A_COMMIT)
        except KafkaError:
            continue
        for partition, records in found.items():
            for record in records:
                say(partition.partition, record.offset)
        sys.stdout.flush()
        if manual and found:
            try:
                await consumer.commit()
            except KafkaError:
                pass


def franz_go(bootstrap, topic, group, manual):
    """Becomes the program of the client tests."""
    settings = {"GROUP": group, "COMMITS": "manual" if manual else "auto",
                "SESSION_MS": str(SESSION_MS), "AUTO_COMMIT_MS": str(AUTO_COMMIT_MS),
                "RECORDS_A_COMMIT": str(RECORDS_A_COMMIT)}
    clients = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "clients")
    program = os.path.join(clients, "franz-go", "run.sh")
    os.execve(program, [program, bootstrap, topic, "worker"], os.environ | settings)


def main():
    implementation, bootstrap, topic, group, mode = sys.argv[1:]
    arguments = bootstrap, topic, group, mode == "manual"
    if implementation == "aiokafka":
        asyncio.run(aiokafka(*arguments))
    else:
        {"librdkafka": librdkafka, "franz-go": franz_go}[implementation](*arguments)


if __name__ == "__main__":
    try:
        main()
    except (KeyboardInterrupt, BrokenPipeError):
        sys.exit(1)
