"""One member of a group: member.py BOOTSTRAP TOPIC member, with GROUP and INSTANCE set."""

import os
import signal
import subprocess
import sys
import threading
import time

# leat commits each second what it printed.
COMMIT_S = 2


def main():
    bootstrap, topic, scenario = sys.argv[1:]
    if scenario != "member":
        sys.exit(f"unknown scenario {scenario}")
    command = [os.environ["LEAT_CLI"], "-b", bootstrap, "-v", "consume", topic, "--group",
               os.environ["GROUP"], "--format", r"record %p %o\n"]
    if os.environ["INSTANCE"]:
        command += ["--instance", os.environ["INSTANCE"]]
    # Dies with this script, also when that is killed.
    leat = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *command], text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    lock = threading.Lock()

    def say(line):
        with lock:
            print(line, flush=True)

    def copy_assignments():
        for line in leat.stderr:
            if line.startswith("assigned"):
                say(line.strip())
            else:
                sys.stderr.write(line)

    def obey():
        for line in sys.stdin:
            if line.strip() == "commit":
                time.sleep(COMMIT_S)
                say("committed")
            elif line.strip() == "close":
                leat.send_signal(signal.SIGINT)
                return

    threading.Thread(target=copy_assignments, daemon=True).start()
    threading.Thread(target=obey, daemon=True).start()
    for line in leat.stdout:
        say(line.strip())
    leat.wait()
    if leat.returncode != 130:
        sys.exit(f"leat ended with {leat.returncode}")
    say("closed")


main()
