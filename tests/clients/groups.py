"""Group tests that are the same for every client: groups.py BOOTSTRAP TOPIC IMPLEMENTATION…

One implementation: its members share a group and come, go, crash, resume and restart. Several:
their members, all with default settings, share one group, because their assignors agree.
"""

import sys
import time

import pattern
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic
from group_member import Member, wait_until_shared

PARTITIONS = 6
RECORDS_EACH = 50
# The longest default session time-out of the clients is 60 s.
CRASH_LIMIT_S = 90
WITHOUT_STATIC_MEMBERSHIP = {"kafkajs"}


class Group:
    """A topic, a group on it and the members that live."""

    def __init__(self, bootstrap, topic):
        self.bootstrap, self.topic, self.name = bootstrap, topic, topic + "-group"
        self.produced = 0
        self.members = []
        admin = AdminClient({"bootstrap.servers": bootstrap})
        for future in admin.create_topics([NewTopic(topic, num_partitions=PARTITIONS)]).values():
            future.result()
        pattern.settle()

    def produce(self):
        """RECORDS_EACH more records to each partition; returns them as {(partition, offset)}."""
        producer = Producer({"bootstrap.servers": self.bootstrap})
        first, self.produced = self.produced, self.produced + RECORDS_EACH
        for i in range(first, self.produced):
            for p in range(PARTITIONS):
                producer.produce(self.topic, value=b"%d" % i, partition=p)
        pattern.equal("records not sent", 0, producer.flush(pattern.LIMIT_S))
        return {(p, o) for p in range(PARTITIONS) for o in range(first, self.produced)}

    def start(self, implementation, instance=""):
        member = Member(implementation, self.bootstrap, self.topic, self.name, instance)
        self.members.append(member)
        return member

    def share(self, limit_s=60):
        wait_until_shared(self.members, PARTITIONS, limit_s)

    def deliver(self):
        """Produces; the live members get every record once, each from partitions it owns."""
        for member in self.members:
            member.records.clear()
        wanted = self.produce()
        self.expect(wanted)
        for member in self.members:
            strange = {p for p, _ in member.records} - member.assignment
            pattern.equal(f"partitions that {member.name} reads but does not own", set(), strange)

    def expect(self, wanted, limit_s=60):
        deadline = time.monotonic() + limit_s
        while True:
            got = [r for m in self.members for r in list(m.records)]
            if len(got) >= len(wanted) or time.monotonic() > deadline:
                break
            time.sleep(0.02)
        pattern.equal("records missing", set(), wanted - set(got))
        pattern.equal("records unexpected", set(), set(got) - wanted)
        pattern.equal("number of records", len(wanted), len(got))

    def leave(self, member):
        member.commit()
        self.members.remove(member)
        member.close()

    def crash(self, member):
        member.commit()
        self.members.remove(member)
        member.crash()

    def committed(self):
        consumer = Consumer({"bootstrap.servers": self.bootstrap, "group.id": self.name})
        asked = [TopicPartition(self.topic, p) for p in range(PARTITIONS)]
        found = [p.offset for p in consumer.committed(asked, timeout=pattern.LIMIT_S)]
        consumer.close()
        return found

    def end(self):
        for member in self.members:
            member.crash()
        self.members.clear()


class Life:
    """The tests of one implementation; each goes on where the one before it ended."""

    def __init__(self, bootstrap, topic, implementation):
        self.bootstrap, self.topic, self.implementation = bootstrap, topic, implementation
        self.group = Group(bootstrap, topic)

    def join(self):
        wanted = self.group.produce()
        self.group.start(self.implementation)
        self.group.share()
        self.group.expect(wanted)

    def second_member(self):
        self.group.members[0].commit()
        self.group.start(self.implementation)
        self.group.share()
        self.group.deliver()

    def member_leaves(self):
        self.group.members[0].commit()
        self.group.leave(self.group.members[1])
        self.group.share()
        self.group.deliver()

    def member_crashes(self):
        self.group.members[0].commit()
        victim = self.group.start(self.implementation)
        self.group.share()
        self.group.deliver()
        self.group.members[0].commit()
        self.group.crash(victim)
        self.group.share(CRASH_LIMIT_S)
        self.group.deliver()

    def resume(self):
        self.group.leave(self.group.members[0])
        pattern.equal("committed offsets", [self.group.produced] * PARTITIONS,
                      self.group.committed())
        wanted = self.group.produce()
        self.group.start(self.implementation)
        self.group.share()
        self.group.expect(wanted)
        self.group.leave(self.group.members[0])

    def static_restart(self):
        group = Group(self.bootstrap, self.topic + "-static")
        try:
            # The first to join leads; a restarted leader may ask for a rebalance itself.
            stays = group.start(self.implementation, "one")
            group.share()
            leaves = group.start(self.implementation, "two")
            group.share()
            group.deliver()
            owned, told = leaves.assignment, stays.assigned_times
            group.crash(leaves)
            back = group.start(self.implementation, "two")
            group.share()
            group.deliver()
            pattern.equal("partitions after the restart", owned, back.assignment)
            pattern.equal("assignments of the other member", told, stays.assigned_times)
        finally:
            group.end()

    def run(self):
        pattern.test("group-join", self.join)
        pattern.test("group-second-member", self.second_member)
        pattern.test("group-member-leaves", self.member_leaves)
        pattern.test("group-member-crashes", self.member_crashes)
        pattern.test("group-resume", self.resume)
        self.group.end()
        if self.implementation not in WITHOUT_STATIC_MEMBERSHIP:
            pattern.test("group-static-restart", self.static_restart)


def mixed(bootstrap, topic, implementations):
    def share():
        group = Group(bootstrap, topic)
        try:
            wanted = group.produce()
            for implementation in implementations:
                group.start(implementation)
            group.share()
            group.expect(wanted)
            for member in group.members:
                member.commit()
            group.deliver()
            while len(group.members) > 1:
                for member in group.members:
                    member.commit()
                group.leave(group.members[0])
                group.share()
                group.deliver()
        finally:
            group.end()
    pattern.test("group-of-" + "-and-".join(implementations), share)


def main():
    bootstrap, topic, *implementations = sys.argv[1:]
    if len(implementations) == 1:
        Life(bootstrap, topic, implementations[0]).run()
    else:
        mixed(bootstrap, topic, implementations)
    pattern.finish()


main()
