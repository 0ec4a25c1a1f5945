"""A group member of any client implementation, as a process that reports what it does."""

import os
import subprocess
import threading
import time

CLIENTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Member:
    def __init__(self, implementation, bootstrap, topic, group, instance=""):
        self.name = f"{implementation} {instance}".strip()
        self.assignment = None
        self.assigned_times = 0
        self.records = []
        self.committed = 0
        self.closed = False
        self.changed = threading.Condition()
        self.process = subprocess.Popen(
            [f"{CLIENTS}/{implementation}/run.sh", bootstrap, topic, "member"],
            env={**os.environ, "GROUP": group, "INSTANCE": instance}, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.errors = []
        threading.Thread(target=self._read, daemon=True).start()
        threading.Thread(target=self._read_errors, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            with self.changed:
                self._note(line.split())
                self.changed.notify_all()

    def _read_errors(self):
        for line in self.process.stderr:
            self.errors.append(line.strip())

    def _note(self, words):
        match words:
            case ["assigned"]:
                self.assignment, self.assigned_times = set(), self.assigned_times + 1
            case ["assigned", partitions]:
                self.assignment = {int(p) for p in partitions.split(",")}
                self.assigned_times += 1
            case ["record", partition, offset]:
                self.records.append((int(partition), int(offset)))
            case ["committed"]:
                self.committed += 1
            case ["closed"]:
                self.closed = True

    def wait(self, what, condition, limit_s=60):
        with self.changed:
            if not self.changed.wait_for(condition, limit_s):
                raise AssertionError(f"{self.name}: no {what} in {limit_s} s; has "
                                     f"{self.assignment}, {len(self.records)} records; "
                                     f"{' | '.join(self.errors[-3:])}")

    def say(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def commit(self):
        wanted = self.committed + 1
        self.say("commit")
        self.wait("commit", lambda: self.committed >= wanted, 30)

    def close(self):
        self.say("close")
        self.wait("close", lambda: self.closed, 30)
        self.process.wait(30)

    def crash(self):
        self.process.kill()
        self.process.wait()


def wait_until_shared(members, partitions, limit_s=60):
    """Until every member owns something and together they own each partition once."""
    deadline = time.monotonic() + limit_s
    while time.monotonic() < deadline:
        owned = [m.assignment or set() for m in members]
        if all(owned) and sorted(p for o in owned for p in o) == list(range(partitions)):
            return
        time.sleep(0.05)
    raise AssertionError(f"not shared in {limit_s} s: "
                         + "; ".join(f"{m.name} has {m.assignment} {' | '.join(m.errors[-2:])}"
                                     for m in members))
