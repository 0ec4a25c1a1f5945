"""A leatd that a soak starts, kills and starts again on one port and directory."""

import os
import signal
import socket
import subprocess
import time

READY_LIMIT_S = 60
EXIT_DISK_ERROR = 74
_FREEZE_LIMIT_S = 20


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Leatd:
    def __init__(self, bin_dir, scratch, data_dir, **settings):
        self._binary = os.path.join(bin_dir, "leatd")
        self._port_file = os.path.join(scratch, "port")
        self._log_path = os.path.join(scratch, "leatd.log")
        self._data_dir = data_dir
        self.settings = settings
        self._process = None
        self.port = free_port()
        self.bootstrap = f"127.0.0.1:{self.port}"

    @property
    def pid(self):
        return self._process.pid

    def start(self):
        """Starts it and does not wait."""
        if os.path.exists(self._port_file):
            os.unlink(self._port_file)
        command = [self._binary, "--listen", self.bootstrap, "--data-dir", self._data_dir,
                   "--port-file", self._port_file]
        for key, value in self.settings.items():
            command += ["--" + key.replace("_", "."), str(value)]
        with open(self._log_path, "ab") as log:
            # Nothing of ours may configure it: it refuses variables it does not know.
            self._process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                                             env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"})

    def wait_ready(self):
        deadline = time.monotonic() + READY_LIMIT_S
        while not os.path.exists(self._port_file):
            if self._process.poll() is not None:
                raise RuntimeError(f"leatd ended with {self._process.returncode}: {self.last_words()}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"leatd is not ready after {READY_LIMIT_S} s: {self.last_words()}")
            time.sleep(0.002)

    def running(self):
        return self._process is not None and self._process.poll() is None

    def kill(self):
        """SIGKILL. The exit status: what it ended with itself if it had already ended."""
        if self._process is None:
            return None
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
        return self._process.wait()

    def freeze(self):
        """No thread runs any more, or will before the broker is killed; some may be in the kernel."""
        if not self.running():
            return
        self._process.send_signal(signal.SIGSTOP)
        deadline = time.monotonic() + _FREEZE_LIMIT_S
        while any(state not in "TDZX" for state in self._thread_states()):
            if time.monotonic() > deadline:
                raise RuntimeError("leatd does not stop")

    def _thread_states(self):
        folder = f"/proc/{self.pid}/task"
        for thread in os.listdir(folder):
            try:
                with open(f"{folder}/{thread}/stat") as f:
                    yield f.read().rpartition(")")[2].split()[0]
            except FileNotFoundError:
                pass  # it ended

    def stop(self):
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(timeout=30)

    def resident_bytes(self):
        with open(f"/proc/{self.pid}/status") as f:
            line = next(line for line in f if line.startswith("VmRSS"))
        return int(line.split()[1]) * 1024

    def log(self):
        with open(self._log_path, errors="replace") as f:
            return f.read()

    def last_words(self):
        return " | ".join(self.log().splitlines()[-3:])
