"""A file system on a loop-mounted image: one that can be filled, and cut off like a power failure."""

import fcntl
import os
import struct
import subprocess
import time

_SHUTDOWN = 0x8004587D  # FS_IOC_SHUTDOWN of ext4 and XFS
_WITHOUT_LOG_FLUSH = 2
_MKFS = {"ext4": ["mkfs.ext4", "-q", "-F", "-m", "0", "-E", "lazy_itable_init=0,lazy_journal_init=0"],
         "xfs": ["mkfs.xfs", "-q", "-f"]}
_UNMOUNT_LIMIT_S = 20


def _run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")


class Image:
    def __init__(self, directory, kind, size, allocated=False):
        self.kind = kind
        self._file = os.path.join(directory, kind + ".img")
        self.mount_point = os.path.join(directory, kind)
        self.data_dir = os.path.join(self.mount_point, "data")
        self._mounted = False
        os.makedirs(self.mount_point)
        with open(self._file, "wb") as f:
            if allocated:  # a full disk is then ours alone to make
                os.posix_fallocate(f.fileno(), 0, size)
            else:
                f.truncate(size)
        _run(*_MKFS[kind], self._file)

    def mount(self):
        _run("mount", "-t", self.kind, "-o", "loop", self._file, self.mount_point)
        self._mounted = True

    def unmount(self):
        """Whoever wrote there has been killed; its last threads may take a moment to go."""
        deadline = time.monotonic() + _UNMOUNT_LIMIT_S
        while self._mounted:
            try:
                _run("umount", self.mount_point)
                self._mounted = False
            except RuntimeError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)

    def cut_power(self):
        """From now on nothing reaches the image, the journal's memory included."""
        fd = os.open(self.mount_point, os.O_RDONLY)
        try:
            fcntl.ioctl(fd, _SHUTDOWN, struct.pack("I", _WITHOUT_LOG_FLUSH))
        finally:
            os.close(fd)

    def free_bytes(self):
        s = os.statvfs(self.mount_point)
        return s.f_bavail * s.f_frsize

    def remove(self):
        self.unmount()
        os.unlink(self._file)
