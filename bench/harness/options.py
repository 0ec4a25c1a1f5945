"""The command line that suite, growth and compare share."""

import argparse
import pathlib
import signal
import subprocess
import sys

from brokers import ROOT

BUILD = ROOT / "build/release"


def parse(description, *own):
    """`own`: functions that add what only this program knows."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--bin", default=None, help="folder with leatd, leat-bench and limit; unless said, "
                        "that of build/release, which is brought up to date first")
    parser.add_argument("--dir", default="/var/tmp/leat-bench", help="scratch data, on the disk meant")
    parser.add_argument("--results", default=str(ROOT / "bench/results"))
    parser.add_argument("--name", default=None, help="of the files in --results")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--warmup", type=float, default=1)
    parser.add_argument("--retries", type=int, default=3, help="of a run that others disturbed")
    parser.add_argument("--hold", type=int, default=12 << 30,
                        help="bytes of memory that the host does not get back meanwhile")
    parser.add_argument("--rows", default="", help="only these ids, with commas; the others stay as an "
                        "earlier run of that name measured them")
    for add in own:
        add(parser)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the servers end with it
    options = parser.parse_args()
    options.rows = [row for row in options.rows.split(",") if row]
    if options.bin is None:
        options.bin = str(BUILD / "bin")
        build()
    for program in ("leatd", "leat-bench", "limit"):
        if not (pathlib.Path(options.bin) / program).exists():
            sys.exit(f"no {program} in {options.bin}: build it, or say --bin")
    return options


def build():
    """So that what is measured is what the sources say."""
    if not (BUILD / "build.ninja").exists():
        sys.exit("not configured: cmake --preset release")
    done = subprocess.run(["cmake", "--build", BUILD], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        sys.exit(done.stdout)


def numbers(kind):
    return lambda text: [kind(number) for number in text.split(",")]


def of_suite(parser):
    parser.add_argument("--partitions", type=numbers(int), default=[10_000], help="of S1 and S2, with commas")
    parser.add_argument("--e3-minutes", type=float, default=30)
    parser.add_argument("--e3-rate", type=int, default=None,
                        help="1 KB records/s; unless said, half of what P4-1K then reaches")
    parser.add_argument("--pin", action=argparse.BooleanOptionalAction, default=True,
                        help="server and load on CPUs of their own, in the rows where that can be")


def of_log_sizes(parser):
    parser.add_argument("--log-gib", type=numbers(float), default=[1, 10], help="log sizes, with commas")


def of_growth(parser):
    sizes = [1, 10, 100, 1000, 10_000]
    parser.add_argument("--growth-connections", type=numbers(int), default=sizes)
    parser.add_argument("--growth-partitions", type=numbers(int), default=sizes)


def of_compare(parser):
    parser.add_argument("--ready-gib", type=float, default=29, help="log size of READY")


def require_known(options, row_ids):
    """Nothing would be measured of a misspelt row."""
    known = list(dict.fromkeys(name for row_id in row_ids for name in (row_id.split("-")[0], row_id)))
    for name in options.rows:
        if name not in known:
            sys.exit(f"no row {name}: there are {', '.join(known)}")


def chosen(options, row_id):
    """A row is named whole, or by what stands before its dash."""
    return not options.rows or named(options, row_id)


def named(options, row_id):
    return row_id in options.rows or row_id.split("-")[0] in options.rows
