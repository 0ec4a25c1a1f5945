"""The command line that suite and compare share."""

import argparse
import pathlib
import signal
import sys

from brokers import ROOT


def parse(description, pin, runs):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--bin", default=str(ROOT / "build/release/bin"),
                        help="folder with leatd, leat-bench and limit")
    parser.add_argument("--dir", default="/var/tmp/leat-bench", help="scratch data, on the disk meant")
    parser.add_argument("--results", default=str(ROOT / "bench/results"))
    parser.add_argument("--name", default=None, help="of the files in --results")
    parser.add_argument("--runs", type=int, default=runs)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--warmup", type=float, default=1)
    parser.add_argument("--retries", type=int, default=3, help="of a run that others disturbed")
    parser.add_argument("--hold", type=int, default=12 << 30,
                        help="bytes of memory that the host does not get back meanwhile")
    parser.add_argument("--rows", default="", help="only these ids, with commas; the others stay as an "
                        "earlier run of that name measured them")
    parser.add_argument("--partitions", default="10000", help="of S1 and S2, with commas")
    parser.add_argument("--growth-connections", default="1,10,100,1000,10000")
    parser.add_argument("--growth-partitions", default="1,10,100,1000,10000")
    parser.add_argument("--log-gib", default="1,10", help="log sizes of R1 and READY, with commas")
    parser.add_argument("--e3-minutes", type=float, default=30)
    parser.add_argument("--e3-rate", type=int, default=None,
                        help="1 KB records/s; unless said, half of what P4-1K then reaches")
    parser.add_argument("--pin", action=argparse.BooleanOptionalAction, default=pin)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the servers end with it
    options = parser.parse_args()
    for name in ("partitions", "growth_connections", "growth_partitions"):
        setattr(options, name, [int(count) for count in getattr(options, name).split(",")])
    options.log_gib = [float(size) for size in options.log_gib.split(",")]
    options.rows = [row for row in options.rows.split(",") if row]
    for program in ("leatd", "leat-bench", "limit"):
        if not (pathlib.Path(options.bin) / program).exists():
            sys.exit(f"no {program} in {options.bin}: build it, or say --bin")
    return options


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
