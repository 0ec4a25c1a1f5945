"""What a group member and groups.py say to each other: commands in, events out."""

import queue
import sys
import threading


def say(*words):
    print(*words, flush=True)


def assigned(partitions):
    say("assigned", ",".join(str(p) for p in sorted(partitions)))


def start_reading():
    """A queue of the commands on stdin; the end of stdin is the command close."""
    commands = queue.Queue()

    def read():
        for line in sys.stdin:
            commands.put(line.strip())
        commands.put("close")

    threading.Thread(target=read, daemon=True).start()
    return commands
