"""What the soaks have in common as commands: arguments, scratch directory, result, ledger."""

import argparse
import datetime
import hashlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import traceback

import test_history

_HERE = os.path.dirname(os.path.abspath(__file__))
_ROOT = os.path.dirname(os.path.dirname(_HERE))
LEDGER = os.path.join(_HERE, "LEDGER.tsv")
COLUMNS = ["date", "commit", "tree", "command", "seed", "count", "result"]
_PROVED = ["broker/storage", "broker/topics", "common/record"]


class Failed(Exception):
    """The soak found something; the text is the result."""


def _git(*arguments):
    done = subprocess.run(["git", "-C", _ROOT, *arguments], capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else ""


def tree_hash(commit):
    """Of the code a soak speaks for: its figures add up while this stays the same."""
    listed = _git("ls-tree", commit or "HEAD", *_PROVED)
    dirty = "" if commit else "+" if _git("status", "--porcelain", "--", *_PROVED).strip() else ""
    return hashlib.sha256(listed.encode()).hexdigest()[:12] + dirty if listed else "unknown"


def arguments(name, description, count, short, unit, extra=None):
    parser = argparse.ArgumentParser(prog=f"tests/soak/{name}.sh", description=description)
    parser.add_argument("--bin", default=os.path.join(_ROOT, "build/release/bin"),
                        help="directory of leatd")
    parser.add_argument("--short", action="store_true", help=f"{short} {unit}")
    parser.add_argument("--count", type=int, help=f"{unit} (default {count})")
    parser.add_argument("--time", type=float, help=f"go on for so many seconds instead of a number "
                                                   f"of {unit}")
    parser.add_argument("--seed", type=int, help="repeat a run's choices (not its timing)")
    parser.add_argument("--scratch", help="where to put data (default: a new directory in $TMPDIR)")
    parser.add_argument("--keep", action="store_true", help="keep the data")
    parser.add_argument("--ledger", action="store_true", help="append the result to LEDGER.tsv")
    parser.add_argument("--commit", help="for the ledger: what leatd was built from, clean (default: "
                                         "the checkout as it is)")
    if extra:
        extra(parser)
    options = parser.parse_args()
    if options.count is None:
        options.count = 1 << 31 if options.time else short if options.short else count
    if options.seed is None:
        options.seed = random.SystemRandom().getrandbits(32)
    return options


def record(options, name, count, result, scratch):
    result = result.replace(scratch, "SCRATCH").replace("\t", " ").replace("\n", " ")
    row = [datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%MZ"),
           _git("rev-parse", "--short=12", options.commit or "HEAD").strip() or "unknown",
           tree_hash(options.commit), name,
           str(options.seed), str(count), result]
    line = "\t".join(row)
    print(f"ledger: {line}")
    if not options.ledger:
        return
    fresh = not os.path.exists(LEDGER)
    with open(LEDGER, "a") as f:
        if fresh:
            f.write("\t".join(COLUMNS) + "\n")
        f.write(line + "\n")


def main(name, options, soak, checked_by_history=True):
    """soak(options, scratch) answers (count, text) or raises; prints and exits with the verdict."""
    if checked_by_history and test_history.main() != 0:
        print(f"{name}: failed: the checker itself")
        sys.exit(1)
    scratch = tempfile.mkdtemp(prefix=f"leat-{name}-", dir=options.scratch)
    print(f"{name}: seed {options.seed}, data in {scratch}", flush=True)
    count, keep = 0, options.keep
    try:
        count, text = soak(options, scratch)
        verdict = "passed"
    except KeyboardInterrupt:
        verdict, text = "failed", "interrupted"
    except Failed as e:
        count, verdict, text, keep = e.args[0], "failed", e.args[1], True
    except Exception:  # whatever it was, the last line must say that it failed
        traceback.print_exc()
        verdict, text, keep = "failed", str(sys.exc_info()[1]), True
    if keep:
        print(f"{name}: the data stays in {scratch}")
    else:
        shutil.rmtree(scratch, ignore_errors=True)
    record(options, name, count, f"{verdict}: {text}", scratch)
    print(f"{name}: {verdict}: {text}", flush=True)
    # Client threads of a run that failed half way must not keep the process.
    os._exit(0 if verdict == "passed" else 1)
