"""Starts and stops what is measured: Leat, L (the limit program) and Apache Kafka."""

import atexit
import itertools
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
KAFKA_SH = ROOT / "tests/oracle/kafka.sh"
START_TIMEOUT_S, READY_TIMEOUT_S, STOP_TIMEOUT_S = 60, 120, 60
# Kafka with 29 GiB: it writes them when it stops, and reads them after kill -9.
KAFKA_STOP_TIMEOUT_S, RECOVERY_TIMEOUT_S = 300, 600
ONE_BATCH = 70_000  # more than any batch of the rows has


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as held:
        return held.getsockname()[1]


def pinned(command, cpu):
    return command if cpu is None else ["taskset", "-c", str(cpu), *command]


def wait_for_file(path, process):
    deadline = time.monotonic() + START_TIMEOUT_S
    while not path.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{process.args} did not start")
        time.sleep(0.002)
    return path.read_text().strip()


spent_names = itertools.count()


def empty_and_set_aside(folder, scratch):
    """The bytes go at once, the files when everything is measured. ext4 without a journal gives no
    inode away again for one to six minutes after its file was deleted, and looks at each of these
    for every new file: the partitions of one run would slow down the making of the next one's."""
    for path in folder.rglob("*"):
        if path.is_file():
            os.truncate(path, 0)
    spent = pathlib.Path(scratch) / f"spent-{os.getpid()}"
    if not spent.exists():
        spent.mkdir()
        atexit.register(shutil.rmtree, spent, ignore_errors=True)
    folder.rename(spent / str(next(spent_names)))


class Server:
    """One process on fresh data, which is gone when it ends."""

    stop_timeout_s = STOP_TIMEOUT_S

    def __init__(self, options, name):
        self.options = options
        self.dir = pathlib.Path(options.dir) / name
        self.process = None
        self.pid = 0

    def __enter__(self):
        shutil.rmtree(self.dir, ignore_errors=True)
        self.dir.mkdir(parents=True)
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        try:
            self.stop()
        finally:
            empty_and_set_aside(self.dir, self.options.dir)

    def spawn(self, command):
        log = open(self.dir / "log", "ab")
        self.process = subprocess.Popen(command, stdout=log, stderr=log)
        self.pid = self.process.pid

    def stop(self):
        if self.process is None:
            return
        process, self.process = self.process, None
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(self.stop_timeout_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise RuntimeError(f"{process.args} did not end in {self.stop_timeout_s} s") from None

    def kill(self):
        """As a power cut leaves the process; the data stays."""
        os.kill(self.pid, signal.SIGKILL)
        if self.process is not None:
            self.process.wait()
            self.process = None


class Leat(Server):
    """`properties`: KEY=VALUE of the broker, the same words for Kafka below."""

    def __init__(self, options, pin=None, properties=()):
        super().__init__(options, "leat")
        self.pin = pin
        self.flags = [word for p in properties for word in ("--" + p.split("=")[0], p.split("=")[1])]

    def start(self):
        port_file = self.dir / "port"
        self.spawn(self.command(0, ["--port-file", str(port_file)]))
        self.port = int(wait_for_file(port_file, self.process))

    def command(self, port, more=()):
        return pinned([f"{self.options.bin}/leatd", "--data-dir", f"{self.dir}/data",
                       "--listen", f"127.0.0.1:{port}", *more, *self.flags], self.pin)

    def start_again(self):
        """On the same data and port; returns at once."""
        self.spawn(self.command(self.port))


def unpaced():
    """What leatd, too, chooses where client and server share a machine."""
    available = pathlib.Path("/proc/sys/net/ipv4/tcp_available_congestion_control").read_text().split()
    return "cubic" if "cubic" in available else "reno"


class Limit(Server):
    def __init__(self, options, arguments, pin=None):
        super().__init__(options, "limit")
        self.arguments = arguments
        self.pin = pin

    def start(self):
        port_file = self.dir / "port"
        pin = [] if self.pin is None else ["--pin", str(self.pin)]
        self.spawn([f"{self.options.bin}/limit", "serve", "--dir", f"{self.dir}/data",
                    "--port-file", str(port_file), "--congestion", unpaced(), *self.arguments, *pin])
        self.port = int(wait_for_file(port_file, self.process))


class Kafka(Server):
    """Its own defaults, 1 GiB of heap; tests/oracle/kafka.sh has the settings. It starts it in a
    session of its own: only stop() ends it."""

    stop_timeout_s = KAFKA_STOP_TIMEOUT_S

    def __init__(self, options, properties=()):
        super().__init__(options, "kafka")
        self.properties = properties

    def start(self):
        out = subprocess.run(["bash", KAFKA_SH, "start", self.dir, *self.properties], check=True,
                             text=True, stdout=subprocess.PIPE).stdout
        self.port = int(out.strip().rsplit(":", 1)[1])
        self.pid = int((self.dir / "pid").read_text())

    def stop(self):
        super().stop()  # of start_again(); nothing otherwise
        if (self.dir / "pid").exists():
            subprocess.run(["bash", KAFKA_SH, "stop", self.dir], check=True)

    def kill(self):
        super().kill()
        (self.dir / "pid").unlink(missing_ok=True)
        while pathlib.Path(f"/proc/{self.pid}").exists():
            time.sleep(0.01)

    def start_again(self):
        """Starts java on the data of the last start, as kafka.sh does; returns at once."""
        env = f'. "{ROOT}/tests/clients/env.sh"; exec "$java_bin" -Xmx1g -Xms1g ' \
              '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn ' \
              f'-cp "$kafka_lib/*" kafka.Kafka "{self.dir}/server.properties"'
        self.spawn(["bash", "-c", env])


def milliseconds_to_ready(options, port, start, topic=None, partitions=1, wait_s=READY_TIMEOUT_S):
    """From before start() to the first metadata answer; with a topic, to a fetch of the first batch of each
    of its first partitions."""
    fetch = [] if topic is None else ["--fetch", "--topic", topic, "--partitions", str(partitions),
                                      "--fetch-bytes", str(ONE_BATCH)]
    begin = time.monotonic()
    start()
    subprocess.run([f"{options.bin}/leat-bench", "ready", "--brokers", f"127.0.0.1:{port}",
                    "--wait", str(wait_s), *fetch], check=True, stdout=subprocess.DEVNULL)
    return (time.monotonic() - begin) * 1000


def resident_mib(pid):
    pages = int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 2**20


def kafka_version():
    text = (ROOT / "tests/clients/versions.env").read_text()
    return re.search(r"^KAFKA_VERSION=(.*)$", text, re.M).group(1)
